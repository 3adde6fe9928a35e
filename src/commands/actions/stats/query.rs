//! Counts the actions that match the filters, in one pass over them.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};

use super::{By, Count};
use crate::clock::{Clock, Period, Unit, WeekStart};
use crate::db::types::Timestamp;
use crate::db::{AnyConnection, MultiBackend, Tallied, TimeBucket};
use crate::schema::user_action;
use crate::selection::{ActionFilter, PopulationFilter};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Values in their order, and whether each is a span of time that is cut off; `None` for what is no span.
pub(super) type Series = Vec<(String, Option<bool>)>;

/// The counts, and the two values that they have.
pub(super) struct Counts {
    pub(super) groups: Vec<Count>,
    pub(super) values: Series,
    pub(super) across: Series,
}

/// What is counted.
pub(super) struct CountQuery<'a> {
    pub(super) filter: &'a ActionFilter,
    pub(super) population: &'a PopulationFilter,
    pub(super) by: By,
    pub(super) across: Option<By>,
    pub(super) week_start: WeekStart,
    pub(super) clock: Clock,
}

impl CountQuery<'_> {
    /// The number of actions and of users in each group: the largest first, or by time, without gaps. In a matrix all
    /// groups of one value are together.
    pub(super) fn counts(&self, conn: &mut AnyConnection) -> anyhow::Result<Counts> {
        let tz = self.clock.tz();
        conn.engine().prepare_time_buckets(tz, conn)?;
        let users = self.filter.user_ids(conn)?;
        let key = |by: By| sql::<Text>(&self.expression(by, conn));
        let actions = user_action::table
            .select((
                key(self.by).sql(" AS value"),
                self.across.map_or_else(|| sql("''"), key).sql(" AS across"),
                user_action::user_id,
            ))
            .into_boxed();
        let conditions = self.filter.conditions_of_scan(&users, self.clock, conn)?;
        let actions = conditions.into_iter().fold(actions, QueryDsl::filter);
        let population = self.population.conditions("user_action.user_id", conn)?;
        let actions = population.into_iter().fold(actions, QueryDsl::filter);
        let text = |by: By, column: &str| match by.bucket(self.week_start) {
            Some(bucket) => conn.engine().time_text(bucket, column),
            None => column.to_owned(),
        };
        let texts = [text(self.by, "value"), self.across.map_or_else(|| "across".to_owned(), |by| text(by, "across"))];
        let mut query = Counted { actions, value: self.by, across: self.across, texts, function: None };
        let groups: Vec<Tallied> = if let Some(tally) = conn.engine().tally(conn)? {
            query.function = Some(tally.function());
            query.execute(conn)?;
            tally.counted()
        } else {
            let rows: Vec<(String, String, i64, i64)> = query.load(conn)?;
            rows.into_iter().map(|(value, across, rows, users)| Tallied { value, across, rows, users }).collect()
        };
        let counts = groups.into_iter().map(|group| Count {
            value: self.by.label(group.value),
            across: self.across.map(|across| across.label(group.across)),
            actions: group.rows,
            users: group.users,
            partial: None,
        });
        self.in_order(counts.collect())
    }

    /// Puts the counts in order, and fills gaps with zeros.
    fn in_order(&self, counts: Vec<Count>) -> anyhow::Result<Counts> {
        let values = match self.series(self.by, counts.iter().map(|count| count.value.as_str()))? {
            Some(series) => series,
            None => by_size(&counts),
        };
        let across = match self.across {
            None => Vec::new(),
            Some(across) => {
                let names = || counts.iter().filter_map(|count| count.across.as_deref());
                self.series(across, names())?.unwrap_or_else(|| {
                    let mut names: Vec<_> = names().map(|name| (name.to_owned(), None)).collect();
                    names.sort_unstable();
                    names.dedup();
                    names
                })
            }
        };
        let mut groups: HashMap<String, HashMap<Option<String>, Count>> = HashMap::new();
        for count in counts {
            groups.entry(count.value.clone()).or_default().insert(count.across.clone(), count);
        }
        let cells: Vec<(Option<String>, Option<bool>)> = match self.across {
            None => vec![(None, None)],
            Some(_) => across.iter().map(|(name, partial)| (Some(name.clone()), *partial)).collect(),
        };
        // Of many users or targets, most cells are empty.
        let has_gaps = self.across.is_none() || !matches!(self.by, By::User | By::Target);
        let mut ordered = Vec::new();
        let places: HashMap<&Option<String>, usize> =
            cells.iter().enumerate().map(|(n, (name, _))| (name, n)).collect();
        for (value, partial) in &values {
            let mut group = groups.remove(value).unwrap_or_default();
            let partial =
                |column: usize| partial.iter().copied().chain(cells[column].1).reduce(|one, other| one || other);
            if has_gaps {
                for (column, (name, _)) in cells.iter().enumerate() {
                    let partial = partial(column);
                    let zero = || Count { value: value.clone(), across: name.clone(), actions: 0, users: 0, partial };
                    ordered.push(group.remove(name).map_or_else(zero, |count| Count { partial, ..count }));
                }
            } else {
                let mut found: Vec<(usize, Count)> =
                    group.into_iter().filter_map(|(name, count)| Some((*places.get(&name)?, count))).collect();
                found.sort_unstable_by_key(|(column, _)| *column);
                ordered.extend(found.into_iter().map(|(column, count)| Count { partial: partial(column), ..count }));
            }
        }
        Ok(Counts { groups: ordered, values, across })
    }

    /// All values of a kind that has an order of its own, as the days of the week have, and whether each is cut off; `None` for
    /// other kinds.
    fn series<'a>(&self, by: By, found: impl Iterator<Item = &'a str> + Clone) -> anyhow::Result<Option<Series>> {
        if let Some(unit) = by.unit(self.week_start) {
            return Ok(Some(self.periods(unit, found)?));
        }
        let whole = |names: Vec<String>| names.into_iter().map(|name| (name, None)).collect();
        Ok(match by {
            By::Weekday | By::HourOfDay if found.clone().next().is_none() => Some(Vec::new()),
            By::Weekday => {
                let mut days = WEEKDAYS.map(ToOwned::to_owned);
                days.rotate_right(usize::from(self.week_start == WeekStart::Sunday));
                Some(whole(days.to_vec()))
            }
            By::HourOfDay => Some(whole((0..24).map(|hour| format!("{hour:02}")).collect())),
            _ => None,
        })
    }

    /// The spans from the first to the last, and whether each is cut off by a filter or the present.
    fn periods<'a>(&self, unit: Unit, found: impl Iterator<Item = &'a str> + Clone) -> anyhow::Result<Series> {
        let (since, until) = self.filter.span(self.clock)?;
        let starts = found.filter_map(|name| self.clock.start_of_named(unit, name));
        let (first, last) = (starts.clone().min(), starts.max());
        let now = self.clock.now();
        let end = until.map_or(now, |until| until.min(now));
        let Some(from) = since.or(first) else { return Ok(Vec::new()) };
        // Without a filter, the log ends with its last action.
        let to = if since.is_some() || until.is_some() { Some(end) } else { last };
        let through = last.and_then(Timestamp::next_moment);
        let Some(to) = to.into_iter().chain(through).max() else { return Ok(Vec::new()) };
        let periods = self.clock.periods(unit, from, to)?;
        let is_partial = |period: &Period| since.is_some_and(|since| period.start < since) || period.end > end;
        Ok(periods.into_iter().map(|period| (period.name.clone(), Some(is_partial(&period)))).collect())
    }

    /// The key of a group, as text.
    fn expression(&self, by: By, conn: &AnyConnection) -> String {
        if let Some(bucket) = by.bucket(self.week_start) {
            return conn.engine().time_key(bucket, "occurred_at", self.clock.tz());
        }
        // The target itself, or the enrollment, of which the query looks up the target.
        let enrolled = |kind| {
            format!(
                "CASE WHEN target_type = '{kind}' THEN '=' || target_id ELSE '@' || coalesce(enrollment_id, '') END"
            )
        };
        match by {
            By::Type => "action_type".to_owned(),
            By::User => "user_id".to_owned(),
            By::Target => "target_type || ':' || target_id".to_owned(),
            By::Course => enrolled("course"),
            By::Cohort => enrolled("cohort"),
            _ => "coalesce(source_system, '-')".to_owned(),
        }
    }
}

