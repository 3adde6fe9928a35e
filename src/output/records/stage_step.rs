//! A step of a champion record.

use crate::models::{Stage, StageStep};
use crate::output::{Record, cell};

impl Record for StageStep {
    const COLUMNS: &'static [&'static str] =
        &["champion", "from", "to", "at", "actor", "verb", "stayed_seconds", "reason"];
    const TABLE: &'static [&'static str] =
        &["champion", "from", "to", "at", "stayed_seconds", "actor", "verb", "reason"];
    const NUMBERS: &'static [&'static str] = &["stayed_seconds"];

    fn cells(&self) -> Vec<String> {
        let stage = |stage: Option<Stage>| stage.map(|stage| stage.to_string()).unwrap_or_default();
        vec![
            self.champion.clone(),
            stage(self.from),
            self.to.map_or_else(|| "withdrawn".to_owned(), |stage| stage.to_string()),
            self.at.map(|at| at.to_string()).unwrap_or_default(),
            self.actor.clone().unwrap_or_default(),
            self.verb.clone().unwrap_or_default(),
            cell(self.stayed_seconds),
            self.reason.clone().unwrap_or_default(),
        ]
    }

    fn id(&self) -> &str {
        &self.champion
    }
}
