//! Addresses by which people were known before, so that an old file does not create them again.

use std::collections::HashMap;

use anyhow::Context as _;
use diesel::prelude::*;
use diesel::{delete, insert_into, update};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;

use super::Tombstone;
use crate::db::types::Timestamp;
use crate::db::{AnyConnection, Db, Lock, execute_on, is_any_of};
use crate::error::{ExitStatus, Failure};
use crate::schema::{former_email, hash_key};

/// The name of the key of the hashes.
const KEY: &str = "former_email";

/// A former address.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = former_email, treat_none_as_default_value = false)]
pub struct FormerEmail {
    /// The keyed hash of the address in lower case, in hexadecimal.
    #[serde(skip)]
    pub digest: String,
    /// The person: the one to whom a merge has brought the address.
    pub user_id: String,
    /// The address in lower case; `None` of an erased person.
    pub email: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
}

impl FormerEmail {
    /// Remembers an address of a person; of an erased one only its hash.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remember(user_id: &str, email: &str, is_erased: bool, db: &mut Db) -> anyhow::Result<()> {
        db.lock(Lock::Addresses)?;
        let email = email.trim().to_ascii_lowercase();
        let key = key_or_new(db)?;
        let former = Self {
            digest: digest(&key, &email)?,
            user_id: user_id.to_owned(),
            email: (!is_erased).then_some(email),
            added_at: Timestamp::now(),
        };
        delete(former_email::table.find(&former.digest)).execute(&mut db.conn)?;
        insert_into(former_email::table).values(&former).execute(&mut db.conn)?;
        Ok(())
    }

    /// Checks that an address is not a former one of another person than this one, and until the transaction ends does not
    /// become one.
    ///
    /// # Errors
    /// When it is (exit code 4): the hint names the command that frees it.
    pub fn ensure_free(email: &str, user_id: Option<&str>, db: &mut Db) -> anyhow::Result<()> {
        db.lock(Lock::Addresses)?;
        let owner = Self::users(&[email], &mut db.conn)?.remove(email);
        let Some(owner) = owner.filter(|owner| user_id != Some(owner)) else { return Ok(()) };
        let message =
            format!("{email} is a former address of {owner}, who was merged or erased, or has another one now");
        let hint = format!(
            "if another person uses it now, or the same person signed up again: rollbook users alias remove {email}"
        );
        Err(Failure::new(ExitStatus::Conflict, message).hint(hint).into())
    }

    /// Removes an address; returns whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove(email: &str, db: &mut Db) -> anyhow::Result<bool> {
        let Some(key) = key(&mut db.conn)? else { return Ok(false) };
        let digest = digest(&key, &email.trim().to_ascii_lowercase())?;
        Ok(delete(former_email::table.find(digest)).execute(&mut db.conn)? > 0)
    }

    /// Gives the addresses of a person to another one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn move_to(from: &str, into: &str, db: &mut Db) -> QueryResult<usize> {
        update(former_email::table.filter(former_email::user_id.eq(from)))
            .set(former_email::user_id.eq(into))
            .execute(&mut db.conn)
    }

    /// Forgets the addresses of a person, but not their hashes.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget(user_id: &str, db: &mut Db) -> QueryResult<usize> {
        update(former_email::table.filter(former_email::user_id.eq(user_id)).filter(former_email::email.is_not_null()))
            .set(former_email::email.eq(None::<String>))
            .execute(&mut db.conn)
    }

    /// The addresses of a person, in the order in which they were added.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(user_id: &str, conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        former_email::table
            .select(Self::as_select())
            .filter(former_email::user_id.eq(user_id))
            .order((former_email::added_at, former_email::digest))
            .load(conn)
    }

    /// Whether the person is not erased.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_of_living(user_id: &str, conn: &mut AnyConnection) -> QueryResult<bool> {
        Ok(Tombstone::of(conn, user_id)?.is_none())
    }

    /// Whether addresses are remembered by a key that is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_key_lost(conn: &mut AnyConnection) -> QueryResult<bool> {
        let first = former_email::table.select(former_email::digest).first::<String>(conn).optional()?;
        Ok(first.is_some() && key(conn)?.is_none())
    }

    /// The people who had one of these addresses before, by the address as given.
    ///
    /// # Errors
    /// When the database fails.
    pub fn users<'a>(emails: &[&'a str], conn: &mut AnyConnection) -> anyhow::Result<HashMap<&'a str, String>> {
        if emails.is_empty() {
            return Ok(HashMap::new());
        }
        let Some(key) = key(conn)? else {
            return if Self::is_key_lost(conn)? {
                Err(Failure::failed(LOST_KEY).hint(RESTORE_KEY).into())
            } else {
                Ok(HashMap::new())
            };
        };
        let digests = emails.iter().map(|email| Ok((digest(&key, &email.trim().to_ascii_lowercase())?, *email)));
        let digests: HashMap<String, &str> = digests.collect::<anyhow::Result<_>>()?;
        let listed: Vec<&str> = digests.keys().map(String::as_str).collect();
        let found: Vec<(String, String)> = former_email::table
            .select((former_email::digest, former_email::user_id))
            .filter(is_any_of(conn, "digest", &listed)?)
            .load(conn)?;
        Ok(found.into_iter().filter_map(|(digest, user)| Some((*digests.get(&digest)?, user))).collect())
    }
}

/// What is wrong where [`FormerEmail::is_key_lost`].
pub const LOST_KEY: &str = "the key is missing by which former addresses of erased and merged people are known";
/// The cure.
pub const RESTORE_KEY: &str = "restore the row of hash_key from a backup";

fn digest(key: &str, email: &str) -> anyhow::Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).context("the key of the hashes has no length")?;
    mac.update(email.as_bytes());
    Ok(base16ct::lower::encode_string(&mac.finalize().into_bytes()))
}

/// The key; `None` as long as no address was remembered.
fn key(conn: &mut AnyConnection) -> QueryResult<Option<String>> {
    hash_key::table.find(KEY).select(hash_key::value).first(conn).optional()
}

fn key_or_new(db: &mut Db) -> anyhow::Result<String> {
    // By a new one, nobody who was erased would be known any more.
    if FormerEmail::is_key_lost(&mut db.conn)? {
        return Err(Failure::failed(LOST_KEY).hint(RESTORE_KEY).into());
    }
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("this machine gives no random numbers: {error}"))?;
    let new = (hash_key::name.eq(KEY), hash_key::value.eq(base16ct::lower::encode_string(&random)));
    execute_on!(&mut db.conn, insert_into(hash_key::table).values(new).on_conflict_do_nothing())?;
    key(&mut db.conn)?.context("the key of the hashes is missing")
}