/// The values with the most actions first.
fn by_size(counts: &[Count]) -> Series {
    let mut sizes: HashMap<&str, i64> = HashMap::new();
    for count in counts {
        *sizes.entry(&count.value).or_default() += count.actions;
    }
    let mut sizes: Vec<(&str, i64)> = sizes.into_iter().collect();
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    sizes.into_iter().map(|(value, _)| (value.to_owned(), None)).collect()
}

impl By {
    /// The kind of target that is looked up by the enrollment.
    const fn enrolled_in(self) -> Option<&'static str> {
        match self {
            Self::Course => Some("course"),
            Self::Cohort => Some("cohort"),
            _ => None,
        }
    }

    /// The bucket of time that a value is.
    fn bucket(self, week_start: WeekStart) -> Option<TimeBucket> {
        match self {
            Self::Weekday => Some(TimeBucket::Weekday),
            Self::HourOfDay => Some(TimeBucket::HourOfDay),
            _ => self.unit(week_start).map(Unit::bucket),
        }
    }

    /// A value as people read it.
    fn label(self, value: String) -> String {
        let weekday = || WEEKDAYS.get(value.parse::<usize>().ok()?.checked_sub(1)?);
        match self {
            Self::Weekday => weekday().map_or_else(|| value.clone(), |day| (*day).to_owned()),
            _ => value,
        }
    }
}

