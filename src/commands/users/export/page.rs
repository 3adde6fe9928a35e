//! The data of a person as a page that the person can read.

use std::io::Write;

use maud::{Markup, html};

use super::fields::PARTS;
use crate::db::types::Timestamp;
use crate::output::{Record, visible};
use crate::report::page_head;

/// Writes a page, part by part: of the actions, there may be a million.
pub(super) struct Page<'o> {
    out: &'o mut dyn Write,
}

impl<'o> Page<'o> {
    /// Starts the page.
    pub(super) fn begin(name: &str, now: Timestamp, out: &'o mut dyn Write) -> anyhow::Result<Self> {
        let title = format!("The data of {name}");
        write!(out, "<!DOCTYPE html><html lang=\"en\">{}<body>", page_head(&title).into_string())?;
        let header = html! {
            header {
                h1 { (visible(&title)) }
                p { "Everything that this community has stored about the account, as of " (now) ". Times are in UTC." }
            }
        };
        write!(out, "{}<main>", header.into_string())?;
        Ok(Self { out })
    }

    /// Writes a part: its records as a table, and what the fields mean.
    pub(super) fn part<R: Record>(
        &mut self,
        name: &str,
        title: &str,
        records: impl Iterator<Item = anyhow::Result<R>>,
    ) -> anyhow::Result<()> {
        write!(self.out, "<section class=\"summary\"><h2>{title}</h2>")?;
        let mut count = 0_u64;
        for record in records {
            if count == 0 {
                let head = html! { tr { @for column in R::COLUMNS { th { (column) } } } };
                write!(self.out, "<div class=\"scroll\"><table><thead>{}</thead><tbody>", head.into_string())?;
            }
            count += 1;
            let row = html! { tr { @for cell in record?.cells() { td { (visible(&cell)) } } } };
            write!(self.out, "{}", row.into_string())?;
        }
        if count == 0 {
            write!(self.out, "<p>Nothing is stored.</p>")?;
        } else {
            write!(self.out, "</tbody></table></div>{}", meanings(name).into_string())?;
        }
        write!(self.out, "</section>")?;
        Ok(())
    }

    /// Ends the page.
    pub(super) fn end(self) -> anyhow::Result<()> {
        writeln!(self.out, "</main></body></html>")?;
        Ok(self.out.flush()?)
    }
}

/// What the fields of a part mean.
fn meanings(part: &str) -> Markup {
    let fields = PARTS.iter().find(|(name, _)| *name == part).map_or(&[][..], |(_, fields)| *fields);
    html! {
        details {
            summary { "What the columns mean" }
            dl { @for (field, meaning) in fields { div { dt { (field) } dd { (meaning) } } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{Champion, User, UserAction};
    use crate::output::HistoryRow;

    #[test]
    fn every_field_has_a_meaning() {
        for (part, columns) in [
            ("user", User::COLUMNS),
            ("champions", Champion::COLUMNS),
            ("audit", HistoryRow::COLUMNS),
            ("actions", UserAction::COLUMNS),
        ] {
            let fields = PARTS.iter().find(|(name, _)| *name == part).unwrap().1;
            let named: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
            assert_eq!(named, columns, "{part}");
        }
    }
}
