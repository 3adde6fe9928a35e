//! Which users a command applies to: by id, by email, by a list, by filters.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::{not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::Names;
use crate::clock::{Age, Clock, TimeArg};
use crate::db::types::Timestamp;
use crate::db::{AnyConnection, Db, folded, is_any_of};
use crate::error::Failure;
use crate::models::{FormerEmail, Role, RolesOf, Tombstone, User, UserCondition, has_acted, has_role};
use crate::output::Output;
use crate::schema::user;

/// Filters on users; a user must match all of them.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "selection", multiple = true)]
pub struct UserFilter {
    /// Only users with this role; of several, with any
    #[arg(long = "role", value_name = "ROLE", value_enum, ignore_case = true, value_delimiter = ',')]
    with_roles: Vec<Role>,
    /// Require all of the roles, not any
    #[arg(long, requires = "with_roles", hide_short_help = true)]
    all_roles: bool,
    /// Exclude users with this role; repeat to exclude several
    #[arg(long = "without-role", value_name = "ROLE", value_enum, ignore_case = true, value_delimiter = ',')]
    without_roles: Vec<Role>,
    /// Filter by origin, which may contain commas; repeat to match any of several
    #[arg(long = "origin", value_name = "ORIGIN", hide_short_help = true)]
    origins: Vec<String>,
    /// Only users who signed up at or after this time, date or age, e.g. 30d
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    created_after: Option<TimeArg>,
    /// Only users who signed up before this time, date or age
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    created_before: Option<TimeArg>,
    /// Only users with this text in id, email or name, ignoring case and accents
    #[arg(long, value_name = "TEXT", value_parser = search_text, hide_short_help = true)]
    search: Option<String>,
    /// Only users without an action for this long, e.g. 14d
    ///
    /// A user without actions counts as inactive since sign-up.
    #[arg(long, value_name = "AGE")]
    inactive_for: Option<Age>,
}

impl UserFilter {
    /// What the times of the filters mean, for a person who is about to change something.
    ///
    /// # Errors
    /// When a time is out of range (exit code 2).
    pub fn resolved_times(&self, clock: Clock) -> Result<Vec<String>, Failure> {
        let mut times = Vec::new();
        for (what, time) in [("signed up since", self.created_after), ("signed up before", self.created_before)] {
            times.extend(clock.resolve_optional(time)?.map(|time| format!("{what} {}", clock.shown(time))));
        }
        if let Some(age) = self.inactive_for {
            times.push(format!("inactive since {}", clock.shown(clock.ago(age)?)));
        }
        Ok(times)
    }

    /// The filters as conditions of a query; erased and merged users are excluded.
    ///
    /// # Errors
    /// When a time is out of range (exit code 2).
    pub fn conditions(&self, conn: &AnyConnection, when: RolesOf, clock: Clock) -> anyhow::Result<Vec<UserCondition>> {
        let mut conditions: Vec<UserCondition> = vec![Box::new(user::erased_at.is_null())];
        let with_roles = self.with_roles.iter().map(|role| has_role(conn, *role, when));
        if self.all_roles {
            conditions.extend(with_roles);
        } else {
            conditions.extend(with_roles.reduce(|any, role| Box::new(any.or(role))));
        }
        for role in &self.without_roles {
            conditions.push(Box::new(not(has_role(conn, *role, when))));
        }
        if !self.origins.is_empty() {
            conditions.push(Box::new(user::origin.eq_any(self.origins.clone())));
        }
        let (after, before) = clock.span(self.created_after, self.created_before).map_err(|failure| {
            failure.with_message("--created-after is not before --created-before: the span is empty").hint(
                "--created-before is the first moment after the span: for May, --created-after 2026-05 --created-before 2026-06",
            )
        })?;
        if let Some(time) = after {
            conditions.push(Box::new(user::created_at.ge(time)));
        }
        if let Some(time) = before {
            conditions.push(Box::new(user::created_at.lt(time)));
        }
        if let Some(text) = &self.search {
            let pattern = containing(text);
            let contains = |column: &str| {
                let folded = sql::<Bool>(&conn.engine().folded(column)).sql(" LIKE ");
                folded.bind::<Text, _>(pattern.clone()).sql(" ESCAPE '\\'")
            };
            let [id, email, name] = ["id", "email", "name"].map(|column| contains(&format!("\"user\".{column}")));
            conditions.push(Box::new(id.or(email).or(name)));
        }
        if let Some(age) = self.inactive_for {
            let time = clock.ago(age)?;
            conditions.push(Box::new(not(has_acted(conn, Some(time)))));
            // A new user who has not acted yet is not inactive.
            conditions.push(Box::new(user::created_at.lt(time).or(has_acted(conn, None))));
        }
        Ok(conditions)
    }
}

/// The longest text to search for, in bytes: SQLite limits the length of a pattern.
const MAX_SEARCH_BYTES: usize = 200;

fn search_text(text: &str) -> Result<String, String> {
    match text.len() {
        0..=MAX_SEARCH_BYTES => Ok(text.to_owned()),
        bytes => Err(format!("expected at most {MAX_SEARCH_BYTES} bytes, found {bytes}")),
    }
}

