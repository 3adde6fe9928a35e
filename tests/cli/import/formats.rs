use std::io::Write as _;

use super::{HEADER, import, people};
use crate::on_both_engines;
use crate::sandbox::Sandbox;

const ROW: &str = "ann,enrolled,course,Köln,2026-01-01T00:00:00Z\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// Imports a file of one action with the options, and returns the fields of the action.
fn only(t: &Sandbox, bytes: impl AsRef<[u8]>, options: &[&str]) -> String {
    let file = t.file("a.csv", bytes);
    assert_eq!(import(t, &[&["actions", &file], options].concat()), (0, [1, 0, 0, 0, 0]), "{options:?}");
    let fields = "user_id || ' ' || action_type || ' ' || target_id || ' ' || coalesce(source_system, '-')";
    let found = t.value(fields, "FROM user_action ORDER BY position DESC LIMIT 1");
    // Importing the file again is a replay.
    assert_eq!(import(t, &[&["actions", &file], options].concat()), (0, [0, 0, 1, 0, 0]));
    found
}

on_both_engines! {
    fn a_file_may_be_compressed_and_have_several_gzip_members(t) {
        people(t);
        let text = format!("{HEADER}\n{ROW}");
        let pieces = [gzip(&format!("{HEADER}\n")), gzip(ROW)].concat();
        assert_eq!(only(t, pieces, &[]), "ann enrolled Köln -");
        for packed in [gzip(&text), zstd::encode_all(text.as_bytes(), 0).unwrap(), format!("\u{feff}{text}").into_bytes()] {
            assert_eq!(import(t, &["actions", &t.file("b.csv", packed)]), (0, [0, 0, 1, 0, 0]));
        }
        let bomb = zstd::encode_all(&vec![b'x'; 80 << 20][..], 1).unwrap();
        let stderr = t.fails(1, &["import", "actions", &t.file("bomb.csv", bomb)]);
        assert!(stderr.contains("bomb.csv: ") && (stderr.contains("decompresses to more than") || stderr.contains("longer than 4 MiB")), "{stderr}");
        let cut = gzip(&text);
        let stderr = t.fails(1, &["import", "actions", &t.file("cut.csv", &cut[..cut.len() - 5])]);
        assert!(stderr.contains("cut.csv: the gzip data is damaged or incomplete"), "{stderr}");
    }

    fn encodings_other_than_utf_8_must_be_given(t) {
        people(t);
        let text = format!("{HEADER}\n{ROW}");
        let stderr = t.fails(3, &["import", "actions", &t.file("l.csv", latin1(&text))]);
        assert!(stderr.contains("target_id \"K\u{fffd}ln\": is not UTF-8") && stderr.contains("--encoding windows-1252"), "{stderr}");
        assert_eq!(only(t, latin1(&text), &["--encoding", "latin1"]), "ann enrolled Köln -");
        assert_eq!(import(t, &["actions", &t.file("cut.csv", latin1(text.trim_end())), "--encoding", "latin1"]), (0, [0, 0, 1, 0, 0]));
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(import(t, &["actions", &t.file("u.csv", utf16), "--encoding", "utf-16le"]), (0, [0, 0, 1, 0, 0]));
        let rejects = t.path("rejects.csv");
        let bad = latin1(&text.replace("enrolled", "enroled"));
        let run = t.run(&["import", "actions", &t.file("bad.csv", bad), "--encoding", "latin1", "--rejects", rejects.to_str().unwrap()]);
        assert_eq!(run.status, 3, "{run}");
        let mended = std::fs::read_to_string(&rejects).unwrap().replace(",enroled,", ",unenrolled,");
        assert_eq!(only(t, mended, &["--encoding", "latin1"]), "ann unenrolled Köln -");
    }

    fn delimiter_quote_map_and_set_apply_to_the_columns(t) {
        people(t);
        let file = "Who;What;Kind;Thing;When;Junk\n'ann';enrolled;course;'a;b';2026-01-01T00:00:00Z;x\n";
        let options = [
            "--delimiter", "semicolon", "--quote", "'", "--map", "who=user_id", "--map", "What=action_type",
            "--map", "kind=target_type", "--map", "thing=target_id", "--map", "when=occurred_at", "--map", "junk=_",
            "--set", "source_system=app",
        ];
        assert_eq!(only(t, file, &options), "ann enrolled a;b app");
        let tabs = format!("{HEADER}\n{ROW}").replace(',', "\t").replace("Köln", "5\" disk");
        assert_eq!(only(t, tabs, &["--delimiter", "tab", "--quote", "none"]), "ann enrolled 5\" disk -");
        let refused = |options: &[&str]| {
            let file = t.file("c.csv", format!("{HEADER}\n{ROW}"));
            t.fails(1, &[&["import", "actions", &file], options].concat())
        };
        assert!(refused(&["--map", "nothing=user_id"]).contains("--map nothing=user_id: unknown column nothing"));
        assert!(refused(&["--set", "user_id=ben"]).contains("--set user_id: the file has this column too"));
        assert!(refused(&["--set", "colour=red"]).contains("--set colour: unknown column"));
        assert!(refused(&["--map", "user_id=target_id"]).contains("duplicate column target_id"));
        assert!(refused(&["--delimiter", "tab"]).contains("--delimiter comma"));
    }

    fn a_time_without_an_offset_requires_a_time_zone(t) {
        people(t);
        let file = t.file("a.csv", format!("{HEADER}\nann,enrolled,course,c1,2026-07-01 12:00:00\n"));
        assert_eq!(import(t, &["actions", &file]), (3, [0, 0, 0, 0, 1]));
        assert_eq!(import(t, &["actions", &file, "--assume-tz", "Europe/Berlin"]), (0, [1, 0, 0, 0, 0]));
        assert!(t.ok(&["actions", "list", "--format", "jsonl"]).contains("2026-07-01T10:00:00Z"));
        let file = t.file("b.csv", format!("{HEADER}\nann,enrolled,course,c1,2026-10-25 02:30:00\n"));
        let stderr = t.fails(3, &["import", "actions", &file, "--assume-tz", "Europe/Berlin"]);
        assert!(stderr.contains("ambiguous in Europe/Berlin"), "{stderr}");
        t.fails(2, &["import", "actions", &file, "--assume-tz", "Mars/Olympus"]);
    }

    fn several_files_are_imported_in_one_transaction(t) {
        people(t);
        let header = format!("{HEADER},source_system,source_event_id\n");
        let one = t.file("one.csv", header.clone() + "ann,enrolled,course,c1,2026-01-01T00:00:00Z,app,e1\n");
        let two = t.file("two.csv", header.clone() + "ann,enrolled,course,c2,2026-01-01T00:00:00Z,app,e1\n");
        let run = t.run(&["import", "actions", &one, &two]);
        assert!(run.status == 4 && run.stderr.contains("two.csv line 2: conflict: ") && run.stderr.contains("one.csv line 2 has the same event"), "{run}");
        assert_eq!(t.count("user_action"), 0);
        let three = t.file("three.csv", header + "ann,enrolled,course,c2,2026-01-01T00:00:00Z,app,e2\n");
        assert_eq!(import(t, &["actions", &one, &three, &one]), (0, [2, 0, 1, 0, 0]));
    }
}
