//! The rows of each table, the enums they use, and the queries that several commands share.

mod activity;
mod at_most;
mod audit_event;
mod champion;
mod champion_input;
mod column;
mod difference;
mod enums;
mod former_email;
mod id;
mod import_run;
mod metadata;
mod operation;
mod parked_event;
mod reason;
mod roles;
mod roles_of;
mod stage;
mod stage_history;
mod start_of_id;
mod text;
mod tombstone;
mod user;
mod user_action;
mod user_input;

pub use activity::{has_acted, last_active};
pub use at_most::AtMost;
pub use audit_event::{AuditEvent, Change, Subject, change, change_or_not, record_refusal};
pub use champion::{Champion, RoleRule, in_cohort};
pub use champion_input::{CHAMPION_COLUMNS, ChampionInput};
pub use column::{Column, ColumnRole, column_names, differences, printed_cells, printed_names};
pub use difference::{Difference, shorten};
pub use enums::UnknownValue;
pub use former_email::{FormerEmail, LOST_KEY, RESTORE_KEY};
pub use id::{EventIds, Prefix, new_id};
pub use import_run::{ImportRun, RunOutcome};
pub(crate) use metadata::{MetadataTree, metadata_object};
pub use metadata::{MetadataType, metadata_assignment, metadata_of_arguments};
pub use operation::OperationRow;
pub use parked_event::ParkedEvent;
pub use reason::check_reason;
pub use roles::{Role, Roles, parse_role};
pub use roles_of::{RolesOf, UserCondition, UserExpression, has_role};
pub use stage::{RULES, Stage, StageRule};
pub use stage_history::{History, StageStep, histories};
pub use text::{
    MAX_KEY_BYTES, TextError, check_email, check_key, check_line, check_new_id, check_new_key, check_prose,
    is_null_marker, valid_file_id, valid_file_key, valid_key,
};
pub use tombstone::Tombstone;
pub use user::{AmbiguousUser, User, ensure_a_superadmin};
pub use user_action::{ActionType, Event, SourceSystem, TargetType, UserAction, time_column};
pub use user_input::{USER_COLUMNS, UserInput};
