//! Another program's trigger that makes the database skip a change: it is not reported as done.

use crate::on_both_engines;
use crate::sandbox::Engine;

on_both_engines! {
    fn change_that_the_database_skips_is_an_error(t) {
        let t = &t.with_whole_log();
        for user in ["ann", "ben"] {
            t.user(user, "student");
        }
        t.ok(&["champions", "nominate", "ann"]);
        for (table, event) in [("\"user\"", "UPDATE"), ("champion", "UPDATE"), ("champion", "DELETE")] {
            let name = format!("skip_{}_{event}", table.trim_matches('"'));
            t.sql(&match t.engine {
                Engine::Sqlite => format!("CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(IGNORE); END"),
                Engine::Postgres => format!(
                    "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
                     CREATE TRIGGER a_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
                ),
            })
            .unwrap();
        }
        let before = t.content();
        for args in [
            &["users", "update", "ann", "--name", "Ann"][..], &["users", "roles", "add", "ann", "teacher"],
            &["users", "roles", "add", "teacher", "--role", "student", "--yes"], &["champions", "advance", "ann"],
            &["champions", "note", "ann", "-m", "text"], &["champions", "withdraw", "ann", "--yes"],
        ] {
            let stderr = t.fails(1, args);
            assert!(stderr.contains("the database ") && stderr.contains("note: nothing was changed"), "{args:?}: {stderr}");
            assert!(t.content() == before, "{args:?}");
        }
    }
}
