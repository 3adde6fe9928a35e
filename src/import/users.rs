//! Users from a file: new ones are created; with `--update`, those who are there are changed to what the file says.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use diesel::prelude::*;

use super::check::{Faults, filled};
use super::header::Record;
use super::options::Meaning;
use super::verdict::{Clash, Fault, Judged, Row, Verdict};
use super::{Kind, Table};
use crate::db::types::Instant;
use crate::db::{Db, is_any_of};
use crate::error::{ExitStatus, Failure, is_taken};
use crate::models::{Change, Role, Roles, Stage, Tombstone, User, UserInput, check_email, check_id, check_line};
use crate::schema::{champion, user};

/// How often a batch is judged anew when another program is in the way.
const RETRIES: usize = 3;

/// How users are read.
pub(super) struct Users {
    assume_tz: Option<Tz>,
}

impl Users {
    pub(super) const fn new(meaning: &Meaning) -> Self {
        Self { assume_tz: meaning.assume_tz }
    }
}

/// How they are written.
pub(super) struct UserTable {
    update: bool,
    /// The first row that took the role superadmin from somebody, as they were and are.
    demotion: Option<(u64, User, User)>,
}

impl UserTable {
    pub(super) const fn new(meaning: &Meaning) -> Self {
        Self { update: meaning.update, demotion: None }
    }
}

impl Kind for Users {
    const COLUMNS: &'static [&'static str] = &["id", "email", "name", "origin", "profile_img", "roles", "created_at"];
    const REQUIRED: &'static [&'static [&'static str]] = &[&["id", "email"]];
    type Content = UserInput;
    type Table = UserTable;

    fn check(&self, _number: u64, _line: u64, record: &Record<'_>) -> Result<UserInput, Vec<Fault>> {
        let [id, email, name, origin, profile_img, roles, created_at] = record.fields();
        let mut faults = Faults::default();
        let input = UserInput {
            id: faults.read("id", filled(id), check_id),
            email: faults.read("email", email, check_email),
            name: faults.read("name", name, check_line),
            origin: faults.read("origin", filled(origin), check_line),
            profile_img: match profile_img.map(str::trim) {
                Some("") => Some(None),
                url => faults.read("profile_img", url, check_line).map(Some),
            },
            roles: faults.read("roles", roles, Roles::parse_list),
            created_at: faults.read("created_at", filled(created_at), |text| Instant::parse_in(text, self.assume_tz)),
        };
        faults.or(input)
    }
}

impl Table for UserTable {
    type Content = UserInput;

    fn land(&mut self, rows: Vec<Row<UserInput>>, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        for _ in 0..RETRIES {
            match db.savepoint(|db| self.judge_all(&rows, db)) {
                // Another program has added one of these users since we looked: look again.
                Err(error) if is_taken(&error) => {}
                Err(error) => return Err(error),
                Ok(verdicts) => {
                    rows.into_iter().zip(verdicts).for_each(|(row, verdict)| judged.add(row, verdict));
                    return Ok(());
                }
            }
        }
        Err(Failure::new(ExitStatus::Unavailable, "other programs keep adding the same users").into())
    }

    fn demotion(&self) -> Option<(u64, Change<'_, User>)> {
        self.demotion.as_ref().map(|(line, before, after)| (*line, after.change_from(before, "update")))
    }
}

impl UserTable {
    fn judge_all(&mut self, rows: &[Row<UserInput>], db: &mut Db) -> anyhow::Result<Vec<Verdict>> {
        let mut known = Known::load(rows, self.update, db)?;
        let verdicts = rows.iter().map(|row| self.judge(row, &mut known, db)).collect::<anyhow::Result<_>>()?;
        known.write_new(db)?;
        Ok(verdicts)
    }

