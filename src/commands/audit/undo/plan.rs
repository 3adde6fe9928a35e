//! Works out what undoes the changes of an operation, with the users and champion records as they are now.

mod claims;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use claims::Claims;

use super::changes::{ChangedField, NetChange};
use super::later;
use super::reversal::Reversal;
use crate::db::types::Json;
use crate::db::{Db, is_any_of};
use crate::models::{Champion, Role, Roles, Subject, Tombstone, User};
use crate::schema::{champion, user};
use crate::selection::BATCH;

/// What stands in the way of undoing an operation: by the place of the change, why parts of it cannot be undone.
#[derive(Debug, Default)]
pub(super) struct Plan {
    obstacles: BTreeMap<usize, BTreeSet<String>>,
    /// The fields of changes that cannot be set back: somebody else has the address, or another record is open.
    blocked: HashSet<(usize, &'static str)>,
    /// Whether a user has a record in stage champion afterwards, where the operation changed both.
    champions: HashMap<String, bool>,
}

/// The rows of a batch of changes, as they are now.
struct Current {
    users: HashMap<String, User>,
    records: HashMap<String, Champion>,
    placeholders: HashMap<String, Tombstone>,
    /// The fields of an object that were changed after the operation; of roles, each by itself.
    changed_since: HashMap<(&'static str, String), HashSet<String>>,
}

/// What undoes a change, as far as it can be undone, and what stands in the way of the rest.
#[derive(Default)]
struct Outcome {
    reversal: Option<Reversal>,
    obstacles: Vec<String>,
}

impl Outcome {
    fn obstacle(why: String) -> Self {
        Self { reversal: None, obstacles: vec![why] }
    }
}

/// Locks the users of the operation, then its records, until the transaction ends: in the order of every other command.
pub(super) fn lock(nets: &[NetChange], db: &mut Db) -> anyhow::Result<()> {
    let of = |kind: Subject| nets.iter().filter(move |net| net.kind == kind);
    let mut users: BTreeSet<String> = of(Subject::User).map(|net| net.id.clone()).collect();
    users.extend(of(Subject::Champion).filter_map(|net| net.user_id.clone()));
    let records: BTreeSet<&str> = of(Subject::Champion).map(|net| net.id.as_str()).collect();
    let records: Vec<&str> = records.into_iter().collect();
    for ids in records.chunks(BATCH) {
        let owners = champion::table.select(champion::user_id).filter(is_any_of(&db.conn, "id", ids)?);
        users.extend(owners.load::<String>(&mut db.conn)?);
    }
    for ids in users.into_iter().collect::<Vec<_>>().chunks(BATCH) {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        User::lock_all(&mut db.conn, "id", &ids)?;
    }
    for ids in records.chunks(BATCH) {
        let found = champion::table.select(Champion::as_select()).filter(is_any_of(&db.conn, "id", ids)?);
        let found: Vec<Champion> = found.load(&mut db.conn)?;
        Champion::lock_all(&found, db)?;
    }
    Ok(())
}

impl Plan {
    /// Compares what the operation did with what is stored now. `take` gets what undoes each change that can be undone.
    ///
    /// # Errors
    /// When the database fails, or `take` does.
    pub(super) fn new(
        nets: &[NetChange],
        db: &mut Db,
        mut take: impl FnMut(&Reversal) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let mut plan = Self::default();
        let mut claims = Claims::default();
        plan.each_batch(nets, db, |place, reversal, _| {
            claims.add(place, &reversal);
            Ok(())
        })?;
        plan.check_addresses(&claims, db)?;
        plan.check_open_records(&claims, db)?;
        plan.find_champions(nets, &claims, db)?;
        plan.each_batch(nets, db, |_, reversal, _| take(&reversal))?;
        Ok(plan)
    }

    /// Why changes cannot be undone, in the order of the changes.
    pub(super) fn obstacles(&self) -> Vec<&str> {
        self.obstacles.values().flatten().map(String::as_str).collect()
    }

