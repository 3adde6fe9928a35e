//! Compares the rules of the stages with the commands and with the checks of the database.

use rollbook::models::{RULES, Stage};

use super::record;
use crate::on_both_engines;
use crate::sandbox::Sandbox;

/// Creates a user and imports a record in the stage.
fn in_stage(t: &Sandbox, id: &str, stage: Stage) {
    let rule = stage.rule();
    let time = |given: bool, time: &str| if given { time.to_owned() } else { String::new() };
    let (selected, champion) =
        (time(rule.is_selected, "2026-01-01T00:00:00Z"), time(rule.is_champion, "2026-01-02T00:00:00Z"));
    t.user(id, "");
    let row = format!("id,user_id,stage,selected_at,became_champion_at\nch_{id},{id},{stage},{selected},{champion}\n");
    t.ok(&["import", "champions", &t.file("one.csv", row)]);
}

on_both_engines! {
    fn each_command_allows_exactly_the_steps_in_the_rules(t) {
        for rule in RULES {
            for verb in ["advance", "retire"] {
                let id = format!("{}_{verb}", rule.stage);
                in_stage(t, &id, rule.stage);
                let run = t.run(&["champions", verb, &format!("ch_{id}"), "--format", "json"]);
                if rule.forward == Some(verb) {
                    let after: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
                    assert_eq!(after["stage"], rule.next.unwrap().as_str());
                } else {
                    assert_eq!(run.status, 1, "{id} {run}");
                }
            }
            let id = format!("{}_withdraw", rule.stage);
            in_stage(t, &id, rule.stage);
            let run = t.run(&["champions", "withdraw", &format!("ch_{id}"), "--yes"]);
            assert_eq!(run.status == 0, rule.may_withdraw, "{id} {run}");
        }
    }

    fn a_move_other_than_one_step_forward_requires_force(t) {
        for from in RULES {
            for to in Stage::ALL {
                let id = format!("{}_{to}", from.stage);
                in_stage(t, &id, from.stage);
                let champion = format!("ch_{id}");
                let args = ["champions", "move", &champion, "--to", to.as_str()];
                let forward = from.next == Some(*to);
                assert_eq!(t.run(&args).status, i32::from(!forward), "{id}");
                let forced = t.run(&[&args[..], &["--force"]].concat());
                assert_eq!(forced.status, i32::from(forward || from.stage == *to), "{id} {forced}");
                let after = record(t, &["show", &champion]);
                assert_eq!(after["stage"], to.as_str());
                assert_eq!((after["selected_at"].is_null(), after["became_champion_at"].is_null()), (!to.rule().is_selected, !to.rule().is_champion), "{id}");
                assert_eq!(t.roles(&id) == "champion", *to == Stage::Champion, "{id}");
            }
        }
    }

    fn the_database_enforces_the_same_rules(t) {
        for from in RULES {
            for to in Stage::ALL {
                let id = format!("{}_{to}", from.stage);
                in_stage(t, &id, from.stage);
                // The audit event of the import permits the imported stage; a later event ends that permission.
                t.ok(&["champions", "note", &format!("ch_{id}"), "-m", "seen"]);
                let stamp = |needed: bool, day: &str| if needed { format!("'2026-01-{day}T00:00:00.000000Z'") } else { "NULL".to_owned() };
                let result = t.sql(&format!(
                    "UPDATE champion SET stage = '{to}', selected_at = {}, became_champion_at = {} WHERE id = 'ch_{id}'",
                    stamp(to.rule().is_selected, "01"), stamp(to.rule().is_champion, "02")
                ));
                assert_eq!(result.is_ok(), from.next == Some(*to) || from.stage == *to, "{id} {result:?}");
            }
            let id = format!("{}_gone", from.stage);
            in_stage(t, &id, from.stage);
            assert_eq!(t.sql(&format!("DELETE FROM champion WHERE id = 'ch_{id}'")).is_ok(), from.may_withdraw, "{id}");
        }
    }

    fn a_refused_move_is_recorded_in_the_audit_trail(t) {
        in_stage(t, "ann", Stage::Champion);
        t.fails(1, &["champions", "move", "ann", "--to", "candidate"]);
        assert_eq!(t.count("audit_event WHERE subject_id = 'ch_ann' AND verb = 'move' AND refusal LIKE '%not one step forward%'"), 1);
    }
}
