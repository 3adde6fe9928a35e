//! Where new people came from.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{drawn, named, number_of_people};
use crate::chart::{Bar, bars};
use crate::db::Db;
use crate::report::table::{Column, FEW, Secrecy};
use crate::report::{Cell, DataTable, Scope, Section};
use crate::schema::user;

/// The origins that are not named, together.
const OTHERS: &str = "(others)";
/// The most origins that are named.
const MOST: usize = 9;

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let new: Vec<(String, String)> = user::table
        .select((user::id, user::origin))
        .filter(user::merged_into.is_null())
        .filter(user::created_at.ge(scope.since))
        .filter(user::created_at.lt(scope.end()))
        .load(&mut db.conn)?;
    let mut origins: BTreeMap<&str, u64> = BTreeMap::new();
    for (id, origin) in &new {
        if scope.users.as_ref().is_none_or(|users| users.contains(id)) {
            *origins.entry(origin).or_default() += 1;
        }
    }
    let mut origins: Vec<(String, u64)> = origins.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
    origins.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let all: u64 = origins.iter().map(|(_, n)| n).sum();
    if origins.len() > MOST {
        let others = origins.split_off(MOST - 1).iter().map(|(_, n)| n).sum();
        origins.push((OTHERS.to_owned(), others));
    }
    let columns = vec![Column::key("origin", "Origin"), Column::new("people", "New people").told_by(Secrecy::Parts)];
    let rows = origins.iter().map(|(name, n)| vec![Cell::Text(name.clone()), Cell::People(*n)]).collect();
    let mut table = DataTable { columns, rows };
    if !scope.shows_small {
        table.hide_small();
    }
    let finding = match (origins.first(), table.rows.first()) {
        (Some((_, n)), Some(row)) => {
            // That small numbers are equal would disclose them.
            let is_shown = scope.shows_small || *n >= FEW;
            let is_most =
                |(at, (name, other)): &(usize, &(String, u64))| *at == 0 || (is_shown && other == n && name != OTHERS);
            let most: Vec<&str> =
                origins.iter().enumerate().filter(is_most).map(|(_, (name, _))| name.as_str()).collect();
            let each = if most.len() > 1 { "each " } else { "" };
            // Where the number is hidden in the table, the sentence does not tell it.
            let number = match row[1] {
                Cell::Hidden => String::new(),
                _ => format!(" ({each}{})", number_of_people(*n, scope.shows_small)),
            };
            let most = named(&most);
            format!("{} signed up; most by {most}{number}.", number_of_people(all, scope.shows_small))
        }
        _ => "Nobody signed up.".to_owned(),
    };
    let drawn = |(n, (name, count)): (usize, &(String, u64))| Bar {
        name: name.clone(),
        value: match table.rows[n][1] {
            // Its length would disclose the hidden number.
            Cell::Hidden => 0.0,
            _ => drawn(*count, scope.shows_small),
        },
        whole: None,
        label: table.rows[n][1].shown(),
    };
    let drawn: Vec<Bar> = origins.iter().enumerate().map(drawn).collect();
    Ok(Section {
        name: "sign-ups",
        title: "New people by origin",
        finding,
        chart: (!drawn.is_empty())
            .then(|| Box::new(move |description: &_| bars(&drawn, description)) as crate::report::Chart),
        table,
        definition: "People who signed up in the period, by the origin that was recorded then. Erased people count, as they do \
                     in the other sections, with the origin \"erased\"; of people who were merged, one counts.",
    })
}
