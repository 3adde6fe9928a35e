use std::io::{BufWriter, IsTerminal as _, Write};

use clap::ValueEnum;
use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Serialize, Serializer};

use crate::context::{Command, Context};
use crate::db::types::{Json, Timestamp};
use crate::db::{Access, AnyConnection, MultiBackend};
use crate::error::{ExitStatus, Failure};
use crate::models::UserAction;
use crate::output::{CsvWriter, JsonLineWriter, Record, Settings, TableStyle, Writer};
use crate::schema::user_action;
use crate::selection::ActionFilter;
use rows::Batches;

mod cloudevents;
mod copy;
mod rows;
mod xapi;

/// Export actions as CSV (which can be imported again), JSON lines, xAPI statements or CloudEvents
///
/// The export contains the log as of the start of the command, in storage order, which may differ from time order.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Filters")]
    filter: ActionFilter,
    /// Format of an action; xapi and cloudevents are written as JSON lines
    #[arg(long = "as", value_name = "WHAT", value_enum, default_value_t = Shape::Rows, hide_possible_values = false, help_heading = "Output")]
    shape: Shape,
    /// Base IRI of the platform, for --as xapi and cloudevents
    #[arg(
        long,
        value_name = "URL",
        required_if_eq("shape", "xapi"),
        required_if_eq("shape", "cloudevents"),
        hide_short_help = true,
        help_heading = "Output"
    )]
    homepage: Option<String>,
    /// Prefix CSV cells that a spreadsheet would run as formulas with an apostrophe
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    excel_safe: bool,
    /// Compress with gzip
    #[arg(long, conflicts_with = "zstd", help_heading = "Output")]
    gzip: bool,
    /// Compress with zstd
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    zstd: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// Columns of the action: CSV, or JSON lines with --format jsonl
    Rows,
    /// Experience API (xAPI) statement
    Xapi,
    /// CloudEvents 1.0 event
    Cloudevents,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let format = ctx.out.format();
        let is_csv = self.shape == Shape::Rows && format.has_rows();
        if self.shape == Shape::Rows && !is_csv && !format.is_json_lines() {
            return Err(Failure::usage("export supports only --format csv and --format jsonl").into());
        }
        if self.shape != Shape::Rows && !format.is_line_by_line() {
            return Err(Failure::usage("xapi and cloudevents need --format jsonl").into());
        }
        if self.excel_safe && !is_csv {
            return Err(Failure::usage("--excel-safe requires CSV output").into());
        }
        let (db, out) = ctx.take()?;
        db.last_snapshot(|db| {
            let conn = &mut db.conn;
            let user = self.filter.user_id(conn)?;
            let conditions = self.filter.conditions(user.as_deref(), clock, conn)?;
            let unfiltered = conditions.is_empty();
            let actions = user_action::table.select(UserAction::as_select()).into_boxed();
            let actions = conditions.into_iter().fold(actions, QueryDsl::filter);
            out.write(|out| rows::stream(actions, unfiltered, conn, |batches| self.write(is_csv, batches, out)))
                .map(drop)
        })?;
        Ok(ExitStatus::Done)
    }
}

impl Args {
    /// Writes the rows, compressed as asked.
    fn write(&self, is_csv: bool, batches: Batches, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        if self.gzip {
            let mut encoder = BufWriter::new(GzEncoder::new(out, Compression::default()));
            if let Err(error) = self.write_rows(is_csv, batches, &mut encoder) {
                // Dropping the encoder would write a valid end of file after incomplete data.
                std::mem::forget(encoder);
                return Err(error);
            }
            encoder.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
        } else if self.zstd {
            let mut encoder = zstd::Encoder::new(out, 3)?;
            self.write_rows(is_csv, batches, &mut encoder)?;
            encoder.finish()?;
        } else {
            self.write_rows(is_csv, batches, out)?;
        }
        Ok(())
    }

    fn write_rows(&self, is_csv: bool, batches: Batches, out: &mut dyn Write) -> anyhow::Result<()> {
        let homepage = self.homepage.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
        let style = TableStyle {
            styled: false,
            terminal: std::io::stdout().is_terminal(),
            charts: false,
            empty_columns: true,
            tz: chrono_tz::Tz::UTC,
        };
        let settings = Settings { columns: None, is_chosen: false, style, escape_formulas: self.excel_safe };
        let mut writer: Box<dyn for<'a> Writer<ExportRow<'a>> + '_> = match self.shape {
            Shape::Rows if is_csv => Box::new(CsvWriter::new(out, settings)),
            Shape::Rows => Box::new(JsonLineWriter::new(out, None)),
            Shape::Xapi => Box::new(xapi::StatementWriter::new(out, homepage)),
            Shape::Cloudevents => Box::new(cloudevents::EventWriter::new(out, homepage)),
        };
        writer.begin()?;
        for batch in batches {
            for cells in batch?.rows() {
                writer.row(&ExportRow(cells))?;
            }
        }
        writer.end().map(drop)
    }
}

/// A row of the log, as it is stored.
struct ExportRow<'a>([&'a str; rows::CELLS]);

impl ExportRow<'_> {
    fn action(&self) -> anyhow::Result<UserAction> {
        rows::action(self.0)
    }
}

impl Serialize for ExportRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.action().map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl Record for ExportRow<'_> {
    const COLUMNS: &'static [&'static str] = UserAction::COLUMNS;
    const TABLE: &'static [&'static str] = UserAction::TABLE;

    fn cells(&self) -> Vec<String> {
        let mut cells = Vec::with_capacity(rows::CELLS);
        let collected = self.each_cell(&mut |cell| {
            cells.push(cell.to_owned());
            Ok(())
        });
        drop(collected);
        cells
    }

    fn each_cell(&self, take: &mut dyn FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
        for (i, cell) in self.0.into_iter().enumerate() {
            match i {
                rows::METADATA => take(Json::stored(cell).as_str())?,
                rows::OCCURRED_AT | rows::RECORDED_AT => take(&[Timestamp::shown(cell), "Z"].concat())?,
                _ => take(cell)?,
            }
        }
        Ok(())
    }

    fn id(&self) -> &str {
        self.0[0]
    }
}

/// A query for actions, with any filters.
type ActionQuery<'a> = user_action::BoxedQuery<'a, MultiBackend, SqlTypeOf<AsSelect<UserAction, MultiBackend>>>;

/// A query with an SQL prefix, whose row type diesel does not check.
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
