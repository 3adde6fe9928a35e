use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::{Access, Db};
use crate::error::ExitStatus;
use crate::models::{FormerEmail, User};
use crate::output::Record;
use crate::schema::user;
use crate::selection::{containing, find_user};

/// Show every place where a person appears, and what an erasure does with it
///
/// Looks for the id, the email address, former addresses and the name, without regard to case and accents, also in the notes,
/// metadata and targets of others. A short name finds what is about somebody else, too.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
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

/// The most ids that are shown of a place.
const SHOWN: i64 = 5;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    id: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let places = db.snapshot(|db| {
            db.scan()?;
            let user = find_user(&self.user, &mut db.conn)?.0;
            places(&user, db)
        })?;
        out.list::<Trace, _>(places.iter().map(Ok))?;
        Ok(ExitStatus::Done)
    }
}

/// Where something is looked for: the table, its key, the condition that a row is this person's, and the column of texts
/// for what is another one's.
struct Search {
    place: &'static str,
    table: &'static str,
    key: &'static str,
    erase: Effect,
    what: What,
}

enum What {
    /// Rows that belong to the person: `{ids}` is the condition that a column is one of the person's ids.
    Own(&'static str),
    /// Rows of others with one of the person's names in a column, and the condition that they are others'.
    Named(&'static str, &'static str),
}

const SEARCHES: [Search; 14] = [
    Search { place: "user", table: "\"user\"", key: "id", erase: Effect::Cleared, what: What::Own("id {ids}") },
    Search {
        place: "former email addresses",
        table: "former_email",
        key: "coalesce(email, '(hash)')",
        erase: Effect::Cleared,
        what: What::Own("user_id {ids}"),
    },
    Search {
        place: "open champion records",
        table: "champion",
        key: "id",
        erase: Effect::Ended,
        what: What::Own("user_id {ids} AND stage <> 'alumni'"),
    },
    Search {
        place: "ended champion records",
        table: "champion",
        key: "id",
        erase: Effect::Kept,
        what: What::Own("user_id {ids} AND stage = 'alumni'"),
    },
    Search {
        place: "notes on champion records",
        table: "champion",
        key: "id",
        erase: Effect::Cleared,
        what: What::Own("user_id {ids} AND notes IS NOT NULL"),
    },
    Search {
        place: "actions",
        table: "user_action",
        key: "id",
        erase: Effect::Kept,
        what: What::Own("user_id {ids} AND CAST(metadata AS text) = '{}'"),
    },
    Search {
        place: "actions with metadata",
        table: "user_action",
        key: "id",
        erase: Effect::ClearedWithMetadata,
        what: What::Own("user_id {ids} AND CAST(metadata AS text) <> '{}'"),
    },
    Search {
        place: "audit trail",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::Cleared,
        what: What::Own(
            "(subject_kind = 'user' AND subject_id {ids} \
             OR subject_kind = 'champion' AND coalesce(after ->> 'user_id', before ->> 'user_id') {ids})",
        ),
    },
    Search {
        place: "audit trail: as the actor",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named("actor", "TRUE"),
    },
    Search {
        place: "audit trail: in reasons",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named("coalesce(reason, '')", "TRUE"),
    },
    Search {
        place: "notes on others",
        table: "champion",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named("coalesce(notes, '')", "NOT (user_id {ids})"),
    },
    Search {
        place: "actions of others: target or metadata",
        table: "user_action",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named("target_id || ' ' || CAST(metadata AS text)", "NOT (user_id {ids})"),
    },
    Search {
        place: "names of imported files",
        table: "import_run",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named("file_name || ' ' || actor", "TRUE"),
    },
    Search {
        place: "parked events",
        table: "import_parked",
        key: "key",
        erase: Effect::Cleared,
        what: What::Named(
            "coalesce(user_id, '') || ' ' || coalesce(user_email, '') || ' ' || CAST(event AS text)",
            "TRUE",
        ),
    },
];

/// Every place where the person appears.
pub(super) fn places(person: &User, db: &mut Db) -> anyhow::Result<Vec<Trace>> {
    let mut ids: Vec<String> =
        user::table.select(user::id).filter(user::merged_into.eq(&person.id)).order(user::id).load(&mut db.conn)?;
    ids.insert(0, person.id.clone());
    let mut names: BTreeSet<String> = ids.iter().cloned().collect();
    names.insert(person.email.clone());
    names.extend(FormerEmail::of(&person.id, &mut db.conn)?.into_iter().filter_map(|former| former.email));
    // The name of a placeholder is everybody's.
    let is_erased = crate::models::Tombstone::of(&mut db.conn, &person.id)?.is_some();
    if !is_erased {
        names.insert(person.name.clone());
    }
    let patterns: Vec<String> = names.iter().map(|name| containing(name)).collect();
    let mut places = Vec::new();
    for search in &SEARCHES {
        let found = search.run(&ids, &patterns, db)?;
        if found.found > 0 {
            places.push(found);
        }
    }
    Ok(places)
}

impl Search {
    fn run(&self, ids: &[String], patterns: &[String], db: &mut Db) -> anyhow::Result<Trace> {
        let engine = db.conn.engine();
        let [before, after] = engine.is_any_of();
        let is_one = format!("{before}$1{after}");
        let condition = match self.what {
            What::Own(condition) => condition.replace("{ids}", &is_one),
            What::Named(column, others) => {
                let folded = engine.folded(column);
                let named: Vec<String> =
                    (0..patterns.len()).map(|n| format!("{folded} LIKE ${} ESCAPE '\\'", n + 2)).collect();
                // $1 is bound in any case, and comes first: SQLite numbers parameters by first appearance.
                format!("$1 <> '' AND ({}) AND {}", named.join(" OR "), others.replace("{ids}", &is_one))
            }
        };
        let Self { place, table, key, erase, .. } = self;
        let bound = |select: &str| {
            let mut query = sql_query(format!("SELECT {select} FROM {table} WHERE {condition}"))
                .into_boxed()
                .bind::<Text, _>(serde_json::to_string(ids)?);
            if matches!(self.what, What::Named(..)) {
                for pattern in patterns {
                    query = query.bind::<Text, _>(pattern.clone());
                }
            }
            anyhow::Ok(query)
        };
        let count: Count = bound("count(*) AS found")?.get_result(&mut db.conn)?;
        let ids: Vec<Found> = if count.found > 0 {
            bound(&format!("{key} AS id"))?.sql(format!(" ORDER BY 1 LIMIT {SHOWN}")).load(&mut db.conn)?
        } else {
            Vec::new()
        };
        Ok(Trace {
            place,
            found: count.found.unsigned_abs(),
            ids: ids.into_iter().map(|found| found.id).collect(),
            erase: *erase,
        })
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
