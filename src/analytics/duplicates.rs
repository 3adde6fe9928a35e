//! People who look like one: by address or name, without what is easily written in two ways.

use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;
use serde::Serialize;
use unicode_security::skeleton;

use crate::db::folded;
use crate::models::User;

/// What people are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Email address
    Email,
    /// Name
    Name,
}

/// People who look like one.
#[derive(Debug, Clone, Serialize)]
pub struct LikelyDuplicates {
    /// What they have in common.
    pub by: Likeness,
    /// Their ids.
    pub ids: Vec<String>,
    /// Their addresses.
    pub emails: Vec<String>,
    /// Their names.
    pub names: Vec<String>,
}

/// The groups of people who look like one, by each of the likenesses.
#[must_use]
pub fn duplicates(users: &[User], by: &[Likeness]) -> Vec<LikelyDuplicates> {
    let mut groups: BTreeMap<(Likeness, String), Vec<&User>> = BTreeMap::new();
    for likeness in by.iter().collect::<BTreeSet<_>>() {
        for user in users {
            let key = match likeness {
                Likeness::Email => plain_email(&user.email),
                Likeness::Name => plain_name(&user.name),
            };
            groups.entry((*likeness, key)).or_default().push(user);
        }
    }
    let group = |((by, key), users): ((Likeness, String), Vec<&User>)| {
        (users.len() > 1 && !key.is_empty()).then(|| LikelyDuplicates {
            by,
            ids: users.iter().map(|user| user.id.clone()).collect(),
            emails: users.iter().map(|user| user.email.clone()).collect(),
            names: users.iter().map(|user| user.name.clone()).collect(),
        })
    };
    groups.into_iter().filter_map(group).collect()
}

/// A text without case, accents and look-alikes.
fn plain(text: &str) -> String {
    folded(&skeleton(&folded(text)).collect::<String>())
}

/// An address without `+tag` and dots before the host.
fn plain_email(email: &str) -> String {
    let (local, host) = email.rsplit_once('@').unwrap_or((email, ""));
    let local = local.split('+').next().unwrap_or_default().replace('.', "");
    format!("{}@{}", plain(&local), plain(host))
}

/// A name without the order of its words.
fn plain_name(name: &str) -> String {
    let plain = plain(name);
    let mut words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easily_written_in_two_ways_is_one() {
        for (one, other) in [
            ("Ann.Lee@Example.com", "annlee+news@example.com"),
            ("jose@example.com", "josé@example.com"),
            ("paypal@example.com", "p\u{430}yp\u{430}l@example.com"),
            ("bill@example.com", "bi1l@example.com"),
        ] {
            assert_eq!(plain_email(one), plain_email(other), "{one} {other}");
        }
        assert_ne!(plain_email("ann@example.com"), plain_email("ann@example.org"));
        assert_ne!(plain_email("ann@example.com"), plain_email("anna@example.com"));
        assert_eq!(plain_name("José Ñáñez"), plain_name("nanez, jose"));
        assert_ne!(plain_name("Ann Lee"), plain_name("Ann Leigh"));
    }
}
