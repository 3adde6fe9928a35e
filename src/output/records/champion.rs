//! A champion record.

use crate::models::{CHAMPION_COLUMNS, Champion, printed_cells, printed_names};
use crate::output::Record;

impl Record for Champion {
    const COLUMNS: &'static [&'static str] = &printed_names::<_, 8, _, _>(&CHAMPION_COLUMNS);
    const TABLE: &'static [&'static str] =
        &["id", "user_id", "stage", "cohort_id", "selected_at", "became_champion_at"];

    fn cells(&self) -> Vec<String> {
        printed_cells(&CHAMPION_COLUMNS, self)
    }

    fn id(&self) -> &str {
        &self.id
    }
}
