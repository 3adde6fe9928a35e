//! One field or several joined ones, as a preset or `--map A+B=name` names them: `userId`, `{source}/{id}`.

use std::fmt::Write as _;

/// Fields and the text between them.
pub(super) struct Template(Vec<Part>);

enum Part {
    Field(String),
    Text(String),
}

impl Template {
    /// Reads a template: the name of a field, or fields in braces and the text between them.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        if !text.contains('{') {
            return Self(vec![Part::Field(text.to_owned())]);
        }
        while let Some((before, after)) = rest.split_once('{') {
            let (field, after) = after.split_once('}').unwrap_or((after, ""));
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Field(field.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Self(parts)
    }

    /// The names of the fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Field(field) => Some(field.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text between the fields, and the percent sign, escaped in a field: the join then tells where the field starts.
    fn escaped(&self, value: &str) -> String {
        let between = |c: char| self.0.iter().any(|part| matches!(part, Part::Text(text) if text.contains(c)));
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            if c == '%' || between(c) {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(escaped, "%{byte:02X}");
                }
            } else {
                escaped.push(c);
            }
        }
        escaped
    }

    /// Whether two fields stand side by side, so that a join does not tell where the second starts.
    pub(super) fn has_neighbours(&self) -> bool {
        self.0.windows(2).any(|pair| matches!(pair, [Part::Field(_), Part::Field(_)]))
    }

    /// The first field that is empty beside others that are filled.
    pub(super) fn missing(&self, get: &dyn Fn(&str) -> Option<String>) -> Option<&str> {
        let is_filled = |field: &&str| get(field).is_some_and(|value| !value.trim().is_empty());
        let empty = self.fields().find(|field| !is_filled(field))?;
        self.fields().any(|field| is_filled(&field)).then_some(empty)
    }

    /// The value; `None` if none of the fields is filled. In a key, all fields but the first are escaped.
    pub(super) fn value(&self, is_key: bool, get: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let filled = |field: &str| get(field).filter(|value| !value.trim().is_empty());
        if let [Part::Field(field)] = self.0.as_slice() {
            return filled(field);
        }
        let (mut is_filled, mut is_first) = (false, true);
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(between) => text.push_str(between),
                Part::Field(field) => {
                    let value = filled(field);
                    is_filled |= value.is_some();
                    let value = value.unwrap_or_default();
                    text.push_str(&if is_key && !is_first { self.escaped(value.trim()) } else { value });
                    is_first = false;
                }
            }
        }
        is_filled.then(|| text.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Keys that are joined from different values differ.
        #[test]
        fn joined_keys_are_told_apart(
            one in prop::array::uniform3("[a/% 2F-]{1,4}"),
            other in prop::array::uniform3("[a/% 2F-]{1,4}"),
            template in prop::sample::select(vec!["{0}/{1}", "{0} {1}", "x-{0}-{1}/{2}", "{0}%{1}%2F{2}"]),
        ) {
            let template = Template::parse(template);
            let key = |values: &[String; 3]| {
                let get = |field: &str| Some(values[field.parse::<usize>().unwrap()].trim().to_owned());
                let read: Vec<Option<String>> = template.fields().map(get).collect();
                (read, template.value(true, &get))
            };
            let ((one_read, one_key), (other_read, other_key)) = (key(&one), key(&other));
            let is_whole = |read: &[Option<String>]| read.iter().all(|value| value.as_ref().is_some_and(|value| !value.is_empty()));
            prop_assume!(is_whole(&one_read) && is_whole(&other_read));
            prop_assert_eq!(one_read == other_read, one_key == other_key);
        }
    }
}
