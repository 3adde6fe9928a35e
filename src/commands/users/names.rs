//! The texts by which a person is found in the database: exactly, as part of a text, as part of the name of a file.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::{AnyConnection, Db, MultiBackend, SqlDialect, folded};
use crate::models::{FormerEmail, Tombstone, User};
use crate::schema::user;
use crate::selection::containing;

/// What a name must have to be looked for as a part of the name of a file: shorter ones are in too many.
const MIN_FILE_CHARACTERS: usize = 6;

/// The names of a person.
pub(super) struct PersonNames {
    /// The id, and those of the users that were merged into it.
    ids: Vec<String>,
    /// The addresses that are or were the person's, and nobody else's now, in lower case.
    emails: Vec<String>,
    /// What an actor is called who is this person, folded.
    exact: Vec<String>,
    /// Patterns for folded texts in which the person is named.
    contained: Vec<String>,
    /// Patterns for the folded names of files.
    in_files: Vec<String>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl PersonNames {
    /// The names of a person: ids, addresses, and the name. The name of a placeholder is everybody's; that of an actor is
    /// a person's only if nobody else has it.
    pub(super) fn of(person: &User, db: &mut Db) -> anyhow::Result<Self> {
        let conn = &mut db.conn;
        let mut ids: Vec<String> =
            user::table.select(user::id).filter(user::merged_into.eq(&person.id)).order(user::id).load(conn)?;
        ids.insert(0, person.id.clone());
        let mut unique: BTreeSet<String> = ids.iter().cloned().collect();
        let mut emails = BTreeSet::from([person.email.to_ascii_lowercase()]);
        emails.extend(FormerEmail::of(&person.id, conn)?.into_iter().filter_map(|former| former.email));
        let has_name = Tombstone::of(conn, &person.id)?.is_none();
        let (former_names, former_emails) = recorded_names(&ids, conn)?;
        for email in former_emails {
            // An address may be somebody else's now, or may have been it since.
            let owner = match User::find_optional(conn, &email)? {
                Some(owner) => Some(owner.id),
                None => FormerEmail::users(&[&email], conn)?.remove(&*email),
            };
            if owner.is_none_or(|owner| ids.contains(&owner)) {
                emails.insert(email.to_ascii_lowercase());
            }
        }
        unique.extend(emails.iter().cloned());
        let mut contained = unique.clone();
        let in_files = unique.iter().filter(|name| name.chars().count() >= MIN_FILE_CHARACTERS);
        let mut in_files: Vec<String> = in_files.map(|name| containing(name)).collect();
        let own_name = has_name.then(|| person.name.clone());
        for name in own_name.into_iter().chain(former_names).collect::<BTreeSet<_>>() {
            contained.insert(name.clone());
            if name.trim().contains(' ') {
                // Any character may stand between the words: - _ . or a space.
                in_files.push(containing(&name).replace(' ', "_"));
            }
            let same = format!("SELECT count(*) AS count FROM \"user\" WHERE {} = $1", conn.engine().folded("name"));
            let same: Count = sql_query(same).bind::<Text, _>(folded(&name)).get_result(conn)?;
            if same.count <= i64::from(has_name && name == person.name) {
                unique.insert(name);
            }
        }
        Ok(Self {
            ids,
            emails: emails.into_iter().filter(|email| !is_of_placeholder(email)).collect(),
            exact: unique.iter().map(|name| folded(name)).collect(),
            contained: contained.iter().map(|name| containing(name)).collect(),
            in_files,
        })
    }

    /// The addresses that are or were the person's.
    pub(super) fn emails(&self) -> &[String] {
        &self.emails
    }

    /// A statement that can use the conditions.
    pub(super) fn query(
        &self,
        statement: &str,
        engine: &dyn SqlDialect,
    ) -> anyhow::Result<BoxedSqlQuery<'static, MultiBackend, SqlQuery>> {
        let lists = [
            ("ids", &self.ids),
            ("emails", &self.emails),
            ("exact", &self.exact),
            ("contained", &self.contained),
            ("files", &self.in_files),
        ];
        let values = engine.listed_values();
        let tables: Vec<String> = lists
            .iter()
            .enumerate()
            .map(|(i, (name, _))| format!("{name} (value) AS ({})", values.replace("$1", &format!("${}", i + 1))))
            .collect();
        let mut query = sql_query(format!("WITH {} {statement}", tables.join(", "))).into_boxed();
        for (_, list) in lists {
            query = query.bind::<Text, _>(serde_json::to_string(list)?);
        }
        Ok(query)
    }

