//! Generated files that are polluted in every way: each is read exactly as it was generated, or refused with the line or
//! the reason, and refused files change nothing. A dry run says the same, and a second import changes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{people, verdicts};
use crate::on_both_engines;
use crate::sandbox::{Run, Sandbox};

/// A small pseudo-random number generator with a fixed sequence.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// Texts that are easily read as something else.
const TEXTS: [&str; 26] = [
    "plain",
    "a,b",
    "a;b",
    "a|b",
    "a\tb",
    "\"quoted\"",
    "5\" disk",
    "two\nlines",
    "cr\rlf\r\n",
    "ü ß é",
    "€ “x”",
    " blanks ",
    "'single'",
    "=1+1",
    "back\\slash",
    "\\N",
    "#x",
    "a\\",
    "''",
    "\"",
    ",",
    "x\u{a0}y",
    "1e5x",
    "-",
    "{\"a\":1}",
    "true story",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pollution {
    None,
    /// The last line is cut inside its last field.
    CutOff,
    /// The delimiter is not told.
    UntoldDelimiter,
    /// The encoding is not told.
    UntoldEncoding,
    /// The same of UTF-16, which the first bytes tell.
    UntoldUtf16,
    /// Lines of a title come before the header.
    Preamble,
    /// The first line is `sep=;`.
    SeparatorLine,
    /// Rows without any value, and a column without a name, as spreadsheets leave them.
    EmptyCells,
    /// A row has one field too many.
    ExtraField,
    /// An event id is what a program writes for no value.
    NullId,
    /// A quote is not closed.
    OpenQuote,
    /// A header of another table comes in the middle.
    SecondHeader,
    /// The time of a row has two readings.
    TwoReadings,
}

impl Pollution {
    /// Whether the file says enough to be read exactly.
    const fn is_exact(self) -> bool {
        matches!(
            self,
            Self::None
                | Self::UntoldDelimiter
                | Self::UntoldUtf16
                | Self::Preamble
                | Self::SeparatorLine
                | Self::EmptyCells
        )
    }
}

const POLLUTIONS: [Pollution; 16] = [
    Pollution::None,
    Pollution::None,
    Pollution::None,
    Pollution::None,
    Pollution::CutOff,
    Pollution::UntoldDelimiter,
    Pollution::UntoldEncoding,
    Pollution::UntoldUtf16,
    Pollution::Preamble,
    Pollution::SeparatorLine,
    Pollution::EmptyCells,
    Pollution::ExtraField,
    Pollution::NullId,
    Pollution::OpenQuote,
    Pollution::SecondHeader,
    Pollution::TwoReadings,
];

/// A generated file, the options to read it by, and the note of each event by its id.
struct Variant {
    bytes: Vec<u8>,
    options: Vec<String>,
    notes: BTreeMap<String, String>,
    repeated: u64,
    skipped: u64,
    pollution: Pollution,
    from_pipe: bool,
}

#[expect(clippy::too_many_lines, reason = "one choice after the other")]
fn variant(number: usize, numbers: &mut Numbers) -> Variant {
    let pollution = POLLUTIONS[number % POLLUTIONS.len()];
    let end = numbers.pick(&["\n", "\r\n", "\r"]);
    let (delimiter, name) = [(',', "comma"), (';', "semicolon"), ('\t', "tab"), ('|', "pipe")][numbers.below(4)];
    let always_quoted = numbers.below(2) == 0;
    let encoding = ["utf-8", "utf-8 with mark", "windows-1252", "utf-16le"][numbers.below(4)];
    let encoding = match pollution {
        Pollution::UntoldEncoding => "windows-1252",
        Pollution::UntoldUtf16 => "utf-16le",
        // Their first bytes are not those of the header.
        Pollution::Preamble | Pollution::SeparatorLine => "utf-8",
        _ => encoding,
    };
    let null = numbers.below(3) == 0;
    let (delimiter, name) = if pollution == Pollution::UntoldDelimiter && delimiter == ',' {
        (';', "semicolon")
    } else {
        (delimiter, name)
    };
    let quoted = |text: &str| {
        if always_quoted || text.contains([delimiter, '"', '\r', '\n']) || text == "\\N" {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let mut columns = vec![
        "user_id",
        "action_type",
        "target_type",
        "target_id",
        "occurred_at",
        "source_system",
        "event",
        "metadata.note",
        "enrollment_id",
    ];
    let mut order: Vec<usize> = (0..columns.len()).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, numbers.below(i + 1));
    }
    columns = order.iter().map(|i| columns[*i]).collect();
    let has_empty_cells = pollution == Pollution::EmptyCells;
    let line = |cells: &[String]| {
        let last = if has_empty_cells { delimiter.to_string() } else { String::new() };
        format!("{}{last}{end}", cells.join(&delimiter.to_string()))
    };
    let mut text = match pollution {
        Pollution::Preamble => format!("Report of March{end}{end}created{delimiter}2026-03-15{end}"),
        Pollution::SeparatorLine => format!("sep={delimiter}{end}"),
        _ => String::new(),
    };
    text += &line(&columns.iter().map(|name| quoted(name)).collect::<Vec<_>>());
    let rows = 1 + numbers.below(5);
    let bad_row = numbers.below(rows);
    let mut notes = BTreeMap::new();
    let mut repeated = 0;
    let mut skipped = 0;
    for row in 0..rows {
        let id = format!("v{number}_{row}");
        let note = format!("{}{}", if pollution == Pollution::UntoldEncoding { "ü" } else { "" }, numbers.pick(&TEXTS));
        let is_bad = row == bad_row;
        let mut cells: Vec<String> = columns
            .iter()
            .map(|column| match *column {
                "user_id" => quoted("ann"),
                "action_type" => quoted("enrolled"),
                "target_type" => quoted("course"),
                "target_id" => quoted("c"),
                "occurred_at" if is_bad && pollution == Pollution::TwoReadings => quoted("03/04/2026"),
                "occurred_at" => quoted("2026-01-01T00:00:00Z"),
                "source_system" => quoted("app"),
                "event" if is_bad && pollution == Pollution::NullId => quoted("NULL"),
                "event" => quoted(&id),
                "metadata.note" => quoted(&note),
                _ if null => "\\N".to_owned(),
                _ => String::new(),
            })
            .collect();
        if is_bad && pollution == Pollution::ExtraField {
            cells.push(quoted("more"));
        }
        if is_bad && pollution == Pollution::SecondHeader {
            text += &line(&columns.iter().map(|name| quoted(name)).collect::<Vec<_>>());
        }
        let row_text = line(&cells);
        text += &row_text;
        if numbers.below(4) == 0 {
            text += &row_text;
            repeated += 1;
        }
        if numbers.below(5) == 0 {
            text += end; // A blank line.
        }
        if has_empty_cells {
            text += &line(&vec![String::new(); columns.len()]);
            skipped += 1;
        }
        notes.insert(id, note);
    }
    match pollution {
        Pollution::CutOff => {
            let whole = text.trim_end_matches(['\r', '\n']).len();
            let mut cut = whole - 1 - numbers.below(3);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            text.truncate(cut);
        }
        Pollution::OpenQuote => write!(text, "\"ann{delimiter}enrolled{end}ann{end}").unwrap(),
        _ => {}
    }
    let mut options = vec!["--map".to_owned(), "event=source_event_id".to_owned()];
    let is_untold = matches!(pollution, Pollution::UntoldDelimiter | Pollution::Preamble | Pollution::SeparatorLine);
    if name != "comma" && !is_untold {
        options.extend(["--delimiter".to_owned(), name.to_owned()]);
    }
    let bytes = match encoding {
        "utf-8 with mark" => ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
        "windows-1252" => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.into_bytes(),
    };
    if matches!(encoding, "windows-1252" | "utf-16le")
        && !matches!(pollution, Pollution::UntoldEncoding | Pollution::UntoldUtf16)
    {
        options.extend(["--encoding".to_owned(), encoding.to_owned()]);
    }
    let from_pipe = pollution == Pollution::CutOff || numbers.below(2) == 0;
    Variant { bytes, options, notes, repeated, skipped, pollution, from_pipe }
}

fn run(t: &Sandbox, variant: &Variant, more: &[&str]) -> Run {
    let options: Vec<&str> = variant.options.iter().map(String::as_str).collect();
    let path = t.path("polluted.csv");
    if variant.from_pipe {
        return t.pipe(
            &[&["import", "actions", "-", "--recheck", "--format", "jsonl"], &options[..], more].concat(),
            &variant.bytes,
        );
    }
    std::fs::write(&path, &variant.bytes).unwrap();
    t.run(
        &[&["import", "actions", path.to_str().unwrap(), "--recheck", "--format", "jsonl"], &options[..], more]
            .concat(),
    )
}

on_both_engines! {
    fn polluted_file_is_read_exactly_or_refused(t) {
        people(t);
        let mut numbers = Numbers(7);
        let mut expected: BTreeMap<String, String> = BTreeMap::new();
        let mut exact = 0;
        for number in 0..640 {
            let variant = variant(number, &mut numbers);
            let dry = run(t, &variant, &["--dry-run"]);
            let real = run(t, &variant, &[]);
            let about = format!("variant {number}, {:?}, {:?}\n{}\n{real}", variant.pollution, variant.options, String::from_utf8_lossy(&variant.bytes));
            assert_eq!(dry.status, real.status, "{about}\n{dry}");
            if variant.pollution.is_exact() {
                let new = variant.notes.len() as u64;
                assert_eq!((real.status, verdicts(&real)), (0, [new, 0, variant.repeated, 0, 0]), "{about}");
                assert_eq!(verdicts(&dry), verdicts(&real), "{about}");
                assert_eq!(verdicts(&run(t, &variant, &[])), [0, 0, new + variant.repeated, 0, 0], "{about}");
                let skipped: u64 = real.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["skipped"].as_u64().unwrap()).sum();
                assert_eq!(skipped, variant.skipped, "{about}");
                expected.extend(variant.notes);
                exact += 1;
            } else {
                assert!(real.status == 1 || real.status == 3, "{about}");
                let names_it = real.stderr.contains(" line ") || real.stderr.contains("cut off");
                assert!(names_it && real.stderr.contains("nothing was changed"), "{about}");
            }
            assert_eq!(t.count("user_action"), expected.len() as u64, "{about}");
        }
        assert!(exact > 150, "{exact}");
        let stored = t.ok(&["actions", "list", "--columns", "source_event_id,metadata,enrollment_id", "--format", "jsonl"]);
        let stored: BTreeMap<String, String> = stored
            .lines()
            .map(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                assert!(row["enrollment_id"].is_null(), "{row}");
                (row["source_event_id"].as_str().unwrap().to_owned(), row["metadata"]["note"].as_str().unwrap().to_owned())
            })
            .collect();
        assert_eq!(stored, expected);
    }
}