/// Groups and counts the rows of a query: diesel cannot group a boxed query.
#[derive(Debug, QueryId)]
struct Counted<Q> {
    actions: Q,
    value: By,
    /// The second value; `None` without one.
    across: Option<By>,
    /// The SQL of the two values as texts.
    texts: [String; 2],
    /// A function that counts the rows, where the engine does not group them itself.
    function: Option<&'static str>,
}

impl<Q> Query for Counted<Q> {
    type SqlType = (Text, Text, BigInt, BigInt);
}

impl<Q> RunQueryDsl<AnyConnection> for Counted<Q> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        if let Some(function) = self.function {
            for part in ["SELECT count(", function, "("] {
                out.push_sql(part);
            }
            self.push_values(&mut out, ["", ""]);
            out.push_sql("user_id)) FROM ");
            return self.push_source(&mut out);
        }
        // First by user: an engine sorts for count(DISTINCT), and does not share the work among processors.
        out.push_sql("SELECT ");
        for text in &self.texts {
            out.push_sql(text);
            out.push_sql(", ");
        }
        out.push_sql("CAST(sum(n) AS bigint), count(*) FROM (SELECT ");
        self.push_values(&mut out, [" AS value", " AS across"]);
        out.push_sql("user_id, count(*) AS n FROM ");
        self.push_source(&mut out)?;
        // With one value, the second is constant.
        out.push_sql(if self.across.is_some() { " GROUP BY 1, 2, 3" } else { " GROUP BY 1, 3" });
        out.push_sql(") AS grouped GROUP BY value, across");
        Ok(())
    }
}

impl<Q: QueryFragment<MultiBackend>> Counted<Q> {
    const fn columns(&self) -> [(&'static str, Option<By>); 2] {
        [("value", Some(self.value)), ("across", self.across)]
    }

    /// The values of a row, each with a comma.
    fn push_values<'b>(&'b self, out: &mut AstPass<'_, 'b, MultiBackend>, names: [&'static str; 2]) {
        for ((column, kind), name) in self.columns().into_iter().zip(names) {
            let parts: &[&str] = match kind.map(By::enrolled_in) {
                None => &["''"],
                Some(None) => &["counted.", column],
                Some(Some(_)) => &[
                    "CASE WHEN substr(counted.",
                    column,
                    ", 1, 1) = '=' THEN substr(counted.",
                    column,
                    ", 2) ELSE coalesce(enrolled_",
                    column,
                    ".target_id, '-') END",
                ],
            };
            for part in parts {
                out.push_sql(part);
            }
            out.push_sql(name);
            out.push_sql(", ");
        }
    }

    /// The rows, with the targets of their enrollments where those are counted.
    fn push_source<'b>(&'b self, out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(");
        self.actions.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        for (name, kind) in self.columns() {
            let Some(kind) = kind.and_then(By::enrolled_in) else { continue };
            for part in [
                " LEFT JOIN (SELECT '@' || enrollment_id AS enrollment, min(target_id) AS target_id FROM user_action \
                  WHERE action_type = 'enrolled' AND enrollment_id IS NOT NULL AND target_type = '",
                kind,
                "' GROUP BY enrollment_id) AS enrolled_",
                name,
                " ON enrolled_",
                name,
                ".enrollment = counted.",
                name,
            ] {
                out.push_sql(part);
            }
        }
        Ok(())
    }
}