    /// Replaces the person by a placeholder where an erasure does: as the actor, and in the names of files. Returns the
    /// number of changed rows.
    pub(super) fn replace(&self, user_id: &str, db: &mut Db) -> anyhow::Result<usize> {
        let engine = db.conn.engine();
        let mut changed = 0;
        for (table, column, condition) in [
            ("audit_event", "actor", is_person("actor", engine)),
            ("audit_event", "os_user", is_person("os_user", engine)),
            ("import_run", "actor", is_person("actor", engine)),
            ("import_run", "file_name", is_file_of_person(engine)),
            ("operation", "actor", is_person("actor", engine)),
        ] {
            let statement = format!("UPDATE {table} SET {column} = $6 WHERE {condition}");
            let query = self.query(&statement, engine)?.bind::<Text, _>(format!("{ERASED}{user_id}"));
            changed += query.execute(&mut db.conn)?;
        }
        // The audit trail has a copy of the import's row.
        for (member, condition) in [
            ("actor", is_person("after ->> 'actor'", engine)),
            ("file_name", names_file("after ->> 'file_name'", engine)),
        ] {
            let statement = format!(
                "UPDATE audit_event SET after = {} WHERE subject_kind = 'import' AND {condition}",
                engine.with_member("after", member, "$6")
            );
            let query = self.query(&statement, engine)?.bind::<Text, _>(format!("{ERASED}{user_id}"));
            query.execute(&mut db.conn)?;
        }
        Ok(changed)
    }
}

/// What the addresses of erased users end with.
pub(super) const ERASED_ADDRESS: &str = "@erased.invalid";

/// What the addresses of merged users end with.
pub(super) const MERGED_ADDRESS: &str = "@merged.invalid";

/// Whether an address is that of an erased or a merged user.
fn is_of_placeholder(email: &str) -> bool {
    email.ends_with(ERASED_ADDRESS) || email.ends_with(MERGED_ADDRESS)
}

/// The names and addresses that the audit trail has of users.
fn recorded_names(ids: &[String], conn: &mut AnyConnection) -> anyhow::Result<(BTreeSet<String>, BTreeSet<String>)> {
    #[derive(QueryableByName)]
    struct Recorded {
        #[diesel(sql_type = Nullable<Text>)]
        name: Option<String>,
        #[diesel(sql_type = Nullable<Text>)]
        email: Option<String>,
    }
    let [before, after] = conn.engine().is_any_of();
    let of = |row: &str| {
        format!(
            "SELECT {row} ->> 'name' AS name, {row} ->> 'email' AS email FROM audit_event \
             WHERE subject_kind = 'user' AND subject_id{before}$1{after}"
        )
    };
    let rows: Vec<Recorded> = sql_query(format!("{} UNION {}", of("before"), of("after")))
        .bind::<Text, _>(serde_json::to_string(ids)?)
        .load(conn)?;
    let is_there = |text: &String| !text.trim().is_empty();
    let names = rows.iter().filter_map(|row| row.name.clone()).filter(is_there).collect();
    Ok((names, rows.into_iter().filter_map(|row| row.email).filter(is_there).collect()))
}

/// What stands before the id in a placeholder for an actor. The guards of the audit trail know it.
const ERASED: &str = "erased:";

/// The condition that a column has one of the person's ids.
pub(super) const IS_ONE: &str = "IN (SELECT value FROM ids)";

/// The condition that a column has one of the person's addresses.
pub(super) const IS_ADDRESS: &str = "IN (SELECT value FROM emails)";

/// The condition that a column is the person.
pub(super) fn is_person(column: &str, engine: &dyn SqlDialect) -> String {
    // The function for folding takes no NULL on SQLite.
    format!("{} IN (SELECT value FROM exact)", engine.folded(&format!("coalesce({column}, '')")))
}

/// The condition that a text names the person.
pub(super) fn names_person(text: &str, engine: &dyn SqlDialect) -> String {
    format!("EXISTS (SELECT 1 FROM contained WHERE {} LIKE value ESCAPE '\\')", engine.folded(text))
}

/// The condition that the name of an imported file has that of the person.
pub(super) fn is_file_of_person(engine: &dyn SqlDialect) -> String {
    names_file("file_name", engine)
}

fn names_file(text: &str, engine: &dyn SqlDialect) -> String {
    let text = engine.folded(&format!("coalesce({text}, '')"));
    format!("EXISTS (SELECT 1 FROM files WHERE {text} LIKE value ESCAPE '\\')")
}
