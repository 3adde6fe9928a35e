use crate::models::OperationRow;
use crate::output::Record;

impl Record for OperationRow {
    const COLUMNS: &'static [&'static str] = &["id", "at", "actor", "result"];
    const TABLE: &'static [&'static str] = &["id", "at", "actor", "result"];

    fn cells(&self) -> Vec<String> {
        vec![self.id.clone(), self.at.to_string(), self.actor.clone(), self.result.clone()]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
