//! JSON in the one spelling that both engines keep.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::str::FromStr;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{on_both_engines, sql};

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;
/// How many digits a number may have when it is written out: `jsonb` has no exponents.
const MAX_DIGITS: usize = 400;

/// A JSON value in canonical form: keys in byte order, no blanks, numbers written out without an exponent.
///
/// It is the form that a `jsonb` column gives back value for value, so two texts are equal content on one engine exactly
/// when they are on the other. A number keeps its digits (`1.0` is not `1`, and nothing is rounded to a double).
#[derive(Debug, Clone, PartialEq, Eq, Hash, FromSqlRow, AsExpression)]
#[diesel(sql_type = sql::Json)]
pub struct Json(String);

/// Why a text is no [`Json`] that both engines can hold.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON by RFC 8259, or a lone surrogate, or a key twice in one object.
    #[error("is not JSON: {0}")]
    Syntax(String),
    /// `\u0000`, which PostgreSQL cannot store.
    #[error("contains the character NUL (\\u0000), which PostgreSQL cannot store")]
    Nul,
    /// Deeper than 64 arrays and objects.
    #[error("nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// More than 400 digits when written out.
    #[error("contains a number of more than {MAX_DIGITS} digits")]
    TooManyDigits,
}

impl Json {
    /// The object without members: what metadata is when nothing is given.
    #[must_use]
    pub fn empty_object() -> Self {
        Self("{}".to_owned())
    }

    /// Takes a text that is canonical, as it came out of a [`Json`].
    #[must_use]
    pub fn canonical(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The canonical text of a value of ours.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn of(value: &impl Serialize) -> Result<Self, JsonError> {
        serde_json::to_string(value).map_err(|error| JsonError::Syntax(error.to_string()))?.parse()
    }

    /// A value that a database has accepted as JSON. What another program wrote beyond our limits stays as it is
    /// written: one such row must not make a list of others unreadable.
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

    /// The members of an object, each with its canonical text; nothing for any other value.
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

/// The canonical form of an object as nearly all metadata is: few members, and each a string without escapes, an integer,
/// `true`, `false` or `null`. `None` for any other text, valid or not. It is a fifth of the work.
fn plain_object(text: &str) -> Option<String> {
    const MEMBERS: usize = 16;
    let mut members = [("", ""); MEMBERS];
    let mut n = 0;
    let mut rest = blanks(text).strip_prefix('{')?;
    loop {
        let (key, behind) = plain_string(blanks(rest))?;
        let (value, behind) = plain_value(blanks(blanks(behind).strip_prefix(':')?))?;
        *members.get_mut(n)? = (key, value);
        n += 1;
        rest = blanks(behind);
        match rest.strip_prefix(',') {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    if !blanks(rest.strip_prefix('}')?).is_empty() {
        return None;
    }
    let members = &mut members[..n];
    // Without the closing quote, which sorts behind some letters.
    members.sort_unstable_by_key(|(key, _)| &key[..key.len() - 1]);
    if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    let mut canonical = String::with_capacity(text.len());
    for (i, (key, value)) in members.iter().enumerate() {
        canonical.push(if i == 0 { '{' } else { ',' });
        canonical.push_str(key);
        canonical.push(':');
        canonical.push_str(value);
    }
    canonical.push('}');
    Some(canonical)
}

fn blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}

/// A string with its quotes, and what is behind it.
fn plain_string(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('"')?;
    let end = inner.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
    (inner.as_bytes()[end] == b'"').then(|| text.split_at(end + 2))
}

/// A value without parts, and what is behind it.
fn plain_value(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('"') {
        return plain_string(text);
    }
    let end = text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'+' | b'.'))?;
    let (value, behind) = text.split_at(end);
    let digits = value.strip_prefix('-').unwrap_or(value);
    let integer = (1..=18).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (!digits.starts_with('0') || value == "0");
    (integer || matches!(value, "true" | "false" | "null")).then_some((value, behind))
}

/// Appends the canonical form of one value. `text` is valid JSON as far as brackets and tokens go.
fn write_canonical(text: &str, depth: usize, out: &mut String) -> Result<(), JsonError> {
    let syntax = |error: serde_json::Error| JsonError::Syntax(error.to_string());
    if depth > MAX_DEPTH {
        return Err(JsonError::TooDeep);
    }
    match text.as_bytes().first() {
        Some(b'{') => {
            let object: UniqueKeys<'_> = serde_json::from_str(text).map_err(syntax)?;
            out.push('{');
            for (i, (key, value)) in object.0.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { "," });
                write_string(key, out)?;
                out.push(':');
                write_canonical(value.get(), depth + 1, out)?;
            }
            out.push('}');
        }
        Some(b'[') => {
            let array: Vec<&RawValue> = serde_json::from_str(text).map_err(syntax)?;
            out.push('[');
            for (i, value) in array.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { "," });
                write_canonical(value.get(), depth + 1, out)?;
            }
            out.push(']');
        }
        Some(b'"') => write_string(&serde_json::from_str::<String>(text).map_err(syntax)?, out)?,
        Some(b'-' | b'0'..=b'9') => out.push_str(&canonical_number(text)?),
        _ => out.push_str(text),
    }
    Ok(())
}

