//! Whom or what a command applies to: names, lists of names, filters, pages of a list.
//!
//! Everything that a command changes is resolved here first, completely, into one ordered set.

mod actions;
mod bulk;
mod champions;
mod known;
mod names;
pub mod paging;
mod population;
mod target;
mod users;

pub use actions::{ActionFilter, Condition};
pub use bulk::{BATCH, BulkArgs, SelectedBy};
pub use champions::{ChampionFilter, ChampionTargets, Expression, RecordArgs, SINCE, Selected, since};
pub use known::{known_cohorts, known_courses, known_enrollment_cohorts, known_target};
pub use names::{NameArgs, Names, named_text};
pub use population::{People, PopulationCondition, PopulationFilter, RoleFilter};
pub use target::Target;
pub use users::{UserFilter, containing, find_person, find_user, selected_users, user_meant, users_named};
