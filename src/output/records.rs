//! How the rows of the tables are printed.

mod champion;
mod former_email;
mod history;
mod import_run;
mod inconsistency;
mod operation;
mod parked_event;
mod stage_step;
mod user;
mod user_action;

pub use history::{FieldChange, HistoryRow, field_changes};
