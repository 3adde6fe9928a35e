//! Roles, and sets of roles.

use std::fmt;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, Text};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::UnknownValue;
use super::enums::text_enum;
use crate::db::types::{on_both_engines, sql};

text_enum! {
    /// One role.
    Role {
        /// Learns.
        Student = "student",
        /// Teaches.
        Teacher = "teacher",
        /// Runs the platform.
        Admin = "admin",
        /// Is in stage champion of the pipeline.
        Champion = "champion",
        /// May do everything; the last superadmin cannot be removed.
        Superadmin = "superadmin",
    }
}

/// A set of roles; iterated, printed and stored in the enum's order, so that equal sets are equal texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, FromSqlRow, AsExpression)]
#[diesel(sql_type = sql::Roles)]
pub struct Roles(u8);

impl Roles {
    const fn bit(role: Role) -> u8 {
        1 << role as u8
    }

    /// Whether the role is in the set.
    #[must_use]
    pub const fn contains(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// Whether there is no role in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with the role.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | Self::bit(role))
    }

    /// The set without the role.
    #[must_use]
    pub const fn without(self, role: Role) -> Self {
        Self(self.0 & !Self::bit(role))
    }

    /// The set with the role added if it is missing, or removed if it is present.
    #[must_use]
    pub const fn toggled(self, role: Role) -> Self {
        Self(self.0 ^ Self::bit(role))
    }

    /// The roles, in the enum's order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }

    fn names(self) -> Vec<&'static str> {
        self.iter().map(Role::as_str).collect()
    }

    /// Parses a list of roles: `student, champion`, `[student champion]`, `["student"]` or `student|champion`, in any
    /// letter case; an empty text is the empty set.
    ///
    /// # Errors
    /// When a role is unknown; the error is about the first one.
    pub fn parse_list(text: &str) -> Result<Self, UnknownValue> {
        let text = text.trim();
        let words = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let roles: Self = words
            .split([',', ';', '|', ' '])
            .map(|word| word.trim().trim_matches('"'))
            .filter(|word| !word.is_empty())
            .map(parse_role)
            .collect::<Result<_, _>>()?;
        // Separators without a role between them do not ask to remove all.
        if roles.is_empty() && !words.trim().is_empty() {
            return parse_role(text).map(|role| Self::default().with(role));
        }
        Ok(roles)
    }
}

/// Parses one role in any letter case, for the command line.
///
/// # Errors
/// When the role is unknown; the error contains the most similar role and all roles.
pub fn parse_role(text: &str) -> Result<Role, UnknownValue> {
    text.trim().to_lowercase().parse().map_err(|error| UnknownValue { given: text.to_owned(), ..error })
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(","))
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names.iter().map(|name| name.parse::<Role>().map_err(D::Error::custom)).collect()
    }
}

impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl ToSql<sql::Roles, Pg> for Roles {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Array<Text>, Pg>::to_sql(&self.names(), &mut out.reborrow())
    }
}

impl FromSql<sql::Roles, Pg> for Roles {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let names = <Vec<String> as FromSql<Array<Text>, Pg>>::from_sql(value)?;
        Ok(names.iter().map(|name| name.parse::<Role>()).collect::<Result<_, _>>()?)
    }
}

impl ToSql<sql::Roles, Sqlite> for Roles {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(self)?);
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Roles, Sqlite> for Roles {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::parse_list(&<String as FromSql<Text, Sqlite>>::from_sql(value)?)?)
    }
}

on_both_engines!(sql::Roles, Roles);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_notations_of_a_role_set_are_equal() {
        let roles = Roles::parse_list("[Champion, student,student]").unwrap();
        assert_eq!(roles.to_string(), "student,champion");
        assert_eq!(serde_json::to_string(&roles).unwrap(), r#"["student","champion"]"#);
        for spelling in ["student|champion", r#"["champion","student"]"#, "champion;student", " student champion "] {
            assert_eq!(Roles::parse_list(spelling), Ok(roles), "{spelling}");
        }
        assert_eq!(Roles::parse_list(""), Ok(Roles::default()));
        assert_eq!(Roles::parse_list("[]"), Ok(Roles::default()));
    }

    #[test]
    fn an_unknown_role_is_reported_with_a_suggestion() {
        let error = Roles::parse_list("student,chamption").unwrap_err();
        assert_eq!((error.given.as_str(), error.nearest), ("chamption", Some("champion")));
    }

    #[test]
    fn with_and_without_are_inverse_operations() {
        for role in Role::ALL {
            assert_eq!(Roles::default().with(*role).without(*role), Roles::default());
        }
    }
}
