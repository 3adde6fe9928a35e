//! Texts that often break programs: each is stored (trimmed and normalized), or rejected with a reason.

use crate::on_both_engines;

const NASTY: &[&str] = &[
    "O'Neil; DROP TABLE \"user\";--",
    "=HYPERLINK(\"http://x\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t",
    "\u{0}",
    "null",
    "NULL",
    "nil",
    "undefined",
    "true",
    "\\",
    "\\N",
    "\\.",
    "'",
    "\"",
    "\"\"",
    "''",
    "`",
    ",",
    ";",
    "a,b",
    "a\nb",
    "a\r\nb",
    "a\tb",
    " ",
    "  a  ",
    "\u{a0}a",
    "Zoe\u{308}",
    "Zo\u{eb}",
    "ß",
    "İstanbul",
    "ıI",
    "ﬁ",
    "Å",
    "\u{202e}gnp.exe",
    "\u{200b}",
    "a\u{200b}b",
    "\u{feff}a",
    "👩‍👩‍👧‍👦",
    "🇺🇳",
    "陈美玲",
    "مايا",
    "हिन्दी",
    "T̴h̷e̶",
    "\u{1b}[31mred",
    "\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "\u{7f}",
    "${HOME}",
    "$(id)",
    "`id`",
    "%s%n",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "C:\\CON",
    "0x0",
    "1e9",
    "1/0",
    "NaN",
    "Infinity",
    "-0",
    "00123",
    "2026-01-01",
    "\u{fffd}",
    "\u{10ffff}",
    "a\u{2028}b",
    "a|b",
    "[a]",
    "# a",
    "--help",
];

on_both_engines! {
    fn a_name_is_stored_or_rejected(t) {
        let mut kept = 0;
        for (n, name) in NASTY.iter().enumerate() {
            let (id, email, option) = (format!("u{n:03}"), format!("u{n}@example.com"), format!("--name={name}"));
            if name.contains('\0') {
                continue; // No command line can have it; a file can, below.
            }
            let run = t.run(&["users", "create", "--id", &id, "--email", &email, &option]);
            if run.status == 2 {
                assert!(run.stderr.contains("control character") || run.stderr.contains("must not be empty"), "{name:?} {run}");
                continue;
            }
            assert_eq!(run.status, 0, "{name:?} {run}");
            kept += 1;
            let json: serde_json::Value = serde_json::from_str(&t.ok(&["users", "show", &id, "--format", "json"])).unwrap();
            let expected: String = unicode_normalization::UnicodeNormalization::nfc(name.trim()).collect();
            assert_eq!(json["name"], expected);
        }
        assert!(kept > 55, "{kept}");
        for format in ["table", "csv", "json", "jsonl"] {
            let shown = t.ok(&["users", "list", "--format", format, "--color", "always"]);
            assert!(!shown.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "").contains(['\u{1b}', '\u{9b}', '\u{7}']), "{format}");
        }
        let before = t.content();
        let listed = t.ok(&["users", "list", "--format", "csv"]);
        assert_eq!(t.pipe(&["import", "users", "-", "--update"], &listed).status, 0);
        assert!(t.content() == before);
    }

    fn an_email_is_stored_or_rejected(t) {
        for email in ["a@b.c", "o'neil+x@example.com", "名前@例え.jp", "=1@x.org", "a%b_c@x.org"] {
            t.ok(&["users", "create", &format!("--email={email}"), "--name", "X"]);
            assert!(t.ok(&["users", "show", email]).contains(email));
        }
        let long = format!("{}@example.com", "a".repeat(320));
        for email in ["", "a", "@", "a@", "@b", "a@@b", "a@b@c", "a b@c", "a@b c", "a\u{a0}b@c", "a\n@b", "\u{1b}@b", &long] {
            let run = t.run(&["users", "create", &format!("--email={email}"), "--name", "X"]);
            assert_eq!(run.status, 2, "{email:?} {run}");
        }
    }

    fn a_list_of_unusual_names_can_be_imported_again(t) {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["id", "email", "name"]).unwrap();
        for (n, name) in NASTY.iter().enumerate() {
            csv.write_record([&format!("u{n:03}"), &format!("u{n}@example.com"), *name]).unwrap();
        }
        let file = csv.into_inner().unwrap();
        let run = t.pipe(&["import", "users", "-", "--on-error", "skip", "--format", "jsonl"], &file);
        assert_eq!(run.status, 3, "{run}");
        assert!(!run.stderr.contains(['\u{1b}', '\u{9b}', '\u{7}', '\u{202e}']), "{run}");
        let listed = t.ok(&["users", "list", "--format", "csv"]);
        let again = t.pipe(&["import", "users", "-", "--update", "--format", "jsonl"], &listed);
        assert!(again.status == 0 && again.stdout.contains(r#""updated":0"#), "{again}");
    }
}
