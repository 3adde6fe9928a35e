use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::standing::Standing;
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, AnyConnection};
use crate::error::ExitStatus;
use crate::models::{Champion, Stage};
use crate::output::{Format, fit, thousands};
use crate::schema::champion;
use crate::selection::{SINCE, known_cohorts};

/// Number of spaces between columns.
const GAP: usize = 2;

/// The width of a column that still has room for a name.
const NARROWEST: usize = 16;

/// The width of a column beyond which nothing is gained.
const WIDEST: usize = 48;

/// Show the pipeline as a board, with a column per stage and a card per record
///
/// Cards are sorted by time in stage, longest first; alumni by the time they became champion, latest first. Overdue
/// candidates and selected are marked with an exclamation mark. Formats other than table list the cards.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Filter by cohort; repeat to match any of several
    #[arg(
        long = "cohort",
        value_name = "COHORT",
        value_delimiter = ',',
        conflicts_with = "global",
        help_heading = "Filters"
    )]
    cohorts: Vec<String>,
    /// Only global records, which have no cohort
    #[arg(long, help_heading = "Filters")]
    global: bool,
    /// Mark candidates and selected that have been in their stage for at least this long
    #[arg(long, value_name = "AGE", default_value = "30d", value_parser = crate::clock::parse_duration, help_heading = "Output")]
    overdue: std::time::Duration,
    /// Maximum number of cards per column [default: 15 in the table, all in other formats]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Output")]
    limit: Option<u16>,
}

/// One stage of the board.
struct Column {
    stage: Stage,
    records: u64,
    cards: Vec<Standing>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if !self.global {
            self.cohorts = ctx.cohorts(self.cohorts);
        }
        if ctx.out.format() == Format::Table {
            self.limit.get_or_insert(15);
        }
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        known_cohorts(&args.cohorts, &mut db.conn)?;
        let columns = db.snapshot(|db| {
            Stage::ALL
                .iter()
                .map(|stage| column(*stage, args, clock.now(), &mut db.conn))
                .collect::<anyhow::Result<Vec<_>>>()
        })?;
        if out.format() == Format::Table {
            let board = draw(&columns, args, out.width(), out.is_styled());
            out.document(&board)?;
        } else {
            out.show_columns(vec!["id", "user_id", "name", "cohort_id", "stage", "since", "waited_seconds"]);
            out.list::<Standing, _>(columns.iter().flat_map(|column| &column.cards).map(Ok))?;
        }
        Ok(ExitStatus::Done)
    }
}

fn column(stage: Stage, args: &Args, now: Timestamp, conn: &mut AnyConnection) -> anyhow::Result<Column> {
    let filtered = |stage: Stage| {
        let mut records = champion::table.filter(champion::stage.eq(stage)).into_boxed();
        if !args.cohorts.is_empty() {
            records = records.filter(champion::cohort_id.eq_any(&args.cohorts));
        }
        if args.global {
            records = records.filter(champion::cohort_id.is_null());
        }
        records
    };
    let records: i64 = filtered(stage).select(count_star()).get_result(conn)?;
    // For alumni, no column has the time of entering the stage: the latest champions come first.
    let order = if stage.is_open() { SINCE } else { "champion.became_champion_at" };
    let direction = if stage.is_open() { "" } else { " DESC" };
    let rows: Vec<(Champion, String, Option<Timestamp>)> = filtered(stage)
        .select(Standing::columns())
        .order((sql::<Text>(order).sql(direction), champion::id))
        .limit(args.limit.map_or(i64::MAX, i64::from))
        .load(conn)?;
    let cards = rows.into_iter().map(|row| Standing::new(row, now)).collect();
    Ok(Column { stage, records: records.unsigned_abs(), cards })
}

/// Renders the board as text; all columns have the same width. Where the terminal is too narrow, they follow each other.
fn draw(columns: &[Column], args: &Args, width: usize, styled: bool) -> String {
    let each = width.saturating_sub(GAP * (columns.len() - 1)) / columns.len();
    if each < NARROWEST && columns.len() > 1 {
        let drawn = columns.chunks(1).map(|column| draw(column, args, width, styled));
        return drawn.collect::<Vec<_>>().join("\n\n");
    }
    let width = each.min(WIDEST);
    let style = |style: Style, text: &str| if styled { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let mut lines = vec![String::new(), String::new()];
    for (n, column) in columns.iter().enumerate() {
        let gap = " ".repeat(if n == 0 { 0 } else { GAP });
        let head = fit(&format!("{} {}", column.stage, thousands(column.records)), width);
        let _ = write!(lines[0], "{gap}{}", style(Style::new().bold(), &head));
        let _ = write!(lines[1], "{gap}{}", "─".repeat(width));
    }
    let rows = columns.iter().map(|column| column.cards.len() + usize::from(column.hidden() > 0)).max().unwrap_or(0);
    for row in 0..rows {
        let mut line = String::new();
        for (n, column) in columns.iter().enumerate() {
            let cell = match column.cards.get(row) {
                Some(card) => {
                    let overdue = matches!(card.champion.stage, Stage::Candidate | Stage::Selected)
                        && card.waited_seconds.is_some_and(|waited| waited >= args.overdue.as_secs());
                    let text = card_text(card, overdue, args, width);
                    if overdue { style(AnsiColor::Yellow.on_default(), &text) } else { text }
                }
                None if row == column.cards.len() && column.hidden() > 0 => {
                    fit(&format!("and {} more", thousands(column.hidden())), width)
                }
                None => " ".repeat(width),
            };
            let _ = write!(line, "{}{cell}", " ".repeat(if n == 0 { 0 } else { GAP }));
        }
        lines.push(line);
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// The text of a card: the name, truncated to the remaining width; the cohort, if the column is wide enough; and the
/// time in the stage.
fn card_text(card: &Standing, overdue: bool, args: &Args, width: usize) -> String {
    let waited = format!("{}{}", card.waited(), if overdue { "!" } else { "" });
    let mut left = width.saturating_sub(waited.len() + 1);
    let mut cohort = String::new();
    if args.cohorts.is_empty()
        && let Some(id) = card.champion.cohort_id.as_deref().filter(|_| width >= 32)
    {
        let room = left / 3;
        cohort = format!(" {}", fit(id, room));
        left = left.saturating_sub(room + 1);
    }
    format!("{}{cohort} {waited}", fit(&card.name, left))
}

impl Column {
    const fn hidden(&self) -> u64 {
        self.records.saturating_sub(self.cards.len() as u64)
    }
}