fn write_string(text: &str, out: &mut String) -> Result<(), JsonError> {
    if text.contains('\0') {
        return Err(JsonError::Nul);
    }
    out.push_str(&serde_json::to_string(text).map_err(|error| JsonError::Syntax(error.to_string()))?);
    Ok(())
}

/// Writes a JSON number as PostgreSQL's `numeric` prints it: no exponent, the digits after the point kept.
fn canonical_number(text: &str) -> Result<String, JsonError> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| JsonError::TooManyDigits)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shift = usize::try_from(exponent.unsigned_abs()).map_err(|_| JsonError::TooManyDigits)?;
    // Before anything is written out: an exponent makes a short text a long one.
    if whole.len() + fraction.len() + shift > 2 * MAX_DIGITS {
        return Err(JsonError::TooManyDigits);
    }
    let (whole, fraction) = if exponent >= 0 {
        let moved = fraction.len().min(shift);
        let zeros = "0".repeat(shift - moved);
        (format!("{whole}{}{zeros}", &fraction[..moved]), fraction[moved..].to_owned())
    } else {
        let digits = format!("{}{whole}", "0".repeat(shift));
        let (whole, moved) = digits.split_at(digits.len() - shift);
        (whole.to_owned(), format!("{moved}{fraction}"))
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        significant => significant,
    };
    if whole.len() + fraction.len() > MAX_DIGITS {
        return Err(JsonError::TooManyDigits);
    }
    let zero = whole == "0" && fraction.bytes().all(|digit| digit == b'0');
    let sign = if negative && !zero { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok(format!("{sign}{whole}{point}{fraction}"))
}

/// An object whose values are left as text; a key that comes twice is an error, since one of the two would be lost.
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
                        return Err(de::Error::custom(format_args!("the key {key:?} comes twice")));
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

impl ToSql<sql::Json, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write_jsonb(&self.0, out)
    }
}

/// Canonical text that stands in somebody else's memory, on its way into the database.
#[derive(Debug, Clone, Copy, AsExpression)]
#[diesel(sql_type = sql::Json)]
pub struct JsonText<'a>(pub &'a str);

impl ToSql<sql::Json, Pg> for JsonText<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write_jsonb(self.0, out)
    }
}

/// The binary form of jsonb: its version, 1, then the text.
fn write_jsonb(text: &str, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    out.write_all(&[1])?;
    out.write_all(text.as_bytes())?;
    Ok(IsNull::No)
}

impl FromSql<sql::Json, Pg> for Json {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [1, text @ ..] => Ok(Self::stored(std::str::from_utf8(text)?)),
            _ => Err("the server sent an unknown version of jsonb".into()),
        }
    }
}

impl ToSql<sql::Json, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Json, Sqlite> for Json {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::stored(&<String as FromSql<Text, Sqlite>>::from_sql(value)?))
    }
}

on_both_engines!(sql::Json, Json);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> String {
        text.parse::<Json>().unwrap().0
    }

    #[test]
    fn key_order_blanks_and_escapes_do_not_count() {
        assert_eq!(
            canonical("{ \"duration_sec\": 92, \"device\": \"\\u0069os\", \"a\": [1, {\"z\": null, \"b\": true}] }"),
            r#"{"a":[1,{"b":true,"z":null}],"device":"ios","duration_sec":92}"#
        );
    }

    #[test]
    fn the_short_way_is_taken_by_plain_objects_alone() {
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
    fn numbers_keep_their_digits_and_lose_their_exponent() {
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
    fn what_one_engine_would_refuse_or_lose_is_refused_here() {
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
        fn canonical_text_is_the_same_value_and_a_fixed_point(value in any_json()) {
            let text = canonical(&serde_json::to_string_pretty(&value).unwrap());
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&text).unwrap(), &value);
            prop_assert_eq!(canonical(&text), text);
        }

        #[test]
        fn the_short_way_leads_where_the_long_one_does(
            members in prop::collection::btree_map("[a-c!]{0,3}", prop_oneof!["[0-9-]{1,4}", "\"[a-z\\\\]{0,3}\"", "null"], 0..4)
        ) {
            let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).rev().collect();
            let text = format!("{{{}}}", members.join(" , "));
            if let Some(short) = plain_object(&text) {
                prop_assert_eq!(Json::parse_any(&text), Ok(Json(short)));
            }
        }

        #[test]
        fn a_number_that_is_taken_is_taken_again(whole in 0..100_u32, fraction in 0..1000_u32, exponent in -450..450_i32) {
            if let Ok(number) = format!("{whole}.{fraction}e{exponent}").parse::<Json>() {
                prop_assert_eq!(number.as_str().parse::<Json>(), Ok(number.clone()));
            }
        }

        #[test]
        fn an_exponent_moves_the_point_only(whole in 0..1_000_000_u32, fraction in 0..1000_u32, exponent in -12..12_i32) {
            let text = format!("{whole}.{fraction:03}e{exponent}");
            let expected: f64 = text.parse().unwrap();
            let actual: f64 = canonical(&text).parse().unwrap();
            prop_assert!((actual - expected).abs() <= expected.abs() * 1e-12);
        }
    }
}
