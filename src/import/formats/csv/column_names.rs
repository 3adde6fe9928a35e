//! The names of the columns of a file.

use super::reader::CsvReader;
use crate::import::encodings;
use crate::import::interpretation::Interpretation;
use crate::log::FieldError;

/// The start of the names of metadata columns.
pub(super) const METADATA: &str = "metadata.";

/// Applies `--map` to the names of the columns.
pub(super) fn renamed(
    names: &[String],
    kind: &str,
    interpretation: &Interpretation,
    unused: &mut Vec<String>,
    reader: &CsvReader,
) -> anyhow::Result<Vec<String>> {
    let mut renamed = names.to_vec();
    let dropped: Vec<usize> = interpretation
        .map
        .iter()
        .filter(|(_, ours)| *ours == "_")
        .filter_map(|(given, _)| interpretation.of_kind(given, kind)?.0.trim().parse().ok())
        .collect();
    for (given, ours) in &interpretation.map {
        let Some((theirs, is_for_kind)) = interpretation.of_kind(given, kind) else { continue };
        let theirs = normal(theirs);
        // Every name is looked for in the file's own header: one renaming is not the input of another.
        let number = theirs.parse::<usize>().ok().filter(|number| ours == "_" && (1..=names.len()).contains(number));
        let mut positions = (0..names.len()).filter(|i| names[*i] == theirs && !dropped.contains(&(i + 1)));
        let position = positions.next();
        if let Some(other) = positions.next() {
            return Err(reader.refuse(
                format!(
                    "line {}: --map {given}={ours}: more than one column is named {theirs}, in whatever case",
                    reader.first_line
                ),
                format!("rename one of them, or drop one by its number: --drop {}", other + 1),
            ));
        }
        match position.or(number.map(|number| number - 1)) {
            Some(position) => renamed[position] = normal(ours),
            None if interpretation.several_kinds && !is_for_kind => unused.push(format!("--map {given}={ours}")),
            None => {
                return Err(reader.refuse(
                    format!("line {}: --map {given}={ours}: unknown column {theirs}", reader.first_line),
                    format!("the file has {}", names.join(", ")),
                ));
            }
        }
    }
    Ok(renamed)
}

/// The name of a column in lower case, without surrounding blanks; a metadata key keeps its case.
pub(super) fn normal(name: &str) -> String {
    let name = name.trim();
    match name.get(..METADATA.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(METADATA) => format!("{METADATA}{}", &name[METADATA.len()..]),
        _ => name.to_lowercase(),
    }
}

/// Whether the name of a column is rather the value of a row: an address, a time, a number.
pub(super) fn is_value(name: &str) -> bool {
    let is_time = name.len() >= 10 && name.starts_with(|c: char| c.is_ascii_digit()) && name.contains('-');
    name.contains('@') || is_time || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The hint for a wrong delimiter: a single column whose name contains another delimiter.
pub(super) fn delimiter_hint(names: &[String]) -> Option<String> {
    let [name] = names else { return None };
    [(';', "semicolon"), ('\t', "tab"), ('|', "pipe"), (',', "comma")]
        .into_iter()
        .find(|(separator, _)| name.contains(*separator))
        .map(|(_, word)| format!("if the delimiter is another: --delimiter {word}"))
}

/// Why a field cannot be stored.
pub(super) fn unreadable(name: &str, field: &[u8]) -> Option<FieldError> {
    let value = String::from_utf8_lossy(field);
    if memchr::memchr(0, field).is_some() {
        Some(FieldError::new(name, &value, "contains the character NUL, which PostgreSQL cannot store"))
    } else if std::str::from_utf8(field).is_err() {
        Some(FieldError::new(name, &value, "is not UTF-8").hint(encodings::hint(field)))
    } else {
        None
    }
}
