//! What looks like a file that is read, and is another: no row, no zero and no type is lost in silence.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::json;

use crate::on_both_engines;
use crate::sandbox::Sandbox;

const HEADER: &str = "user_id,action_type,target_type,target_id,source_system,source_event_id,occurred_at";

fn row(n: usize) -> String {
    format!("u{},viewed_module,module,m{n},app,e{n},2026-03-15T08:{n:02}:00Z", n % 2 + 1)
}

fn people(t: &Sandbox) {
    t.user("u1", "student");
    t.user("u2", "student");
}

/// The metadata of all actions, as JSON.
fn metadata(t: &Sandbox) -> Vec<serde_json::Value> {
    let texts = t.values("CAST(metadata AS text)", "FROM user_action ORDER BY position");
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

on_both_engines! {
    fn rows_before_the_header_are_not_passed_over(t) {
        people(t);
        let mut sorted: Vec<String> = (1..9).map(row).chain([HEADER.to_owned()]).collect();
        sorted.sort();
        let appended = [&(1..4).map(row).collect::<Vec<_>>()[..], &[HEADER.to_owned()], &(4..9).map(row).collect::<Vec<_>>()[..]].concat();
        for (lines, header) in [(sorted, 9), (appended, 4)] {
            let file = t.file("a.csv", lines.join("\n") + "\n");
            let stderr = t.fails(1, &["import", "actions", &file]);
            assert!(stderr.contains(&format!("line 1 has as many fields as the header on line {header}")), "{stderr}");
            assert_eq!(t.count("user_action"), 0);
        }
        // A title may have the delimiters of empty fields.
        let titled = format!("Events of May,,,,,,\n,,,,,,\n{HEADER}\n{}\n{}\n", row(1), row(2));
        t.ok(&["import", "actions", &t.file("t.csv", titled)]);
        assert_eq!(t.count("user_action"), 2);
    }

    fn a_column_that_is_dropped_by_its_number_is_dropped_by_its_name_afterwards(t) {
        people(t);
        let header = "user_id,action_type,target_type,metadata.score,target_id,occurred_at,metadata.x,metadata.secret";
        let rows = "u1,viewed_module,module,11,m1,2026-03-15T08:00:00Z,x1,s1\nnobody,viewed_module,module,22,m2,2026-03-15T09:00:00Z,x2,s2\n";
        let rejects = t.path("r.csv").display().to_string();
        let file = t.file("a.csv", format!("{header}\n{rows}"));
        let import = ["import", "actions", &file, "--drop", "8", "--on-error", "skip", "--rejects", &rejects, "--save-preset", "p.toml"];
        assert_eq!(t.run(&import).status, 3);
        std::fs::write(&rejects, std::fs::read_to_string(&rejects).unwrap().replace("nobody,", "u2,")).unwrap();
        t.ok(&["import", "actions", &rejects]);
        assert_eq!(metadata(t), [json!({"score": 11, "x": "x1"}), json!({"score": 22, "x": "x2"})]);
        // The preset drops the column of that name, wherever it is.
        let turned = "metadata.secret,user_id,action_type,target_type,target_id,occurred_at,metadata.x,metadata.score\ns3,u1,viewed_module,module,m3,2026-03-15T10:00:00Z,x3,33\n";
        t.ok(&["import", "actions", &t.file("b.csv", turned), "--preset", "p.toml"]);
        assert_eq!(metadata(t)[2], json!({"score": 33, "x": "x3"}));
        // A column without a name stays a number: in the rejects, that of the same column.
        let unnamed = "user_id,action_type,target_type,target_id,occurred_at,\nnobody,viewed_module,module,m4,2026-03-15T11:00:00Z,s4\n";
        let rejects = t.path("q.csv").display().to_string();
        t.run(&["import", "actions", &t.file("c.csv", unnamed), "--drop", "6", "--on-error", "skip", "--rejects", &rejects]);
        std::fs::write(&rejects, std::fs::read_to_string(&rejects).unwrap().replace("nobody,", "u2,")).unwrap();
        t.ok(&["import", "actions", &rejects]);
        assert_eq!(metadata(t)[3], json!({}));
    }

    fn members_of_json_are_read_as_columns_are(t) {
        people(t);
        let event = |more: &str| format!("{{\"user_id\":\"u1\",\"action_type\":\"viewed_module\",\"target_type\":\"module\",\"occurred_at\":\"2026-03-15T08:00:00Z\",{more}}}\n");
        let file = |name: &str, more: &str| t.file(name, event(more));
        for (more, field) in [
            ("\"target_id\":[\"m5\",\"m6\"]", "target_id: is a list"),
            ("\"target_id\":\"m\",\"source_event_id\":[\"e1\",\"e2\"]", "source_event_id: is a list"),
            ("\"target_id\":\"m\",\"metadata.a:strin\":3", "unknown type strin"),
        ] {
            let stderr = t.fails(3, &["import", "actions", &file("bad.jsonl", more)]);
            assert!(stderr.contains(field), "{stderr}");
        }
        // A constant is stored, or refused where the record has the member, as a column of a CSV file is.
        let constants = ["--set", "metadata.batch=7", "--set", "source_system=app"];
        let import = |name: &str, more: &str, options: &[&str]| {
            t.run(&[&["import", "actions", &file(name, more)], options].concat())
        };
        let run = import("set.jsonl", "\"target_id\":\"s\",\"source_system\":null", &constants);
        assert_eq!(run.status, 0, "{run}");
        assert_eq!((metadata(t), t.value("source_system", "FROM user_action")), (vec![json!({"batch": 7})], "app".to_owned()));
        for more in ["\"target_id\":\"s\",\"source_system\":\"stripe\"", "\"target_id\":\"s\",\"metadata.batch\":8"] {
            let run = import("both.jsonl", more, &constants);
            assert!(run.status == 3 && run.stderr.contains("is in the record and in --set"), "{run}");
        }
        // With a preset that ignores all other members, too.
        let track = r#"{"type":"track","messageId":"m1","userId":"u1","event":"Course Enrolled","timestamp":"2026-05-01T00:00:00Z","properties":{"course_id":"c1"}}"#;
        let segment = |name: &str, set: &str| {
            let file = t.file(name, format!("{}\n", track.replace("m1", name)));
            t.run(&["import", "actions", &file, "--from", "segment", "--set", set])
        };
        let run = segment("enrollment", "enrollment_id=e9");
        assert_eq!((run.status, t.value("enrollment_id", "FROM user_action WHERE target_id = 'c1'")), (0, "e9".to_owned()), "{run}");
        let run = segment("batch", "metadata.batch=7");
        assert_eq!((run.status, metadata(t)[2].clone()), (0, json!({"course_id": "c1", "batch": 7})), "{run}");
        let run = segment("twice", "metadata.course_id=x");
        assert!(run.status == 3 && run.stderr.contains("given twice"), "{run}");
        // The key of a member of the metadata keeps its letters; the name in --map has any.
        let run = import("keys.jsonl", "\"target_id\":\"k\",\"metadata.Score\":5,\"Punkte\":6", &["--map", "Punkte=metadata.Punkte"]);
        assert_eq!(run.status, 0, "{run}");
        assert_eq!(metadata(t)[3], json!({"Score": 5, "Punkte": 6}));
        let run = import("drop.jsonl", "\"target_id\":\"d\",\"Kurs\":6", &["--drop", "Kurs"]);
        assert_eq!(run.status, 0, "{run}");
    }

    fn a_file_that_is_read_another_way_is_not_known_already(t) {
        people(t);
        let rows = "user_id;action_type;target_type;target_id;occurred_at;metadata.score\nu1;viewed_module;module;m1;2026-03-15T08:00:00Z;1,25\n";
        let import = ["import", "actions", &t.file("s.csv", rows), "--delimiter", "semicolon"];
        t.ok(&import);
        assert_eq!(metadata(t), [json!({"score": 1.25})]);
        let run = t.run(&[&import[..], &["--sniff", "off"]].concat());
        assert!(!run.stderr.contains("already imported"), "{run}");
        assert!(t.run(&import).stderr.contains("already imported"));
    }

    fn events_of_a_rolled_back_import_were_not_parked(t) {
        people(t);
        let event = "nobody,viewed_module,module,m,app,e,2026-03-15T08:00:00Z";
        let file = t.file("p.csv", format!("{HEADER}\n{event}\n"));
        let run = t.run(&["import", "actions", &file, "--unknown-users", "park", "-n", "--format", "json"]);
        assert!(run.stderr.contains("1 event of unknown users would be parked") && run.stdout.contains("\"would_park\":1"), "{run}");
        assert!(run.stdout.contains("\"parked\":0"), "{run}");
        let bad = t.file("q.csv", format!("{HEADER}\n{event}\nu1,viewed_modul,module,m,app,f,2026-03-15T08:00:00Z\n"));
        let run = t.run(&["import", "actions", &bad, "--unknown-users", "park"]);
        assert!(run.stderr.contains("would be parked") && run.stderr.contains("would_park"), "{run}");
        assert_eq!(t.count("import_parked"), 0);
    }

    fn rejects_keep_their_options_whoever_saves_them(t) {
        people(t);
        let rows = "user_id,action_type,target_type,target_id,occurred_at\nu1,viewed_module,module,m1,2026-03-15T08:00:00Z\nu1,viewed_modul,module,m2,2026-03-15T09:00:00Z\n";
        let rejects = t.path("r.csv").display().to_string();
        let run = t.run(&["import", "actions", &t.file("d.csv", rows), "--source-system", "app", "--trim", "--on-error", "skip", "--rejects", &rejects]);
        assert_eq!(run.status, 3, "{run}");
        let text = std::fs::read_to_string(&rejects).unwrap().replace("viewed_modul,", "viewed_module,");
        let (whole, rest) = text.split_once('\n').unwrap();
        let options = whole.trim_matches('"').replace("\"\"", "\"");
        // As programs save them: fields between commas, those with quotes in quotes; or with the delimiters of empty fields.
        let fields: Vec<String> = options.split(',').map(|field| if field.contains('"') { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }).collect();
        for (n, line) in [fields.join(","), format!("{whole},,,"), options.clone()].into_iter().enumerate() {
            let run = t.run(&["import", "actions", &t.file(&format!("s{n}.csv"), format!("{line}\n{rest}")), "-n"]);
            assert!(run.status == 0 && run.stderr.contains("using the options on the first line"), "{run}");
        }
        // Without them, the rows would be others.
        let lost = t.file("lost.csv", rest);
        assert!(t.fails(1, &["import", "actions", &lost]).contains("the options are missing"));
        // In UTF-16, as "Unicode text" is saved, the first line is not looked for.
        let unicode: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert!(t.fails(1, &["import", "actions", &t.file("unicode.csv", unicode)]).contains("the options are missing"));
        let broken = t.file("broken.csv", format!("{}\n{rest}", &options[..60]));
        assert!(t.fails(1, &["import", "actions", &broken]).contains("invalid import options"));
        t.ok(&["import", "actions", &lost, "--no-embedded-options", "--source-system", "app"]);
        let corrected = rows.replace("viewed_modul,", "viewed_module,");
        t.ok(&["import", "actions", &t.file("d2.csv", corrected), "--source-system", "app"]);
        assert_eq!(t.count("user_action"), 2);
    }

    fn rejected_objects_come_back_whatever_the_name_of_their_file(t) {
        people(t);
        let object = |n: usize, action: &str| json!({"user_id": "u1", "action_type": action, "target_type": "module", "target_id": format!("m{n}"), "source_system": "app", "source_event_id": format!("e{n}"), "occurred_at": "2026-03-15T08:14:00Z"}).to_string();
        let rejects = t.path("r.csv").display().to_string();
        let file = t.file("a.jsonl", format!("{}\n{}\n", object(1, "viewed_module"), object(2, "viewed")));
        assert_eq!(t.run(&["import", "actions", &file, "--on-error", "skip", "--rejects", &rejects]).status, 3);
        let corrected = std::fs::read_to_string(&rejects).unwrap().replace("\"viewed\"", "\"viewed_module\"");
        t.ok(&["import", "actions", &t.file("fixed.csv", &corrected)]);
        let (_, lost) = corrected.split_once('\n').unwrap();
        assert!(t.fails(1, &["import", "actions", &t.file("lost.jsonl", lost)]).contains("the options are missing"));
        t.ok(&["import", "actions", &t.file("lost.jsonl", lost), "--no-embedded-options"]);
        assert_eq!(t.values("source_event_id", "FROM user_action ORDER BY position"), ["e1", "e2"]);
    }

    fn members_of_members_are_mapped_without_a_preset(t) {
        people(t);
        let event = json!({"user_id": "u1", "action_type": "viewed_module", "target_type": "module", "source_system": "app", "occurred_at": "2026-03-15T08:14:00Z", "P": {"Eid": "e1", "target": {"id": "m1"}, "zip": "00123"}});
        let file = t.file("a.jsonl", event.to_string() + "\n");
        t.ok(&["import", "actions", &file, "--map", "p.eid=source_event_id", "--map", "p.target.id=target_id", "--map", "p.zip=metadata.zip"]);
        assert_eq!(t.values("source_event_id || ' ' || target_id", "FROM user_action"), ["e1 m1"]);
        assert_eq!(metadata(t), [json!({"zip": "00123"})]);
        let run = t.run(&["import", "actions", &file, "--map", "p.eid=source_event_id", "--map", "p.target.id=target_id", "--map", "p.no=enrollment_id"]);
        assert!(run.stderr.contains("no record has p.no"), "{run}");
    }

    fn values_of_json_keep_their_types(t) {
        people(t);
        let event = |rest: serde_json::Value| {
            let mut event = json!({"user_id": "u1", "action_type": "viewed_module", "target_type": "module", "target_id": "m1", "occurred_at": "2026-03-15T08:14:00Z"});
            event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            event.to_string() + "\n"
        };
        let typed = json!({"metadata.zip": "12345", "metadata.ver": "1.10", "metadata.ok": "true", "metadata.yes": true, "metadata.n": 1.5, "metadata.o": {"x": [1, "2"]}});
        t.ok(&["import", "actions", &t.file("a.jsonl", event(typed))]);
        assert_eq!(metadata(t), [json!({"zip": "12345", "ver": "1.10", "ok": "true", "yes": true, "n": 1.5, "o": {"x": [1, "2"]}})]);
        for (wrong, problem) in [(json!({"target_id": {"a": 1}}), "target_id: is an object"), (json!({"target_id": true}), "target_id: is true or false")] {
            let run = t.run(&["import", "actions", &t.file("b.jsonl", event(wrong))]);
            assert!(run.status == 3 && run.stderr.contains(problem), "{run}");
        }
        let user = "{\"email\":\"c@example.com\",\"name\":{\"first\":\"A\"}}\n";
        assert_eq!(t.run(&["import", "users", &t.file("u.jsonl", user)]).status, 3);
        assert_eq!((t.count("user_action"), t.count("\"user\"")), (1, 2));
    }

    fn module_of_a_segment_event_is_not_its_course(t) {
        people(t);
        let event = |n: usize, name: &str, properties: serde_json::Value| json!({"type": "track", "messageId": format!("s{n}"), "userId": "u1", "event": name, "originalTimestamp": "2026-03-15T08:14:00Z", "properties": properties}).to_string() + "\n";
        let missing = event(9, "Module Viewed", json!({"course_id": "c1"}));
        assert_eq!(t.run(&["import", "actions", &t.file("m.jsonl", missing), "--from", "segment"]).status, 3);
        let text = event(1, "Module Viewed", json!({"course_id": "c1", "module_id": "m1"}))
            + &event(2, "Course Enrolled", json!({"course_id": "c1"}))
            + &event(3, "Question Answered", json!({"course_id": "c1", "module_id": "m1", "question_id": "q1"}))
            + &event(4, "Reply Posted", json!({"course_id": "c1", "thread_id": "t1", "post_id": "p1"}));
        t.ok(&["import", "actions", &t.file("s.jsonl", text), "--from", "segment"]);
        assert_eq!(t.values("target_type || ' ' || target_id", "FROM user_action ORDER BY source_event_id"), ["module m1", "course c1", "question q1", "post p1"]);
    }

    fn workbook_gives_what_a_person_sees(t) {
        for id in ["7", "00007"] {
            t.user(id, "");
        }
        let mut book = Workbook::new();
        book.add_worksheet().set_name("old").unwrap().set_hidden(true).write_string(0, 0, "nothing").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("Events").unwrap().set_active(true);
        let padded = Format::new().set_num_format("00000");
        for (n, name) in "user_id,action_type,target_type,target_id,occurred_at,enrollment_id,metadata.n".split(',').enumerate() {
            sheet.write_string(0, n.try_into().unwrap(), name).unwrap();
        }
        for (n, is_padded) in [(1, true), (2, false), (3, true)] {
            if is_padded { sheet.write_number_with_format(n, 0, 7.0, &padded).unwrap() } else { sheet.write_number(n, 0, 7.0).unwrap() };
            for (column, text) in ["viewed_module", "module", &format!("m{n}"), "2026-03-15T08:14:00Z"].iter().enumerate() {
                sheet.write_string(n, (column + 1).try_into().unwrap(), *text).unwrap();
            }
        }
        // The last cells of the other rows are not in the file.
        sheet.write_string(3, 5, "enr_1").unwrap();
        sheet.write_number(3, 6, 4.0).unwrap();
        let file = t.file("a.xlsx", book.save_to_buffer().unwrap());
        t.ok(&["import", "actions", &file]);
        assert_eq!(t.values("user_id || ' ' || target_id || ' ' || coalesce(enrollment_id, '-')", "FROM user_action ORDER BY target_id"), ["00007 m1 -", "7 m2 -", "00007 m3 enr_1"]);
        assert_eq!(metadata(t), [json!({}), json!({}), json!({"n": 4})]);
        // Of a cover, the other sheets are named.
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Cover").unwrap().write_string(0, 0, "Export of May").unwrap();
        book.add_worksheet().set_name("Data").unwrap().write_string(0, 0, "user_id").unwrap();
        let cover = t.fails(1, &["import", "actions", &t.file("c.xlsx", book.save_to_buffer().unwrap())]);
        assert!(cover.contains("hint: read as sheet Cover, and not Data: choose one with --sheet NAME"), "{cover}");
    }

    fn formula_for_a_text_is_no_id(t) {
        people(t);
        let file = format!("{HEADER}\n{}\n", row(1).replace(",m1,", ",\"=\"\"007\"\"\","));
        let run = t.run(&["import", "actions", &t.file("f.csv", file)]);
        assert!(run.status == 3 && run.stderr.contains("is a spreadsheet's formula for a text"), "{run}");
    }

    fn half_a_character_is_not_passed_over(t) {
        people(t);
        let text = format!("{HEADER}\n{}\n", row(1));
        for cut in [1, 3] {
            let mut bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            bytes.truncate(bytes.len() - cut);
            let run = t.run(&["import", "actions", &t.file("u.csv", bytes)]);
            assert!(run.status == 1 && run.stderr.contains("not valid UTF-16LE"), "{run}");
        }
        assert_eq!(t.count("user_action"), 0);
    }

    fn files_that_look_meant_are_named_even_quietly(t) {
        people(t);
        t.file("d/users.csv", "email,name\nx@example.com,X\n");
        t.file("d/users_2.csv", "email,name\ny@example.com,Y\n");
        t.file("d/README.md", "about\n");
        let run = t.run(&["import", "all", "d", "--quiet"]);
        assert!(run.status == 0 && run.stderr.contains("note: ignored in") && run.stderr.contains("users_2.csv"), "{run}");
        std::fs::remove_file(t.path("d/users_2.csv")).unwrap();
        assert_eq!(t.run(&["import", "all", "d", "--quiet"]).stderr, "");
    }

    fn a_name_is_a_backup_by_its_words_only(t) {
        people(t);
        t.file("d/actions-bakery.csv", format!("{HEADER}\n{}\n", row(1)));
        for name in ["actions-bak.csv", "actions-bak2.csv", "actions-old-backup.csv", "actions-rejects.csv", "actions-2026~.csv", "actions-2026bak.csv", "actions-20260301backup.csv"] {
            t.file(&format!("d/{name}"), format!("{HEADER}\n{}\n", row(2)));
        }
        t.ok(&["import", "all", "d"]);
        assert_eq!(t.values("target_id", "FROM user_action"), ["m1"]);
    }

    fn utf8_that_begins_late_is_not_read_as_something_else(t) {
        people(t);
        let mut rows: Vec<String> = (0..2000).map(|n| format!("u1,viewed_module,module,m{n},app,e{n},2026-03-15T08:00:00Z")).collect();
        rows.push(row(1).replace(",m1,", ",Köln,").replace(",e1,", ",e_k,"));
        let file = t.file("a.csv", format!("{HEADER}\n{}\n", rows.join("\n")));
        let refused = t.fails(1, &["import", "actions", &file, "--encoding", "windows-1252"]);
        assert!(refused.contains("a.csv is UTF-8, not windows-1252: see the first letter beyond ASCII, on line 2002"), "{refused}");
        // Nor is a part of it committed before it is seen.
        t.fails(1, &["import", "actions", &file, "--encoding", "windows-1252", "--commit-every", "1000"]);
        assert_eq!(t.count("user_action"), 0);
        t.ok(&["import", "actions", &file, "--encoding", "windows-1252", "--sniff", "off"]);
        assert_eq!(t.count("user_action"), 2001);
    }

    fn options_survive_a_program_that_writes_the_fields_anew(t) {
        people(t);
        let rows = format!("{HEADER}\n{}\n", row(1).replace("u2,", "nobody,"));
        let rejects = t.path("r.csv").display().to_string();
        let args = ["import", "actions", &t.file("a.csv", rows), "--null", "n/a", "--on-error", "skip", "--rejects", &rejects];
        assert_eq!(t.run(&args).status, 3);
        // As Python's csv module or a spreadsheet does: read all, write all.
        let text = std::fs::read_to_string(&rejects).unwrap().replace("nobody", "u2");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for record in reader.records() {
            writer.write_record(&record.unwrap()).unwrap();
        }
        let file = t.file("again.csv", writer.into_inner().unwrap());
        let run = t.run(&["import", "actions", &file]);
        assert!(run.status == 0 && run.stderr.contains("using the options on the first line"), "{run}");
        assert_eq!(t.count("user_action"), 1);
    }

    fn a_value_that_is_set_prevails_over_the_preset(t) {
        people(t);
        let event = r#"{"type":"track","messageId":"m1","userId":"u1","event":"Course Enrolled","timestamp":"2026-03-15T08:00:00Z","properties":{"course_id":"c1"}}"#;
        let file = t.file("s.jsonl", format!("{event}\n"));
        t.ok(&["import", "actions", "--from", "segment", &file, "--set", "target_id=c2"]);
        assert_eq!(t.values("target_id", "FROM user_action"), ["c2"]);
        // What the preset says of an event by its name still holds, if its action is set.
        let again = t.file("s2.jsonl", format!("{}\n", event.replace("\"m1\"", "\"m2\"")));
        t.ok(&["import", "actions", "--from", "segment", &again, "--set", "action_type=unenrolled"]);
        let found = t.values("action_type || ' ' || target_type || ' ' || target_id", "FROM user_action ORDER BY position");
        assert_eq!(found, ["enrolled course c2", "unenrolled course c1"]);
        let both = ["import", "actions", "--from", "segment", &file, "--set", "target_id=c2", "--map", "properties.course_id=target_id"];
        assert!(t.fails(2, &both).contains("--map and --set both give target_id"));
    }

    fn equal_events_of_unknown_users_are_two_without_content_keys(t) {
        let t = &t.with_whole_log();
        let rows = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned()
            + &"late,viewed_module,module,m1,2026-03-15T08:00:00Z\n".repeat(2);
        t.ok(&["import", "actions", &t.file("a.csv", rows), "--unknown-users", "park", "--no-content-key"]);
        assert_eq!(t.count("import_parked"), 2);
        t.user("late", "student");
        t.ok(&["import", "parked"]);
        assert_eq!((t.count("import_parked"), t.count("user_action")), (0, 2));
    }
}
