//! Runs migrations where the log is distributed. A script is sent statement by statement, as the nodes get the text of some
//! queries; and tables that it creates become reference tables.

use std::any::Any;

use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::{Migration, MigrationSource, Result};
use diesel::pg::Pg;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryResult, RunQueryDsl as _, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _};

use super::OF_CHANGES;

/// Collects the script of a migration instead of running it.
#[derive(Default)]
struct Script(String);

impl SimpleConnection for Script {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.0.push_str(query);
        Ok(())
    }
}

impl BoxableConnection<Pg> for Script {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// What a script starts with: triggers are allowed, and run on every node.
const SETTINGS: &str = "SET LOCAL client_min_messages = warning; SET LOCAL citus.enable_unsafe_triggers = on";

/// The tables that a script may have created, and that are on this node alone.
const NEW_TABLES: &str = "DO $$ DECLARE new regclass; BEGIN \
     FOR new IN SELECT c.oid FROM pg_class c \
       WHERE c.relkind = 'r' AND c.relname <> '__diesel_schema_migrations' \
         AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass) \
         AND c.relname = ANY ({tables}) \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_dist_partition p WHERE p.logicalrelid = c.oid AND (p.partmethod = 'h' OR p.repmodel = 't')) \
     LOOP PERFORM create_reference_table(new); END LOOP; END $$";

/// Applies the pending migrations, in the open transaction. `tables` are the names of all tables of ours.
pub fn run(source: EmbeddedMigrations, tables: &[&str], conn: &mut PgConnection) -> Result<()> {
    for migration in conn.pending_migrations(source)? {
        let mut script = Script::default();
        migration.run(&mut script)?;
        execute(&script, conn)?;
        sql_query("INSERT INTO __diesel_schema_migrations (version) VALUES ($1)")
            .bind::<Text, _>(migration.name().version().to_string())
            .execute(conn)?;
    }
    conn.batch_execute(&NEW_TABLES.replace("{tables}", &format!("ARRAY[{}]", super::super::quoted(tables))))?;
    Ok(())
}

/// Reverts the latest migration, in the open transaction.
pub fn revert(source: &EmbeddedMigrations, conn: &mut PgConnection) -> Result<()> {
    let Some(latest) = conn.applied_migrations()?.into_iter().next() else { return Ok(()) };
    let migrations: Vec<Box<dyn Migration<Pg>>> = source.migrations()?;
    let Some(migration) = migrations.iter().find(|migration| migration.name().version() == latest) else {
        return Err(format!("unknown migration {latest}").into());
    };
    let mut script = Script::default();
    migration.revert(&mut script)?;
    execute(&script, conn)?;
    sql_query("DELETE FROM __diesel_schema_migrations WHERE version = $1")
        .bind::<Text, _>(latest.to_string())
        .execute(conn)?;
    Ok(())
}

fn execute(script: &Script, conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(SETTINGS)?;
    conn.batch_execute(OF_CHANGES)?;
    statements(&script.0).into_iter().try_for_each(|statement| conn.batch_execute(statement))
}

/// The statements of a script. A semicolon in a comment, a string or between dollars ends none.
fn statements(script: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = script.get(at..).filter(|rest| !rest.is_empty()) {
        let skipped = ["--", "'", "\"", "$$"].iter().find(|opening| rest.starts_with(**opening)).map(|opening| {
            let closing = if *opening == "--" { "\n" } else { opening };
            rest[opening.len()..].find(closing).map_or(rest.len(), |end| opening.len() + end + closing.len())
        });
        at += skipped.unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
        if rest.starts_with(';') {
            statements.push(script[start..at - 1].trim());
            start = at;
        }
    }
    statements.push(script.get(start..).unwrap_or_default().trim());
    statements.retain(|statement| !statement.lines().all(|line| line.trim().is_empty() || line.starts_with("--")));
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_where_the_server_ends_them() {
        let script =
            "-- a; comment\nSELECT 'a;b', \"c;d\";\nDO $$ BEGIN x; END $$;\n\n-- it's the end\nSELECT 'it''s;';";
        let expected =
            ["-- a; comment\nSELECT 'a;b', \"c;d\"", "DO $$ BEGIN x; END $$", "-- it's the end\nSELECT 'it''s;'"];
        assert_eq!(statements(script), expected);
        assert_eq!(statements("SELECT 1"), ["SELECT 1"]);
        assert!(statements("-- nothing\n;\n").is_empty());
    }
}
