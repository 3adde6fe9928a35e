//! Keyset pagination: lists are read page by page, so that memory does not grow with the table, unless all rows of a list are to
//! be sorted by a column without an index.

use std::borrow::Cow;
use std::num::NonZeroUsize;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::error::Failure;
use crate::output::{ColumnsArg, Output, Record, SortArg};
use crate::text::shell_quoted;

/// Rows per page when the list follows an index.
pub const PAGE: usize = 1000;

/// Rows per page when no index has the list's order: each page then scans all rows.
pub const SORTED_PAGE: usize = 20_000;

/// Options of every list.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    columns: ColumnsArg,
    /// Reverse the order
    #[arg(long, hide_short_help = true)]
    pub reverse: bool,
    /// Maximum number of rows [default: 50 in a table, unlimited in other formats]
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// Start after this cursor, as the previous page printed it
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
}

impl ListArgs {
    /// The columns that the user has chosen; none for those that the list shows by itself.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn columns<R: Record>(&self) -> Result<Vec<&'static str>, Failure> {
        self.columns.chosen::<R>()
    }

    fn limit(&self, out: &Output) -> usize {
        self.limit.map(NonZeroUsize::get).or(out.default_limit()).unwrap_or(usize::MAX)
    }
}

/// Options of every list that follows the order in which its rows came, but can be sorted.
#[derive(Debug, clap::Args)]
pub struct SortedListArgs {
    /// The options of every list.
    #[command(flatten)]
    pub list: ListArgs,
    #[command(flatten)]
    sort: SortArg,
}

impl SortedListArgs {
    /// Whether any of them is given.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        let list = &self.list;
        let pages = list.limit.is_some() || list.after.is_some();
        self.sort.is_given() || list.columns.is_given() || list.reverse || pages
    }

    /// Prints rows that are no pages of a list, sorted and with the columns that are asked for.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2), or standard output cannot be written to.
    pub fn print_all<R: Record>(&self, rows: &[R], out: &mut Output) -> anyhow::Result<()> {
        self.list.columns.apply::<R>(out)?;
        let mut rows: Vec<&R> = rows.iter().collect();
        if self.list.reverse {
            rows.reverse();
        }
        self.sort.apply::<R, _>(self.list.reverse, &mut rows)?;
        out.list::<R, _>(rows.into_iter().map(Ok))
    }
}

/// The rows of a query, read page by page. `fetch` returns the rows after the given one, or the first rows, up to the
/// given number.
pub struct Rows<T, F> {
    fetch: F,
    page_size: usize,
    page: std::vec::IntoIter<T>,
    last: Option<T>,
    /// Whether the last page was full, so that there may be another.
    full: bool,
}

impl<T: Clone, F: FnMut(Option<&T>, i64) -> anyhow::Result<Vec<T>>> Rows<T, F> {
    /// Rows that are read when they are asked for.
    pub fn new(page_size: usize, fetch: F) -> Self {
        Self { fetch, page_size, page: Vec::new().into_iter(), last: None, full: true }
    }

    fn fetch(&mut self, rows: usize) -> anyhow::Result<()> {
        let page = (self.fetch)(self.last.as_ref(), i64::try_from(rows).unwrap_or(i64::MAX))?;
        self.full = page.len() == rows;
        self.page = page.into_iter();
        Ok(())
    }

    fn is_at_end(&mut self) -> anyhow::Result<bool> {
        if self.page.len() == 0 && self.full {
            self.fetch(1)?;
        }
        Ok(self.page.len() == 0)
    }
}

impl<T: Clone, F: FnMut(Option<&T>, i64) -> anyhow::Result<Vec<T>>> Iterator for Rows<T, F> {
    type Item = anyhow::Result<T>;

    fn next(&mut self) -> Option<anyhow::Result<T>> {
        if self.page.len() == 0
            && self.full
            && let Err(error) = self.fetch(self.page_size)
        {
            self.full = false;
            return Some(Err(error));
        }
        let row = self.page.next()?;
        if self.page.len() == 0 {
            self.last = Some(row.clone());
        }
        Some(Ok(row))
    }
}

