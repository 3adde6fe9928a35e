//! The stages of the pipeline, and the rules for moving between them. [`RULES`] is the only table of rules: the
//! commands and the import use it, and tests compare the database's checks with it.

use super::enums::text_enum;
use crate::db::types::Timestamp;

text_enum! {
    /// The stage of a champion record, in the order of the pipeline.
    Stage {
        /// Nominated.
        Candidate = "candidate",
        /// Chosen, and being prepared.
        Selected = "selected",
        /// Active.
        Champion = "champion",
        /// Retired.
        Alumni = "alumni",
    }
}

/// The rules of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageRule {
    /// The stage.
    pub stage: Stage,
    /// Whether a record in it must have `selected_at`; otherwise it must not have it.
    pub is_selected: bool,
    /// The same for `became_champion_at`.
    pub is_champion: bool,
    /// The next stage.
    pub next: Option<Stage>,
    /// The command that moves a record to the next stage.
    pub forward: Option<&'static str>,
    /// Whether a record in it may be withdrawn; not once it has been in stage champion.
    pub may_withdraw: bool,
}

/// The rules of all stages, in order. A move to any stage but the next one needs `--force`.
pub const RULES: [StageRule; 4] = [
    StageRule {
        stage: Stage::Candidate,
        is_selected: false,
        is_champion: false,
        next: Some(Stage::Selected),
        forward: Some("advance"),
        may_withdraw: true,
    },
    StageRule {
        stage: Stage::Selected,
        is_selected: true,
        is_champion: false,
        next: Some(Stage::Champion),
        forward: Some("advance"),
        may_withdraw: true,
    },
    StageRule {
        stage: Stage::Champion,
        is_selected: true,
        is_champion: true,
        next: Some(Stage::Alumni),
        forward: Some("retire"),
        may_withdraw: false,
    },
    StageRule {
        stage: Stage::Alumni,
        is_selected: true,
        is_champion: true,
        next: None,
        forward: None,
        may_withdraw: false,
    },
];

impl Stage {
    /// The rules of this stage.
    #[must_use]
    pub const fn rule(self) -> &'static StageRule {
        &RULES[self as usize]
    }

    /// Whether a record in it is open; a user has at most one open record in a cohort.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Alumni)
    }
}

/// The timestamps `selected_at` and `became_champion_at` of a record that enters a stage: `at` for the stage itself
/// and for a missing earlier timestamp, the known value for an earlier stage, `None` for a later stage.
#[must_use]
pub fn stage_timestamps(
    to: Stage,
    at: Timestamp,
    selected_at: Option<Timestamp>,
    became_champion_at: Option<Timestamp>,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let stamp = |needed: bool, brought: bool, known: Option<Timestamp>| match known {
        Some(known) if !brought => needed.then_some(known),
        _ => needed.then_some(at),
    };
    (
        stamp(to.rule().is_selected, to == Stage::Selected, selected_at),
        stamp(to.rule().is_champion, to == Stage::Champion, became_champion_at),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_in_pipeline_order() {
        let way: Vec<Stage> = std::iter::successors(Some(Stage::Candidate), |stage| stage.rule().next).collect();
        assert_eq!(way, Stage::ALL);
        assert!(RULES.iter().all(|rule| rule.stage.rule() == rule && rule.next.is_some() == rule.forward.is_some()));
    }

    #[test]
    fn every_step_sets_the_timestamps_of_the_new_stage() {
        let [first, then, now] = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"]
            .map(|time| Some(time.parse::<Timestamp>().unwrap()));
        let at = now.unwrap();
        assert_eq!(stage_timestamps(Stage::Candidate, at, first, then), (None, None));
        assert_eq!(stage_timestamps(Stage::Selected, at, None, None), (now, None));
        assert_eq!(stage_timestamps(Stage::Selected, at, first, then), (now, None));
        assert_eq!(stage_timestamps(Stage::Champion, at, first, None), (first, now));
        assert_eq!(stage_timestamps(Stage::Champion, at, None, None), (now, now));
        assert_eq!(stage_timestamps(Stage::Alumni, at, first, then), (first, then));
        assert_eq!(stage_timestamps(Stage::Alumni, at, None, None), (now, now));
    }
}
