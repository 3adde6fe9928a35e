mod board;
mod history;
mod many;
mod rules;
mod suggest;

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::Sandbox;

pub fn record(sandbox: &Sandbox, args: &[&str]) -> Value {
    serde_json::from_str(&sandbox.ok(&[&["champions"], args, &["--format", "json"]].concat())).unwrap()
}

pub fn ids(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let list = sandbox.ok(&[&["champions", "list", "--format", "ids"], args].concat());
    list.lines().map(ToOwned::to_owned).collect()
}

on_both_engines! {
    fn the_champion_role_follows_the_stage_of_the_record(t) {
        t.user("ann", "student");
        let nominated = record(t, &["nominate", "ann@example.com", "--notes", "Kind.\nPatient.", "--at", "2026-03-01T00:00:00Z"]);
        assert_eq!(nominated["stage"], "candidate");
        assert_eq!(nominated["notes"], "Kind.\nPatient.");
        assert_eq!(nominated["created_at"], "2026-03-01T00:00:00Z");
        let id = nominated["id"].as_str().unwrap();
        assert!(id.starts_with("ch_"), "{id}");

        let selected = record(t, &["advance", id, "--at", "2026-04-01T12:00:00+02:00"]);
        assert_eq!((&selected["stage"], &selected["selected_at"]), (&"selected".into(), &"2026-04-01T10:00:00Z".into()));
        assert_eq!(t.roles("ann"), "student");

        let champion = record(t, &["advance", "ann", "--at", "2026-04-20T10:00:00Z"]);
        assert_eq!(champion["became_champion_at"], "2026-04-20T10:00:00Z");
        assert_eq!(t.roles("ann"), "student,champion");

        let run = t.run(&["champions", "retire", "ann"]);
        assert!(run.stderr.contains("champion → alumni"), "{run}");
        assert_eq!(t.roles("ann"), "student");
        assert_eq!(record(t, &["show", id])["stage"], "alumni");
        assert_eq!(t.count("audit_event WHERE subject_kind = 'champion'"), 4);
    }

    fn the_role_remains_while_another_record_is_in_stage_champion(t) {
        t.user("ann", "");
        for cohort in ["a", "b"] {
            t.ok(&["champions", "nominate", "ann", "--cohort", cohort]);
            t.ok(&["champions", "advance", "ann", "--cohort", cohort]);
            t.ok(&["champions", "advance", "ann", "--cohort", cohort]);
        }
        t.ok(&["champions", "retire", "ann", "--cohort", "a"]);
        assert_eq!(t.roles("ann"), "champion");
        t.ok(&["champions", "retire", "ann", "--cohort", "b"]);
        assert_eq!(t.roles("ann"), "");
    }

    fn each_step_is_reported_on_one_line(t) {
        t.user("ann", "");
        let id = record(t, &["nominate", "ann"])["id"].as_str().unwrap().to_owned();
        let status_line = |args: &[&str]| t.run(&[&["champions"], args].concat()).stderr;
        assert_eq!(status_line(&["advance", "ann", "--dry-run"]), format!("{id} of ann: candidate → selected (dry run)\n"));
        assert_eq!(status_line(&["advance", "ann"]), format!("{id} of ann: candidate → selected\n"));
        assert_eq!(status_line(&["note", "ann", "-m", "Kind."]), format!("{id} of ann: note updated\n"));
        assert_eq!(status_line(&["withdraw", "ann", "--yes"]), format!("{id} of ann: selected → withdrawn\n"));
    }

    fn keep_roles_does_not_change_the_roles(t) {
        t.user("ann", "");
        t.ok(&["champions", "nominate", "ann"]);
        t.ok(&["champions", "advance", "ann"]);
        t.ok(&["champions", "advance", "ann", "--keep-roles"]);
        assert_eq!(t.roles("ann"), "");
        t.ok(&["users", "roles", "add", "ann", "champion"]);
        t.ok(&["champions", "retire", "ann", "--keep-roles"]);
        assert_eq!(t.roles("ann"), "champion");
    }

    fn a_user_has_at_most_one_open_record_per_cohort(t) {
        t.user("ann", "");
        t.ok(&["champions", "nominate", "ann"]);
        let stderr = t.fails(1, &["champions", "nominate", "ann"]);
        assert!(stderr.contains("ann already has an open record ") && stderr.contains(" in stage candidate\n"), "{stderr}");
        t.ok(&["champions", "nominate", "ann", "--cohort", "spring"]);
        assert!(t.fails(1, &["champions", "nominate", "ann", "--cohort", "spring"]).contains("in cohort spring"));
        assert_eq!(t.count("champion"), 2);
    }

    fn only_one_of_several_concurrent_nominations_succeeds(t) {
        t.user("ann", "");
        let runs = t.at_once(&vec![vec!["champions", "nominate", "ann"]; 6]);
        assert_eq!(runs.iter().filter(|run| run.status == 0).count(), 1);
        assert!(runs.iter().filter(|run| run.status != 0).all(|run| run.stderr.contains("already")));
        assert_eq!(t.count("champion"), 1);
    }

    fn an_invalid_step_changes_nothing(t) {
        t.user("ann", "");
        t.ok(&["champions", "nominate", "ann"]);
        assert!(t.fails(1, &["champions", "retire", "ann"]).contains("expected stage champion, found candidate"));
        t.ok(&["champions", "advance", "ann", "--at", "2026-05-01T00:00:00Z"]);
        let stderr = t.fails(1, &["champions", "advance", "ann", "--at", "2026-04-01T00:00:00Z"]);
        assert!(stderr.contains("would be before selected_at 2026-05-01T00:00:00Z"), "{stderr}");
        t.ok(&["champions", "advance", "ann"]);
        let stderr = t.fails(1, &["champions", "advance", "ann"]);
        assert!(stderr.contains("expected stage candidate or selected, found champion") && stderr.contains("hint: retire it instead: rollbook champions retire ch_"), "{stderr}");
        t.fails(6, &["champions", "advance", "ann", "--cohort", "elsewhere"]);
        t.fails(6, &["champions", "show", "ch_nothing"]);
        t.fails(6, &["champions", "nominate", "nobody"]);
        assert_eq!(t.count("champion WHERE stage = 'champion'"), 1);
    }

    fn list_filters_combine(t) {
        t.ok(&["import", "all", &crate::sandbox::example("")]);
        assert_eq!(ids(t, &[]).len(), 38);
        assert!(ids(t, &[]).is_sorted());
        assert_eq!(ids(t, &["--user", "maya.chen@example.com"]), ["ch_07_maya"]);
        let all: usize = ["candidate", "selected", "champion", "alumni"].iter().map(|stage| ids(t, &["--stage", stage]).len()).sum();
        assert_eq!(all, 38);
        assert_eq!(ids(t, &["--global"]).len() + ids(t, &["--cohort", "coh_2026_spring"]).len(), 38);
        let selected = ids(t, &["--stage", "selected", "--global", "--limit", "2"]);
        assert_eq!(ids(t, &["--stage", "selected", "--global", "--after", &selected[0], "--limit", "1"]), selected[1..]);
    }
}
