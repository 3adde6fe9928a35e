//! JSON in a canonical form that both engines preserve.

mod canonical;
mod sql_type;

pub use sql_type::JsonText;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::sql;
use canonical::{plain_object, write_canonical, write_string};

/// Maximum nesting depth of arrays and objects.
const MAX_DEPTH: usize = 64;
/// Maximum number of digits of a number without an exponent: `jsonb` stores no exponents.
const MAX_DIGITS: usize = 400;

/// A JSON value in canonical form: keys in byte order, no whitespace, numbers without an exponent.
///
/// A `jsonb` column preserves it value for value, so two texts are equal on one engine exactly when they are equal on
/// the other. A number keeps its digits: `1.0` is not `1`, and nothing is rounded to a double.
#[derive(Debug, Clone, PartialEq, Eq, Hash, FromSqlRow, AsExpression)]
#[diesel(sql_type = sql::Json)]
pub struct Json(String);

/// Why a text is not [`Json`] that both engines can store.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON by RFC 8259, a lone surrogate, or a duplicate key in an object.
    #[error("invalid JSON: {0}")]
    Syntax(String),
    /// `\u0000`, which PostgreSQL cannot store.
    #[error("contains the character NUL (\\u0000), which PostgreSQL cannot store")]
    Nul,
    /// Nested deeper than 64 levels.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A number of more than 400 digits without an exponent.
    #[error("contains a number of more than {MAX_DIGITS} digits")]
    TooManyDigits,
}

impl Json {
    /// The empty object: the default of metadata.
    #[must_use]
    pub fn empty_object() -> Self {
        Self("{}".to_owned())
    }

    /// Wraps a text that is known to be canonical, because another [`Json`] returned it.
    #[must_use]
    pub fn canonical(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Serializes a value as canonical JSON.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn of(value: &impl Serialize) -> Result<Self, JsonError> {
        serde_json::to_string(value).map_err(|error| JsonError::Syntax(error.to_string()))?.parse()
    }

    /// A text as a JSON string.
    ///
    /// # Errors
    /// When it contains the character NUL.
    pub fn text(text: &str) -> Result<Self, JsonError> {
        let mut canonical = String::with_capacity(text.len() + 2);
        write_string(text, &mut canonical)?;
        Ok(Self(canonical))
    }

    /// A value from the database. One that another program wrote beyond the limits above is kept unchanged: a single
    /// row must not make a whole list unreadable.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self(text.to_owned()))
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the value is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.0.starts_with('{')
    }

    /// The members of an object, each with its canonical text; empty for any other value.
    #[must_use]
    pub fn members(&self) -> BTreeMap<String, Self> {
        serde_json::from_str::<UniqueKeys<'_>>(&self.0)
            .map(|object| object.0.into_iter().map(|(key, raw)| (key, Self(raw.get().to_owned()))).collect())
            .unwrap_or_default()
    }
}

impl FromStr for Json {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Self, JsonError> {
        if let Some(canonical) = plain_object(text) {
            return Ok(Self(canonical));
        }
        Self::parse_any(text)
    }
}

impl Json {
    fn parse_any(text: &str) -> Result<Self, JsonError> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| JsonError::Syntax(error.to_string()))?;
        let mut canonical = String::with_capacity(text.len());
        write_canonical(raw.get(), 0, &mut canonical)?;
        Ok(Self(canonical))
    }
}

/// An object with its values as raw text; a duplicate key is an error, because one of the two values would be lost.
struct UniqueKeys<'a>(BTreeMap<String, &'a RawValue>);

