//! Variables of the environment that set something.

use super::value::Value as _;
use crate::error::Failure;
use crate::output::pager_of_environment;

/// A variable of the environment; one that is empty is not set.
///
/// # Errors
/// When it is not UTF-8.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    let Some(text) = std::env::var_os(name) else { return Ok(None) };
    let text = text.into_string().map_err(|_| Failure::failed(format!("${name} is not UTF-8")))?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// Whether the text of a switch, which was checked, says that it is on.
pub(crate) fn is_on(text: &str) -> bool {
    bool::parse(text) == Ok(true)
}

/// Whether a switch is on, by its option or its variable.
///
/// # Errors
/// When the variable is neither true nor false (exit code 2).
pub(crate) fn switch(option: bool, name: &str) -> Result<bool, Failure> {
    match variable(name)? {
        Some(text) if !option => {
            bool::parse(&text).map_err(|problem| Failure::usage(format!("${name} {text:?}: {problem}")))
        }
        _ => Ok(option),
    }
}

/// The pager that a variable names, or that of this machine: for help, which does not need a valid configuration.
pub(crate) fn pager_without_configuration() -> Option<String> {
    match variable("ROLLBOOK_PAGER") {
        Ok(Some(pager)) => Some(pager).filter(|pager| !matches!(&**pager, "cat" | "never")),
        _ => pager_of_environment(),
    }
}
