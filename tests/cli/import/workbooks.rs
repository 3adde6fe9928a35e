//! Workbooks as people keep them: line ends in cells, times of day, and dates that a program in another language has read.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::json;

use crate::on_both_engines;
use crate::sandbox::Sandbox;

const COLUMNS: &str = "user_id,action_type,target_type,target_id,occurred_at";

/// A workbook with these columns and the first four cells of each row.
fn book(more_columns: &[&str], rows: u32) -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (n, name) in (0..).zip(COLUMNS.split(',').chain(more_columns.iter().copied())) {
        sheet.write_string(0, n, name).unwrap();
    }
    for row in 1..=rows {
        for (n, text) in (0..).zip(["u1", "viewed_module", "module", &format!("m{row}")]) {
            sheet.write_string(row, n, text).unwrap();
        }
    }
    book
}

fn save(t: &Sandbox, name: &str, mut book: Workbook) -> String {
    t.file(name, book.save_to_buffer().unwrap())
}

/// The metadata of the actions, in the order of the rows.
fn metadata(t: &Sandbox) -> Vec<serde_json::Value> {
    let texts = t.values("CAST(metadata AS text)", "FROM user_action ORDER BY position");
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

on_both_engines! {
    fn line_ends_in_cells_stay_and_rows_keep_their_numbers(t) {
        t.user("u1", "student");
        let mut book = book(&["metadata.note"], 3);
        let sheet = book.worksheet_from_index(0).unwrap();
        for (row, note) in [(1, "one\ntwo, \"three\""), (2, "a\r\nb"), (3, "plain")] {
            sheet.write_string(row, 4, "2026-03-15T08:14:00Z").unwrap();
            sheet.write_string(row, 5, note).unwrap();
        }
        // The error names the row of the sheet, whatever the cells before it hold.
        sheet.write_string(3, 0, "nobody").unwrap();
        let file = save(t, "a.xlsx", book);
        let rejects = t.path("r.csv").display().to_string();
        let run = t.run(&["import", "actions", &file, "--on-error", "skip", "--rejects", &rejects]);
        assert!(run.status == 3 && run.stderr.contains("a.xlsx line 4: rejected: user_id: unknown user nobody"), "{run}");
        assert_eq!(metadata(t), [json!({"note": "one\ntwo, \"three\""}), json!({"note": "a\nb"})]);
        let text = std::fs::read_to_string(&rejects).unwrap().replace("nobody", "u1").replace("plain", "\"x\ny\"");
        std::fs::write(&rejects, text).unwrap();
        t.ok(&["import", "actions", &rejects]);
        assert_eq!(metadata(t)[2], json!({"note": "x\ny"}));
    }

    fn an_update_from_a_workbook_leaves_notes_alone(t) {
        t.user("u1", "student");
        t.ok(&["champions", "nominate", "u1", "--cohort", "c", "--notes", "first line\nsecond line"]);
        let notes = || t.value("notes", "FROM champion");
        let before = notes();
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let id = t.value("id", "FROM champion");
        for (n, (name, value)) in (0..).zip([("id", &*id), ("user_id", "u1"), ("cohort_id", "c"), ("stage", "candidate"), ("notes", &before)]) {
            sheet.write_string(0, n, name).unwrap();
            sheet.write_string(1, n, value).unwrap();
        }
        let run = t.run(&["import", "champions", &save(t, "c.xlsx", book), "--update", "--format", "jsonl"]);
        assert!(run.status == 0 && run.stdout.contains("\"updated\":0"), "{run}");
        assert_eq!(notes(), before);
    }

    fn times_of_day_and_durations_are_written_as_they_are_seen(t) {
        t.user("u1", "student");
        let names = ["metadata.opens", "metadata.lasts", "metadata.due", "metadata.seen"];
        let mut book = book(&names, 1);
        let sheet = book.worksheet_from_index(0).unwrap();
        sheet.write_string(1, 4, "2026-03-15T08:14:00Z").unwrap();
        let cell = |format: &str| Format::new().set_num_format(format);
        sheet.write_number_with_format(1, 5, 0.604_166_666_666_667, &cell("hh:mm")).unwrap();
        sheet.write_number_with_format(1, 6, 1.510_416_666_666_667, &cell("[h]:mm:ss")).unwrap();
        let due = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
        sheet.write_datetime_with_format(1, 7, &due, &cell("dd.mm.yyyy")).unwrap();
        let seen = due.and_hms(14, 5, 0).unwrap();
        sheet.write_datetime_with_format(1, 8, &seen, &cell("dd.mm.yyyy hh:mm")).unwrap();
        t.ok(&["import", "actions", &save(t, "a.xlsx", book)]);
        let seen = json!({"opens": "14:30:00", "lasts": "36:15:00", "due": "2026-03-01", "seen": "2026-03-01T14:05:00"});
        assert_eq!(metadata(t), [seen]);
    }

    fn a_column_of_dates_and_of_texts_in_another_order_is_refused(t) {
        t.user("u1", "student");
        // 03/04/2026 was read as the fourth of March; 13/04/2026 could not be.
        let mut mixed = book(&[], 2);
        let sheet = mixed.worksheet_from_index(0).unwrap();
        let date = ExcelDateTime::from_ymd(2026, 3, 4).unwrap().and_hms(8, 0, 0).unwrap();
        sheet.write_datetime_with_format(1, 4, &date, &Format::new().set_num_format("mm/dd/yyyy hh:mm")).unwrap();
        sheet.write_string(2, 4, "13/04/2026 08:00").unwrap();
        let file = save(t, "a.xlsx", mixed);
        let refused = t.fails(1, &["import", "actions", &file, "--assume-tz", "UTC"]);
        assert!(refused.contains("a.xlsx: line 3: occurred_at: \"13/04/2026 08:00\" is text, and line 2 has a date"), "{refused}");
        assert_eq!(t.count("user_action"), 0);
        // With the notation given, the user has checked them.
        t.ok(&["import", "actions", &file, "--assume-tz", "UTC", "--time-format", "%d/%m/%Y %H:%M"]);
        assert_eq!(t.count("user_action"), 2);
    }

    fn dates_beside_the_times_refuse_nothing_and_broken_names_are_found(t) {
        t.user("u1", "student");
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "Report\nof 01.03.2026").unwrap();
        let names = ["user_id", "action_type", "target_type", "target_id", "Occurred\nat", "_note", "metadata.due\ndate"];
        for (n, name) in (0..).zip(names) {
            sheet.write_string(1, n, name).unwrap();
        }
        let date = ExcelDateTime::from_ymd(2026, 3, 4).unwrap();
        let format = Format::new().set_num_format("dd.mm.yyyy");
        for row in [2, 3] {
            for (n, text) in (0..).zip(["u1", "viewed_module", "module", &format!("m{row}")]) {
                sheet.write_string(row, n, text).unwrap();
            }
            sheet.write_datetime_with_format(row, 4, &date, &format).unwrap();
        }
        sheet.write_datetime_with_format(2, 5, &date, &format).unwrap();
        sheet.write_string(3, 5, "3-4-2026 called again").unwrap();
        sheet.write_string(3, 6, "soon_x001E_").unwrap();
        t.ok(&["import", "actions", &save(t, "a.xlsx", book), "--map", "Occurred at=occurred_at", "--assume-tz", "UTC"]);
        assert_eq!(t.count("user_action"), 2);
        assert_eq!(metadata(t)[1], json!({"due date": "soon_x001E_"}));
    }

    fn a_sheet_that_is_too_wide_is_no_damaged_one(t) {
        let mut wide = book(&[], 1);
        wide.worksheet_from_index(0).unwrap().write_string(1, 10_000, "x").unwrap();
        let refused = t.fails(1, &["import", "actions", &save(t, "w.xlsx", wide)]);
        assert!(refused.contains("w.xlsx: row 2: more than 10,000 columns"), "{refused}");
    }
}