/// A LIKE pattern for folded texts that contain `text`; the escape character is `\`.
#[must_use]
pub fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in folded(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Finds a user for a command that reads: by id, email, or the start of an id that no other id starts with. Returns
/// whether it was the start.
///
/// # Errors
/// When the user does not exist (exit code 6), or the database fails.
pub fn find_user(name: &str, conn: &mut AnyConnection) -> anyhow::Result<(User, bool)> {
    if let Some(user) = User::find_optional(conn, name)? {
        return Ok((user, false));
    }
    match User::find_by_start(conn, name)? {
        Some(user) => Ok((user, true)),
        None => User::find(conn, name).map(|user| (user, false)),
    }
}

/// As [`find_user`], of a user who was merged the one into whom: what reads about a person finds all of it.
///
/// # Errors
/// As [`find_user`].
pub fn find_person(name: &str, conn: &mut AnyConnection) -> anyhow::Result<User> {
    let user = find_user(name, conn)?.0;
    match Tombstone::of(conn, &user.id)?.and_then(|tombstone| tombstone.merged_into) {
        Some(into) => Ok(User::find(conn, &into)?),
        None => Ok(user),
    }
}

/// The name of a user for a command that changes: at a terminal, the start of an id is enough, if the person agrees that this
/// user is meant.
///
/// # Errors
/// When several ids start with it (exit code 2), or it is another user (exit code 1).
pub fn user_meant(name: &str, db: &mut Db, out: &Output) -> anyhow::Result<String> {
    if !out.is_interactive() || User::find_optional(&mut db.conn, name)?.is_some() {
        return Ok(name.to_owned());
    }
    let Some(user) = User::find_by_start(&mut db.conn, name)? else { return Ok(name.to_owned()) };
    let question = format!("{name} is the start of {}, {} <{}>. Use this user?", user.id, user.name, user.email);
    match db.while_waiting(|| out.agrees(&question))? {
        Some(true) => Ok(user.id),
        _ => Err(Failure::failed("not confirmed").into()),
    }
}

/// The ids of the users that the names mean, each once.
///
/// # Errors
/// When a user is unknown, erased or merged (exit code 6).
pub fn users_named(mut names: Names, db: &mut Db, out: &Output) -> anyhow::Result<BTreeSet<String>> {
    if names.is_list() {
        db.add_input(names.text().as_bytes())?;
    } else {
        names.replace(|name| user_meant(name, db, out))?;
    }
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    for batch in names.entries().chunks(super::BATCH) {
        ids_of(batch, &mut ids, &mut problems, db)?;
    }
    for (line, problem) in problems {
        names.report(line, problem, out)?;
    }
    names.check()?;
    Ok(ids)
}

/// The ids of the users that the filters match, in order.
///
/// # Errors
/// When a time is out of range (exit code 2), or the database fails.
pub fn selected_users(filter: &UserFilter, clock: Clock, db: &mut Db) -> anyhow::Result<BTreeSet<String>> {
    let users = user::table.select(user::id).order(user::id).into_boxed();
    let users = filter.conditions(&db.conn, RolesOf::Now, clock)?.into_iter().fold(users, QueryDsl::filter);
    Ok(users.load::<String>(&mut db.conn)?.into_iter().collect())
}

/// For how many unknown names similar ones are looked up.
const MOST_LOOKED_UP: usize = 10;

/// Adds the ids of a batch of names, and the problems with the others.
fn ids_of(
    names: &[(usize, String)],
    ids: &mut BTreeSet<String>,
    problems: &mut Vec<(usize, Failure)>,
    db: &mut Db,
) -> anyhow::Result<()> {
    let emails: Vec<String> =
        names.iter().filter(|(_, name)| name.contains('@')).map(|(_, name)| name.to_ascii_lowercase()).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let given_ids: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).filter(|name| !name.contains('@')).collect();
    let mut known: HashMap<String, (String, Option<Tombstone>)> = HashMap::new();
    for (column, values) in [("id", given_ids), ("lower(email)", emails.clone())] {
        let found: Vec<(String, String, Option<Timestamp>, Option<String>)> = user::table
            .select((user::id, user::email, user::erased_at, user::merged_into))
            .filter(is_any_of(&db.conn, column, &values)?)
            .load(&mut db.conn)?;
        for (id, email, erased_at, merged_into) in found {
            let placeholder = erased_at.map(|erased_at| Tombstone { erased_at, merged_into });
            known.insert(if column == "id" { id.clone() } else { email.to_ascii_lowercase() }, (id, placeholder));
        }
    }
    // Former addresses name the people who had them, as they do one by one.
    let former: Vec<&str> = emails.iter().copied().filter(|email| !known.contains_key(*email)).collect();
    for (email, id) in FormerEmail::users(&former, &mut db.conn)? {
        let placeholder = Tombstone::of(&mut db.conn, &id)?;
        known.insert(email.to_owned(), (id, placeholder));
    }
    for (line, name) in names {
        let key = if name.contains('@') { name.to_ascii_lowercase() } else { name.clone() };
        match known.get(&key) {
            Some((id, None)) => {
                ids.insert(id.clone());
            }
            Some((id, Some(placeholder))) => problems.push((*line, placeholder.refusal(id))),
            // Of a long list of unknown names, the first tell what is wrong.
            None if problems.len() < MOST_LOOKED_UP => problems.push((*line, User::unknown_in(name, &mut db.conn)?)),
            None => problems.push((*line, User::unknown(name))),
        }
    }
    Ok(())
}
