//! What a community does, in numbers: each is defined here once, for the command that lists it and for the report.

mod activity;
mod completion;
mod duplicates;
mod funnel;
mod inconsistencies;
mod newest;
mod pipeline;
mod share;

pub use activity::{
    Activity, RetentionCell, actions_and_users, active_users, activity_weeks, retention, stickiness, users_who,
    weekdays_and_hours,
};
pub use completion::{Completion, Completions, EnrolledIn, enrolled_in};
pub use duplicates::{LikelyDuplicates, Likeness, duplicates};
pub use funnel::{FunnelQuery, FunnelStep, MAX_STEPS};
pub use inconsistencies::{
    IDLE_ADMINISTRATOR, Inconsistency, LIKELY_DUPLICATE, RECORD_OF_NOBODY, ROLE_AND_STAGE, inconsistencies,
};
pub use newest::{newest_event, newest_events};
pub use pipeline::{CohortGroup, StageGroup, StageTally, percentile, stage_tallies};
pub use share::percent;
