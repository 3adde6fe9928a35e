//! Filters in jq's language, on the JSON form of the records.

use std::io::Write;

use anyhow::anyhow;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data};
use jaq_json::{Val, read};

use super::escape::visible_json;
use super::visible;
use crate::error::Failure;

/// The formats of jq that the library does not have.
const FORMATS: &str = r#"
def cell(quote): map(if . == null then "" elif type == "string" then quote else tostring end);
def @tsv: cell(gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")) | join("\t");
def @csv: cell("\"" + gsub("\""; "\"\"") + "\"") | join(",");
"#;

/// A compiled filter.
pub(super) struct Filter(jaq_core::compile::Filter<jaq_core::Native<data::JustLut<Val>>>);

impl Filter {
    /// Compiles a filter.
    ///
    /// # Errors
    /// When it is none (exit code 2).
    pub(super) fn new(code: &str) -> Result<Self, Failure> {
        let invalid =
            |problem: String| Failure::usage(format!("--jq {code:?}: {problem}")).hint("for example: --jq '.[].email'");
        let formats = jaq_core::load::parse(FORMATS, |parser| parser.defs())
            .ok_or_else(|| invalid("the formats of rollbook are not valid".to_owned()))?;
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).chain(formats);
        let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let modules = Loader::new(definitions)
            .load(&arena, File { code, path: () })
            .map_err(|errors| invalid(parse_problem(&errors)))?;
        let filter = Compiler::default().with_funs(functions).compile(modules).map_err(|errors| {
            let unknown = errors.iter().flat_map(|(_, errors)| errors).map(|(name, _)| *name).next();
            invalid(format!("unknown filter or variable {}", unknown.unwrap_or_default()))
        })?;
        Ok(Self(filter))
    }

    /// Writes what the filter makes of a JSON text, a value a line: texts as they are, other values as JSON.
    ///
    /// # Errors
    /// When the filter fails, or the output cannot be written to.
    pub(super) fn write(&self, json: &[u8], terminal: bool, out: &mut dyn Write) -> anyhow::Result<()> {
        let input = read::parse_single(json).map_err(|error| anyhow!("--jq: {error}"))?;
        let ctx = Ctx::<data::JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        for value in self.0.id.run((ctx, input)) {
            // Not `unwrap_valr`, which ends the process at `halt`, with an exit code that means something else here.
            let value = value.map_err(|exception| match exception.get_err() {
                Ok(error) => anyhow!("--jq: {error}"),
                Err(_) => anyhow!("--jq: the filter stopped with halt"),
            })?;
            match &value {
                Val::TStr(text) => {
                    let text = String::from_utf8_lossy(text);
                    writeln!(out, "{}", if terminal { visible(&text) } else { (&*text).into() })?;
                }
                other => writeln!(out, "{}", visible_json(&other.to_string()))?,
            }
        }
        Ok(())
    }
}

/// Where a filter cannot be read on from.
fn parse_problem<P>(errors: &jaq_core::load::Errors<&str, P>) -> String {
    use jaq_core::load::Error;
    let found = errors.iter().find_map(|(_, error)| match error {
        Error::Lex(errors) => {
            errors.first().map(|(expected, found)| (expected.as_str().to_owned(), (*found).to_owned()))
        }
        Error::Parse(errors) => {
            errors.first().map(|(expected, found)| (expected.as_str().to_owned(), (*found).to_owned()))
        }
        Error::Io(_) => None,
    });
    match found {
        Some((expected, found)) if found.is_empty() => format!("expected {expected} at the end"),
        Some((expected, found)) => format!("expected {expected} at {found:?}"),
        None => "modules cannot be included".to_owned(),
    }
}
