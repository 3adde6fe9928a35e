use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::context::{Command, Context};
use crate::db::types::{Json, Timestamp};
use crate::db::{Access, Db};
use crate::error::ExitStatus;
use crate::models::{AuditEvent, Role, Roles, Stage, Subject};
use crate::output::{ArrangeArgs, Record, plural};
use crate::schema::{audit_event, champion, user};
use crate::selection::paging::{PAGE, Rows};

/// Replay the audit trail, and compare it with the roles, stages, merges and erasures that are stored
///
/// Every difference is a change that the trail did not record, for example by a program that disabled the triggers. Each is
/// shown with the time span in which it happened. The exit code is 1 if there are any.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// A difference between the trail and what is stored, or between two changes in the trail.
#[derive(Debug, Serialize)]
struct Difference {
    subject_kind: Subject,
    subject: String,
    /// `roles`, `stage`, `merged into` or `erased`.
    what: &'static str,
    /// What follows from the trail.
    trail: String,
    /// What is stored, or what the next change found.
    found: String,
    /// The last change in the trail before it; `None` if there is none.
    after: Option<Timestamp>,
    /// When it was found.
    before: Timestamp,
}

/// The members of a state in the trail that are compared.
#[derive(Default, Deserialize)]
struct State {
    roles: Option<Roles>,
    merged_into: Option<String>,
    stage: Option<Stage>,
}

/// What the trail says of a user.
#[derive(Default)]
struct KnownUser {
    roles: Option<Roles>,
    merged_into: Option<String>,
    is_erased: bool,
    at: Option<Timestamp>,
}

/// What the trail says of a champion record: its stage; `None` if it was withdrawn.
struct KnownRecord {
    stage: Option<Stage>,
    at: Timestamp,
}

/// The trail, replayed.
#[derive(Default)]
struct Replay {
    users: HashMap<String, KnownUser>,
    records: HashMap<String, KnownRecord>,
    differences: Vec<Difference>,
    changes: u64,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let now = ctx.clock.now();
        self.arrange.check::<Difference>()?;
        let (db, out) = ctx.open()?;
        let (differences, changes) = db.snapshot(|db| {
            let mut replay = Replay::default();
            replay.read(db)?;
            replay.compare_users(now, db)?;
            replay.compare_records(now, db)?;
            Ok((replay.differences, replay.changes))
        })?;
        self.arrange.print(&differences, out)?;
        let changes = plural(changes, "change");
        if differences.is_empty() {
            out.status(format_args!("checked {changes}: no differences from the stored data"));
            return Ok(ExitStatus::Done);
        }
        let went_around = plural(differences.len() as u64, "difference");
        out.status(format_args!("checked {changes}: {went_around} from the stored data"));
        Ok(ExitStatus::Failed)
    }
}

fn state(json: Option<&Json>) -> anyhow::Result<Option<State>> {
    Ok(json.map(|json| serde_json::from_str(json.as_str())).transpose()?)
}

/// The user into whom somebody is merged in the end: who was merged into a user follows that one's merge.
fn last_of<'a>(into: &'a str, merges: &'a HashMap<String, String>) -> &'a str {
    let mut last = into;
    // Not longer than there are merges: the trail may have been changed to a circle.
    for _ in 0..merges.len() {
        match merges.get(last) {
            Some(next) => last = next,
            None => break,
        }
    }
    last
}

fn shown(roles: Roles) -> String {
    if roles == Roles::default() { "none".to_owned() } else { roles.to_string() }
}

fn stage_shown(stage: Option<Stage>) -> String {
    stage.map_or_else(|| "withdrawn".to_owned(), |stage| stage.to_string())
}

impl Replay {
    fn read(&mut self, db: &mut Db) -> anyhow::Result<()> {
        let events = Rows::new(PAGE, |last: Option<&AuditEvent>, limit| {
            Ok(audit_event::table
                .select(AuditEvent::as_select())
                .filter(audit_event::refusal.is_null())
                .filter(audit_event::position.gt(last.map_or(0, |event| event.position)))
                .order(audit_event::position)
                .limit(limit)
                .load(&mut db.conn)?)
        });
        for event in events {
            let event = event?;
            self.changes += 1;
            match event.subject_kind {
                Subject::User => self.user(&event)?,
                Subject::Champion => self.record(&event)?,
                Subject::Import | Subject::Log => {}
            }
        }
        Ok(())
    }

    fn user(&mut self, event: &AuditEvent) -> anyhow::Result<()> {
        let (before, after) = (state(event.before.as_ref())?, state(event.after.as_ref())?);
        let known = self.users.entry(event.subject_id.clone()).or_default();
        if let (Some(known_roles), Some(found)) = (known.roles, before.and_then(|before| before.roles))
            && known_roles != found
        {
            self.differences.push(Difference {
                subject_kind: Subject::User,
                subject: event.subject_id.clone(),
                what: "roles",
                trail: shown(known_roles),
                found: shown(found),
                after: known.at,
                before: event.at,
            });
        }
        if event.before.is_some() && event.after.is_none() {
            // Another program has deleted the user, as the trail says.
            self.users.remove(&event.subject_id);
            return Ok(());
        }
        if let Some(after) = after {
            known.roles = after.roles.or(known.roles);
            known.merged_into = after.merged_into.or_else(|| known.merged_into.take());
        }
        known.is_erased |= event.verb == "erase";
        known.at = Some(event.at);
        Ok(())
    }

