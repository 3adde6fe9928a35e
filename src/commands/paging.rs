//! Lists: read page by page along a key, so that memory does not grow with the table.

use std::num::NonZeroUsize;

use diesel::QueryResult;

use crate::output::{Output, Record};

const PAGE: usize = 1000;

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

/// Prints a list. `fetch` returns the rows behind the given one, or the first ones, at most as many as it is told.
pub(super) fn print<T: Record + Clone>(
    out: &mut Output,
    paging: &Paging,
    what: &str,
    mut fetch: impl FnMut(Option<&T>, i64) -> QueryResult<Vec<T>>,
) -> anyhow::Result<()> {
    let limit = paging.limit.map(NonZeroUsize::get).or(out.default_limit());
    let mut page = Vec::new().into_iter();
    let mut last: Option<T> = None;
    let (mut printed, mut full) = (0, true);
    let mut next = || -> Option<anyhow::Result<T>> {
        let wanted = limit.map_or(PAGE, |limit| PAGE.min(limit - printed));
        if page.len() == 0 && full && wanted > 0 {
            match fetch(last.as_ref(), i64::try_from(wanted).unwrap_or(i64::MAX)) {
                Ok(rows) => {
                    full = rows.len() == wanted;
                    page = rows.into_iter();
                }
                Err(error) => return Some(Err(error.into())),
            }
        }
        let row = page.next()?;
        printed += 1;
        if page.len() == 0 {
            last = Some(row.clone());
        }
        Some(Ok(row))
    };
    out.list(std::iter::from_fn(&mut next))?;
    match last {
        None => out.status(format_args!("no {what}")),
        Some(last) if full && !fetch(Some(&last), 1)?.is_empty() => {
            out.status(format_args!("more {what} follow: --after {}, or a higher --limit", last.id()));
        }
        Some(_) => {}
    }
    Ok(())
}
