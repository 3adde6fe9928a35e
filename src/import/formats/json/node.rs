//! A JSON value whose members are read when they are asked for. Texts stay as they stand in the file: no number is rounded.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Object,
    List,
    Truth,
    /// A number, or null.
    Other,
}

/// A value, with its members if it is an object.
pub(super) struct Node<'a> {
    raw: &'a str,
    members: OnceCell<Result<Members<'a>, String>>,
}

/// The members of an object, in the order of the file.
type Members<'a> = Vec<(Cow<'a, str>, Node<'a>)>;

/// An object in which no name comes twice, because one of the two values would be lost.
struct UniqueMembers<'a>(Members<'a>);

impl<'de> Deserialize<'de> for UniqueMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = UniqueMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Members<'de> = Vec::new();
                while let Some((name, raw)) = map.next_entry::<Name<'de>, &RawValue>()? {
                    if members.iter().any(|(other, _)| *other == name.0) {
                        return Err(A::Error::custom(format_args!("duplicate key {:?}", name.0)));
                    }
                    members.push((name.0, Node::new(raw.get())));
                }
                Ok(UniqueMembers(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A name, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Node<'a> {
    pub(super) const fn new(raw: &'a str) -> Self {
        Self { raw, members: OnceCell::new() }
    }

    /// The members of an object.
    ///
    /// # Errors
    /// When the value is no object, or a name comes twice.
    pub(super) fn members(&self) -> Result<&Members<'a>, &String> {
        let parse = || serde_json::from_str::<UniqueMembers<'a>>(self.raw);
        let parsed = || parse().map(|object| object.0).map_err(|error| error.to_string());
        self.members.get_or_init(parsed).as_ref()
    }

    /// What was wrong with the objects that were looked into.
    pub(super) fn problem(&self) -> Option<String> {
        match self.members.get()? {
            Err(error) => self.raw.starts_with('{').then(|| error.clone()),
            Ok(members) => members.iter().find_map(|(_, member)| member.problem()),
        }
    }

    /// The text of the value at a path of members. A part that starts with `*` is the first member whose name ends so.
    pub(super) fn text_at(&self, path: &str) -> Option<String> {
        self.at(path)?.text()
    }

    /// The value at a path of members, in whatever letters.
    pub(super) fn at_ignoring_case(&self, path: &str) -> Option<&Self> {
        let members = self.raw.starts_with('{').then(|| self.members().ok()).flatten()?;
        let named = |name: &str| {
            members.iter().find(|(member, _)| member.to_lowercase() == name.to_lowercase()).map(|(_, node)| node)
        };
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        if rest.is_empty() {
            return named(first);
        }
        named(first).and_then(|node| node.at_ignoring_case(rest)).or_else(|| named(path))
    }

    /// The kind of the value.
    pub(super) fn kind(&self) -> Kind {
        match self.raw.as_bytes().first() {
            Some(b'"') => Kind::Text,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b't' | b'f') => Kind::Truth,
            _ => Kind::Other,
        }
    }

    /// The value as it stands in the file.
    pub(super) const fn raw(&self) -> &'a str {
        self.raw
    }

    fn at(&self, path: &str) -> Option<&Self> {
        let members = self.raw.starts_with('{').then(|| self.members().ok()).flatten()?;
        let named = |name: &str| members.iter().find(|(member, _)| member == name).map(|(_, node)| node);
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let node = match first.strip_prefix('*') {
            Some(end) => members.iter().find(|(name, _)| name.ends_with(end)).map(|(_, node)| node),
            None => named(first),
        };
        if rest.is_empty() {
            return node;
        }
        // The name of a member can have dots itself.
        node.and_then(|node| node.at(rest)).or_else(|| named(path))
    }

    /// The value as the text of a field: a string as it is, a list of strings with commas, anything else as JSON; `None`
    /// for `null` and an empty list.
    pub(super) fn text(&self) -> Option<String> {
        let raw = self.raw;
        match raw.as_bytes().first()? {
            b'n' => None,
            b'"' => serde_json::from_str(raw).ok(),
            b'[' => match serde_json::from_str::<Vec<Cow<'_, str>>>(raw) {
                Ok(texts) if texts.is_empty() => None,
                Ok(texts) => Some(texts.join(",")),
                Err(_) => Some(raw.to_owned()),
            },
            _ => Some(raw.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_by_path_and_by_the_end_of_their_name() {
        let text =
            r#"{"a":{"b.c":1.50,"https://x.example/xapi/id":"i\u00e9"},"n":null,"r":["x","y"],"d":{"k":1,"k":2}}"#;
        let object = Node::new(text);
        assert_eq!(object.text_at("a.b.c").as_deref(), Some("1.50"));
        assert_eq!(object.text_at("a.*/xapi/id").as_deref(), Some("ié"));
        assert_eq!(object.text_at("r").as_deref(), Some("x,y"));
        assert_eq!((object.text_at("n"), object.text_at("a.z"), object.text_at("r.x")), (None, None, None));
        assert_eq!(object.problem(), None);
        assert_eq!(object.text_at("d.k"), None);
        assert!(object.problem().is_some_and(|problem| problem.starts_with("duplicate key \"k\"")));
    }
}
