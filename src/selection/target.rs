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

impl FromStr for Target {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        match text.split_once(':') {
            Some((kind, id)) => Ok(Self { kind: kind.parse()?, id: Some(id.to_owned()) }),
            None => Ok(Self { kind: text.parse()?, id: None }),
        }
    }
}
