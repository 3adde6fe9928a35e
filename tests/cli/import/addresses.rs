//! People who exchange or pass on their addresses in one file.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::import;
use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox};

fn rows(people: &[(usize, usize)]) -> String {
    let row = |(id, address): &(usize, usize)| format!("u{id},a{address}@example.com,Person {id}\n");
    format!("id,email,name\n{}", people.iter().map(row).collect::<String>())
}

fn stored(t: &Sandbox) -> Vec<String> {
    t.values("id || ' ' || email", "FROM \"user\" ORDER BY id")
}

on_both_engines! {
    fn two_people_exchange_their_addresses(t) {
        import(t, &["users", &t.file("a.csv", rows(&[(1, 1), (2, 2)]))]);
        let swapped = t.file("b.csv", rows(&[(1, 2), (2, 1)]));
        assert_eq!(t.run(&["import", "users", &swapped]).status, 4);
        t.ok(&["import", "users", &swapped, "--update", "-n"]);
        assert_eq!(stored(t), ["u1 a1@example.com", "u2 a2@example.com"]);
        assert_eq!(import(t, &["users", &swapped, "--update"]), (0, [0, 2, 0, 0, 0]));
        assert_eq!(stored(t), ["u1 a2@example.com", "u2 a1@example.com"]);
        assert_eq!(import(t, &["users", &swapped, "--update"]), (0, [0, 0, 2, 0, 0]));
        // The trail has the addresses of people, and no others.
        let trail = t.ok(&["audit", "list", "--verb", "update", "--format", "json"]);
        assert!(trail.contains("a1@example.com") && !trail.contains("moving"), "{trail}");
    }

    fn an_address_is_free_only_if_its_owner_gets_another(t) {
        import(t, &["users", &t.file("a.csv", rows(&[(1, 1), (2, 2), (3, 3)]))]);
        let before = stored(t);
        // u2 keeps the address, as its row is invalid; then u1 cannot have it.
        let text = rows(&[(1, 2), (2, 9)]).replace("a9@example.com", "nobody");
        let run = t.run(&["import", "users", &t.file("b.csv", text), "--update", "--on-error", "skip"]);
        assert_eq!((run.status, stored(t)), (3, before.clone()), "{run}");
        // The row of u2 is in the file twice: which is right is not for the program to tell.
        let run = t.run(&["import", "users", &t.file("c.csv", rows(&[(2, 2), (1, 2), (2, 8)])), "--update", "--on-error", "skip"]);
        assert_eq!((run.status, stored(t)), (4, before), "{run}");
        // A new person may have the address of one who gets another.
        let (status, counts) = import(t, &["users", &t.file("d.csv", rows(&[(4, 3), (3, 7)])), "--update"]);
        assert_eq!((status, counts), (0, [1, 1, 0, 0, 0]));
        assert_eq!(stored(t)[2..], ["u3 a7@example.com", "u4 a3@example.com"]);
    }
}

/// A chain of addresses with one row that conflicts: everybody before it keeps theirs, in one more attempt.
#[test]
fn a_long_chain_ends_at_a_conflict() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let all: Vec<(usize, usize)> = (0..=1500).map(|n| (n, n)).collect();
    import(&t, &["users", &t.file("a.csv", rows(&all))]);
    let before = stored(&t);
    let shifted: Vec<(usize, usize)> = (0..1500).map(|n| (n, n + 1)).collect();
    let file = t.file("b.csv", rows(&shifted));
    let run = t.run(&["import", "users", &file, "--update", "--on-error", "skip"]);
    assert_eq!((run.status, run.stderr.matches("conflict: id belongs to").count() > 5), (4, true), "{run}");
    assert_eq!(stored(&t), before);
}

/// Any new distribution of addresses, in any order of rows, is what is stored.
#[test]
fn addresses_can_be_dealt_out_anew() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = Sandbox::migrated(engine);
        let all: Vec<(usize, usize)> = (0..8).map(|n| (n, n)).collect();
        import(&t, &["users", &t.file("a.csv", rows(&all))]);
        let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
        let dealt =
            (Just((0..10).collect::<Vec<usize>>()).prop_shuffle(), Just((0..8).collect::<Vec<usize>>()).prop_shuffle());
        let test = runner.run(&dealt, |(addresses, order)| {
            let people: Vec<(usize, usize)> = order.iter().map(|id| (*id, addresses[*id])).collect();
            let file = t.file("b.csv", rows(&people));
            prop_assert_eq!(import(&t, &["users", &file, "--update"]).0, 0);
            let mut expected: Vec<String> = people.iter().map(|(id, at)| format!("u{id} a{at}@example.com")).collect();
            expected.sort();
            prop_assert_eq!(stored(&t), expected);
            prop_assert_eq!(import(&t, &["users", &file, "--update"]), (0, [0, 0, 8, 0, 0]));
            Ok(())
        });
        test.unwrap();
    }
}