    fn judge(&mut self, row: &Row<UserInput>, known: &mut Known, db: &mut Db) -> anyhow::Result<Verdict> {
        let line = row.line;
        let mut input = row.content.clone();
        let by_id = input.id.as_ref().and_then(|id| known.users.get(id));
        let by_email = input.email.as_ref().and_then(|email| known.by_email(email));
        let recorded = match (by_id, by_email) {
            (None, None) => {
                return Ok(match input.to_user() {
                    Some(new) => {
                        known.add(new, line);
                        Verdict::Inserted
                    }
                    None => Verdict::Rejected(vec![Fault::new("", "", "a new user needs an email and a name")]),
                });
            }
            (Some(one), Some(other)) if one.id != other.id => {
                let with = format!("the id is that of {}, the email that of {}", known.name(one), known.name(other));
                return Ok(Verdict::Conflict(Clash { with, differences: Vec::new() }));
            }
            (Some(recorded), _) | (None, Some(recorded)) => recorded.clone(),
        };
        if let Some(tombstone) = known.tombstones.get(&recorded.id) {
            let with = tombstone.refusal(&recorded.id).to_string();
            return Ok(Verdict::Conflict(Clash { with, differences: Vec::new() }));
        }
        if known.champions.contains(&recorded.id) {
            // The pipeline has given the role, and takes it back: a file that does not have it says nothing against it.
            input.roles = input.roles.map(|roles| roles.with(Role::Champion));
        }
        let differences = input.differences(&recorded);
        if differences.is_empty() {
            return Ok(Verdict::Replay);
        }
        if !self.update || differences.iter().any(|difference| difference.field == "id") {
            let with = match known.lines.get(&recorded.id) {
                Some(line) => format!("line {line} has the same user with other content"),
                None => format!("{} is recorded with other content", recorded.id),
            };
            return Ok(Verdict::Conflict(Clash { with, differences }));
        }
        known.write_new(db)?;
        let after = input.applied_to(&recorded);
        after.save(&recorded, "update", db)?;
        if recorded.is_demoted_to(&after) {
            self.demotion.get_or_insert_with(|| (line, recorded.clone(), after.clone()));
        }
        known.replace(&recorded, after);
        Ok(Verdict::Updated)
    }
}

/// The recorded users that a batch can meet, and those that it adds.
struct Known {
    users: HashMap<String, User>,
    ids_by_email: HashMap<String, String>,
    champions: HashSet<String>,
    tombstones: HashMap<String, Tombstone>,
    new: Vec<User>,
    /// Where in the file those are that the batch adds.
    lines: HashMap<String, u64>,
}

impl Known {
    /// Looks up every user that the rows name; those that may be changed are locked, so that what is changed is what was
    /// read.
    fn load(rows: &[Row<UserInput>], lock: bool, db: &mut Db) -> anyhow::Result<Self> {
        let ids: Vec<&str> = rows.iter().filter_map(|row| row.content.id.as_deref()).collect();
        let emails: Vec<String> =
            rows.iter().filter_map(|row| row.content.email.as_ref()).map(|email| email.to_ascii_lowercase()).collect();
        let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
        let mut found: Vec<User> = Vec::new();
        for (column, names) in [("id", ids), ("lower(email)", emails)] {
            if lock {
                User::lock_all(&mut db.conn, column, &names)?;
            }
            found.extend(
                user::table
                    .select(User::as_select())
                    .filter(is_any_of(&db.conn, column, &names)?)
                    .load(&mut db.conn)?,
            );
        }
        let ids: Vec<&str> = found.iter().map(|user| user.id.as_str()).collect();
        let champions = champion::table
            .select(champion::user_id)
            .filter(champion::stage.eq(Stage::Champion))
            .filter(is_any_of(&db.conn, "user_id", &ids)?)
            .load(&mut db.conn)?;
        let tombstones = Tombstone::among(&ids, db)?;
        Ok(Self {
            ids_by_email: found.iter().map(|user| (user.email.to_ascii_lowercase(), user.id.clone())).collect(),
            users: found.into_iter().map(|user| (user.id.clone(), user)).collect(),
            champions: champions.into_iter().collect(),
            tombstones,
            new: Vec::new(),
            lines: HashMap::new(),
        })
    }

    fn by_email(&self, email: &str) -> Option<&User> {
        self.ids_by_email.get(&email.to_ascii_lowercase()).and_then(|id| self.users.get(id))
    }

    /// Names a user for a message: one that the file adds is in no database yet.
    fn name(&self, user: &User) -> String {
        match self.lines.get(&user.id) {
            Some(line) => format!("line {line}"),
            None => format!("{} <{}>", user.id, user.email),
        }
    }

    fn add(&mut self, user: User, line: u64) {
        self.lines.insert(user.id.clone(), line);
        self.new.push(user.clone());
        self.ids_by_email.insert(user.email.to_ascii_lowercase(), user.id.clone());
        self.users.insert(user.id.clone(), user);
    }

    fn replace(&mut self, before: &User, after: User) {
        self.ids_by_email.remove(&before.email.to_ascii_lowercase());
        self.ids_by_email.insert(after.email.to_ascii_lowercase(), after.id.clone());
        self.users.insert(after.id.clone(), after);
    }

    fn write_new(&mut self, db: &mut Db) -> anyhow::Result<()> {
        User::insert_all(&std::mem::take(&mut self.new), db)
    }
}
