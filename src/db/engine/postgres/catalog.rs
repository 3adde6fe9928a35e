//! The schema compared, part by part, with what the migrations make.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

use crate::db::engine::{DROP_OTHER, MAKE_AGAIN};
use crate::db::{AnyConnection, statement, transaction};

/// What the migrations make, as the query lists it; a test compares it with a new database.
const EXPECTED: &str = include_str!("catalog.txt");

/// The query whose result is compared.
const QUERY: &str = include_str!("catalog.sql");

const SETTINGS: &str = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres'; \
     SET LOCAL standard_conforming_strings = on";

/// A table, column, constraint, index, trigger, rule or function.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

impl Part {
    /// A line of the list: kind, name and definition, between tabs.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.splitn(3, '\t').map(ToOwned::to_owned);
        Some(Self { kind: words.next()?, name: words.next()?, definition: words.next()? })
    }

    /// The name without that of its table, or its parameters.
    fn short_name(&self) -> &str {
        let name = self.name.rsplit('.').next().unwrap_or_default();
        name.split('(').next().unwrap_or_default()
    }

    /// Whether a problem names it.
    fn is_named_in(&self, problem: &str) -> bool {
        problem.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == self.short_name())
    }

    /// Whether it is the same where the log is distributed, which changes the log, and what fires on every node.
    fn is_of_every_node(&self) -> bool {
        let is_of_log = self.name.starts_with("user_action") || self.name.starts_with("feed_cursor.");
        let is_other = ["rollbook_audit_", "rollbook_permit"].iter().any(|start| self.name.starts_with(start));
        self.kind != "trigger" && !is_of_log && !is_other
    }

    /// Why a part that no migration makes can change or hide rows in silence; nothing of most.
    fn danger(&self) -> Option<String> {
        let Self { kind, name, definition } = self;
        let is_before_row = definition.contains(" BEFORE ") && definition.contains(" FOR EACH ROW ");
        match kind.as_str() {
            "trigger" if is_before_row => {
                Some(format!("the trigger {name} of another program can change or drop rows"))
            }
            "rule" => Some(format!("the rule {name} of another program can change or drop rows")),
            _ => None,
        }
    }
}

/// The parts that a dump lists, with their names as it writes them.
pub(in crate::db) fn parts_of_dump() -> Vec<(&'static str, Vec<String>)> {
    let mut parts = Vec::new();
    for part in EXPECTED.lines().filter_map(Part::parse) {
        let (table, own) = part.name.split_once('.').unwrap_or(("", &part.name));
        let of_table = vec![table.to_owned(), own.to_owned()];
        match part.kind.as_str() {
            "table" => {
                parts.push(("TABLE", vec![part.name.clone()]));
                parts.push(("TABLE DATA", vec![part.name]));
            }
            "index" if !part.name.ends_with("_pkey") => parts.push(("INDEX", vec![part.name])),
            "trigger" => parts.push(("TRIGGER", of_table)),
            "constraint" if part.definition.starts_with("PRIMARY KEY") => parts.push(("CONSTRAINT", of_table)),
            "constraint" if part.definition.starts_with("FOREIGN KEY") => parts.push(("FK CONSTRAINT", of_table)),
            // Of its parameters, a dump lists the types alone.
            "function" if own.ends_with("()") => parts.push(("FUNCTION", vec![part.name])),
            _ => {}
        }
    }
    parts
}

/// What differs from what the migrations make, but for the parts of which something is said already.
///
/// # Errors
/// When the database fails.
pub(super) fn problems(
    said: &[String],
    is_distributed: bool,
    conn: &mut AnyConnection,
) -> anyhow::Result<Vec<(String, &'static str)>> {
    // The server writes definitions as these settings say.
    transaction::begin_snapshot(conn)?;
    let found = conn.batch_execute(SETTINGS).and_then(|()| sql_query(statement(QUERY)).load::<Part>(conn));
    transaction::rollback(conn);
    let found = found?;
    let expected: Vec<Part> = EXPECTED.lines().filter_map(Part::parse).collect();
    let is_compared = |part: &&Part| {
        (!is_distributed || part.is_of_every_node()) && !said.iter().any(|problem| part.is_named_in(problem))
    };
    let same = |one: &Part, other: &Part| one.kind == other.kind && one.name == other.name;
    let differs = expected.iter().filter(is_compared).filter_map(|part| {
        let Part { kind, name, definition } = part;
        match found.iter().find(|found| same(found, part)) {
            None => Some(format!("the {kind} {name} is missing")),
            Some(found) if found.definition != *definition => {
                Some(format!("the {kind} {name} is not the one of the migrations"))
            }
            Some(_) => None,
        }
    });
    let unknown = found.iter().filter(is_compared).filter(|part| !expected.iter().any(|known| same(known, part)));
    let differs = differs.map(|problem| (problem, MAKE_AGAIN));
    Ok(differs.chain(unknown.filter_map(Part::danger).map(|problem| (problem, DROP_OTHER))).collect())
}