    /// Calls `take` with what undoes each change as far as it can be undone: the latest changes first, and of each batch the users
    /// first.
    pub(super) fn each_batch(
        &mut self,
        nets: &[NetChange],
        db: &mut Db,
        mut take: impl FnMut(usize, Reversal, &mut Db) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let places: Vec<usize> = (0..nets.len()).rev().collect();
        for places in places.chunks(BATCH) {
            let of_batch: Vec<&NetChange> = places.iter().map(|place| &nets[*place]).collect();
            let current = Current::read(&of_batch, db)?;
            let (users, others): (Vec<usize>, Vec<usize>) =
                places.iter().partition(|place| nets[**place].kind == Subject::User);
            for place in users.into_iter().chain(others) {
                let Outcome { reversal, obstacles } = self.outcome(place, &nets[place], &current)?;
                if !obstacles.is_empty() {
                    self.obstacles.entry(place).or_default().extend(obstacles);
                }
                if let Some(reversal) = reversal {
                    take(place, reversal, db)?;
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, place: usize, field: &'static str, why: String) {
        self.blocked.insert((place, field));
        self.obstacles.entry(place).or_default().insert(why);
    }
}

impl Current {
    fn read(nets: &[&NetChange], db: &mut Db) -> anyhow::Result<Self> {
        let of = |kind: Subject| nets.iter().copied().filter(move |net| net.kind == kind);
        let ids: Vec<&str> = of(Subject::Champion).map(|net| net.id.as_str()).collect();
        let records = champion::table.select(Champion::as_select()).filter(is_any_of(&db.conn, "id", &ids)?);
        let records: Vec<Champion> = records.load(&mut db.conn)?;
        let mut ids: BTreeSet<&str> = of(Subject::User).map(|net| net.id.as_str()).collect();
        ids.extend(of(Subject::Champion).filter_map(|net| net.user_id.as_deref()));
        ids.extend(records.iter().map(|record| record.user_id.as_str()));
        let ids: Vec<&str> = ids.into_iter().collect();
        let users = user::table.select(User::as_select()).filter(is_any_of(&db.conn, "id", &ids)?);
        let users: Vec<User> = users.load(&mut db.conn)?;
        let placeholders = Tombstone::among(&ids, db)?;
        let mut changed_since = HashMap::new();
        for kind in [Subject::User, Subject::Champion] {
            later::add_fields(kind, &of(kind).collect::<Vec<_>>(), &mut changed_since, db)?;
        }
        Ok(Self {
            changed_since,
            users: users.into_iter().map(|user| (user.id.clone(), user)).collect(),
            records: records.into_iter().map(|record| (record.id.clone(), record)).collect(),
            placeholders,
        })
    }

    /// Whether a field of an object, or a role, was changed after the operation.
    fn is_changed_since(&self, net: &NetChange, field: &str) -> bool {
        let key = (net.kind.as_str(), net.id.clone());
        self.changed_since.get(&key).is_some_and(|fields| fields.contains(field))
    }
}

impl Plan {
    /// What undoes a change; nothing, if that is undone already.
    fn outcome(&self, place: usize, net: &NetChange, current: &Current) -> anyhow::Result<Outcome> {
        if let Some(why) = &net.irreversible {
            return Ok(Outcome::obstacle(why.clone()));
        }
        match net.kind {
            Subject::User => self.reversed_user(place, net, current),
            Subject::Champion => self.reversed_record(place, net, current),
            Subject::Import | Subject::Log => Ok(Outcome::default()),
        }
    }

    fn reversed_user(&self, place: usize, net: &NetChange, current: &Current) -> anyhow::Result<Outcome> {
        let id = &net.id;
        let Some(before) = current.users.get(id) else {
            return Ok(Outcome::obstacle(format!("user {id} does not exist")));
        };
        if let Some(placeholder) = current.placeholders.get(id) {
            return Ok(Outcome::obstacle(placeholder.refusal(id).to_string()));
        }
        let (mut after, mut obstacles): (User, _) =
            self.with_values_of_before(place, before, net, current, &format!("user {id}"))?;
        if let Some(field) = net.fields.iter().find(|field| field.name == ROLES) {
            let roles = |value: &Option<Json>| -> anyhow::Result<Roles> {
                Ok(value.as_ref().map(|json| serde_json::from_str(json.as_str())).transpose()?.unwrap_or_default())
            };
            let (was, became) = (roles(&field.before)?, roles(&field.after)?);
            for role in Role::ALL.iter().copied().filter(|role| was.contains(*role) != became.contains(*role)) {
                // This role follows the stage of the records.
                let follows = self.champions.get(id).copied().filter(|_| role == Role::Champion);
                let wanted = follows.unwrap_or_else(|| was.contains(role));
                if before.roles.contains(role) == wanted {
                    continue;
                }
                if current.is_changed_since(net, role.as_str()) {
                    obstacles.push(format!("user {id}: role {role} was changed again since"));
                } else {
                    after.roles = if wanted { after.roles.with(role) } else { after.roles.without(role) };
                }
            }
        }
        let reversal = (after != *before).then(|| Reversal::User { before: before.clone(), after });
        Ok(Outcome { reversal, obstacles })
    }

    fn reversed_record(&self, place: usize, net: &NetChange, current: &Current) -> anyhow::Result<Outcome> {
        let id = &net.id;
        let record = current.records.get(id);
        let removed: Option<Champion> =
            net.removed.as_ref().map(|record| serde_json::from_str(record.as_str())).transpose()?;
        let then = net.user_id.as_deref().unwrap_or_default();
        let now = record.map_or(then, |record| record.user_id.as_str());
        if let Some(placeholder) = current.placeholders.get(now) {
            return Ok(Outcome::obstacle(placeholder.refusal(now).to_string()));
        }
        if now != then {
            return Ok(Outcome::obstacle(format!("champion record {id} belongs to user {now} since a merge")));
        }
        Ok(match (net.existed, removed, record) {
            // It is as before: undone already, or by somebody else.
            (false, _, None) | (false, Some(_), _) | (true, Some(_), Some(_)) => Outcome::default(),
            (false, None, Some(record)) => {
                let is_changed = current.changed_since.contains_key(&(net.kind.as_str(), id.clone()));
                if is_changed || !has_values_of_after(record, net)? {
                    Outcome::obstacle(format!("champion record {id} was changed again since"))
                } else if record.stage.rule().may_withdraw {
                    Outcome { reversal: Some(Reversal::Withdraw(record.clone())), ..Outcome::default() }
                } else {
                    let stage = record.stage;
                    Outcome::obstacle(format!("champion record {id} cannot be withdrawn: it is in stage {stage}"))
                }
            }
            (true, Some(_), None) if self.blocked.contains(&(place, STAGE)) => Outcome::default(),
            (true, Some(removed), None) => Outcome { reversal: Some(Reversal::Restore(removed)), ..Outcome::default() },
            (true, None, None) => Outcome::obstacle(format!("champion record {id} was withdrawn since")),
            (true, None, Some(before)) => {
                let what = format!("champion record {id}");
                let (after, obstacles): (Champion, _) =
                    self.with_values_of_before(place, before, net, current, &what)?;
                let reversal = (after != *before).then(|| Reversal::Record { before: before.clone(), after });
                Outcome { reversal, obstacles }
            }
        })
    }

    /// The row with each field that the operation changed set back, but for roles; and the fields that cannot be: they have another
    /// value now than the operation gave them, or somebody has changed them again since. A stage and its times go together.
    fn with_values_of_before<R: Serialize + DeserializeOwned>(
        &self,
        place: usize,
        row: &R,
        net: &NetChange,
        current: &Current,
        what: &str,
    ) -> anyhow::Result<(R, Vec<String>)> {
        let mut members = Json::of(row)?.members();
        let now = |name: &str| members.get(name).filter(|value| value.as_str() != NULL);
        let differs = |field: &&ChangedField| field.name != ROLES && now(&field.name) != field.before.as_ref();
        let is_changed = |field: &&ChangedField| {
            differs(field) && (now(&field.name) != field.after.as_ref() || current.is_changed_since(net, &field.name))
        };
        let is_of_stage = |name: &str| OF_STAGE.contains(&name);
        let mut kept: HashSet<&str> = net.fields.iter().filter(is_changed).map(|field| field.name.as_str()).collect();
        let is_kept = kept.iter().any(|name| is_of_stage(name));
        let obstacles = kept
            .iter()
            .filter(|name| !is_of_stage(name))
            .copied()
            .chain(is_kept.then_some(STAGE))
            .map(|name| format!("{what}: {name} was changed again since"))
            .collect();
        if is_kept || self.blocked.contains(&(place, STAGE)) {
            kept.extend(OF_STAGE);
        }
        if self.blocked.contains(&(place, EMAIL)) {
            kept.insert(EMAIL);
        }
        let set_back: Vec<&ChangedField> =
            net.fields.iter().filter(differs).filter(|field| !kept.contains(field.name.as_str())).collect();
        for field in set_back {
            members.insert(field.name.clone(), field.before.clone().unwrap_or_else(|| Json::canonical(NULL)));
        }
        Ok((serde_json::from_str(Json::of(&members)?.as_str())?, obstacles))
    }
}

/// The field of a user that is set back role by role.
const ROLES: &str = "roles";
/// The fields whose values may be somebody else's.
const EMAIL: &str = "email";
const STAGE: &str = "stage";
/// The fields that go together.
const OF_STAGE: [&str; 3] = [STAGE, "selected_at", "became_champion_at"];
/// No value, as JSON.
const NULL: &str = "null";

/// Whether a record is as the operation left it.
fn has_values_of_after(record: &Champion, net: &NetChange) -> anyhow::Result<bool> {
    let members = Json::of(record)?.members();
    let value = |name: &String| members.get(name).filter(|value| value.as_str() != NULL);
    Ok(net.fields.iter().all(|field| value(&field.name) == field.after.as_ref()))
}
