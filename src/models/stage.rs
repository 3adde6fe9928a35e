//! The stages of the pipeline, and the rules of moving between them. There is one table of rules, [`RULES`]: the commands
//! and the import ask it, and tests hold the database's own checks to it.

use super::enums::text_enum;
use crate::db::types::Instant;

text_enum! {
    /// Where in the pipeline a record is; the order is the way through it.
    Stage {
        /// Nominated.
        Candidate = "candidate",
        /// Chosen, and being prepared.
        Selected = "selected",
        /// Active.
        Champion = "champion",
        /// Retired with thanks.
        Alumni = "alumni",
    }
}

/// What holds of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageRule {
    /// Which.
    pub stage: Stage,
    /// Whether a record in it has `selected_at`; one that has not must not.
    pub is_selected: bool,
    /// The same of `became_champion_at`.
    pub is_champion: bool,
    /// The stage one step forward.
    pub next: Option<Stage>,
    /// The command that takes this step.
    pub forward: Option<&'static str>,
    /// Whether a record in it may be withdrawn: it has not been champion.
    pub may_withdraw: bool,
}

/// Every rule of the pipeline, in its order. A step to any other stage than the next must be forced.
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
    /// What holds of it.
    #[must_use]
    pub const fn rule(self) -> &'static StageRule {
        &RULES[self as usize]
    }

    /// Whether a record in it is under way: a user has one such record in a cohort.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Alumni)
    }
}

/// The stamps of a record that goes to a stage at a time: those it brings, those it needs, and none that it has not yet.
#[must_use]
pub fn stamps(
    to: Stage,
    at: Instant,
    selected_at: Option<Instant>,
    became_champion_at: Option<Instant>,
) -> (Option<Instant>, Option<Instant>) {
    let stamp = |needed: bool, brought: bool, known: Option<Instant>| match known {
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
    fn the_table_is_in_the_order_of_the_way() {
        let way: Vec<Stage> = std::iter::successors(Some(Stage::Candidate), |stage| stage.rule().next).collect();
        assert_eq!(way, Stage::ALL);
        assert!(RULES.iter().all(|rule| rule.stage.rule() == rule && rule.next.is_some() == rule.forward.is_some()));
    }

    #[test]
    fn every_step_leaves_the_stamps_of_the_stage() {
        let [first, then, now] = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"]
            .map(|time| Some(time.parse::<Instant>().unwrap()));
        let at = now.unwrap();
        assert_eq!(stamps(Stage::Candidate, at, first, then), (None, None));
        assert_eq!(stamps(Stage::Selected, at, None, None), (now, None));
        assert_eq!(stamps(Stage::Selected, at, first, then), (now, None));
        assert_eq!(stamps(Stage::Champion, at, first, None), (first, now));
        assert_eq!(stamps(Stage::Champion, at, None, None), (now, now));
        assert_eq!(stamps(Stage::Alumni, at, first, then), (first, then));
        assert_eq!(stamps(Stage::Alumni, at, None, None), (now, now));
    }
}
