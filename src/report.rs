//! The report on a period: sections of numbers, each with what it says in a sentence, as a page, a message, text or data.
//!
//! A new section is a file in `sections/`, and a line in [`SECTIONS`]; a new format is a file here.

mod csv;
mod html;
mod json;
mod mail;
mod scope;
mod sections;
mod table;
mod text;

use anyhow::Context as _;
use maud::Markup;

use crate::chart::Description;
use crate::clock::WeekStart;
use crate::db::Db;
use crate::output::thousands;

pub use csv::to_csv;
pub use html::{page_head, to_html};
pub use json::to_json;
pub use mail::to_mail;
pub use scope::Scope;
pub use table::{Cell, DataTable};
pub use text::{TextWidth, to_text};

/// A section: its numbers, and what they say.
pub struct Section {
    /// Its name on the command line and in data.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What the numbers say.
    pub finding: String,
    /// The chart; none where there is nothing to draw.
    pub chart: Option<Chart>,
    /// The numbers.
    pub table: DataTable,
    /// How the numbers are defined.
    pub definition: &'static str,
}

/// Draws a chart, described.
pub type Chart = Box<dyn Fn(&Description) -> Markup>;

type Build = fn(&Scope, &mut Db) -> anyhow::Result<Section>;

/// The sections, in order.
pub const SECTIONS: [(&str, Build); 11] = [
    ("summary", sections::summary::section),
    ("active-weeks", sections::active_weeks::section),
    ("sign-ups", sections::sign_ups::section),
    ("funnel", sections::funnel::section),
    ("courses", sections::completion::courses),
    ("cohorts", sections::completion::cohorts),
    ("retention", sections::retention::section),
    ("champions", sections::champions::section),
    ("hours", sections::hours::section),
    ("data", sections::data::section),
    (PEOPLE, sections::people::section),
];

/// The section with names, which is only there where they are asked for.
pub const PEOPLE: &str = "people";

/// How small numbers are kept.
const SMALL_NUMBERS: &str = "Groups of one to four people are shown as <5. Where a total or a difference within a section \
                             would disclose such a number, other numbers are hidden, too; charts draw small groups as 2.5. \
                             Several sections, or reports, may tell together what none tells alone.";

/// A report.
pub struct Report<'a> {
    /// What it is about.
    pub scope: &'a Scope,
    /// The position of the last action that it counts.
    pub log_position: i64,
    /// Its sections.
    pub sections: Vec<Section>,
}

impl<'a> Report<'a> {
    /// What the report is about, for its head: names and values.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let scope = self.scope;
        let population = if scope.filters.is_empty() { "everybody".to_owned() } else { scope.filters.join("; ") };
        let start = if scope.week_start == WeekStart::Monday { "Monday" } else { "Sunday" };
        let mut facts = vec![
            ("Period", format!("{} to {}", scope.shown(scope.since), scope.shown(scope.until))),
            ("Time zone", scope.clock.tz().name().to_owned()),
            ("Weeks start on", start.to_owned()),
            ("People", population),
        ];
        if scope.before.is_some() {
            facts.push(("Compared with", scope.before_name.clone()));
        }
        facts.push(("As of", scope.shown(scope.as_of)));
        facts.push(("Log position", thousands(self.log_position.unsigned_abs())));
        facts.push(("Made by", format!("rollbook {}", env!("CARGO_PKG_VERSION"))));
        facts
    }

    /// Counts what is in the scope; all sections see the same state of the database.
    ///
    /// # Errors
    /// When the database fails.
    pub fn build(scope: &'a Scope, names: &[String], db: &mut Db) -> anyhow::Result<Self> {
        let is_wanted = |name: &str| {
            (name != PEOPLE || scope.shows_names) && (names.is_empty() || names.iter().any(|wanted| wanted == name))
        };
        let mut sections = Vec::new();
        for (name, build) in SECTIONS.into_iter().filter(|(name, _)| is_wanted(name)) {
            let mut section = build(scope, db).with_context(|| format!("cannot count the section {name}"))?;
            if !scope.shows_small {
                section.table.hide_small();
            }
            sections.push(section);
        }
        Ok(Self { scope, log_position: scope::log_position(db)?, sections })
    }
}

impl Section {
    /// The chart, if there is one.
    #[must_use]
    pub fn drawn(&self) -> Option<Markup> {
        let description =
            Description { id: self.name.to_owned(), title: self.title.to_owned(), finding: self.finding.clone() };
        self.chart.as_ref().map(|chart| chart(&description))
    }
}
