use std::io::{BufWriter, Write};

use ::csv::WriterBuilder;
use clap::ValueEnum;
use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::selection::Selection;
use crate::db::types::{Instant, Json};
use crate::db::{AnyConnection, Db, MultiBackend};
use crate::error::{ExitStatus, Failure};
use crate::models::UserAction;
use crate::output::{Format, Output, Record as _, csv, json};
use crate::schema::user_action;
use rows::Batches;

mod cloudevents;
mod copy;
mod rows;
mod xapi;

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

pub(super) fn run(args: &Args, db: Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
    let homepage = args.homepage.as_deref().unwrap_or_default().trim_end_matches('/');
    let write_json: WriteJson = match (args.shape, out.format()) {
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
    db.last_snapshot(|db| {
        let conn = &mut db.conn;
        let user = args.selection.user_id(conn)?;
        let conditions = args.selection.conditions(user.as_deref(), conn);
        let unfiltered = conditions.is_empty();
        let actions = user_action::table.select(UserAction::as_select()).into_boxed();
        let actions = conditions.into_iter().fold(actions, QueryDsl::filter);
        let write_all = |batches: Batches, out: &mut dyn Write| {
            if is_csv {
                write_csv(args.excel_safe, batches, out)
            } else {
                write_lines(batches, homepage, write_json, out)
            }
        };
        out.write(|out| {
            rows::stream(actions, unfiltered, conn, |batches| {
                if args.gzip {
                    let mut packed = BufWriter::new(GzEncoder::new(out, Compression::default()));
                    if let Err(error) = write_all(batches, &mut packed) {
                        // Dropped, it would end the archive as if it were whole.
                        std::mem::forget(packed);
                        return Err(error);
                    }
                    packed.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
                } else if args.zstd {
                    let mut packed = zstd::Encoder::new(out, 3)?;
                    write_all(batches, &mut packed)?;
                    packed.finish()?;
                } else {
                    write_all(batches, out)?;
                }
                Ok(())
            })
        })
        .map(drop)
    })?;
    Ok(ExitStatus::Done)
}

/// A query for actions, with whatever filters.
type ActionQuery<'a> = user_action::BoxedQuery<'a, MultiBackend, SqlTypeOf<AsSelect<UserAction, MultiBackend>>>;

/// CSV with a header line; `safe` lets no cell begin as a formula does.
fn write_csv(safe: bool, batches: Batches, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut writer = WriterBuilder::new().buffer_capacity(64 * 1024).from_writer(out);
    writer.write_record(UserAction::COLUMNS).map_err(csv::io_error)?;
    let mut shown = String::new();
    for batch in batches {
        for cells in batch?.rows() {
            for (i, cell) in cells.into_iter().enumerate() {
                shown.clear();
                let cell = match i {
                    rows::METADATA => {
                        shown.push_str(Json::stored(cell).as_str());
                        shown.as_str()
                    }
                    rows::OCCURRED_AT | rows::RECORDED_AT => {
                        shown.extend([Instant::shown(cell), "Z"]);
                        shown.as_str()
                    }
                    _ => cell,
                };
                if safe && is_formula(cell) {
                    writer.write_field(["'", cell].concat())
                } else {
                    writer.write_field(cell)
                }
                .map_err(csv::io_error)?;
            }
            writer.write_record(None::<&[u8]>).map_err(csv::io_error)?;
        }
    }
    Ok(writer.flush()?)
}

/// Whether a spreadsheet would run the cell; with an apostrophe before it, it does not.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// How an action is written as a line of JSON.
type WriteJson = fn(&UserAction, &str, &mut dyn Write) -> anyhow::Result<()>;

fn write_lines(batches: Batches, homepage: &str, write: WriteJson, out: &mut dyn Write) -> anyhow::Result<()> {
    for batch in batches {
        for cells in batch?.rows() {
            write(&rows::action(cells)?, homepage, out)?;
        }
    }
    Ok(())
}

/// A query with something before it, whose rows diesel is told nothing of.
#[derive(Debug, Clone, Copy)]
struct Untyped<Q>(&'static str, Q);

impl<Q> QueryId for Untyped<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Untyped<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(self.0);
        self.1.walk_ast(out.reborrow())
    }
}

impl<Q> diesel::query_builder::Query for Untyped<Q> {
    type SqlType = sql_types::Untyped;
}

impl<Q> diesel::RunQueryDsl<AnyConnection> for Untyped<Q> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told() {
        assert!(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"].into_iter().all(is_formula));
        assert!(!["a=1", "1-1", ""].into_iter().any(is_formula));
    }
}
