use std::fs;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use anyhow::Context as _;

use super::change::save;
use crate::editor;
use crate::error::{ExitStatus, Failure};
use crate::settings::config;
use crate::text::Quoted as _;

/// What an editor shows where there is no file.
const TEMPLATE: &str = "\
# rollbook help config explains the settings.
#tz = \"Europe/Berlin\"
#default_profile = \"dev\"

#[profile.dev]
#database_url = \"sqlite:dev.db\"

#[profile.prod]
#database_url_file = \"prod.url\"
#protected = true
#reason = \"required\"
";

/// Prints the path of the file.
pub(super) fn print_path() -> anyhow::Result<ExitStatus> {
    let file = config::path().ok_or_else(no_home)?;
    // A closed pipe is no error of the command.
    drop(writeln!(io::stdout(), "{}", file.display()));
    Ok(ExitStatus::Done)
}

/// Lets a person edit a copy of the file, which takes its place when it is valid.
pub(super) fn edit_file() -> anyhow::Result<ExitStatus> {
    let file = config::path().ok_or_else(no_home)?;
    let missing = || Failure::usage("no editor on a terminal").hint("set EDITOR, or use: rollbook config set");
    let editor = editor::editor().filter(|_| io::stdin().is_terminal()).ok_or_else(missing)?;
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => TEMPLATE.to_owned(),
        text => text.with_context(|| format!("cannot read {}", file.quoted()))?,
    };
    let copy = tempfile::Builder::new().prefix("rollbook-config-").suffix(".toml").tempfile()?;
    fs::write(copy.path(), text)?;
    editor::edit(&editor, copy.path())?;
    let text = fs::read_to_string(copy.path())?;
    if let Err(error) = config::parse(&text, copy.path()) {
        let (_, path) = copy.keep()?;
        let hint = format!("the file is as it was; what was edited is in {}", path.quoted());
        return Err(Failure::failed(error.to_string()).hint(hint).into());
    }
    save(&file, &text)?;
    Ok(ExitStatus::Done)
}

fn no_home() -> Failure {
    Failure::failed("cannot locate the configuration file: no home directory").hint("set HOME or XDG_CONFIG_HOME")
}
