use clap::Subcommand;

use crate::error::ExitStatus;
use crate::settings::Global;

mod change;
mod edit;
mod list;

pub(crate) use change::set_setting;

/// Show and change the settings and the profiles of the configuration file
///
/// rollbook help config explains the settings and where else they can come from.
#[derive(Debug, Subcommand)]
pub enum Config {
    #[command(visible_alias = "ls")]
    List(list::List),
    Get(list::Get),
    Set(change::Set),
    Unset(change::Unset),
    /// Print the path of the configuration file
    Path,
    /// Edit the configuration file in $VISUAL or $EDITOR, and check it before it is saved
    Edit,
}

impl Config {
    /// Runs the command. It opens no database, and the file need not be valid to be edited.
    ///
    /// # Errors
    /// Whatever stopped it.
    pub(crate) fn run(&self, global: &Global) -> anyhow::Result<ExitStatus> {
        match self {
            Self::List(args) => args.run(global),
            Self::Get(args) => args.run(global),
            Self::Set(args) => args.run(global),
            Self::Unset(args) => args.run(global),
            Self::Path => edit::print_path(),
            Self::Edit => edit::edit_file(),
        }
    }
}
