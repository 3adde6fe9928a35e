//! What is wrong in a file never looks right: it is read as it is meant, or refused with its line.

use super::{HEADER, import, people};
use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox};

fn actions(t: &Sandbox, csv: &str, args: &[&str]) -> (i32, [u64; 5]) {
    import(t, &[&["actions", &t.file("a.csv", csv)], args].concat())
}

/// Imports a file that is refused, and returns standard error.
fn refused(t: &Sandbox, kind: &str, csv: &str, args: &[&str]) -> String {
    let before = t.content();
    let stderr = t.fails(3, &[&["import", kind, &t.file("r.csv", csv)], args].concat());
    assert!(stderr.contains("nothing was changed") && t.content() == before, "{stderr}");
    stderr
}

fn event(more: &str, cells: &str) -> String {
    format!("{HEADER}{more}\nann,enrolled,course,c1,2026-01-01T00:00:00Z{cells}\n")
}

on_both_engines! {
    fn columns_are_renamed_all_at_once(t) {
        for (header, row) in [("login,name,email", "ann-login,app,a@example.com"), ("name,login,email", "app,ann-login,a@example.com"), ("email,name,login", "a@example.com,app,ann-login")] {
            let t = &Sandbox::migrated(t.engine);
            let file = t.file("u.csv", format!("{header}\n{row}\n"));
            for maps in [["login=name", "name=origin"], ["name=origin", "login=name"]] {
                t.ok(&["import", "users", &file, "--map", maps[0], "--map", maps[1], "--update"]);
                assert_eq!(t.value("name || ' ' || origin", "FROM \"user\""), "ann-login app", "{header}");
            }
        }
        people(t);
        let csv = format!("id,event_id,source_system,{HEADER}\nact_9,evt_9,app,ann,enrolled,course,c1,2026-01-01T00:00:00Z\n");
        t.ok(&["import", "actions", &t.file("a.csv", csv), "--map", "event_id=id", "--map", "id=source_event_id"]);
        assert_eq!(t.value("id || ' ' || source_event_id", "FROM user_action"), "evt_9 act_9");
    }

    fn null_markers_are_no_values(t) {
        people(t);
        t.ok(&["import", "champions", &t.file("c.csv", "user_id,stage,cohort_id,notes\nann,candidate,\\N,\"\\N\"\n")]);
        assert_eq!(t.count("champion WHERE cohort_id IS NULL AND notes = '\\N'"), 1);
        // What was exported comes back as it is.
        let listed = t.ok(&["champions", "list", "--format", "csv"]);
        assert!(listed.contains(",\"\\N\","), "{listed}");
        let before = t.content();
        assert_eq!(t.pipe(&["import", "champions", "-", "--update"], &listed).status, 0);
        assert!(t.content() == before);
        for marker in ["NULL", "#N/A", "#REF!", "nan", "None"] {
            let stderr = refused(t, "champions", &format!("user_id,stage,cohort_id\nben,candidate,{marker}\n"), &[]);
            assert!(stderr.contains(&format!("line 2: rejected: cohort_id \"{marker}\": is a null marker")), "{stderr}");
            refused(t, "actions", &event(",source_system,source_event_id", &format!(",app,{marker}")), &[]);
            refused(t, "actions", &event(",enrollment_id", &format!(",{marker}")), &[]);
        }
        t.ok(&["import", "champions", &t.file("c.csv", "user_id,stage,cohort_id\nben,candidate,NULL\n"), "--null", "NULL", "--null", "\\N"]);
        assert_eq!(t.count("champion WHERE cohort_id IS NULL"), 2);
        let run = t.run(&["import", "users", &t.file("u.csv", "email,name,origin\nx@example.com,None,NULL\n")]);
        assert!(run.status == 0 && run.stderr.contains("column origin: 1 field with the text NULL: --null NULL reads it as an empty field"), "{run}");
    }

    fn times_are_plausible_or_refused(t) {
        people(t);
        let at = |time: &str| format!("user_id,action_type,target_type,target_id,occurred_at\nann,enrolled,course,c1,{time}\n");
        for time in [
            "26-03-15 08:14:00Z", "0026-03-15T08:14:00Z", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z", "2026-03-15",
            "03/04/2026", "1760104536", "45940.58", "1989-12-31T23:59:59Z",
        ] {
            let stderr = refused(t, "actions", &at(time), &[]);
            assert!(stderr.contains(&format!("line 2: rejected: occurred_at \"{time}\"")), "{stderr}");
        }
        let stored = |time: &str, args: &[&str]| {
            let t = &Sandbox::migrated(Engine::Sqlite);
            people(t);
            assert_eq!(actions(t, &at(time), args), (0, [1, 0, 0, 0, 0]), "{time}");
            t.value("occurred_at", "FROM user_action")
        };
        let berlin = ["--assume-tz", "Europe/Berlin"];
        assert_eq!(stored("2026-03-15", &berlin), "2026-03-14T23:00:00.000000Z");
        assert_eq!(stored("31.12.2025 14:05", &[&berlin[..], &["--time-format", "%d.%m.%Y %H:%M"]].concat()), "2025-12-31T13:05:00.000000Z");
        assert_eq!(stored("1760104536", &["--time-format", "epoch"]), "2025-10-10T13:55:36.000000Z");
        assert_eq!(stored("1760104536250", &["--time-format", "epoch-ms"]), "2025-10-10T13:55:36.250000Z");
        assert_eq!(stored("1970-01-01T00:00:00Z", &["--allow-times", "1950-01-01..2000-01-01"]), "1970-01-01T00:00:00.000000Z");
        t.fails(2, &["import", "actions", "x", "--time-format", "%d.%m.%y"]);
        t.fails(2, &["import", "actions", "x", "--allow-times", "2030-01-01..2020-01-01"]);
    }

    fn shortened_ids_are_refused(t) {
        people(t);
        let csv = format!("{HEADER},source_system,source_event_id\nann,enrolled,course,c1,2026-01-01T00:00:00Z,app,1.23457E+15\nann,enrolled,course,c1,2026-01-01T00:00:00Z,app,1.23457E+15\n");
        let stderr = refused(t, "actions", &csv, &[]);
        assert!(stderr.contains("source_event_id \"1.23457E+15\": is a number in scientific notation"), "{stderr}");
        refused(t, "actions", &event(",idempotency_key", ",2E+07"), &[]);
        assert_eq!(actions(t, &event(",idempotency_key", ",12E3"), &[]), (0, [1, 0, 0, 0, 0]));
    }

    fn metadata_cells_keep_what_they_say(t) {
        people(t);
        let csv = format!("{HEADER},metadata.a,metadata.zip,metadata.price,metadata.flag\nann,enrolled,course,c1,2026-01-01T00:00:00Z,12E3,01234,\"59,3\",TRUE\nann,enrolled,course,c2,2026-01-01T00:00:00Z,12,12345,60,true\n");
        let run = t.run(&["import", "actions", &t.file("a.csv", csv)]);
        assert_eq!(run.status, 0, "{run}");
        for column in ["a", "price", "flag", "zip"] {
            assert!(run.stderr.contains(&format!("note: {}: column metadata.{column} became ", t.path("a.csv").display())), "{run}");
        }
        assert!(run.stderr.contains("--decimal , reads 59,3 as a number"), "{run}");
        assert_eq!(t.count("user_action WHERE target_id = 'c1' AND metadata ->> 'a' = '12E3' AND metadata ->> 'zip' = '01234' AND metadata ->> 'flag' = 'TRUE'"), 1);
        let typed = format!("{HEADER},metadata.price:number,metadata.flag:boolean,metadata.zip:string\nann,enrolled,course,c3,2026-01-01T00:00:00Z,\"59,3\",TRUE,12345\n");
        let run = t.run(&["import", "actions", &t.file("t.csv", &typed), "--decimal", ","]);
        assert!(run.status == 0 && !run.stderr.contains("note:"), "{run}");
        let metadata = t.ok(&["actions", "list", "--target", "course:c3", "--columns", "metadata", "--format", "jsonl"]);
        assert_eq!(metadata, "{\"metadata\":{\"flag\":true,\"price\":59.3,\"zip\":\"12345\"}}\n");
        let stderr = refused(t, "actions", &typed.replace("59,3", "cheap"), &["--decimal", ","]);
        assert!(stderr.contains("metadata.price:number \"cheap\": expected a number"), "{stderr}");
    }

    fn empty_fields_change_nothing_unless_they_are_to_clear(t) {
        t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann", "--role", "teacher,admin", "--profile-img", "https://x/y", "--origin", "app"]);
        let csv = "id,name,origin,profile_img,roles\nann,Anna,,,\n";
        assert_eq!(import(t, &["users", &t.file("u.csv", csv), "--update"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!(t.value("name || ' ' || origin || ' ' || profile_img", "FROM \"user\""), "Anna app https://x/y");
        assert_eq!(t.roles("ann"), "teacher,admin");
        assert_eq!(import(t, &["users", &t.file("u.csv", csv), "--update", "--empty-clears", "profile_img,roles"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!((t.count("\"user\" WHERE profile_img IS NULL"), t.roles("ann").as_str()), (1, ""));
        t.ok(&["champions", "nominate", "ann", "--notes", "Kind."]);
        // A file without the column, or with an empty field, does not differ in it.
        for csv in ["user_id,stage\nann,candidate\n", "user_id,stage,notes\nann,candidate,\n"] {
            assert_eq!(import(t, &["champions", &t.file("c.csv", csv)]), (0, [0, 0, 1, 0, 0]));
        }
        assert_eq!(import(t, &["champions", &t.file("c.csv", "user_id,stage,notes\nann,candidate,\n"), "--update", "--empty-clears", "notes"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!(t.count("champion WHERE notes IS NULL"), 1);
    }

    fn file_grants_privileges_only_if_it_may(t) {
        let first = t.file("first.csv", "id,email,name,roles\nann,ann@example.com,Ann,superadmin\nben,ben@example.com,Ben,student\n");
        assert_eq!(import(t, &["users", &first]), (0, [2, 0, 0, 0, 0]));
        for (roles, missing) in [("admin", "admin"), ("superadmin", "superadmin"), ("student,admin", "admin")] {
            let stderr = refused(t, "users", &format!("id,roles\nben,\"{roles}\"\n"), &["--update"]);
            assert!(stderr.contains(&format!("line 2: rejected: roles: would grant {missing}\n")), "{stderr}");
            assert!(stderr.contains(&format!("hint: add --allow-roles {missing}")), "{stderr}");
            refused(t, "users", &format!("email,name,roles\nnew@example.com,New,\"{roles}\"\n"), &[]);
        }
        assert_eq!(import(t, &["users", &first, "--update"]), (0, [0, 0, 2, 0, 0]));
        let csv = t.file("u.csv", "id,roles\nben,admin\n");
        assert_eq!(import(t, &["users", &csv, "--update", "--allow-roles", "admin"]), (0, [0, 1, 0, 0, 0]));
    }

    fn one_person_twice_in_a_file_is_a_conflict(t) {
        people(t);
        for csv in ["id,name\nann,One\nann,Two\n", "email,name\nz@example.com,One\nZ@example.com,Two\n", "id,email,name\nann,ann@example.com,One\n,ANN@example.com,Two\n", "id,name\nann,Ann\nann,Two\n", "id,name\nann,Ann\nann,Ann\nann,Two\n", "id,name\nann,Ann\nann,Ann\n", "id,email,name\nnew,new@example.com,New\nnew,new@example.com,New\n"] {
            let file = t.file("u.csv", csv);
            let before = t.content();
            for update in [&[][..], &["--update"]] {
                let stderr = t.fails(4, &[&["import", "users", &file], update].concat());
                assert!(stderr.contains("conflict"), "{stderr}");
                assert!(t.content() == before);
            }
        }
    }

    fn a_time_that_refutes_the_guess_refuses_the_file(t) {
        people(t);
        let row = |n: usize, time: &str| format!("ann,enrolled,course,c{n},{time}\n");
        let proof = row(0, "04/13/2026 08:00");
        let ambiguous: String = (1..400).map(|n| row(n, "03/04/2026 08:00")).collect();
        for last in ["13/04/2026 08:00", "13.04.2026 08:00", "2026/04/13 08:00"] {
            let csv = t.file("a.csv", format!("{HEADER}\n{proof}{ambiguous}{}", row(400, last)));
            for more in [&[][..], &["--on-error", "skip"], &["--on-error", "skip", "-n"]] {
                let before = t.content();
                let stderr = t.fails(1, &[&["import", "actions", &csv, "--assume-tz", "UTC"], more].concat());
                assert!(stderr.contains(&format!("line 402: occurred_at: {last:?} does not match the time format")), "{stderr}");
                assert!(t.content() == before);
            }
        }
        // What is no time at all is wrong in its row alone.
        let csv = t.file("a.csv", format!("{HEADER}\n{proof}{ambiguous}{}", row(400, "tomorrow")));
        assert_eq!(import(t, &["actions", &csv, "--assume-tz", "UTC", "--on-error", "skip"]), (3, [400, 0, 0, 0, 1]));
    }

    fn an_output_is_no_dash_and_no_file_in_use(t) {
        let file = t.file("u.csv", "id,email,name\nann,ann@example.com,Ann\n");
        for option in ["--rejects", "--save-preset"] {
            let stderr = t.fails(2, &["import", "users", &file, option, "-", "--on-error", "skip"]);
            assert!(stderr.contains("name a file"), "{stderr}");
        }
        assert!(!t.path("-").exists());
        let preset = t.file("p.toml", "[columns]\nid = \"id\"\nemail = \"email\"\nname = \"name\"\n");
        let args = ["import", "users", &file, "--preset", &preset, "--rejects", &preset, "--overwrite", "--on-error", "skip"];
        let stderr = t.fails(2, &args);
        assert!(stderr.contains("this is the preset"), "{stderr}");
        // Manual pages replace earlier ones, and nothing else, also by a link.
        t.ok(&["man", "pages"]);
        t.ok(&["man", "pages"]);
        let page = t.path("pages/rollbook.1");
        std::fs::remove_file(&page).unwrap();
        std::fs::write(t.path("notes"), "by hand").unwrap();
        std::fs::hard_link(t.path("notes"), &page).unwrap();
        assert!(t.fails(2, &["man", "pages"]).contains("is not a manual page of rollbook"));
        assert_eq!(std::fs::read_to_string(t.path("notes")).unwrap(), "by hand");
    }

    fn what_stands_for_no_value_is_no_id_in_any_command(t) {
        people(t);
        for marker in ["NULL", "\\N", "#N/A", "nan", "1.23457E+15"] {
            let target = format!("thread:{marker}");
            t.fails(2, &["champions", "nominate", "ann", "--cohort", marker]);
            t.fails(2, &["actions", "record", "ann", "posted_reply", &target]);
            t.fails(2, &["actions", "record", "ann", "posted_reply", "thread:t", "--idempotency-key", marker]);
            t.fails(2, &["users", "create", "--id", marker, "--email", "x@example.com", "--name", "X"]);
        }
        assert_eq!(t.count("champion") + t.count("user_action"), 0);
        let stderr = refused(t, "actions", &event(",source_system,source_event_id", ",app,#N/A"), &[]);
        assert!(stderr.contains("to read it as empty where it is not quoted, add --null '\\N' --null '#N/A'"), "{stderr}");
    }

    fn a_file_that_was_replaced_meanwhile_is_not_committed_to(t) {
        if t.engine == Engine::Sqlite {
            people(t);
            let file = t.file("a.csv", event("", ""));
            for more in [&[][..], &["--commit-every", "1"]] {
                let t = &Sandbox::migrated(Engine::Sqlite);
                people(t);
                let held = t.hold("BEGIN IMMEDIATE");
                let child = t.start(&[&["import", "actions", &file], more].concat());
                std::thread::sleep(std::time::Duration::from_millis(1500));
                std::fs::rename(t.path("test.db"), t.path("gone.db")).unwrap();
                drop(held);
                let run = Run::of(child.wait_with_output().unwrap());
                assert!(run.status == 1 && run.stderr.contains("was removed or replaced") && !run.stdout.contains("committed"), "{run}");
            }
        }
    }

    fn cut_off_pipe_is_refused_and_a_file_is_warned_about(t) {
        people(t);
        let whole = format!("{HEADER},source_system,source_event_id\nann,enrolled,course,c1,2026-01-01T00:00:00Z,app,evt_1\nann,enrolled,course,c2,2026-01-01T00:00:00Z,app,evt_1002\n");
        for end in 1..4 {
            let cut = &whole[..whole.len() - end];
            let before = t.content();
            let run = t.pipe(&["import", "actions", "-"], cut);
            assert!(run.status == 1 && run.stderr.contains("the last line has no line end: the input may have been cut off"), "{run}");
            assert!(t.content() == before);
        }
        let cut = &whole[..whole.len() - 1];
        let run = t.run(&["import", "actions", &t.file("cut.csv", cut), "-n"]);
        assert!(run.status == 0 && run.stderr.contains("the last line has no line end: if the file was cut off"), "{run}");
        assert_eq!(t.pipe(&["import", "actions", "-", "--allow-unterminated"], cut).status, 0);
        let run = t.pipe(&["import", "actions", "-", "--recheck"], &whole);
        assert!(run.status == 0 && !run.stderr.contains("line end"), "{run}");
    }

    fn counts_of_a_rolled_back_import_are_zero(t) {
        people(t);
        let summary = t.path("summary.json");
        let csv = format!("{}ben,wrong,course,c1,2026-01-01T00:00:00Z\n", event("", ""));
        let run = t.run(&["import", "actions", &t.file("a.csv", csv), "--summary", summary.to_str().unwrap()]);
        assert!(run.status == 3 && run.stderr.contains("would_insert"), "{run}");
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(summary).unwrap()).unwrap();
        assert_eq!((&json["files"][0]["inserted"], &json["files"][0]["would_insert"]), (&0.into(), &1.into()));
        assert_eq!(t.value("inserted", "FROM import_run WHERE outcome = 'rolled_back'"), "0");
        let dry = t.ok(&["import", "actions", &t.file("b.csv", event("", "")), "-n", "--format", "jsonl"]);
        assert!(dry.contains("\"inserted\":0") && dry.contains("\"would_insert\":1"), "{dry}");
    }

    fn text_of_postgres_and_mysql_is_decoded(t) {
        let users = "id\temail\tname\torigin\nu1\tu1@example.com\tTab\\there \\\\N\t\\N\nu2\tu2@example.com\t\\\\N\tapp\n";
        let file = t.file("u.tsv", users);
        let run = t.run(&["import", "users", &file, "--dialect", "postgres-text"]);
        // A tab is not allowed in a name, and refused as what it is: the escapes are decoded.
        assert!(run.status == 3 && run.stderr.contains("line 2: rejected: name \"Tab\\there \\N\": control character U+0009"), "{run}");
        t.ok(&["import", "users", &t.file("u.tsv", users.replace("Tab\\there", "Ann")), "--dialect", "postgres-text"]);
        assert_eq!(t.value("name || '|' || origin", "FROM \"user\" WHERE id = 'u1'"), "Ann \\N|rollbook");
        assert_eq!(t.value("name", "FROM \"user\" WHERE id = 'u2'"), "\\N");
        t.ok(&["import", "users", &t.file("m.tsv", "id\temail\tname\torigin\nm1\tm1@example.com\tA\\\\B\tNULL\n"), "--dialect", "mysql"]);
        assert_eq!(t.value("name || '|' || origin", "FROM \"user\" WHERE id = 'm1'"), "A\\B|rollbook");
        t.ok(&["import", "users", &t.file("e.csv", "id;email;name\ne1;e1@example.com;\"A;B\"\n"), "--dialect", "excel-semicolon"]);
        assert_eq!(t.value("name", "FROM \"user\" WHERE id = 'e1'"), "A;B");
    }

    fn rejected_rows_are_written_byte_for_byte_with_their_options(t) {
        people(t);
        let header = "_id;who;action_type;target_type;target_id;when;_note";
        let bad = "\"evt;1\";ghost;enrolled;course;\"c \"\"1\"\"\";31.12.2025 14:05;x";
        let file = t.file("a.csv", format!("{header}\n{bad}\nevt2;ann;enrolled;course;c2;31.12.2025 14:05;\n"));
        let rejects = t.path("rejects.csv");
        let args = ["import", "actions", &file, "--delimiter", ";", "--map", "_id=source_event_id", "--map", "who=user_id", "--map", "when=occurred_at",
            "--time-format", "%d.%m.%Y %H:%M", "--assume-tz", "Europe/Berlin", "--source-system", "app", "--on-error", "skip"];
        let run = t.run(&[&args[..], &["--rejects", rejects.to_str().unwrap()]].concat());
        assert_eq!(run.status, 3, "{run}");
        let text = std::fs::read_to_string(&rejects).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], format!("_line;_verdict;_field;_reason;{header}"));
        assert!(lines[2].ends_with(&format!(";{bad}")) && lines.len() == 3, "{text}");
        // The file brings its options along, and is corrected and imported without any.
        std::fs::write(&rejects, text.replace("ghost", "ben")).unwrap();
        let again = t.path("again.csv");
        let run = t.run(&["import", "actions", rejects.to_str().unwrap(), "--rejects", again.to_str().unwrap()]);
        assert!(run.status == 0 && run.stderr.contains("using the options on the first line: rollbook import options: {"), "{run}");
        assert_eq!(t.value("source_event_id", "FROM user_action WHERE user_id = 'ben'"), "evt;1");
        // Rejected once more, the columns that say why do not pile up.
        std::fs::write(&rejects, &text).unwrap();
        t.run(&["import", "actions", rejects.to_str().unwrap(), "--rejects", again.to_str().unwrap(), "--overwrite"]);
        let again = std::fs::read_to_string(&again).unwrap();
        assert_eq!(again.lines().nth(1), Some(lines[1]), "{again}");
        assert!(again.lines().nth(2).unwrap().ends_with(&format!(";{bad}")) && again.matches("rejected;").count() == 1, "{again}");
        // Other options are not mixed in.
        t.fails(2, &["import", "actions", rejects.to_str().unwrap(), "--delimiter", "tab"]);
        t.fails(1, &["import", "actions", rejects.to_str().unwrap(), "--no-embedded-options"]);
        std::fs::write(&rejects, text.replacen("{\"\"dialect", "{\"\"evil\"\":1,\"\"dialect", 1)).unwrap();
        assert!(t.fails(1, &["import", "actions", rejects.to_str().unwrap()]).contains("line 1: invalid import options"));
    }

    fn directory_is_read_as_a_whole_and_other_files_are_named(t) {
        let at = |name: &str, text: &str| drop(t.file(&format!("dir/{name}"), text));
        at("users.csv", "id,email,name\nann,ann@example.com,Ann\n");
        at("users-2.csv", "id,email,name\nben,ben@example.com,Ben\n");
        at("actions-2026-03.csv", &event("", ""));
        at("actions-2026-04.csv", &event("", "").replace("c1", "c2"));
        at("actions-rejects.csv", "nonsense");
        at("users.csv.bak", "nonsense");
        at("README.txt", "nonsense");
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut gz, event("", "").replace("c1", "c3").as_bytes()).unwrap();
        std::fs::write(t.path("dir/actions.csv.gz"), gz.finish().unwrap()).unwrap();
        let dir = t.path("dir");
        let run = t.run(&["import", "all", dir.to_str().unwrap(), "--map", "users:name=name", "--set", "origin=school"]);
        assert_eq!(run.status, 0, "{run}");
        assert!(run.stderr.contains("README.txt, actions-rejects.csv, users.csv.bak\n"), "{run}");
        assert_eq!((t.count("user_action"), t.count("\"user\" WHERE origin = 'school'")), (3, 2));
        let stderr = t.fails(2, &["import", "all", dir.to_str().unwrap(), "--map", "nmae=name"]);
        assert!(stderr.contains("--map nmae=name: no file has the column"), "{stderr}");
        t.fails(1, &["import", "all", dir.to_str().unwrap(), "--map", "users:nmae=name"]);
    }

    fn limits_are_reported(t) {
        people(t);
        let columns: Vec<String> = (0..300_000).map(|n| format!("_{n}")).collect();
        let stderr = t.fails(1, &["import", "actions", &t.file("wide.csv", format!("{HEADER},{}\n", columns.join(",")))]);
        assert!(stderr.contains("300005 columns found"), "{stderr}");
        let deep = format!("metadata.{}", "a.".repeat(8000) + "a");
        let stderr = t.fails(1, &["import", "actions", &t.file("deep.csv", event(&format!(",{deep}"), ",1"))]);
        assert!(stderr.contains("nested too deep"), "{stderr}");
        t.fails(2, &["actions", "record", "ann", "enrolled", "course:c", "--metadata", &format!("{}=1", "a.".repeat(8000) + "a")]);
        let run = t.pipe(&["import", "actions", "-", "--max-bytes", "50"], event("", ""));
        assert!(run.status == 1 && run.stderr.contains("the input is longer than 50 bytes"), "{run}");
    }

    fn update_to_alumni_closes_the_open_record(t) {
        people(t);
        let row = |stage: &str, notes: &str| format!("user_id,cohort_id,stage,selected_at,became_champion_at,notes\nann,c1,{stage},2026-03-15T08:14:00Z,2026-03-16T08:14:00Z,{notes}\n");
        assert_eq!(import(t, &["champions", &t.file("c.csv", row("champion", "n"))]), (0, [1, 0, 0, 0, 0]));
        assert_eq!(import(t, &["champions", &t.file("c.csv", row("alumni", "n")), "--update"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!(import(t, &["champions", &t.file("c.csv", row("alumni", "m")), "--update"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!(import(t, &["champions", &t.file("c.csv", row("alumni", "o"))]), (4, [0, 0, 0, 1, 0]));
        assert_eq!(t.count("champion"), 1);
        let twice = "user_id,stage,cohort_id,notes\nben,candidate,c1,a\nben,candidate,c1,b\n";
        for update in [&[][..], &["--update"]] {
            assert_eq!(import(t, &[&["champions", &t.file("t.csv", twice), "-n"], update].concat()), (4, [1, 0, 0, 1, 0]));
        }
    }

    fn implausible_options_are_refused(t) {
        people(t);
        for format in ["%m/%d/%Y %I:%M", "%d.%m.%Y %H", "%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M Z"] {
            t.fails(2, &["import", "actions", "x.csv", "--time-format", format]);
        }
        for column in ["metadata.g:int", "metadata.g:bool", "metadata.a.", "metadata..a"] {
            let stderr = t.fails(1, &["import", "actions", &t.file("a.csv", event(&format!(",{column}"), ",1"))]);
            assert!(stderr.contains("column "), "{stderr}");
        }
        let reasons = format!("_line,{HEADER}\nL1,ann,enrolled,course,c,2026-01-01T00:00:00Z\n");
        t.fails(2, &["import", "actions", &t.file("r.csv", reasons), "--map", "_line=source_event_id", "--source-system", "app", "--rejects", "x.csv"]);
    }

    fn decimal_comma_is_the_only_decimal_point(t) {
        people(t);
        t.ok(&["import", "actions", &t.file("a.csv", event(",metadata.n,metadata.m", ",1.234,\"12,5\"")), "--decimal", ","]);
        let metadata = t.ok(&["actions", "list", "--columns", "metadata", "--format", "jsonl"]);
        assert_eq!(metadata, "{\"metadata\":{\"m\":12.5,\"n\":\"1.234\"}}\n");
    }

    fn text_in_a_wrong_encoding_is_reported(t) {
        let file = t.file("u.csv", "email,name\nj@example.com,José Ñáñez\n");
        let refused = t.fails(1, &["import", "users", &file, "--encoding", "windows-1252"]);
        assert!(refused.contains("u.csv is UTF-8, not windows-1252") && refused.contains("omit --encoding"), "{refused}");
        let run = t.run(&["import", "users", &file, "--encoding", "windows-1252", "-n", "--sniff", "off"]);
        assert!(run.status == 0 && run.stderr.contains("looks like UTF-8 read as another encoding"), "{run}");
        let run = t.run(&["import", "users", &t.file("v.csv", "email,name\nv@example.com,J\u{fffd}se\n")]);
        assert!(run.stderr.contains("looks like UTF-8 read as another encoding"), "{run}");
        assert!(!t.run(&["import", "users", &file]).stderr.contains("note:"));
    }

    fn file_that_changes_during_a_part_wise_import_is_reported(t) {
        people(t);
        let file = t.file("a.csv", event("", ""));
        let mut held = t.hold(match t.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN; LOCK TABLE user_action IN ACCESS EXCLUSIVE MODE",
        });
        let import = t.start(&["import", "actions", &file, "--commit-every", "1"]);
        match t.engine {
            Engine::Sqlite => std::thread::sleep(std::time::Duration::from_millis(500)),
            Engine::Postgres => t.until_waiting(1),
        }
        std::fs::write(&file, event("", "") + "ann,enrolled,course,c2,2026-01-01T00:00:00Z\n").unwrap();
        held("ROLLBACK");
        let run = crate::sandbox::Run::of(import.wait_with_output().unwrap());
        assert!(run.status == 1 && run.stderr.contains("was replaced or changed while it was imported"), "{run}");
    }
}

#[test]
fn many_files_are_opened_one_at_a_time() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    people(t);
    let files: Vec<String> =
        (0..300).map(|n| t.file(&format!("f{n}.csv"), event("", "").replace("c1", &format!("c{n}")))).collect();
    let program = assert_cmd::cargo::cargo_bin!("rollbook");
    let script = format!("ulimit -n 64; exec {} import actions \"$@\"", program.display());
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", &script, "sh"])
        .args(&files)
        .env_clear()
        .env("HOME", t.path(""))
        .env("ROLLBOOK_DATABASE_URL", &t.url);
    let run = crate::sandbox::Run::of(shell.output().unwrap());
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(t.count("user_action"), 300);
}

#[test]
fn file_that_changes_during_the_import_rolls_it_back() {
    for change in ["replace", "append", "remove"] {
        let t = &Sandbox::migrated(Engine::Postgres);
        people(t);
        let file = t.file("a.csv", event("", ""));
        let mut held = t.hold("BEGIN; LOCK TABLE user_action IN ACCESS EXCLUSIVE MODE");
        let import = t.start(&["import", "actions", &file]);
        t.until_waiting(1);
        match change {
            "replace" => {
                std::fs::write(t.path("b.csv"), event("", "").replace("c1", "c9")).unwrap();
                std::fs::rename(t.path("b.csv"), &file).unwrap();
            }
            "append" => {
                let mut appended = std::fs::OpenOptions::new().append(true).open(&file).unwrap();
                std::io::Write::write_all(&mut appended, b"ann,enrolled,course,c2,2026-01-01T00:00:00Z\n").unwrap();
            }
            _ => std::fs::remove_file(&file).unwrap(),
        }
        held("ROLLBACK");
        let run = crate::sandbox::Run::of(import.wait_with_output().unwrap());
        assert!(
            run.status == 1 && (run.stderr.contains("while it was imported") || run.stderr.contains("cannot open")),
            "{change} {run}"
        );
        assert_eq!(t.count("user_action"), 0, "{change}");
    }
}

on_both_engines! {
    fn what_is_nearly_one_column_encoding_or_id_is_not_taken_for_another(t) {
        t.user("u1", "student");
        // Columns that differ only in case.
        let users = t.file("case.csv", "name,Name,email\nA,B,a@example.com\n");
        assert!(t.fails(1, &["import", "users", &users]).contains("duplicate column name"));
        for (option, value) in [("--map", "Name=origin"), ("--drop", "NAME")] {
            let refused = t.fails(1, &["import", "users", &users, option, value]);
            assert!(refused.contains("more than one column is named name, in whatever case"), "{refused}");
            assert!(refused.contains("--drop 2"), "{refused}");
        }
        t.ok(&["import", "users", &users, "--drop", "2"]);
        assert_eq!(t.value("name", "FROM \"user\" WHERE email = 'a@example.com'"), "A");
        // A file in UTF-8 that is said to be in another encoding.
        let utf8 = t.file("utf8.csv", "email,name\nb@example.com,José 日本\n");
        for encoding in ["macintosh", "cp850", "shift_jis", "windows-1252"] {
            let refused = t.fails(1, &["import", "users", &utf8, "--encoding", encoding]);
            assert!(refused.to_lowercase().contains(&format!("utf8.csv is utf-8, not {encoding}")), "{refused}");
        }
        t.ok(&["import", "users", &utf8, "--encoding", "utf-8"]);
        // One that ends with a letter of its own is not cut UTF-8; nor are the reasons for rows that were rejected its text.
        t.ok(&["import", "users", &t.file("end.csv", b"email,name\nend@example.com,Jos\xe9"), "--encoding", "windows-1252"]);
        assert_eq!(t.value("name", "FROM \"user\" WHERE email = 'end@example.com'"), "Jos\u{e9}");
        let long = format!("email,name\n{}@example.com,Ann\nbea@example.com,Bea\n", "x".repeat(400));
        let run = t.run(&["import", "users", &t.file("long.csv", long), "--encoding", "windows-1252", "--on-error", "skip", "--rejects", "rejects.csv"]);
        assert_eq!(run.status, 3, "{run}");
        let again = t.run(&["import", "users", "rejects.csv"]);
        assert!(again.status == 3 && !again.stderr.contains("is UTF-8"), "{again}");
        // Keys that nobody can tell apart.
        let header = "user_id,action_type,target_type,target_id,source_system,source_event_id,occurred_at";
        let event = |id: &str| format!("{header}\nu1,enrolled,course,c,app,{id},2026-03-01T00:00:00Z\n");
        for stray in ["e\u{200b}2", "e2\u{200b}", "e\u{202e}2", "\u{2060}e2"] {
            let refused = t.fails(3, &["import", "actions", &t.file("stray.csv", event(stray))]);
            assert!(refused.contains("source_event_id") && refused.contains("invisible character U+"), "{stray:?}: {refused}");
        }
        // Marks on letters, and what joins them, are parts of words.
        for word in ["e\u{301}tude", "می\u{200c}خواهم"] {
            t.ok(&["import", "actions", &t.file("word.csv", event(word))]);
        }
        // Addresses with something beside them.
        for email in ["maya@example.com/", "maya@example.com!", "maya@example.com`", "maya@example.com’", "maya@example.com…", "maya@-example.com", "maya@example-.com"] {
            let refused = t.fails(3, &["import", "users", &t.file("e.csv", format!("email,name\n{email},M\n"))]);
            assert!(refused.contains("email"), "{email}: {refused}");
        }
        t.ok(&["import", "users", &t.file("idn.csv", "email,name\nx@bücher.example,X\n")]);
        // Separators are no roles.
        t.ok(&["users", "roles", "add", "u1", "teacher"]);
        for cell in ["\",\"", ";", "|", "\"[,]\""] {
            t.fails(3, &["import", "users", &t.file("r.csv", format!("id,roles\nu1,{cell}\n")), "--update"]);
        }
        assert_eq!(t.roles("u1"), "student,teacher");
    }

    fn nobody_becomes_live_by_a_status_that_a_preset_does_not_know(t) {
        for (preset, header, row, status) in [
            ("moodle-users", "username,email,firstname,lastname,suspended", "m1,m1@example.com,A,B", ["0", "1", "ja"]),
            ("canvas-users", "user_id,login_id,email,full_name,status", "c1,c1,c1@example.com,A B", ["active", "deleted", "inactive"]),
            ("google-workspace-users", "Email Address [Required],First Name [Required],Last Name [Required],Status [READ ONLY]", "g1@example.com,A,B", ["Active", "Suspended", "Gesperrt"]),
        ] {
            let import = |value: &str| t.run(&["import", "users", &t.file("p.csv", format!("{header}\n{row},{value}\n")), "--preset", preset, "-n"]);
            let [live, gone, unknown] = status.map(import);
            assert_eq!((live.status, gone.status, unknown.status), (0, 0, 3), "{preset}: {live}{gone}{unknown}");
            assert!(live.stderr.lines().any(|line| line.starts_with("users     1             1 ")), "{live}");
            assert!(unknown.stderr.contains(&format!("\"{}\": the preset does not know whether this is a deactivated person", status[2])), "{unknown}");
        }
    }
}