/// What is not percent-encoded in a part of a cursor.
const CURSOR: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b':').remove(b'@');

/// The cursor of a row in a list that is sorted by a key: it stays valid when the row is gone, or has another key.
#[must_use]
pub fn cursor_of(order: &str, key: &str, id: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, CURSOR).to_string();
    format!("{order}~{}~{}", encoded(key), encoded(id))
}

/// The key and the id of such a cursor.
#[must_use]
pub fn parse_cursor(order: &str, cursor: &str) -> Option<(String, String)> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
    let (key, id) = cursor.strip_prefix(order)?.strip_prefix('~')?.split_once('~')?;
    Some((decoded(key)?, decoded(id)?))
}

/// The error for a cursor that the list cannot have printed.
#[must_use]
pub fn malformed_cursor(cursor: &str) -> Failure {
    Failure::usage(format!("--after {cursor}: expected a cursor that this list has printed, in the same order"))
}

/// Prints a list, read `page_size` rows at a time; all of them before the first is printed, if it is to be sorted.
///
/// # Errors
/// What `fetch` returns, when `--sort` names no column or is used with `--after` (exit code 2), or when standard output cannot
/// be written to.
pub fn print_sorted<T: Record + Clone>(
    out: &mut Output,
    args: &SortedListArgs,
    what: &str,
    page_size: usize,
    cursor: impl Fn(&T) -> String,
    fetch: impl FnMut(Option<&T>, i64) -> anyhow::Result<Vec<T>>,
) -> anyhow::Result<()> {
    let list = &args.list;
    if !args.sort.is_given() {
        return print(out, list, what, page_size, cursor, fetch);
    }
    if list.after.is_some() {
        let hint = "for more rows of a sorted list, give a higher --limit";
        return Err(Failure::usage("--after is for a list in its own order, not with --sort").hint(hint).into());
    }
    args.sort.check::<T>()?;
    list.columns.apply::<T>(out)?;
    let limit = list.limit(out);
    let (mut first, mut all) = (Vec::new(), 0_usize);
    for row in Rows::new(page_size, fetch) {
        first.push(row?);
        all += 1;
        // Of a long list, only as many are kept as are shown, and as many more.
        if first.len() >= limit.saturating_mul(2).max(page_size) {
            args.sort.apply::<T, T>(list.reverse, &mut first)?;
            first.truncate(limit);
        }
    }
    args.sort.apply::<T, T>(list.reverse, &mut first)?;
    first.truncate(limit);
    out.list::<T, _>(first.iter().map(Ok))?;
    if all > first.len() {
        out.status(format_args!("{} of {all} {what}; show more with --limit N, or in another format", first.len()));
    } else if first.is_empty() {
        out.status(format_args!("no {what}"));
    }
    Ok(())
}

/// Prints a list, read `page_size` rows at a time.
///
/// # Errors
/// What `fetch` returns, or when standard output cannot be written to.
pub fn print<T: Record + Clone>(
    out: &mut Output,
    args: &ListArgs,
    what: &str,
    page_size: usize,
    cursor: impl Fn(&T) -> String,
    fetch: impl FnMut(Option<&T>, i64) -> anyhow::Result<Vec<T>>,
) -> anyhow::Result<()> {
    let limit = args.limit(out);
    args.columns.apply::<T>(out)?;
    // One more than is shown tells whether more follow.
    let mut rows = Rows::new(page_size.min(limit.saturating_add(1)), fetch);
    let mut last = None;
    let printed = rows.by_ref().take(limit).inspect(|row| last = row.as_ref().ok().map(&cursor));
    out.list::<T, _>(printed)?;
    match last {
        None => out.status(format_args!("no {what}")),
        Some(last) if !rows.is_at_end()? => {
            out.status(format_args!("more {what} follow; next page: --after {}", shell_quoted(&last)));
        }
        Some(_) => {}
    }
    Ok(())
}