impl<'de> Deserialize<'de> for UniqueKeys<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = UniqueKeys<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                    if members.contains_key(&key) {
                        return Err(de::Error::custom(format_args!("duplicate key {key:?}")));
                    }
                    members.insert(key, value);
                }
                Ok(UniqueKeys(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> String {
        text.parse::<Json>().unwrap().0
    }

    #[test]
    fn canonical_json_is_independent_of_key_order_spaces_and_escapes() {
        assert_eq!(
            canonical("{ \"duration_sec\": 92, \"device\": \"\\u0069os\", \"a\": [1, {\"z\": null, \"b\": true}] }"),
            r#"{"a":[1,{"b":true,"z":null}],"device":"ios","duration_sec":92}"#
        );
    }

    #[test]
    fn the_fast_path_accepts_only_plain_objects() {
        assert_eq!(
            plain_object(" {\"b\" : -1,\t\"a!\":null, \"a\":\"ü\"} ").as_deref(),
            Some(r#"{"a":"ü","a!":null,"b":-1}"#)
        );
        for other in ["{}", "[]", r#"{"a":1.0}"#, r#"{"a":-0}"#, r#"{"a":01}"#, r#"{"a":"\n"}"#, r#"{"a":1,"a":2}"#] {
            assert_eq!(plain_object(other), None, "{other}");
        }
        for wrong in
            [r#"{"a":1,}"#, r#"{"a":1} x"#, r#"{"a":tru}"#, "{\"a\":\"\t\"}", r#"{"a" 1}"#, "{a:1}", r#"{"a":1"#]
        {
            assert_eq!(plain_object(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_keep_their_digits_and_are_written_without_an_exponent() {
        for (given, expected) in [
            ("92", "92"),
            ("1.0", "1.0"),
            ("-0", "0"),
            ("-0.0", "0.0"),
            ("1e2", "100"),
            ("1.50E1", "15.0"),
            ("1.5e3", "1500"),
            ("12e-3", "0.012"),
            ("-1.5e-2", "-0.015"),
            ("0e9", "0"),
            ("12345678901234567890123", "12345678901234567890123"),
        ] {
            assert_eq!(canonical(given), expected, "{given}");
        }
        for number in ["1e400", "1e-400", "12e399", "1e99999999999", &"9".repeat(401)] {
            assert_eq!(number.parse::<Json>(), Err(JsonError::TooManyDigits), "{number}");
        }
    }

    #[test]
    fn values_that_an_engine_cannot_store_are_rejected() {
        assert_eq!(r#"{"a":"\u0000"}"#.parse::<Json>(), Err(JsonError::Nul));
        assert_eq!(r#"{"a\u0000":1}"#.parse::<Json>(), Err(JsonError::Nul));
        for text in [r#"{"a":1,"a":2}"#, r#""\ud800""#, "{", "", "01", "{} {}", "NaN", "{'a':1}"] {
            assert!(matches!(text.parse::<Json>(), Err(JsonError::Syntax(_))), "{text}");
        }
        let nested = |depth: usize| ("[".repeat(depth) + &"]".repeat(depth)).parse::<Json>();
        assert!(nested(MAX_DEPTH + 1).is_ok());
        assert_eq!(nested(MAX_DEPTH + 2), Err(JsonError::TooDeep));
        assert_eq!(nested(100_000), Err(JsonError::TooDeep));
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "[^\0]*".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map("[^\0]{0,4}", inner, 0..4)
                    .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonicalization_keeps_the_value_and_is_idempotent(value in any_json()) {
            let text = canonical(&serde_json::to_string_pretty(&value).unwrap());
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&text).unwrap(), &value);
            prop_assert_eq!(canonical(&text), text);
        }

        #[test]
        fn the_fast_path_and_the_full_parser_agree(
            members in prop::collection::btree_map("[a-c!]{0,3}", prop_oneof!["[0-9-]{1,4}", "\"[a-z\\\\]{0,3}\"", "null"], 0..4)
        ) {
            let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).rev().collect();
            let text = format!("{{{}}}", members.join(" , "));
            if let Some(short) = plain_object(&text) {
                prop_assert_eq!(Json::parse_any(&text), Ok(Json(short)));
            }
        }

        #[test]
        fn an_accepted_number_stays_the_same_when_parsed_again(whole in 0..100_u32, fraction in 0..1000_u32, exponent in -450..450_i32) {
            if let Ok(number) = format!("{whole}.{fraction}e{exponent}").parse::<Json>() {
                prop_assert_eq!(number.as_str().parse::<Json>(), Ok(number.clone()));
            }
        }

        #[test]
        fn writing_out_an_exponent_keeps_the_value(whole in 0..1_000_000_u32, fraction in 0..1000_u32, exponent in -12..12_i32) {
            let text = format!("{whole}.{fraction:03}e{exponent}");
            let expected: f64 = text.parse().unwrap();
            let actual: f64 = canonical(&text).parse().unwrap();
            prop_assert!((actual - expected).abs() <= expected.abs() * 1e-12);
        }
    }
}
