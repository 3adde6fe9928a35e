//! An event that waits for its user.

use crate::models::ParkedEvent;
use crate::output::Record;

impl Record for ParkedEvent {
    const COLUMNS: &'static [&'static str] =
        &["key", "user_id", "user_email", "event", "reason", "import_run_id", "parked_at"];
    const TABLE: &'static [&'static str] = &["parked_at", "reason", "key"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.key.clone(),
            self.user_id.clone().unwrap_or_default(),
            self.user_email.clone().unwrap_or_default(),
            self.event.to_string(),
            self.reason.clone(),
            self.import_run_id.clone().unwrap_or_default(),
            self.parked_at.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.key
    }
}
