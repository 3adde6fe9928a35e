//! The places of the database in which a person may appear.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::super::names::{IS_ADDRESS, IS_ONE, PersonNames, is_file_of_person, is_person, names_person};
use super::{Effect, Trace};
use crate::db::{Db, Engine};
use crate::models::User;

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

/// Where something is looked for: the table, its key, and what is looked for.
struct Search {
    place: &'static str,
    table: &'static str,
    key: &'static str,
    erase: Effect,
    what: What,
}

enum What {
    /// Rows that belong to the person: `{ids}` is the condition that a column is one of the person's ids, `{emails}` that it
    /// is one of the addresses.
    Own(&'static str),
    /// Rows whose actor the person is.
    Actor(&'static [&'static str]),
    /// Rows with a text that names the person, beside what is the person or a file of the person, and the condition that
    /// they are others'.
    Named(&'static [&'static str], &'static str),
    /// Rows whose file has the name of the person.
    File,
}

const SEARCHES: [Search; 26] = [
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
        erase: Effect::Cleared,
        what: What::Actor(&["actor", "os_user"]),
    },
    Search {
        place: "audit trail: in the actor's name",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(&["actor", "os_user"], "TRUE"),
    },
    Search {
        place: "audit trail: in reasons",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(&["reason"], "TRUE"),
    },
    Search {
        place: "audit trail of others: old and new values",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(
            &["CAST(before AS text)", "CAST(after AS text)"],
            "NOT (subject_kind = 'user' AND subject_id {ids} \
             OR subject_kind = 'champion' AND coalesce(after ->> 'user_id', before ->> 'user_id') {ids} \
             OR subject_kind = 'import')",
        ),
    },
    Search {
        place: "actions: target, enrollment, key or event id",
        table: "user_action",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["target_id", "idempotency_key", "source_event_id", "enrollment_id"], "user_id {ids}"),
    },
    Search {
        place: "notes on others",
        table: "champion",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["notes"], "NOT (user_id {ids})"),
    },
    Search {
        place: "actions of others: target, metadata, enrollment, key or event id",
        table: "user_action",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(
            &["target_id", "CAST(metadata AS text)", "enrollment_id", "idempotency_key", "source_event_id"],
            "NOT (user_id {ids})",
        ),
    },
    Search {
        place: "other users: name, origin or picture",
        table: "\"user\"",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["name", "origin", "profile_img"], "NOT (id {ids})"),
    },
    Search {
        place: "names of cohorts",
        table: "champion",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["cohort_id"], "TRUE"),
    },
    Search {
        place: "audit trail: as the role of the database",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(&["database_role"], "TRUE"),
    },
    Search {
        place: "imports: as the actor",
        table: "import_run",
        key: "id",
        erase: Effect::Cleared,
        what: What::Actor(&["actor"]),
    },
    Search {
        place: "names of imported files",
        table: "import_run",
        key: "id",
        erase: Effect::Cleared,
        what: What::File,
    },
    Search {
        place: "imports: part of a file's or the actor's name, or of the reason",
        table: "import_run",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["file_name", "actor", "reason"], "TRUE"),
    },
    Search {
        place: "operations: as the actor",
        table: "operation",
        key: "id",
        erase: Effect::Cleared,
        what: What::Actor(&["actor"]),
    },
    Search {
        place: "operations: part of the actor's name or of the id",
        table: "operation",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["actor", "id"], "TRUE"),
    },
    Search {
        place: "names of consumers of the feeds",
        table: "feed_cursor",
        key: "consumer",
        erase: Effect::NotReached,
        what: What::Named(&["consumer"], "TRUE"),
    },
    Search {
        place: "parked events",
        table: "import_parked",
        key: "key",
        erase: Effect::Cleared,
        what: What::Own("(user_id {ids} OR user_email {emails})"),
    },
    Search {
        place: "parked events of others",
        table: "import_parked",
        key: "key",
        erase: Effect::NotReached,
        what: What::Named(
            &["user_id", "user_email", "CAST(event AS text)"],
            "NOT (coalesce(user_id, '') {ids} OR coalesce(user_email, '') {emails})",
        ),
    },
];

/// Every place where the person appears.
pub(in crate::commands::users) fn places(person: &User, db: &mut Db) -> anyhow::Result<Vec<Trace>> {
    let names = PersonNames::of(person, db)?;
    let mut places = Vec::new();
    for search in &SEARCHES {
        let found = search.run(&names, db)?;
        if found.found > 0 {
            places.push(found);
        }
    }
    Ok(places)
}

/// A condition with the lists of the person's ids and addresses.
fn with_lists(condition: &str) -> String {
    condition.replace("{ids}", IS_ONE).replace("{emails}", IS_ADDRESS)
}

impl Search {
    /// The condition that a row has the person.
    fn condition(&self, engine: &dyn Engine) -> String {
        match self.what {
            What::Own(condition) => with_lists(condition),
            What::Actor(columns) => {
                let conditions: Vec<String> = columns.iter().map(|column| is_person(column, engine)).collect();
                format!("({})", conditions.join(" OR "))
            }
            What::File => is_file_of_person(engine),
            What::Named(columns, others) => {
                let named = columns.iter().map(|column| {
                    let named = names_person(&format!("coalesce({column}, '')"), engine);
                    match *column {
                        "actor" | "os_user" => format!("{named} AND NOT {}", is_person(column, engine)),
                        "file_name" => format!("{named} AND NOT {}", is_file_of_person(engine)),
                        _ => named,
                    }
                });
                let named: Vec<String> = named.collect();
                format!("({}) AND {}", named.join(" OR "), with_lists(others))
            }
        }
    }

    fn run(&self, names: &PersonNames, db: &mut Db) -> anyhow::Result<Trace> {
        let engine = db.conn.engine();
        let condition = self.condition(engine);
        let Self { place, table, key, erase, .. } = self;
        let count = format!("SELECT count(*) AS found FROM {table} WHERE {condition}");
        let count: Count = names.query(&count, engine)?.get_result(&mut db.conn)?;
        let first = format!("SELECT {key} AS id FROM {table} WHERE {condition} ORDER BY 1 LIMIT {SHOWN}");
        let ids: Vec<Found> =
            if count.found > 0 { names.query(&first, engine)?.load(&mut db.conn)? } else { Vec::new() };
        Ok(Trace {
            place,
            found: count.found.unsigned_abs(),
            ids: ids.into_iter().map(|found| found.id).collect(),
            erase: *erase,
        })
    }
}
