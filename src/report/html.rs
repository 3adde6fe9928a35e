//! A report as one page without scripts, pictures or addresses: it can be mailed, printed and kept.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::table::{Cell, Column};
use super::{Report, SMALL_NUMBERS, Section};
use crate::chart::{DARK_STYLE, STYLE};
use crate::output::{plural, visible};

/// The policy by which a browser loads nothing for the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The most rows of a table: what is longer is no longer read on a page, and makes it too large to be mailed.
const MOST_ROWS: usize = 100;

/// The report as a page.
#[must_use]
pub fn to_html(report: &Report<'_>) -> String {
    let scope = report.scope;
    let title = format!("Community report: {}", scope.period);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (page_head(&title))
            body {
                header {
                    h1 { (visible(&title)) }
                    dl class="facts" {
                        @for (name, value) in report.facts() { div { dt { (name) } dd { (visible(&value)) } } }
                    }
                }
                main {
                    @for section in &report.sections {
                        @if section.name == "summary" { (summary(section)) } @else { (section_of(section)) }
                    }
                }
                footer {
                    h2 { "How the numbers are defined" }
                    dl {
                        @for section in &report.sections { div { dt { (section.title) } dd { (section.definition) } } }
                    }
                    @if !scope.shows_small {
                        p { (SMALL_NUMBERS) }
                    }
                }
            }
        }
    };
    page.into_string()
}

/// The head of a page, with its style.
#[must_use]
pub fn page_head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (visible(title)) }
            style { (PreEscaped(STYLE)) (PreEscaped(include_str!("page.css"))) (PreEscaped(dark())) }
        }
    }
}

/// The colours for those who prefer a dark screen; paper is white.
fn dark() -> String {
    let page = ":root{--ink:#e6edf3;--soft:#a5b0bc;--page:#0d1117;--card:#161b22;--line:#30363d;--link:#79c0ff}";
    format!("@media screen and (prefers-color-scheme:dark){{{page}{DARK_STYLE}}}")
}

/// The numbers of the summary, as cards.
fn summary(section: &Section) -> Markup {
    html! {
        section id=(section.name) class="summary" {
            h2 { (section.title) }
            p class="finding" { (visible(&section.finding)) }
            div class="cards" {
                @for row in &section.table.rows {
                    div class="card" {
                        div class="name" { (row[0].shown()) }
                        div class="value" { (row[1].shown()) }
                        div class="change" { (change(row)) }
                    }
                }
            }
        }
    }
}

/// The change of a number against the period before, in words.
fn change(row: &[Cell]) -> String {
    match (&row[2], &row[3], &row[4]) {
        (Cell::Empty, ..) => String::new(),
        (before, Cell::Percent(Some(percent)), Cell::Text(direction)) => {
            let arrow = direction.chars().next().unwrap_or(' ');
            if *percent == 0.0 && arrow == '=' {
                format!("= as before ({})", before.shown())
            } else {
                format!("{arrow} {} % {}, was {}", percent.abs(), &direction[arrow.len_utf8()..].trim(), before.shown())
            }
        }
        (before, ..) => format!("was {}", before.shown()),
    }
}

fn section_of(section: &Section) -> Markup {
    html! {
        section id=(section.name) {
            h2 { (section.title) }
            p class="finding" { (visible(&section.finding)) }
            @match section.drawn() {
                Some(chart) => {
                    figure {
                        (chart)
                        @if !section.table.rows.is_empty() { details { summary { "The numbers" } (table(section)) } }
                    }
                }
                None => { @if !section.table.rows.is_empty() { (table(section)) } }
            }
        }
    }
}

fn table(section: &Section) -> Markup {
    let table = &section.table;
    let used = |column: &usize| table.rows.iter().any(|row| !row[*column].shown().is_empty());
    let columns: Vec<usize> = (0..table.columns.len()).filter(used).collect();
    let class = |column: usize| if table.is_number(column) { "n" } else { "" };
    let heading = |column: usize| {
        let Column { title, .. } = table.columns[column];
        html! { th scope="col" class=(class(column)) { @if title.is_empty() { "Note" } @else { (title) } } }
    };
    let cell = |column: usize, row: &[Cell]| {
        let text = row[column].shown();
        let text = visible(&text);
        html! {
            @if column == 0 {
                th scope="row" { bdi { (text) } }
            } @else {
                td class=(if row[column].is_number() { "n" } else { "" }) { bdi { (text) } }
            }
        }
    };
    html! {
        div class="scroll" tabindex="0" role="region" aria-label={ (section.title) ": the numbers" } {
            table {
                thead { tr { @for column in &columns { (heading(*column)) } } }
                tbody {
                    @for row in table.rows.iter().take(MOST_ROWS) {
                        tr { @for column in &columns { (cell(*column, row)) } }
                    }
                }
                @if let Some(more @ 1..) = table.rows.len().checked_sub(MOST_ROWS) {
                    tfoot {
                        tr { td colspan=(columns.len()) { (plural(more as u64, "more row")) ": in the report as .csv or .json" } }
                    }
                }
            }
        }
    }
}
