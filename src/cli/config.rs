//! Files of the operator's own, where the XDG base directory specification has them.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Deserialize;

use crate::error::Failure;

/// `config.toml`; a key that it does not know is an error, not a setting that is silently ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    database_url: Option<String>,
}

/// `database_url` of `$XDG_CONFIG_HOME/rollbook/config.toml`, and that path; nothing when there is no such file or key.
pub(super) fn database_url() -> anyhow::Result<Option<(String, String)>> {
    let Some(folder) = folder("XDG_CONFIG_HOME", ".config") else { return Ok(None) };
    let file = folder.join("config.toml");
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.with_context(|| format!("cannot read {}", file.display()))?,
    };
    // The parser's message would quote the line, which may hold a password.
    let config: Config = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Failure::failed(format!("{} line {line}: {}", file.display(), error.message()))
            .hint("the file has one key: database_url = \"postgres://…\"")
    })?;
    Ok(config.database_url.map(|url| (url, file.display().to_string())))
}

/// `$XDG_DATA_HOME/rollbook`.
pub(super) fn data_folder() -> anyhow::Result<PathBuf> {
    folder("XDG_DATA_HOME", ".local/share").ok_or_else(|| {
        Failure::failed("there is no home folder to keep the default database in")
            .hint("name a database with --database-url, or set HOME")
            .into()
    })
}

/// A base directory's folder for rollbook. The specification has relative paths ignored.
fn folder(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(below_home))).map(|base| base.join("rollbook"))
}
