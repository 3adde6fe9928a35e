//! Users from a file: new ones are created; with `--update`, those who are there are changed to what the file says.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{Clash, Fault, Faults, Kind, Options, Record, Row, Verdict, filled};
use crate::db::Db;
use crate::models::{Role, Roles, Stage, User, UserInput, check_email, check_id, check_line};
use crate::schema::{champion, lower, user};

pub(super) struct Users {
    update: bool,
    demoted_a_superadmin: bool,
}

impl Users {
    pub(super) const fn new(options: &Options) -> Self {
        Self { update: options.update, demoted_a_superadmin: false }
    }
}

impl Kind for Users {
    const COLUMNS: &'static [&'static str] = &["id", "email", "name", "origin", "profile_img", "roles", "created_at"];
    const REQUIRED: &'static [&'static [&'static str]] = &[&["email"], &["name"]];
    type Content = UserInput;

    fn check(&self, record: &Record<'_>) -> Result<UserInput, Vec<Fault>> {
        let [id, email, name, origin, profile_img, roles, created_at] = record.fields();
        let mut faults = Faults::default();
        let input = UserInput {
            id: faults.read("id", filled(id), |id| check_id(id).map(|()| id.to_owned())),
            email: faults.read("email", email, check_email),
            name: faults.read("name", name, check_line),
            origin: faults.read("origin", filled(origin), check_line),
            profile_img: match profile_img.map(str::trim) {
                Some("") => Some(None),
                url => faults.read("profile_img", url, check_line).map(Some),
            },
            roles: faults.read("roles", roles, Roles::parse_list),
            created_at: faults.read("created_at", filled(created_at), str::parse),
        };
        faults.or(input)
    }

    fn land(&mut self, rows: Vec<Row<UserInput>>, db: &mut Db) -> anyhow::Result<Vec<Verdict>> {
        let mut known = Known::load(&rows, db)?;
        let verdicts =
            rows.into_iter().map(|row| self.judge(row.content, &mut known, db)).collect::<anyhow::Result<_>>()?;
        known.write_new(db)?;
        Ok(verdicts)
    }

    fn demoted_a_superadmin(&self) -> bool {
        self.demoted_a_superadmin
    }
}

impl Users {
    fn judge(&mut self, mut input: UserInput, known: &mut Known, db: &mut Db) -> anyhow::Result<Verdict> {
        let by_id = input.id.as_ref().and_then(|id| known.users.get(id));
        let by_email = input.email.as_ref().and_then(|email| known.by_email(email));
        let recorded = match (by_id, by_email) {
            (None, None) => {
                return Ok(match input.to_user() {
                    Some(new) => {
                        known.add(new);
                        Verdict::Inserted
                    }
                    None => Verdict::Rejected(vec![Fault::new("", "", "a new user needs an email and a name")]),
                });
            }
            (Some(one), Some(other)) if one.id != other.id => {
                let with = format!("the id is that of {} <{}>, the email that of {}", one.id, one.email, other.id);
                return Ok(Verdict::Conflict(Clash { with, differences: Vec::new() }));
            }
            (Some(recorded), _) | (None, Some(recorded)) => recorded.clone(),
        };
        if known.champions.contains(&recorded.id) {
            // The pipeline has given the role, and takes it back: a file that does not have it says nothing against it.
            input.roles = input.roles.map(|roles| roles.with(Role::Champion));
        }
        let differences = input.differences(&recorded);
        if differences.is_empty() {
            return Ok(Verdict::Replay);
        }
        if !self.update || differences.iter().any(|difference| difference.field == "id") {
            let with = format!("{} is recorded with other content", recorded.id);
            return Ok(Verdict::Conflict(Clash { with, differences }));
        }
        known.write_new(db)?;
        let after = input.applied_to(&recorded);
        after.save(&recorded, "update", db)?;
        self.demoted_a_superadmin |=
            recorded.roles.contains(Role::Superadmin) && !after.roles.contains(Role::Superadmin);
        known.replace(&recorded, after);
        Ok(Verdict::Updated)
    }
}

/// The recorded users that a batch can meet, and those that it adds.
struct Known {
    users: HashMap<String, User>,
    ids_by_email: HashMap<String, String>,
    champions: HashSet<String>,
    new: Vec<User>,
}

impl Known {
    fn load(rows: &[Row<UserInput>], db: &mut Db) -> anyhow::Result<Self> {
        let ids: Vec<&str> = rows.iter().filter_map(|row| row.content.id.as_deref()).collect();
        let emails: Vec<String> =
            rows.iter().filter_map(|row| row.content.email.as_ref()).map(|email| email.to_ascii_lowercase()).collect();
        let users = user::table.select(User::as_select());
        let mut found: Vec<User> = users.filter(user::id.eq_any(ids)).load(&mut db.conn)?;
        found.extend(users.filter(lower(user::email).eq_any(emails)).load(&mut db.conn)?);
        let champions = champion::table
            .select(champion::user_id)
            .filter(champion::stage.eq(Stage::Champion))
            .filter(champion::user_id.eq_any(found.iter().map(|user| user.id.as_str())))
            .load(&mut db.conn)?;
        Ok(Self {
            ids_by_email: found.iter().map(|user| (user.email.to_ascii_lowercase(), user.id.clone())).collect(),
            users: found.into_iter().map(|user| (user.id.clone(), user)).collect(),
            champions: champions.into_iter().collect(),
            new: Vec::new(),
        })
    }

    fn by_email(&self, email: &str) -> Option<&User> {
        self.ids_by_email.get(&email.to_ascii_lowercase()).and_then(|id| self.users.get(id))
    }

    fn add(&mut self, user: User) {
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
