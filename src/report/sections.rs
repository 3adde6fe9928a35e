//! The sections of a report, one a file.

pub(super) mod active_weeks;
pub(super) mod champions;
pub(super) mod completion;
pub(super) mod data;
pub(super) mod funnel;
pub(super) mod hours;
pub(super) mod people;
pub(super) mod retention;
pub(super) mod sign_ups;
pub(super) mod summary;

use super::table::{Cell, FEW};

/// A value of a chart: a small number of people is drawn as the middle of what it can be.
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
fn drawn(people: u64, shows_small: bool) -> f64 {
    if !shows_small && (1..FEW).contains(&people) { 2.5 } else { people as f64 }
}

/// The first of several that are equally large, and how many others there are: no one of them stands out.
fn named(equal: &[&str]) -> String {
    match equal {
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [one, other, rest @ ..] => format!("{one}, {other} and {} more", rest.len()),
        [] => String::new(),
    }
}

/// A number of people in a sentence.
fn number_of_people(n: u64, shows_small: bool) -> String {
    match n {
        1..FEW if !shows_small => "fewer than 5 people".to_owned(),
        1 => "1 person".to_owned(),
        n => format!("{} people", Cell::People(n).shown()),
    }
}
