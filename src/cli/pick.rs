//! Picking a user that the command line does not name, or names by the start of several ids: on a terminal only.

use std::ffi::OsString;
use std::io::{IsTerminal as _, stderr, stdin};

use anyhow::Context as _;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{FuzzySelect, Input};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::db::{Access, Database, Db};
use crate::output::{print_status, visible};
use crate::selection::containing;
use crate::settings::{Settings, config, database_options, switch, variable};

/// The most users to pick from.
const MOST: usize = 20;

#[derive(Debug, QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Picks one of the users whose ids have the start, if somebody can be asked.
pub(super) fn pick_instead(args: &[OsString], start: &str) -> Option<String> {
    if can_ask(args) { pick_user(args, Some(start)).ok()? } else { None }
}

/// Whether somebody can be asked.
pub(super) fn can_ask(args: &[OsString]) -> bool {
    let is_off = args.iter().any(|arg| arg == "--no-input")
        || switch(false, "ROLLBOOK_NO_INPUT").unwrap_or(true)
        || variable("CI").is_ok_and(|ci| ci.is_some_and(|ci| ci != "false"));
    !is_off && stdin().is_terminal() && stderr().is_terminal()
}

/// Asks which user is meant; `None` if nobody was picked. `start` is the start of several ids, where that was given.
pub(super) fn pick_user(args: &[OsString], start: Option<&str>) -> anyhow::Result<Option<String>> {
    let settings = Settings::new(&database_options(args.iter().cloned()), &config::read()?)?;
    let mut db = Database::to_read(settings.url.value).open(Access::Read)?;
    let (mut condition, mut pattern) = match start {
        Some(start) => ("id LIKE $1 ESCAPE '\\'".to_owned(), containing(start)[1..].to_owned()),
        None => ("$1 = '%'".to_owned(), "%".to_owned()),
    };
    loop {
        let (count, found) = candidates(&condition, &pattern, &mut db)?;
        if found.is_empty() {
            print_status("no user matches");
        } else if count <= MOST {
            return select(&found);
        } else {
            print_status(&format!("more than {MOST} users: type part of the id, email or name, or nothing to stop"));
        }
        let theme = ColorfulTheme::default();
        let typed: String = Input::with_theme(&theme)
            .with_prompt("User")
            .allow_empty(true)
            .interact_text()
            .context("cannot read the terminal")?;
        if typed.trim().is_empty() {
            return Ok(None);
        }
        let engine = db.conn.engine();
        let parts = ["id", "email", "name"].map(|column| format!("{} LIKE $1 ESCAPE '\\'", engine.folded(column)));
        (condition, pattern) = (format!("({})", parts.join(" OR ")), containing(typed.trim()));
    }
}

/// The users that match, and how many there are.
fn candidates(condition: &str, pattern: &str, db: &mut Db) -> anyhow::Result<(usize, Vec<Candidate>)> {
    let found: Vec<Candidate> = sql_query(format!(
        "SELECT id, email, name FROM \"user\" WHERE erased_at IS NULL AND {condition} ORDER BY id LIMIT {}",
        MOST + 1
    ))
    .bind::<Text, _>(pattern)
    .load(&mut db.conn)?;
    Ok((found.len(), found.into_iter().take(MOST).collect()))
}

fn select(found: &[Candidate]) -> anyhow::Result<Option<String>> {
    let label = |user: &Candidate| visible(&format!("{}  {}  {}", user.id, user.email, user.name)).into_owned();
    let labels: Vec<String> = found.iter().map(label).collect();
    let theme = ColorfulTheme::default();
    let picked = FuzzySelect::with_theme(&theme).with_prompt("User").items(&labels).default(0).interact_opt();
    Ok(picked.context("cannot read the terminal")?.map(|place| found[place].id.clone()))
}
