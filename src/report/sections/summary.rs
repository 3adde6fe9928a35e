//! Six numbers, each with its change.

use diesel::prelude::*;

use crate::analytics::{actions_and_users, users_who};
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::models::{ActionType, Stage};
use crate::report::table::{Column, FEW, Secrecy};
use crate::report::{Cell, DataTable, Scope, Section};
use crate::schema::{champion, user};

/// One number, in the period and in the one before.
struct Measure {
    name: &'static str,
    is_people: bool,
    now: u64,
    before: Option<u64>,
}

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let now = measures(scope, scope.since, scope.end(), db)?;
    let before = scope.before.map(|(since, until)| measures(scope, since, until, db)).transpose()?;
    let names = [
        ("Active people", true),
        ("New people", true),
        ("Actions", false),
        ("Enrollments", true),
        ("Completions", true),
        ("New champions", true),
    ];
    let measures: Vec<Measure> = names
        .into_iter()
        .enumerate()
        .map(|(n, (name, is_people))| Measure { name, is_people, now: now[n], before: before.map(|before| before[n]) })
        .collect();
    let finding = measures[0].finding(scope);
    let columns = vec![
        Column::key("measure", "Measure"),
        Column::new("value", "Value"),
        Column::new("before", "Before"),
        Column::new("change_percent", "Change").told_by(Secrecy::Follows(&[1, 2])),
        Column::new("direction", "Direction").told_by(Secrecy::Follows(&[2])),
    ];
    let mut rows: Vec<Vec<Cell>> = measures.iter().map(Measure::cells).collect();
    if !scope.shows_small {
        // A change gives either number away.
        for row in &mut rows {
            if matches!(row[2], Cell::People(1..FEW)) {
                row[3] = Cell::Hidden;
            }
        }
        // The number of actions shows what a few people did.
        for column in [1, 2] {
            if matches!(rows[0][column], Cell::People(1..FEW)) {
                rows[2][column] = Cell::Hidden;
            }
        }
    }
    Ok(Section {
        name: "summary",
        title: "Summary",
        finding,
        chart: None,
        table: DataTable { columns, rows },
        definition: "Active people have at least one action in the period. New people signed up in it. Enrollments and \
                     completions are people who enrolled in, or completed, a course. New champions reached the stage champion.",
    })
}

/// The six numbers in a span.
fn measures(scope: &Scope, since: Timestamp, until: Timestamp, db: &mut Db) -> anyhow::Result<[u64; 6]> {
    let users = scope.users.as_ref();
    let (actions, active) = actions_and_users(since, until, users, db)?;
    let is_counted =
        |ids: Vec<String>| ids.iter().filter(|id| users.is_none_or(|users| users.contains(id))).count() as u64;
    let new: Vec<String> = user::table
        .select(user::id)
        .filter(user::merged_into.is_null())
        .filter(user::created_at.ge(since))
        .filter(user::created_at.lt(until))
        .load(&mut db.conn)?;
    let enrolled = users_who(ActionType::Enrolled, since, until, db)?;
    let completed = users_who(ActionType::CompletedCourse, since, until, db)?;
    let champions: Vec<String> = champion::table
        .select(champion::user_id)
        .distinct()
        .filter(champion::stage.eq_any([Stage::Champion, Stage::Alumni]))
        .filter(champion::became_champion_at.ge(since))
        .filter(champion::became_champion_at.lt(until))
        .load(&mut db.conn)?;
    Ok([active, is_counted(new), actions, is_counted(enrolled), is_counted(completed), is_counted(champions)])
}

impl Measure {
    /// The change in percent; `None` if there was nothing before.
    #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
    fn change(&self) -> Option<f64> {
        let before = self.before.filter(|before| *before > 0)? as f64;
        // Adding 0 makes -0 a 0.
        Some(((self.now as f64 - before) * 1000.0 / before).round() / 10.0 + 0.0)
    }

    fn direction(&self) -> &'static str {
        match self.before.map(|before| self.now.cmp(&before)) {
            None => "",
            Some(std::cmp::Ordering::Less) => "▼ fewer",
            Some(std::cmp::Ordering::Equal) => "= as many",
            Some(std::cmp::Ordering::Greater) => "▲ more",
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let count = |n: u64| if self.is_people { Cell::People(n) } else { Cell::Number(n) };
        vec![
            Cell::Text(self.name.to_owned()),
            count(self.now),
            self.before.map_or(Cell::Empty, count),
            self.before.map_or(Cell::Empty, |_| Cell::Percent(self.change())),
            self.before.map_or(Cell::Empty, |_| Cell::Text(self.direction().to_owned())),
        ]
    }

    fn finding(&self, scope: &Scope) -> String {
        let people = super::number_of_people(self.now, scope.shows_small);
        let were = if self.now == 1 && scope.shows_small { "was" } else { "were" };
        match (self.before, self.change()) {
            (Some(before), Some(change)) if scope.shows_small || (before >= 5 && self.now >= 5) => {
                let than = if change < 0.0 { "fewer" } else { "more" };
                if self.now == before {
                    format!("{people} {were} active, as many as in {}.", scope.before_name)
                } else if change == 0.0 {
                    format!("{people} {were} active, about as many as in {}.", scope.before_name)
                } else {
                    format!("{people} {were} active, {} % {than} than in {}.", change.abs(), scope.before_name)
                }
            }
            (Some(0), _) => format!("{people} {were} active; in {} nobody was.", scope.before_name),
            _ => format!("{people} {were} active."),
        }
    }
}
