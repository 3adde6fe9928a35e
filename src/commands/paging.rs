//! Lists: read page by page along a key, so that memory does not grow with the table.

use std::num::NonZeroUsize;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use diesel::QueryResult;

use crate::output::{Output, Record};

/// How many rows are read at a time along an index.
pub(super) const PAGE: usize = 1000;

/// How many when no index has the list's order, so that each time all rows are looked at.
pub(super) const SORTED_PAGE: usize = 20_000;

/// Options that every list takes.
#[derive(Debug, clap::Args)]
pub(super) struct Paging {
    /// Stop after this many rows [default: 50 in a table, all of them in any other format]
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// Go on behind the row with this id
    #[arg(long, value_name = "ID")]
    pub(super) after: Option<String>,
}

/// Reads the name of a column that a record has.
pub(super) fn column_parser<R: Record + 'static>() -> impl TypedValueParser<Value = &'static str> {
    let name_of = |given: String| R::COLUMNS.iter().copied().find(|column| **column == given).unwrap_or_default();
    PossibleValuesParser::new(R::COLUMNS.iter().copied()).map(name_of)
}

/// The rows of a query that is asked page by page. `fetch` returns the rows behind the given one, or the first ones, at
/// most as many as it is told.
pub(super) struct Rows<T, F> {
    fetch: F,
    page_size: usize,
    page: std::vec::IntoIter<T>,
    last: Option<T>,
    /// Whether the last page was a whole one, so that there may be another.
    full: bool,
}

impl<T: Clone, F: FnMut(Option<&T>, i64) -> QueryResult<Vec<T>>> Rows<T, F> {
    pub(super) fn new(page_size: usize, fetch: F) -> Self {
        Self { fetch, page_size, page: Vec::new().into_iter(), last: None, full: true }
    }

    fn fetch(&mut self, rows: usize) -> QueryResult<()> {
        let page = (self.fetch)(self.last.as_ref(), i64::try_from(rows).unwrap_or(i64::MAX))?;
        self.full = page.len() == rows;
        self.page = page.into_iter();
        Ok(())
    }

    fn is_at_end(&mut self) -> QueryResult<bool> {
        if self.page.len() == 0 && self.full {
            self.fetch(1)?;
        }
        Ok(self.page.len() == 0)
    }
}

impl<T: Clone, F: FnMut(Option<&T>, i64) -> QueryResult<Vec<T>>> Iterator for Rows<T, F> {
    type Item = anyhow::Result<T>;

    fn next(&mut self) -> Option<anyhow::Result<T>> {
        if self.page.len() == 0
            && self.full
            && let Err(error) = self.fetch(self.page_size)
        {
            self.full = false;
            return Some(Err(error.into()));
        }
        let row = self.page.next()?;
        if self.page.len() == 0 {
            self.last = Some(row.clone());
        }
        Some(Ok(row))
    }
}

/// Prints a list, read `page_size` rows at a time.
pub(super) fn print<T: Record + Clone>(
    out: &mut Output,
    paging: &Paging,
    what: &str,
    page_size: usize,
    fetch: impl FnMut(Option<&T>, i64) -> QueryResult<Vec<T>>,
) -> anyhow::Result<()> {
    let limit = paging.limit.map(NonZeroUsize::get).or(out.default_limit()).unwrap_or(usize::MAX);
    let mut rows = Rows::new(page_size.min(limit), fetch);
    let mut last = None;
    let printed = rows.by_ref().take(limit).inspect(|row| last = row.as_ref().ok().map(|row| row.id().to_owned()));
    out.list::<T, _>(printed)?;
    match last {
        None => out.status(format_args!("no {what}")),
        Some(last) if !rows.is_at_end()? => {
            out.status(format_args!("more {what} follow: --after {last}, or a higher --limit"));
        }
        Some(_) => {}
    }
    Ok(())
}
