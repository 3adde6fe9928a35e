//! When people are active.

use super::named;
use crate::analytics::{active_users, weekdays_and_hours};
use crate::chart::{Grid, GridRow, grid};
use crate::clock::WeekStart;
use crate::db::Db;
use crate::report::table::{Column, FEW};
use crate::report::{Cell, Chart, DataTable, Scope, Section};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let people = active_users(scope.since, scope.end(), scope.users.as_ref(), db)?;
    // Of few people, they are what each of them did.
    let is_hidden = !scope.shows_small && (1..FEW).contains(&people);
    let counts = weekdays_and_hours(scope.since, scope.end(), scope.users.as_ref(), scope.clock, db)?;
    let mut days: Vec<(&str, [u64; 24])> = DAYS.into_iter().zip(counts).collect();
    days.rotate_right(usize::from(scope.week_start == WeekStart::Sunday));
    let most = days.iter().flat_map(|(_, hours)| hours).copied().max().unwrap_or(0);
    let busiest: Vec<String> = days
        .iter()
        .flat_map(|(day, hours)| hours.iter().enumerate().map(move |(hour, n)| (*day, hour, *n)))
        .filter(|cell| cell.2 == most)
        .map(|(day, hour, _)| format!("{day} from {hour:02}:00 to {:02}:00", hour + 1))
        .collect();
    let finding = match &*busiest.iter().map(String::as_str).collect::<Vec<_>>() {
        _ if is_hidden => format!("{} had actions.", super::number_of_people(people, false)),
        _ if most == 0 => "Nothing happened.".to_owned(),
        hours => format!("Most happens on {} ({}).", named(hours), scope.clock.tz()),
    };
    let columns = vec![Column::key("weekday", "Day"), Column::key("hour", "Hour"), Column::new("actions", "Actions")];
    let rows = days.iter().flat_map(|(day, hours)| {
        hours.iter().enumerate().map(move |(hour, n)| {
            let actions = if is_hidden { Cell::Hidden } else { Cell::Number(*n) };
            vec![Cell::Text((*day).to_owned()), Cell::Text(format!("{hour:02}")), actions]
        })
    });
    let table = DataTable { columns, rows: rows.collect() };
    #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
    let share = |n: u64| (n as f64 / most.max(1) as f64, String::new());
    let drawn = Grid {
        across: "hour of the day; the stronger the color, the more".to_owned(),
        columns: (0..24).map(|hour| format!("{hour:02}")).collect(),
        rows: days
            .iter()
            .map(|(day, hours)| GridRow { name: day[..3].to_owned(), cells: hours.iter().map(|n| share(*n)).collect() })
            .collect(),
    };
    Ok(Section {
        name: "hours",
        title: "When people are active",
        finding,
        chart: (!is_hidden).then(|| Box::new(move |description: &_| grid(&drawn, description)) as Chart),
        table,
        definition: "Actions in the period by weekday and hour, in the time zone of the report.",
    })
}