    fn record(&mut self, event: &AuditEvent) -> anyhow::Result<()> {
        // An erasure has neither state.
        if event.before.is_none() && event.after.is_none() {
            return Ok(());
        }
        let stage = |state: Option<State>| state.and_then(|state| state.stage);
        let (before, after) = (state(event.before.as_ref())?, state(event.after.as_ref())?);
        let found = stage(before);
        if let Some(known) = self.records.get(&event.subject_id)
            && event.before.is_some()
            && found.is_some()
            && known.stage != found
        {
            self.differences.push(Difference {
                subject_kind: Subject::Champion,
                subject: event.subject_id.clone(),
                what: "stage",
                trail: stage_shown(known.stage),
                found: stage_shown(found),
                after: Some(known.at),
                before: event.at,
            });
        }
        self.records.insert(event.subject_id.clone(), KnownRecord { stage: stage(after), at: event.at });
        Ok(())
    }

    fn compare_users(&mut self, now: Timestamp, db: &mut Db) -> anyhow::Result<()> {
        type Stored = (String, Roles, Option<Timestamp>, Option<String>);
        let stored: Vec<Stored> = user::table
            .select((user::id, user::roles, user::erased_at, user::merged_into))
            .order(user::id)
            .load(&mut db.conn)?;
        let merges: HashMap<String, String> =
            self.users.iter().filter_map(|(id, known)| Some((id.clone(), known.merged_into.clone()?))).collect();
        let ordinary: Roles = std::iter::once(Role::Student).collect();
        for (id, roles, erased_at, merged_into) in stored {
            let known = self.users.remove(&id).unwrap_or_default();
            let is_expected = match known.roles {
                Some(known) => known == roles,
                // Who was added by another program as a mere student is not in the trail.
                None => roles == Roles::default() || roles == ordinary,
            };
            let mut differ = |what: &'static str, trail: String, found: String| {
                self.differences.push(Difference {
                    subject_kind: Subject::User,
                    subject: id.clone(),
                    what,
                    trail,
                    found,
                    after: known.at,
                    before: now,
                });
            };
            if !is_expected {
                differ("roles", known.roles.map_or_else(|| "nothing".to_owned(), shown), shown(roles));
            }
            let or_nobody = |id: Option<&String>| id.cloned().unwrap_or_else(|| "nobody".to_owned());
            let into = known.merged_into.as_deref().map(|into| last_of(into, &merges));
            if into != merged_into.as_deref() {
                differ("merged into", or_nobody(into.map(ToOwned::to_owned).as_ref()), or_nobody(merged_into.as_ref()));
            }
            let is_erased = erased_at.is_some() && merged_into.is_none();
            let is_alive_again = erased_at.is_none() && (known.is_erased || known.merged_into.is_some());
            if is_erased && !known.is_erased || is_alive_again {
                let shown = |is_erased| if is_erased { "yes" } else { "no" }.to_owned();
                differ("erased", shown(is_alive_again), shown(!is_alive_again));
            }
        }
        let mut gone: Vec<(String, KnownUser)> = self.users.drain().collect();
        gone.sort_by(|a, b| a.0.cmp(&b.0));
        for (id, known) in gone {
            self.differences.push(Difference {
                subject_kind: Subject::User,
                subject: id,
                what: "roles",
                trail: known.roles.map_or_else(|| "nothing".to_owned(), shown),
                found: "no such user".to_owned(),
                after: known.at,
                before: now,
            });
        }
        Ok(())
    }

    fn compare_records(&mut self, now: Timestamp, db: &mut Db) -> anyhow::Result<()> {
        let stored: Vec<(String, Stage)> =
            champion::table.select((champion::id, champion::stage)).order(champion::id).load(&mut db.conn)?;
        let mut differ = |id: String, known: Option<&KnownRecord>, found: String| {
            self.differences.push(Difference {
                subject_kind: Subject::Champion,
                subject: id,
                what: "stage",
                trail: known.map_or_else(|| "nothing".to_owned(), |known| stage_shown(known.stage)),
                found,
                after: known.map(|known| known.at),
                before: now,
            });
        };
        for (id, stage) in stored {
            let known = self.records.remove(&id);
            if known.as_ref().is_none_or(|known| known.stage != Some(stage)) {
                differ(id, known.as_ref(), stage.to_string());
            }
        }
        let mut gone: Vec<(String, KnownRecord)> =
            self.records.drain().filter(|(_, known)| known.stage.is_some()).collect();
        gone.sort_by(|a, b| a.0.cmp(&b.0));
        for (id, known) in gone {
            differ(id, Some(&known), "no such record".to_owned());
        }
        Ok(())
    }
}

impl Record for Difference {
    const COLUMNS: &'static [&'static str] = &["subject_kind", "subject", "what", "trail", "found", "after", "before"];
    const TABLE: &'static [&'static str] = &["subject", "what", "trail", "found", "after", "before"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.subject_kind.to_string(),
            self.subject.clone(),
            self.what.to_owned(),
            self.trail.clone(),
            self.found.clone(),
            self.after.map(|time| time.to_string()).unwrap_or_default(),
            self.before.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.subject
    }
}
