use diesel::connection::SimpleConnection as _;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::output::plural;

/// Print or apply the least rights of database roles, on PostgreSQL
///
/// The owner of the tables migrates. An operator can use every other command but db copy and db restore. An importer can
/// import and record actions and read the feed; its rights do not suffice to erase or merge users, or to choose the
/// position of an action in the feed. A reader can use the commands that read. The roles must exist.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Role of people who administer; repeat for several
    #[arg(long = "operator", value_name = "ROLE")]
    operators: Vec<String>,
    /// Role of jobs that import actions, and of consumers of the feed; repeat for several
    #[arg(long = "importer", value_name = "ROLE")]
    importers: Vec<String>,
    /// Role of reports; repeat for several
    #[arg(long = "reader", value_name = "ROLE")]
    readers: Vec<String>,
    /// Grant the rights; without it, the statements are printed
    #[arg(long)]
    apply: bool,
    /// Print the statements, as without --apply
    #[arg(long, short = 'n', conflicts_with = "apply")]
    dry_run: bool,
}

/// The columns of an action that its writer sets.
const WRITTEN: &str = "id, user_id, enrollment_id, action_type, target_type, target_id, metadata, source_system, \
     source_event_id, idempotency_key, occurred_at";

/// The columns of a change that its writer sets.
const AUDITED: &str =
    "actor, verb, subject_kind, subject_id, before, after, import_run_id, refusal, operation_id, reason, os_user";

/// What a reader may do.
const READER: &[&str] = &[
    "USAGE ON SCHEMA {schema}",
    "SELECT ON \"user\", user_action, champion, import_run, import_parked, audit_event, feed_cursor, feed_parked, operation, \
     former_email, hash_key, log_generation, __diesel_schema_migrations",
    // For a backup by pg_dump.
    "SELECT ON SEQUENCE user_action_position_seq, audit_event_position_seq, log_generation_number_seq",
];

/// What an importer may do besides.
const IMPORTER: &[&str] = &[
    "INSERT ({written}) ON user_action",
    "INSERT, UPDATE ON import_run",
    "INSERT, UPDATE (result) ON operation",
    "INSERT ({audited}) ON audit_event",
    "INSERT, UPDATE, DELETE ON feed_cursor, feed_parked, import_parked",
];

/// What an operator may do besides.
const OPERATOR: &[&str] = &[
    "INSERT, UPDATE ON \"user\"",
    "UPDATE ON operation",
    "INSERT, UPDATE, DELETE ON champion, former_email",
    "INSERT ON hash_key",
    "EXECUTE ON FUNCTION rollbook_permit(jsonb), rollbook_lock_feed(), rollbook_begin_generation()",
    // After an erasure, a merge, or a rebase of the feed: triggers allow nothing else.
    "UPDATE (user_id, metadata, recorded_xid) ON user_action",
    "UPDATE (before, after, actor, os_user, recorded_xid) ON audit_event",
];

impl Command for Args {
    fn access(&self) -> Access {
        if self.apply { Access::Write { create: false } } else { Access::Read }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let statements_of = |roles: &[String], rights: &[&[&str]], schema: &str, of_columns: bool| -> Vec<String> {
            let rights = || rights.iter().flat_map(|rights| rights.iter());
            roles
                .iter()
                .flat_map(|role| {
                    rights().map(move |right| {
                        let right = right
                            .replace("{schema}", schema)
                            .replace("{written}", WRITTEN)
                            .replace("{audited}", AUDITED);
                        let right = if of_columns { right } else { of_whole_tables(&right) };
                        format!("GRANT {right} TO {};", quoted(role))
                    })
                })
                .collect()
        };
        if ctx.database().url.is_sqlite() {
            return Err(
                Failure::usage("SQLite has no roles: everybody who can write the file can change everything").into()
            );
        }
        if [&self.operators, &self.importers, &self.readers].iter().all(|roles| roles.is_empty()) {
            return Err(Failure::usage("missing --operator, --importer or --reader ROLE").into());
        }
        let (db, out) = ctx.open()?;
        let schema = db.conn.engine().schema(&mut db.conn)?;
        let has_rights_of_columns = !db.conn.engine().is_log_distributed();
        let mut statements =
            statements_of(&self.operators, &[READER, IMPORTER, OPERATOR], &schema, has_rights_of_columns);
        statements.extend(statements_of(&self.importers, &[READER, IMPORTER], &schema, has_rights_of_columns));
        statements.extend(statements_of(&self.readers, &[READER], &schema, has_rights_of_columns));
        if self.apply && !db.conn.engine().may_grant(&mut db.conn)? {
            // The server only warns.
            let message = "only the owner of the tables can grant rights on them";
            let hint = "connect as the owner: --database-url postgres://OWNER@…";
            return Err(Failure::failed(message).hint(hint).into());
        }
        if !self.apply {
            out.document(&statements.join("\n"))?;
            return Ok(ExitStatus::Done);
        }
        db.transaction(|db| statements.iter().try_for_each(|statement| Ok(db.conn.batch_execute(statement)?)))?;
        out.status(format_args!(
            "granted the rights of {}",
            plural((self.operators.len() + self.importers.len() + self.readers.len()) as u64, "role")
        ));
        Ok(ExitStatus::Done)
    }
}

/// A right as Citus needs it: without the list of columns, which a shard does not have, and with UPDATE where an INSERT has ON
/// CONFLICT. On the log, triggers set and keep what the columns would.
fn of_whole_tables(right: &str) -> String {
    if right.starts_with("EXECUTE ") {
        return right.to_owned();
    }
    if let Some(table) = right.strip_prefix("INSERT ON ") {
        return format!("INSERT, UPDATE ON {table}");
    }
    match (right.find('('), right.find(')')) {
        (Some(start), Some(end)) => format!("{}{}", right[..start].trim_end(), &right[end + 1..]),
        _ => right.to_owned(),
    }
}

/// A name as an identifier of SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
