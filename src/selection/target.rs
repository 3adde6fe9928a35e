//! Parses the target of an action from a command line argument, `TYPE` or `TYPE:ID`.

use std::str::FromStr;

use crate::models::{TargetType, UnknownValue};

/// A target type, and the id of the target if one is given.
#[derive(Debug, Clone)]
pub struct Target {
    /// The type.
    pub kind: TargetType,
    /// The id.
    pub id: Option<String>,
}

/// Why a text is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Its type is unknown.
    #[error(transparent)]
    Type(#[from] UnknownValue),
    /// There is nothing after the colon.
    #[error("expected an id after the colon, as in course:crs_1, or the type alone")]
    MissingId,
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let Some((kind, id)) = text.split_once(':') else { return Ok(Self { kind: text.parse()?, id: None }) };
        if id.trim().is_empty() {
            return Err(TargetError::MissingId);
        }
        Ok(Self { kind: kind.parse()?, id: Some(id.to_owned()) })
    }
}
