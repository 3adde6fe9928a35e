use std::io::{BufWriter, Write};

use clap::ValueEnum;
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{sql_query, sql_types};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::selection::Selection;
use crate::db::{AnyConnection, Db, MultiBackend};
use crate::error::{ExitStatus, Failure};
use crate::models::UserAction;
use crate::output::{Format, Output, Record as _, csv, json};
use crate::schema::user_action;

mod cloudevents;
mod xapi;

/// How many rows PostgreSQL sends at a time.
const FETCHED: &str = "FETCH FORWARD 5000 FROM actions_export";

/// Export actions, any number of them: CSV that an import takes, JSON lines, xAPI statements or CloudEvents
///
/// It is the log as it is when the command begins, in the order in which the database keeps it.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
    /// What to write of each action; statements and events are JSON lines
    #[arg(long = "as", value_name = "WHAT", value_enum, default_value_t = Shape::Rows, hide_possible_values = false)]
    shape: Shape,
    /// Whose users and things they are, for --as xapi and cloudevents: the address of the platform
    #[arg(long, value_name = "URL", required_if_eq("shape", "xapi"), required_if_eq("shape", "cloudevents"))]
    homepage: Option<String>,
    /// Guard cells that a spreadsheet would run as formulas; without it nothing is altered
    #[arg(long)]
    excel_safe: bool,
    /// Pack it with gzip
    #[arg(long, conflicts_with = "zstd")]
    gzip: bool,
    /// Pack it with zstd
    #[arg(long)]
    zstd: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// Its columns: CSV, or JSON lines with --format jsonl
    Rows,
    /// A statement of the Experience API
    Xapi,
    /// An event of CloudEvents 1.0
    Cloudevents,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
    let homepage = args.homepage.as_deref().unwrap_or_default().trim_end_matches('/');
    let write_json: fn(&UserAction, &str, &mut dyn Write) -> anyhow::Result<()> = match (args.shape, out.format()) {
        (Shape::Rows, Format::Table | Format::Csv | Format::Jsonl) => |action, _, out| json::line(out, action),
        (Shape::Xapi, Format::Table | Format::Jsonl) => {
            |action, homepage, out| json::line(out, &xapi::Statement::new(action, homepage))
        }
        (Shape::Cloudevents, Format::Table | Format::Jsonl) => {
            |action, homepage, out| json::line(out, &cloudevents::CloudEvent::new(action, homepage))
        }
        (Shape::Rows, Format::Json | Format::Ids) => {
            return Err(usage("an export is CSV or JSON lines: --format csv or jsonl").into());
        }
        (Shape::Xapi | Shape::Cloudevents, _) => return Err(usage("statements and events are JSON lines").into()),
    };
    let is_csv = args.shape == Shape::Rows && out.format() != Format::Jsonl;
    if args.excel_safe && !is_csv {
        return Err(usage("--excel-safe is for CSV").into());
    }
    db.snapshot(|db| {
        let conn = &mut db.conn;
        let user = args.selection.user_id(conn)?;
        let conditions = args.selection.conditions(user.as_deref(), conn);
        let actions = user_action::table.select(UserAction::as_select()).into_boxed();
        let actions = conditions.into_iter().fold(actions, QueryDsl::filter);
        let write_all = |out: &mut dyn Write| {
            if is_csv {
                write_csv(args.excel_safe, actions, conn, out)
            } else {
                for_each(actions, conn, |action| write_json(action, homepage, out))
            }
        };
        out.write(|out| {
            if args.gzip {
                let mut packed = BufWriter::new(GzEncoder::new(out, Compression::default()));
                write_all(&mut packed)?;
                packed.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
            } else if args.zstd {
                let mut packed = zstd::Encoder::new(out, 3)?;
                write_all(&mut packed)?;
                packed.finish()?;
            } else {
                write_all(out)?;
            }
            Ok(())
        })
        .map(drop)
    })?;
    Ok(ExitStatus::Done)
}

/// A query for actions, with whatever filters.
type ActionQuery<'a> = user_action::BoxedQuery<'a, MultiBackend, SqlTypeOf<AsSelect<UserAction, MultiBackend>>>;

/// CSV with a header line; `safe` lets no cell begin as a formula does.
fn write_csv(
    safe: bool,
    actions: ActionQuery<'_>,
    conn: &mut AnyConnection,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(UserAction::COLUMNS).map_err(csv::io_error)?;
    for_each(actions, conn, |action| {
        let mut cells = action.cells();
        if safe {
            cells.iter_mut().filter(|cell| is_formula(cell)).for_each(|cell| cell.insert(0, '\''));
        }
        writer.write_record(&cells).map_err(csv::io_error)
    })?;
    Ok(writer.flush()?)
}

/// Whether a spreadsheet would run the cell; with an apostrophe before it, it does not.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Hands out the rows of a query as they come, in the transaction that is open: memory does not grow with them.
fn for_each(
    actions: ActionQuery<'_>,
    conn: &mut AnyConnection,
    mut each: impl FnMut(&UserAction) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    if conn.is_sqlite() {
        for action in actions.load_iter::<UserAction, DefaultLoadingMode>(conn)? {
            each(&action?)?;
        }
        return Ok(());
    }
    // libpq would hold all the rows of a result in memory.
    Declare(actions).execute(conn)?;
    loop {
        let page: Vec<UserAction> = sql_query(FETCHED).load(conn)?;
        if page.is_empty() {
            return Ok(());
        }
        page.iter().try_for_each(&mut each)?;
    }
}

/// The declaration of a cursor for a query.
#[derive(Debug, Clone, Copy, QueryId)]
struct Declare<Q>(Q);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Declare<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("DECLARE actions_export NO SCROLL CURSOR FOR ");
        self.0.walk_ast(out.reborrow())
    }
}

impl<Q> diesel::query_builder::Query for Declare<Q> {
    type SqlType = sql_types::Untyped;
}

impl<Q> diesel::RunQueryDsl<AnyConnection> for Declare<Q> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told() {
        assert!(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"].into_iter().all(is_formula));
        assert!(!["a=1", "1-1", ""].into_iter().any(is_formula));
    }
}
