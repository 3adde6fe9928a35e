use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::output::{ArrangeArgs, Record};
use crate::selection::find_person;

mod places;
mod search;

pub(super) use search::places;
use search::print_ids;

/// Show every place where a person appears, and what an erasure does with it
///
/// Looks for the id, the email address, former addresses and the name, without regard to case and accents, also in the notes,
/// metadata and targets of others. A short name may also match data about other people.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// List every id, one per row, instead of a count and the first ids of each place
    #[arg(long, conflicts_with_all = ["columns", "sort", "reverse"])]
    ids: bool,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// What an erasure does with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Effect {
    /// The personal values are replaced or removed.
    Cleared,
    /// It is withdrawn, or retired.
    Ended,
    /// It stays, without personal values.
    Kept,
    /// With `--metadata` the personal values are removed.
    ClearedWithMetadata,
    /// It is another one's: a person must look at it.
    NotReached,
}

impl Effect {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::Ended => "ended",
            Self::Kept => "kept",
            Self::ClearedWithMetadata => "cleared with --metadata",
            Self::NotReached => "not reached",
        }
    }
}

/// A place where a person appears.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Trace {
    place: &'static str,
    found: u64,
    /// The first ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<String>,
    /// What an erasure does with it.
    erase: Effect,
}

/// One row in which a person appears.
#[derive(Debug, Clone, Serialize)]
pub(super) struct TracedId {
    place: &'static str,
    id: String,
    erase: Effect,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        self.arrange.check::<Trace>()?;
        let (db, out) = ctx.open()?;
        let places = db.snapshot(|db| {
            db.scan()?;
            let user = find_person(&self.user, &mut db.conn)?;
            if self.ids {
                print_ids(&user, db, out)?;
                return Ok(None);
            }
            places(&user, db).map(Some)
        })?;
        if let Some(places) = places {
            self.arrange.print(&places, out)?;
        }
        Ok(ExitStatus::Done)
    }
}

impl Trace {
    /// Makes it a line of a certificate: what was done with the place, without the ids, which may be names.
    pub(super) fn settle(&mut self, clears_metadata: bool) {
        self.ids.clear();
        if self.erase == Effect::ClearedWithMetadata {
            self.erase = if clears_metadata { Effect::Cleared } else { Effect::NotReached };
        }
    }
}

impl Record for TracedId {
    const COLUMNS: &'static [&'static str] = &["place", "id", "erase"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![self.place.to_owned(), self.id.clone(), self.erase.as_str().to_owned()]
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for Trace {
    const COLUMNS: &'static [&'static str] = &["place", "found", "erase", "ids"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["found"];

    fn cells(&self) -> Vec<String> {
        let more = if self.found > self.ids.len() as u64 { ", …" } else { "" };
        vec![
            self.place.to_owned(),
            self.found.to_string(),
            self.erase.as_str().to_owned(),
            format!("{}{more}", self.ids.join(", ")),
        ]
    }

    fn id(&self) -> &str {
        self.place
    }
}
