use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::context::{Command, Context};
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, StageStep, User, histories};
use crate::output::ArrangeArgs;

/// List the stage changes of a record, or of all records of a user, with time, duration and actor
///
/// Withdrawn records are included. The steps of an imported record are derived from its timestamps. Notes and other
/// changes: rollbook audit list --subject CHAMPION.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Champion record by id, or user by id or email; the start of an id is enough
    #[arg(value_name = "CHAMPION|USER")]
    record: String,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let mut user = User::find_optional(&mut db.conn, &args.record)?.map(|user| user.id);
        // Raw SQL: diesel has no UNION, and no JSON operators that both engines support.
        let ids = |record: &str, user: Option<&str>, db: &mut Db| -> QueryResult<Vec<Id>> {
            sql_query(
                "SELECT id FROM champion WHERE id = $1 OR user_id = $2 \
         UNION SELECT subject_id FROM audit_event WHERE subject_kind = 'champion' AND refusal IS NULL \
           AND (subject_id = $1 OR coalesce(after ->> 'user_id', before ->> 'user_id') = $2) ORDER BY 1",
            )
            .bind::<Text, _>(record)
            .bind::<Text, _>(user.unwrap_or_default())
            .load(&mut db.conn)
        };
        let mut found = ids(&args.record, user.as_deref(), db)?;
        if found.is_empty() && user.is_none() {
            // By the start of an id.
            if let Some(record) = Champion::find_by_start(&mut db.conn, &args.record)? {
                found = ids(&record.id, None, db)?;
            } else if let Some(named) = User::find_by_start(&mut db.conn, &args.record)? {
                found = ids(&named.id, Some(&named.id), db)?;
                user = Some(named.id);
            }
        }
        let ids = found;
        if ids.is_empty() && user.is_none() {
            return Err(Failure::not_found(format!("unknown champion record or user {}", args.record)).into());
        }
        let ids: Vec<&str> = ids.iter().map(|row| row.id.as_str()).collect();
        let steps: Vec<StageStep> = histories(&ids, db)?.into_iter().flat_map(|history| history.steps).collect();
        if steps.is_empty() {
            out.status("no steps");
        }
        args.arrange.print(&steps, out)?;
        Ok(ExitStatus::Done)
    }
}
