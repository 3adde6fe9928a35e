//! Looks for a person in the places of the database.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::super::names::{IS_ADDRESS, IS_ONE, PersonNames, is_file_of_person, is_person, names_person};
use super::places::SEARCHES;
use super::{Effect, Trace, TracedId};
use crate::db::{Db, SqlDialect};
use crate::models::User;
use crate::output::Output;
use crate::selection::paging::Rows;

/// The ids that are read at once where all are listed: each time, the place is searched as a whole.
const PAGE: usize = 100_000;

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
pub(super) struct Search {
    pub(super) place: &'static str,
    pub(super) table: &'static str,
    pub(super) key: &'static str,
    pub(super) erase: Effect,
    pub(super) what: What,
}

pub(super) enum What {
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

/// Prints the id of every row in which the person appears, as they are read.
pub(super) fn print_ids(person: &User, db: &mut Db, out: &mut Output) -> anyhow::Result<()> {
    let names = PersonNames::of(person, db)?;
    let rows = Rows::new(PAGE, |last: Option<&TracedId>, limit| {
        let mut rows = Vec::new();
        let done = |last: &TracedId| SEARCHES.iter().position(|search| search.place == last.place);
        let mut after = last.map(|last| last.id.as_str());
        for search in &SEARCHES[last.and_then(done).unwrap_or_default()..] {
            let missing = limit - i64::try_from(rows.len())?;
            rows.extend(search.ids(after.take(), missing, &names, db)?);
        }
        Ok(rows)
    });
    out.list::<TracedId, _>(rows)
}

/// A condition with the lists of the person's ids and addresses.
fn with_lists(condition: &str) -> String {
    condition.replace("{ids}", IS_ONE).replace("{emails}", IS_ADDRESS)
}

impl Search {
    /// The condition that a row has the person.
    fn condition(&self, engine: &dyn SqlDialect) -> String {
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

    /// The next ids after one of them.
    fn ids(&self, after: Option<&str>, limit: i64, names: &PersonNames, db: &mut Db) -> anyhow::Result<Vec<TracedId>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let engine = db.conn.engine();
        let Self { place, table, key, erase, .. } = self;
        let condition = self.condition(engine);
        let ids = format!(
            "SELECT {key} AS id FROM {table} WHERE ({condition}) AND ($6 = '' OR {key} > $7) ORDER BY 1 LIMIT $8"
        );
        let after = after.unwrap_or_default().to_owned();
        let query = names.query(&ids, engine)?.bind::<Text, _>(after.clone()).bind::<Text, _>(after);
        let found: Vec<Found> = query.bind::<BigInt, _>(limit).load(&mut db.conn)?;
        Ok(found.into_iter().map(|found| TracedId { place, id: found.id, erase: *erase }).collect())
    }
}
