use super::{ids, record};
use crate::on_both_engines;
use crate::sandbox::example;

on_both_engines! {
    fn the_board_has_one_column_per_stage(t) {
        t.ok(&["import", "all", &example("")]);
        let board = t.ok(&["champions", "board"]);
        let lines: Vec<&str> = board.lines().collect();
        assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["candidate", "12", "selected", "9", "champion", "11", "alumni", "6"]);
        assert!(lines[2].starts_with("Nguyễn Thị … ") && lines[2].contains("d!"), "{board}");
        assert!(lines.iter().all(|line| unicode_width::UnicodeWidthStr::width(*line) <= 80), "{board}");
        assert_eq!(lines.len(), 14, "{board}");
        let few = t.ok(&["champions", "board", "--limit", "2", "--overdue", "9999d"]);
        assert!(few.contains("and 10 more") && few.contains("and 4 more") && !few.contains('!'), "{few}");
        let global = t.ok(&["champions", "board", "--global"]);
        assert!(global.starts_with("candidate 4 "), "{global}");
        assert!(!board.contains('\u{1b}') && t.ok(&["champions", "board", "--color", "always"]).contains("\u{1b}[33m"));
    }

    fn other_formats_have_all_cards(t) {
        for n in 0..20 {
            t.user(&format!("u{n:02}"), "student");
            t.ok(&["champions", "nominate", &format!("u{n:02}")]);
        }
        for format in ["csv", "json", "jsonl", "ids"] {
            let board = t.ok(&["champions", "board", "--format", format]);
            assert_eq!((0..20).filter(|n| board.contains(&t.value("id", &format!("FROM champion WHERE user_id = 'u{n:02}'")))).count(), 20, "{format}");
        }
        assert_eq!(t.ok(&["champions", "board", "--format", "ids", "--limit", "3"]).lines().count(), 3);
        assert!(t.ok(&["champions", "board"]).contains("and 5 more"), "the table has 15 a column");
        // The scale of the bars is that of the numbers.
        let chart = t.ok(&["champions", "stats", "--chart", "always"]);
        assert!(chart.contains("entered: 0 to 20"), "{chart}");
    }

    fn an_empty_board_prints_the_four_headings(t) {
        let board = t.ok(&["champions", "board"]);
        assert_eq!(board.split_whitespace().take(8).collect::<Vec<_>>(), ["candidate", "0", "selected", "0", "champion", "0", "alumni", "0"]);
        assert_eq!(board.lines().count(), 2);
        assert_eq!(t.ok(&["champions", "board", "--format", "json"]), "[]\n");
    }

    fn control_characters_in_a_name_do_not_break_the_board(t) {
        t.sql("INSERT INTO \"user\" (id, email, name, origin) VALUES ('zoe', 'zoe@example.com', 'Z\u{1b}[2J\nZ', 'app')").unwrap();
        t.ok(&["champions", "nominate", "zoe"]);
        let board = t.ok(&["champions", "board"]);
        assert!(!board.contains('\u{1b}') && board.lines().count() == 3, "{board}");
    }

    fn records_can_be_sorted_and_filtered_by_time_in_stage(t) {
        t.ok(&["import", "all", &example("")]);
        let all = ids(t, &["--sort", "since"]);
        let open = all.len() - 6;
        let since = |id: &String| record(t, &["show", id])["history"].as_array().unwrap().last().unwrap()["at"].as_str().unwrap_or("9999").to_owned();
        let times: Vec<String> = all[..open].iter().map(since).collect();
        assert!(times.is_sorted(), "{times:?}");
        let mut paged: Vec<String> = Vec::new();
        while paged.len() < all.len() {
            let after = paged.last().map_or(vec![], |id| vec!["--after", id.as_str()]);
            let page = ids(t, &[&["--sort", "since", "--limit", "7"], &after[..]].concat());
            assert!(!page.is_empty());
            paged.extend(page);
        }
        assert_eq!(paged, all);
        let mut reversed = ids(t, &["--sort", "since", "--reverse"]);
        reversed.reverse();
        assert_eq!(reversed, all);
        assert_eq!(ids(t, &["--stuck-for", "1d", "--stage", "candidate"]).len(), 12);
        assert_eq!(ids(t, &["--stuck-for", "99999d"]).len(), 0);
        assert_eq!(t.ok(&["champions", "list", "--count", "--stage", "selected", "--stage", "champion"]), "20\n");
        assert_eq!(t.ok(&["champions", "list", "--columns", "stage,name", "--format", "csv", "--user", "usr_42_maya"]), "stage,name\nchampion,Maya Chen\n");
        t.fails(2, &["champions", "list", "--sort", "since", "--after", "nobody"]);
    }
}
