use diesel::prelude::*;

use crate::commands::paging::{self, Paging};
use crate::db::{AnyConnection, Db};
use crate::error::ExitStatus;
use crate::models::{Champion, Stage, User};
use crate::output::Output;
use crate::schema::champion;

/// List champion records, by id
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only records in this stage; repeated, in any of them
    #[arg(long = "stage", value_name = "STAGE", value_enum)]
    stages: Vec<Stage>,
    /// Only records in this cohort
    #[arg(long)]
    cohort: Option<String>,
    /// Only records outside of cohorts
    #[arg(long, conflicts_with = "cohort")]
    global: bool,
    /// Only records of this user; by id or email
    #[arg(long)]
    user: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let user = args.user.as_deref().map(|user| User::find(&mut db.conn, user)).transpose()?.map(|user| user.id);
    paging::print(out, &args.paging, "champions", paging::PAGE, |last: Option<&Champion>, limit| {
        let after = last.map(|record| record.id.as_str()).or(args.paging.after.as_deref());
        page(args, user.as_deref(), &mut db.conn, after, limit)
    })?;
    Ok(ExitStatus::Done)
}

fn page(
    args: &Args,
    user: Option<&str>,
    conn: &mut AnyConnection,
    after: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<Champion>> {
    let mut records = champion::table.select(Champion::as_select()).order(champion::id).limit(limit).into_boxed();
    if !args.stages.is_empty() {
        records = records.filter(champion::stage.eq_any(&args.stages));
    }
    if let Some(cohort) = &args.cohort {
        records = records.filter(champion::cohort_id.eq(cohort));
    }
    if args.global {
        records = records.filter(champion::cohort_id.is_null());
    }
    if let Some(user) = user {
        records = records.filter(champion::user_id.eq(user));
    }
    if let Some(id) = after {
        records = records.filter(champion::id.gt(id));
    }
    records.load(conn)
}
