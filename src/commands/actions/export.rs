use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;

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
use crate::feed::{self, Cursor};
use crate::models::UserAction;
use crate::output::{CsvWriter, Format, JsonLineWriter, Record, Settings, TableStyle, Writer};
use crate::schema::user_action;
use crate::selection::ActionFilter;
use lineage::Lineage;
use rows::Batches;

mod cloudevents;
mod copy;
mod lineage;
mod parquet;
mod rows;
mod stored_row;
mod xapi;

/// Export actions as CSV (which can be imported again), JSON lines, xAPI statements or CloudEvents
///
/// The export contains the log as of the start of the command, in storage order, which may differ from time order. A merge, or
/// an erasure of metadata, gives the statements and events of the user new ids: xapi voids the old statements, cloudevents
/// names the old ids in rollbookreplaces. An id never gets different content.
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
        value_parser = check_homepage,
        required_if_eq("shape", "xapi"),
        required_if_eq("shape", "cloudevents"),
        hide_short_help = true,
        help_heading = "Output"
    )]
    homepage: Option<String>,
    /// Prefix CSV cells that a spreadsheet would run as formulas with an apostrophe
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    excel_safe: bool,
    /// Directory for --format parquet, which a later export brings up to date
    #[arg(long, short, value_name = "DIR", help_heading = "Output")]
    output: Option<PathBuf>,
    /// How --format parquet divides the actions into files
    #[arg(long, value_enum, requires = "output", default_value_t, hide_short_help = true, help_heading = "Output")]
    partition: Partition,
    /// With --format parquet, write the months of actions after this cursor of the feed again, not those since the last export
    #[arg(long, value_name = "CURSOR", requires = "output", hide_short_help = true, help_heading = "Output")]
    since_cursor: Option<Cursor>,
    /// Compress with gzip
    #[arg(long, conflicts_with = "zstd", hide_short_help = true, help_heading = "Output")]
    gzip: bool,
    /// Compress with zstd
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    zstd: bool,
}

/// Checks the base of IRIs: absolute, and nothing that a path cannot follow.
fn check_homepage(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_allowed = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`?#".contains(c);
    match host {
        Some(rest) if rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') && rest.chars().all(is_allowed) => {
            Ok(text.to_owned())
        }
        _ => Err("expected an absolute IRI without ? and #, e.g. https://learn.example.org".to_owned()),
    }
}

/// How actions are divided into files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Partition {
    /// A file for each month, in UTC
    #[default]
    Month,
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

    fn writes(&self, format: Format) -> bool {
        match self.shape {
            _ if self.output.is_some() => format == Format::Parquet,
            Shape::Rows => format.has_rows() || format.is_json_lines() || format == Format::Parquet,
            Shape::Xapi | Shape::Cloudevents => format.is_line_by_line(),
        }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let format = ctx.out.format();
        if format == Format::Parquet || self.output.is_some() {
            return self.export_files(ctx);
        }
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
            let users = self.filter.user_ids(conn)?;
            let conditions = self.filter.conditions(&users, clock, conn)?;
            let lineage = if self.shape == Shape::Rows { Lineage::default() } else { Lineage::load(conn)? };
            let unfiltered = conditions.is_empty();
            let actions = user_action::table.select(UserAction::as_select()).into_boxed();
            let actions = conditions.into_iter().fold(actions, QueryDsl::filter);
            out.write(|out| {
                rows::stream(actions, unfiltered, conn, |batches| self.write(is_csv, batches, &lineage, out))
            })
            .map(drop)
        })?;
        Ok(ExitStatus::Done)
    }
}

impl Args {
    /// Brings the Parquet files of a directory up to date.
    fn export_files(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let usage =
            |message: &str| Err(Failure::usage(message).hint("rollbook actions export --format parquet -o DIR").into());
        let Some(directory) = self.output else {
            return usage("missing --output DIR: --format parquet writes several files");
        };
        if ctx.out.format() != Format::Parquet {
            return usage("--output DIR is for --format parquet");
        }
        if self.shape != Shape::Rows || self.gzip || self.zstd || self.excel_safe {
            return usage(
                "--format parquet exports the whole log, compressed with zstd: omit --as, --gzip, --zstd and --excel-safe",
            );
        }
        let Partition::Month = self.partition;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let users = self.filter.user_ids(&mut db.conn)?;
        if !self.filter.conditions(&users, clock, &db.conn)?.is_empty() {
            return usage("--format parquet exports the whole log: omit the filters");
        }
        db.snapshot(|db| {
            feed::check_order(db)?;
            db.scan()?;
            parquet::export(&directory, self.since_cursor, db, out)
        })?;
        Ok(ExitStatus::Done)
    }

    /// Writes the rows, compressed as asked.
    fn write(
        &self,
        is_csv: bool,
        batches: Batches,
        lineage: &Lineage,
        out: &mut (dyn Write + Send),
    ) -> anyhow::Result<()> {
        if self.gzip {
            let mut encoder = BufWriter::new(GzEncoder::new(out, Compression::default()));
            if let Err(error) = self.write_rows(is_csv, batches, lineage, &mut encoder) {
                // Dropping the encoder would write a valid end of file after incomplete data.
                std::mem::forget(encoder);
                return Err(error);
            }
            encoder.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
        } else if self.zstd {
            let mut encoder = zstd::Encoder::new(out, 3)?;
            self.write_rows(is_csv, batches, lineage, &mut encoder)?;
            encoder.finish()?;
        } else {
            self.write_rows(is_csv, batches, lineage, out)?;
        }
        Ok(())
    }

    fn write_rows(&self, is_csv: bool, batches: Batches, lineage: &Lineage, out: &mut dyn Write) -> anyhow::Result<()> {
        let homepage = self.homepage.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
        let terminal = std::io::stdout().is_terminal();
        let style = TableStyle { terminal, ..TableStyle::plain(chrono_tz::Tz::UTC) };
        let settings = Settings { escape_formulas: self.excel_safe, ..Settings::new(style) };
        let mut writer: Box<dyn for<'a> Writer<ExportRow<'a>> + '_> = match self.shape {
            Shape::Rows if is_csv => Box::new(CsvWriter::new(out, settings)),
            Shape::Rows => Box::new(JsonLineWriter::new(out, None)),
            Shape::Xapi => Box::new(xapi::StatementWriter::new(out, homepage, lineage)),
            Shape::Cloudevents => Box::new(cloudevents::EventWriter::new(out, homepage, lineage)),
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
struct ExportRow<'a>([&'a str; stored_row::CELLS]);

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
        let mut cells = Vec::with_capacity(stored_row::CELLS);
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
                stored_row::METADATA => take(Json::stored(cell).as_str())?,
                stored_row::OCCURRED_AT | stored_row::RECORDED_AT => take(&[Timestamp::shown(cell), "Z"].concat())?,
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
