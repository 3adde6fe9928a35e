use super::ids;
use crate::on_both_engines;
use crate::sandbox::{Sandbox, example};

/// The rows of the list as CSV lines, without the header; the first argument is the value of `--columns`.
fn columns(t: &Sandbox, args: &[&str]) -> Vec<String> {
    let csv = t.ok(&[&["users", "list", "--format", "csv", "--columns"], args].concat());
    csv.lines().skip(1).map(|line| line.trim_matches('"').to_owned()).collect()
}

on_both_engines! {
    fn the_list_can_be_sorted_and_paged_by_every_sort_column(t) {
        t.ok(&["import", "all", &example("")]);
        for sort in ["id", "email", "name", "created_at", "last_active"] {
            for reverse in [&[][..], &["--reverse"]] {
                let list = |args: &[&str]| columns(t, &[&["id,email,name,created_at,last_active", "--sort", sort], reverse, args].concat());
                let whole = list(&[]);
                assert_eq!(whole.len(), 327);
                let mut keys: Vec<String> = columns(t, &[&[sort, "--sort", sort][..], reverse].concat());
                assert!(!reverse.is_empty() || keys.is_sorted(), "{sort}");
                keys.reverse();
                assert!(reverse.is_empty() || keys.is_sorted(), "{sort} reversed");
                let mut paged = Vec::new();
                loop {
                    let last_id = paged.last().map(|row: &String| row.split(',').next().unwrap().to_owned());
                    let after = last_id.as_ref().map_or(vec![], |id| vec!["--after", id]);
                    let page = list(&[&["--limit", "100"], &after[..]].concat());
                    if page.is_empty() {
                        break;
                    }
                    paged.extend(page);
                }
                assert_eq!(paged, whole, "{sort}");
            }
        }
    }

    fn inactivity_is_computed_from_the_log(t) {
        t.user("ann", "");
        t.user("ben", "");
        t.ok(&["users", "create", "--id", "cat", "--email", "cat@example.com", "--name", "cat", "--created-at", "1990-01-01T00:00:00Z"]);
        t.user("new", "");
        let act = "user_id,action_type,target_type,target_id,occurred_at\nann,enrolled,course,c,";
        t.ok(&["import", "actions", &t.file("a.csv", format!("{act}2026-01-01T00:00:00Z\nann,viewed_module,module,m,2026-02-01T00:00:00Z\n"))]);
        let today = t.value(if t.engine == crate::sandbox::Engine::Sqlite { "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')" } else { "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')" }, "");
        t.ok(&["import", "actions", &t.file("b.csv", format!("user_id,action_type,target_type,target_id,occurred_at\nben,enrolled,course,c,{today}\n"))]);
        assert_eq!(ids(t, &["--inactive-for", "14d"]), "ann cat");
        assert_eq!(ids(t, &["--inactive-for", "10000d"]), "cat");
        assert_eq!(t.ok(&["users", "list", "--inactive-for", "2w", "--count"]), "2\n");
        assert_eq!(columns(t, &["id,last_active"])[..], ["ann,2026-02-01T00:00:00Z".to_owned(), format!("ben,{today}"), "cat,".to_owned(), "new,".to_owned()]);
        let json = t.ok(&["users", "list", "--last-active", "--format", "jsonl", "--search", "cat"]);
        assert!(json.contains(r#""last_active":null"#), "{json}");
        assert!(!t.ok(&["users", "list", "--format", "jsonl"]).contains("last_active"));
        t.fails(2, &["users", "list", "--inactive-for", "soon"]);
    }

    fn importing_a_list_again_changes_nothing(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(&["users", "erase", "usr_003", "--confirm", &t.value("email", "FROM \"user\" WHERE id = 'usr_003'")]);
        let before = t.content();
        let listed = t.ok(&["users", "list", "--format", "csv"]);
        let run = t.pipe(&["import", "users", "-", "--update", "--format", "csv"], &listed);
        assert!(run.status == 0 && run.stdout.contains("users,326,0,0,326,0,0"), "{run}");
        assert!(t.content() == before);
        assert_eq!(t.ok(&["users", "list", "--format", "csv"]), listed);
    }

    fn count_and_stats_count_the_users(t) {
        t.ok(&["import", "users", &example("users.csv")]);
        assert_eq!(t.ok(&["users", "list", "--count"]), "327\n");
        assert_eq!(t.ok(&["users", "list", "--count", "--role", "admin"]), "3\n");
        let csv = t.ok(&["users", "stats", "--format", "csv", "--weeks", "520"]);
        assert!(csv.contains("\n,all,327,100\n") && csv.contains("\nrole,student,321,98.2\n"), "{csv}");
        assert!(csv.contains("\nroles,\"admin,superadmin\",1,0.3\n") && csv.contains("\norigin,staff,6,1.8\n"), "{csv}");
        let sum = |by: &str| -> u64 {
            csv.lines().filter(|line| line.starts_with(&format!("{by},"))).map(|line| line.rsplit(',').nth(1).unwrap().parse::<u64>().unwrap()).sum()
        };
        assert_eq!((sum("roles"), sum("origin"), sum("week")), (327, 327, 327));
        let csv = t.ok(&["users", "stats", "--format", "csv", "--origins", "2"]);
        assert!(csv.contains("\norigin,others,185,"), "{csv}");
    }

    fn an_update_reports_the_changed_fields(t) {
        t.user("ann", "student");
        t.user("ben", "");
        let run = t.run(&["users", "update", "ann@example.com", "--email", "ANN@example.org", "--profile-img", "https://x.example/a.png"]);
        assert_eq!(run.stderr, "ann: email: ann@example.com → ANN@example.org; profile_img: none → https://x.example/a.png\n");
        let run = t.run(&["users", "update", "ann", "--no-profile-img", "--name", "ann"]);
        assert_eq!(run.stderr, "ann: profile_img: https://x.example/a.png → none\n");
        let events = t.count("audit_event");
        assert_eq!(t.run(&["users", "update", "ann", "--name", " ann "]).stderr, "ann: nothing to change\n");
        assert_eq!(t.count("audit_event"), events);
        assert!(t.fails(1, &["users", "update", "ann", "--email", "BEN@example.com"]).contains("is already used by ben <"));
        t.fails(2, &["users", "update", "ann"]);
        t.fails(2, &["users", "update", "ann", "--name", ""]);
        t.fails(6, &["users", "update", "nobody", "--name", "x"]);
        assert_eq!(t.roles("ann"), "student");
    }

    fn an_export_contains_all_data_of_the_user(t) {
        t.ok(&["import", "all", &example("")]);
        let document: serde_json::Value = serde_json::from_str(&t.ok(&["users", "export", "maya.chen@example.com"])).unwrap();
        let count = |section: &str| document[section].as_array().unwrap().len() as u64;
        assert_eq!(document["user"]["name"], "Maya Chen");
        assert_eq!(count("actions"), t.count("user_action WHERE user_id = 'usr_42_maya'"));
        assert_eq!((count("champions"), count("audit")), (1, 2));
        let folder = t.path("maya");
        let folder = folder.to_str().unwrap();
        t.ok(&["users", "export", "usr_42_maya", "-o", folder, "--format", "csv"]);
        assert_eq!(std::fs::read_to_string(t.path("maya/actions.csv")).unwrap().lines().count() as u64, count("actions") + 1);
        assert!(std::fs::read_to_string(t.path("maya/audit.csv")).unwrap().contains("Maya Chen"));
        let mode = |name: &str| std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(t.path(name)).unwrap().permissions()) & 0o777;
        assert_eq!((mode("maya/user.csv"), mode("maya")), (0o600, 0o700));
        assert!(t.fails(2, &["users", "export", "usr_42_maya", "-o", folder, "--format", "csv"]).contains("name a directory that does not exist"));
        t.fails(2, &["users", "export", "usr_42_maya", "--format", "csv"]);
        t.ok(&["users", "export", "usr_42_maya", "-o", t.path("maya.json").to_str().unwrap()]);
        assert_eq!(mode("maya.json"), 0o600);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(t.path("maya.json")).unwrap()).unwrap(), document);
        t.fails(6, &["users", "export", "nobody"]);
    }
}
