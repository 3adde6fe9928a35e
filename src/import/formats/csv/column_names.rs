//! The names of the columns of a file.

use super::reader::CsvReader;
use crate::import::encodings;
use crate::import::interpretation::Interpretation;
use crate::import::record::normal;
use crate::log::FieldError;

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

/// Names the dropped columns that are given by their numbers: the numbers are those of this file alone. Where the name does not
/// tell the column, `shift` is added.
pub(super) fn name_numbers(header: &[String], shift: usize, kind: &str, interpretation: &mut Interpretation) {
    let named = |given: &str| -> Option<String> {
        let (number, is_for_kind) = interpretation.of_kind(given, kind)?;
        let number = number.trim().parse::<usize>().ok().filter(|number| (1..=header.len()).contains(number))?;
        let name = &header[number - 1];
        let is_only_one = header.iter().filter(|other| *other == name).count() == 1;
        let is_name = is_only_one && !name.is_empty() && name.parse::<usize>().is_err();
        let column = if is_name { name.clone() } else { (number + shift).to_string() };
        Some(if is_for_kind { format!("{kind}:{column}") } else { column })
    };
    // A column that has a number as its name is meant by it.
    let is_number = |given: &str| !header.iter().any(|name| name == given);
    let name_of = |given: &String| if is_number(given) { named(given) } else { None }.unwrap_or_else(|| given.clone());
    let map = interpretation
        .map
        .iter()
        .map(|(given, ours)| (if ours == "_" { name_of(given) } else { given.clone() }, ours.clone()))
        .collect();
    let ignore = interpretation.preset.read.ignore.iter().map(name_of).collect();
    interpretation.map = map;
    interpretation.preset.read.ignore = ignore;
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
