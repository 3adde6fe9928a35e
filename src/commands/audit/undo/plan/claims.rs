//! What an undo needs that others may have by now: an address, the place of the only open record, the role of a stage.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::prelude::*;

use super::{EMAIL, NetChange, Plan, Reversal, STAGE};
use crate::db::types::Json;
use crate::db::{Db, is_any_of};
use crate::models::{Champion, FormerEmail, Stage, Subject, User};
use crate::schema::{champion, lower, user};
use crate::selection::BATCH;

/// What a plan does that others may be in the way of.
#[derive(Default)]
pub(super) struct Claims {
    /// The users who get another address: the place of the change, the address now, and then.
    addresses: Vec<(usize, User, String)>,
    /// The records that are open again.
    opened: Vec<(usize, Champion)>,
    /// The records that are closed or removed.
    closed: HashSet<String>,
    /// The records that get another stage, by id: the place of the change, and whether the stage is champion then.
    moved: HashMap<String, (usize, bool)>,
}

impl Claims {
    /// Adds what undoes the change at a place.
    pub(super) fn add(&mut self, place: usize, reversal: &Reversal) {
        match reversal {
            Reversal::User { before, after } => {
                if before.email != after.email {
                    self.addresses.push((place, before.clone(), after.email.clone()));
                }
            }
            Reversal::Record { before, after } => {
                if before.stage != after.stage {
                    self.moved.insert(after.id.clone(), (place, after.stage == Stage::Champion));
                }
                match (before.stage.is_open(), after.stage.is_open()) {
                    (false, true) => self.opened.push((place, after.clone())),
                    (true, false) => drop(self.closed.insert(after.id.clone())),
                    _ => {}
                }
            }
            Reversal::Withdraw(record) => drop(self.closed.insert(record.id.clone())),
            Reversal::Restore(record) => {
                if record.stage.is_open() {
                    self.opened.push((place, record.clone()));
                }
            }
        }
    }
}

impl Plan {
    /// Finds out who has a record in stage champion afterwards, of those whose role the operation changed with it.
    pub(super) fn find_champions(&mut self, nets: &[NetChange], claims: &Claims, db: &mut Db) -> anyhow::Result<()> {
        let with_roles: HashSet<&str> =
            nets.iter().filter(|net| net.kind == Subject::User).map(|net| net.id.as_str()).collect();
        let is_champion = |value: &Option<Json>| value.as_ref().is_some_and(|stage| stage.as_str() == "\"champion\"");
        let is_about_champions = |net: &&NetChange| {
            let mut stages = net.fields.iter().filter(|field| field.name == STAGE);
            net.kind == Subject::Champion && stages.any(|stage| is_champion(&stage.before) || is_champion(&stage.after))
        };
        let users = nets.iter().filter(is_about_champions).filter_map(|net| net.user_id.as_deref());
        let users: BTreeSet<&str> = users.filter(|user| with_roles.contains(user)).collect();
        for users in users.into_iter().collect::<Vec<_>>().chunks(BATCH) {
            let records: Vec<Champion> = champion::table
                .select(Champion::as_select())
                .filter(is_any_of(&db.conn, "user_id", users)?)
                .load(&mut db.conn)?;
            self.champions.extend(users.iter().map(|user| ((*user).to_owned(), false)));
            for record in records {
                let moved = claims.moved.get(&record.id).filter(|(place, _)| !self.blocked.contains(&(*place, STAGE)));
                if moved.map_or(record.stage == Stage::Champion, |(_, is_champion)| *is_champion) {
                    self.champions.insert(record.user_id, true);
                }
            }
        }
        Ok(())
    }

    /// Finds the users who cannot have their address back: somebody has it, or had it before, and keeps it.
    pub(super) fn check_addresses(&mut self, claims: &Claims, db: &mut Db) -> anyhow::Result<()> {
        for claims in claims.addresses.chunks(BATCH) {
            let wanted: Vec<&str> = claims.iter().map(|(_, _, to)| to.as_str()).collect();
            for (email, owner) in FormerEmail::users(&wanted, &mut db.conn)? {
                if let Some((place, user, _)) = claims.iter().find(|(_, user, to)| to == email && user.id != owner) {
                    let why = format!("user {}: {email} is a former address of user {owner} now", user.id);
                    self.block(*place, EMAIL, why);
                }
            }
        }
        loop {
            let going = || claims.addresses.iter().filter(|(place, ..)| !self.blocked.contains(&(*place, EMAIL)));
            let leaving: HashSet<&str> = going().map(|(_, user, _)| user.id.as_str()).collect();
            let mut found = Vec::new();
            for claims in going().collect::<Vec<_>>().chunks(BATCH) {
                let wanted: HashMap<String, (usize, &User)> =
                    claims.iter().map(|(place, user, to)| (to.to_ascii_lowercase(), (*place, user))).collect();
                let emails: Vec<&str> = wanted.keys().map(String::as_str).collect();
                let holders: Vec<(String, String)> = user::table
                    .select((user::id, lower(user::email)))
                    .filter(is_any_of(&db.conn, "lower(email)", &emails)?)
                    .load(&mut db.conn)?;
                for (holder, email) in holders {
                    let Some((place, user)) = wanted.get(&email) else { continue };
                    if holder != user.id && !leaving.contains(holder.as_str()) {
                        let why = format!("user {}: {email} is the address of user {holder} now", user.id);
                        found.push((*place, why));
                    }
                }
            }
            if found.is_empty() {
                return Ok(());
            }
            // Who keeps the address may stand in the way of another one.
            for (place, why) in found {
                self.block(place, EMAIL, why);
            }
        }
    }

    /// Finds the records that cannot be open again: the user has another open record in the cohort.
    pub(super) fn check_open_records(&mut self, claims: &Claims, db: &mut Db) -> anyhow::Result<()> {
        let mut open: HashMap<(String, Option<String>), String> = HashMap::new();
        for claims in claims.opened.chunks(BATCH) {
            let users: Vec<&str> = claims.iter().map(|(_, record)| record.user_id.as_str()).collect();
            let found: Vec<Champion> = champion::table
                .select(Champion::as_select())
                .filter(is_any_of(&db.conn, "user_id", &users)?)
                .filter(champion::stage.ne(Stage::Alumni))
                .load(&mut db.conn)?;
            let stay = found.into_iter().filter(|record| !claims.iter().any(|(_, opened)| opened.id == record.id));
            open.extend(stay.map(|record| ((record.user_id, record.cohort_id), record.id)));
        }
        for (place, record) in &claims.opened {
            let key = (record.user_id.clone(), record.cohort_id.clone());
            if let Some(other) = open.get(&key).filter(|other| !claims.closed.contains(*other)) {
                let why =
                    format!("champion record {}: user {} has another open record, {other}", record.id, record.user_id);
                self.block(*place, STAGE, why);
            } else {
                open.insert(key, record.id.clone());
            }
        }
        Ok(())
    }
}
