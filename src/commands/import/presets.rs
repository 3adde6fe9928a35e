use clap::Subcommand;
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::import::{BUILT_IN, Preset};
use crate::output::{ArrangeArgs, Record};

/// List and show the presets of known sources
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Presets,
}

#[derive(Debug, Subcommand)]
enum Presets {
    /// List the presets that come with the program
    #[command(visible_alias = "ls")]
    List {
        #[command(flatten, next_help_heading = "Output")]
        arrange: ArrangeArgs,
    },
    /// Print a preset as a TOML file, to adapt it
    Show {
        /// Name of the preset
        name: String,
    },
}

/// A preset of a list.
#[derive(Debug, Serialize)]
struct PresetRow {
    name: &'static str,
    about: String,
}

impl Record for PresetRow {
    const COLUMNS: &'static [&'static str] = &["name", "about"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![self.name.to_owned(), self.about.clone()]
    }

    fn id(&self) -> &str {
        self.name
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Inspect
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self.command {
            Presets::List { arrange } => {
                let row = |name| -> anyhow::Result<PresetRow> {
                    Ok(PresetRow { name, about: Preset::load(name)?.about.unwrap_or_default() })
                };
                let rows = BUILT_IN.iter().map(|(name, _)| row(*name)).collect::<anyhow::Result<Vec<_>>>()?;
                arrange.print(&rows, &mut ctx.out)?;
            }
            Presets::Show { name } => {
                let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
                    return Err(Failure::not_found(format!("unknown preset {name}"))
                        .hint("list them: rollbook import presets list")
                        .into());
                };
                ctx.out.document(text.trim_end())?;
            }
        }
        Ok(ExitStatus::Done)
    }
}
