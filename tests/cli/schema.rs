//! The constraints and triggers of the database, which also apply to other programs.

use diesel::{Connection as _, SqliteConnection};

use crate::cluster;
use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

/// Asserts that the statement fails, and that the error contains a text.
fn refused(sandbox: &Sandbox, sql: &str, because: &str) {
    let error = sandbox.sql(sql).expect_err(sql);
    assert!(error.contains(because), "{sql}: {error}");
}

fn user(sandbox: &Sandbox, id: &str, roles: &str) -> Result<(), String> {
    let roles = match sandbox.engine {
        Engine::Sqlite => serde_json::to_string(&roles.split(',').collect::<Vec<_>>()).unwrap(),
        Engine::Postgres => format!("{{{roles}}}"),
    };
    sandbox.sql(&format!(
        "INSERT INTO \"user\" (id, email, name, origin, roles) VALUES ('{id}', '{id}@x', 'n', 'o', '{roles}')"
    ))
}

on_both_engines! {
    fn the_log_is_append_only(t) {
        let t = &t.with_whole_log();
        t.ok(&["import", "all", &example("")]);
        let before = t.value("max(position) || ' ' || count(*)", "FROM user_action");
        refused(t, "UPDATE user_action SET target_id = 'x'", "append-only: UPDATE is refused");
        refused(t, "DELETE FROM user_action", "append-only: DELETE is refused");
        refused(t, "DELETE FROM audit_event", "append-only: DELETE is refused");
        refused(t, "UPDATE audit_event SET actor = 'x'", "append-only: UPDATE is refused");
        let row = "(id, user_id, action_type, target_type, target_id, occurred_at) \
                   VALUES ('act_2026_03_15_001', 'usr_42_maya', 'enrolled', 'course', 'x', '2026-01-01T00:00:00.000000Z')";
        match t.engine {
            Engine::Sqlite => refused(t, &format!("INSERT OR REPLACE INTO user_action {row}"), "append-only: DELETE is refused"),
            Engine::Postgres => {
                refused(t, "TRUNCATE user_action", "append-only: TRUNCATE is refused");
                refused(t, "TRUNCATE audit_event", "append-only: TRUNCATE is refused");
                let upsert = format!("INSERT INTO user_action {row} ON CONFLICT (id) DO UPDATE SET target_id = 'x'");
                refused(t, &upsert, "append-only: UPDATE is refused");
                let replica = "SET session_replication_role = replica; DELETE FROM user_action";
                refused(t, replica, "append-only: DELETE is refused");
            }
        }
        assert_eq!(t.value("max(position) || ' ' || count(*)", "FROM user_action"), before);
    }

    fn champion_records_and_users_are_not_emptied_without_a_trace(t) {
        t.user("ann", "");
        t.ok(&["champions", "nominate", "ann"]);
        if t.engine == Engine::Postgres {
            refused(t, "TRUNCATE champion", "TRUNCATE of champion is refused");
            refused(t, "TRUNCATE \"user\" CASCADE", "refused");
        }
        t.sql("DELETE FROM champion").unwrap();
        assert!(t.ok(&["audit", "list", "--kind", "champion", "--verb", "sql"]).contains("sql"));
    }

    fn the_unique_indexes_have_the_specified_columns_and_conditions(t) {
        let t = &t.with_whole_log();
        let definition = |name: &str| match t.engine {
            Engine::Sqlite => t.value("sql", &format!("FROM sqlite_schema WHERE name = '{name}'")),
            Engine::Postgres => t.value("indexdef", &format!("FROM pg_indexes WHERE indexname = '{name}'")),
        };
        let plain = |sql: String| {
            let sql = sql.replace("public.", "").replace("USING btree ", "").replace(['(', ')'], " ").replace(" ,", ",");
            sql.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            plain(definition("user_action_source_event_unique")),
            "CREATE UNIQUE INDEX user_action_source_event_unique ON user_action source_system, source_event_id \
             WHERE source_system IS NOT NULL AND source_event_id IS NOT NULL"
        );
        assert_eq!(
            plain(definition("user_action_idempotency_key_unique")),
            "CREATE UNIQUE INDEX user_action_idempotency_key_unique ON user_action idempotency_key \
             WHERE idempotency_key IS NOT NULL"
        );
    }

    fn rows_of_another_program_get_the_column_defaults(t) {
        let t = &t.with_whole_log();
        t.sql("INSERT INTO \"user\" (id, email, name, origin) VALUES ('u', 'u@x', 'n', 'o')").unwrap();
        t.sql("INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at) \
               VALUES ('a', 'u', 'enrolled', 'course', 'c', '2026-01-01T00:00:00.000000Z')").unwrap();
        t.sql("INSERT INTO champion (id, user_id, stage) VALUES ('c', 'u', 'candidate')").unwrap();
        assert_eq!(t.roles("u"), "");
        let shown = t.ok(&["actions", "show", "a", "--format", "jsonl"]);
        assert!(shown.contains(r#""metadata":{}"#) && shown.contains(r#""recorded_at":"20"#), "{shown}");
        assert!(t.ok(&["champions", "show", "u"]).contains("candidate"));
    }

    fn roles_must_be_known_unique_and_in_enum_order(t) {
        user(t, "good", "student,champion").unwrap();
        for (id, roles) in [("a", "champion,student"), ("b", "student,student"), ("c", "root"), ("d", "Student"), ("e", "student,x")] {
            assert!(user(t, id, roles).unwrap_err().contains("user_roles_check"), "{roles}");
        }
        refused(t, "INSERT INTO \"user\" (id, email, name, origin) VALUES ('v', 'GOOD@X', 'n', 'o')", "user_email_unique");
        refused(t, "INSERT INTO \"user\" (id, email, name, origin) VALUES ('a@b', 'v@x', 'n', 'o')", "user_id_check");
    }

    fn the_user_table_rejects_invalid_values(t) {
        for (values, constraint) in [
            ("'a b', 'u@x', 'n', 'o'", "user_id_check"),
            ("'', 'u@x', 'n', 'o'", "user_id_check"),
            ("'u', '@', 'n', 'o'", "user_email_check"),
            ("'u', 'u@x@y', 'n', 'o'", "user_email_check"),
            ("'u', 'u @x', 'n', 'o'", "user_email_check"),
            ("'u', 'u@x', '', 'o'", "user_name_check"),
            ("'u', 'u@x', 'n', ''", "user_origin_check"),
        ] {
            refused(t, &format!("INSERT INTO \"user\" (id, email, name, origin) VALUES ({values})"), constraint);
        }
    }

    fn the_action_table_rejects_invalid_values(t) {
        let t = &t.with_whole_log();
        user(t, "u", "student").unwrap();
        let long = "x".repeat(513);
        for (column, value, constraint) in [
            ("action_type", "'viewed'", "user_action_action_type_check"),
            ("target_type", "'thing'", "user_action_target_type_check"),
            ("target_id", "''", "user_action_target_id_check"),
            ("source_system", "'twitter'", "user_action_source_system_check"),
            ("source_event_id", "'no source system'", "user_action_source_event_id_check"),
            ("metadata", "'[1]'", "user_action_metadata_check"),
            ("idempotency_key", &format!("'{long}'"), "user_action_idempotency_key_check"),
            ("user_id", "'nobody'", if t.engine == Engine::Sqlite { "FOREIGN KEY" } else { "user_action_user_id_fkey" }),
        ] {
            let mut columns = vec![
                ("id", "'a'"), ("user_id", "'u'"), ("action_type", "'enrolled'"), ("target_type", "'course'"),
                ("target_id", "'c'"), ("occurred_at", "'2026-01-01T00:00:00.000000Z'"),
            ];
            columns.retain(|(name, _)| *name != column);
            columns.push((column, value));
            let (names, values): (Vec<&str>, Vec<&str>) = columns.into_iter().unzip();
            refused(t, &format!("INSERT INTO user_action ({}) VALUES ({})", names.join(", "), values.join(", ")), constraint);
        }
    }

    fn source_event_ids_and_idempotency_keys_are_unique(t) {
        let t = &t.with_whole_log();
        user(t, "u", "student").unwrap();
        let insert = |id: &str, source: &str, event: &str, key: &str| {
            t.sql(&format!(
                "INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, source_system, \
                 source_event_id, idempotency_key) VALUES ('{id}', 'u', 'enrolled', 'course', 'c', \
                 '2026-01-01T00:00:00.000000Z', {source}, {event}, {key})"
            ))
        };
        insert("a", "'app'", "'e1'", "'k1'").unwrap();
        insert("b", "'stripe'", "'e1'", "NULL").unwrap();
        insert("c", "NULL", "NULL", "NULL").unwrap();
        insert("d", "'app'", "NULL", "NULL").unwrap();
        insert("e", "'app'", "NULL", "NULL").unwrap();
        assert!(insert("f", "'app'", "'e1'", "'k2'").is_err());
        assert!(insert("g", "'app'", "'e2'", "'k1'").is_err());
        assert!(insert("a", "NULL", "NULL", "NULL").is_err());
        assert_eq!(t.count("user_action"), 5);
    }

    fn the_stage_determines_which_timestamps_are_set(t) {
        user(t, "u", "student").unwrap();
        let insert = |id: &str, cohort: &str, stage: &str, selected: &str, champion: &str| {
            let time = |time: &str| if time.is_empty() { "NULL".to_owned() } else { format!("'2026-{time}T00:00:00.000000Z'") };
            t.sql(&format!(
                "INSERT INTO champion (id, user_id, cohort_id, stage, selected_at, became_champion_at) \
                 VALUES ('{id}', 'u', {cohort}, '{stage}', {}, {})",
                time(selected), time(champion)
            ))
        };
        for (stage, selected, champion) in [
            ("candidate", "01-01", ""), ("candidate", "", "01-02"), ("selected", "", ""), ("selected", "01-01", "01-02"),
            ("champion", "", "01-02"), ("champion", "01-01", ""), ("champion", "01-03", "01-02"), ("alumni", "", ""),
        ] {
            let error = insert("c", "NULL", stage, selected, champion).unwrap_err();
            assert!(error.contains("champion_stage_times_check"), "{stage} {selected} {champion}: {error}");
        }
        insert("one", "NULL", "champion", "01-01", "01-01").unwrap();
        assert!(insert("two", "NULL", "candidate", "", "").unwrap_err().contains("champion_open_unique"));
        insert("three", "'spring'", "selected", "01-01", "").unwrap();
        assert!(insert("four", "'spring'", "candidate", "", "").unwrap_err().contains("champion_open_unique"));
        insert("five", "NULL", "alumni", "01-01", "01-01").unwrap();
        insert("six", "NULL", "alumni", "01-01", "01-01").unwrap();
        assert_eq!(t.count("champion"), 4);
    }
}

/// Programs that do not set `recursive_triggers`, as the sqlite3 shell.
#[test]
fn nothing_is_replaced_in_a_sqlite_file() {
    let t = Sandbox::migrated(Engine::Sqlite);
    user(&t, "ann", "teacher").unwrap();
    user(&t, "ben", "student").unwrap();
    let action = |verb: &str, columns: &str, values: &str| {
        format!(
            "PRAGMA recursive_triggers = OFF; {verb} INTO user_action (user_id, action_type, target_type, target_id, \
             occurred_at, {columns}) VALUES ('ann', 'enrolled', 'course', 'c', '2026-01-01T00:00:00.000000Z', {values})"
        )
    };
    let columns = "id, source_system, source_event_id, idempotency_key";
    t.sql(&action("INSERT", columns, "'a', 'app', 'e1', 'k1'")).unwrap();
    t.sql(&action("INSERT", columns, "'b', 'app', 'e2', 'k2'")).unwrap();
    t.sql("INSERT INTO champion (id, user_id, stage) VALUES ('c', 'ann', 'candidate')").unwrap();
    let before = t.content();
    for values in
        ["'a', 'app', 'e9', 'k9'", "'z', 'app', 'e1', 'k9'", "'z', 'app', 'e9', 'k1'", "'a', 'app', 'e2', 'k9'"]
    {
        for verb in ["INSERT OR REPLACE", "REPLACE"] {
            refused(&t, &action(verb, columns, values), "user_action is append-only: REPLACE is refused");
        }
        refused(&t, &action("INSERT", columns, values), "UNIQUE constraint failed");
        t.sql(&action("INSERT OR IGNORE", columns, values)).unwrap();
    }
    for position in ["1", "2"] {
        let error = t.sql(&action("INSERT OR REPLACE", "id, position", &format!("'z', {position}"))).unwrap_err();
        assert!(error.contains("REPLACE is refused") || error.contains("set by the database"), "{error}");
    }
    for (sql, refusal) in [
        (
            "INSERT OR REPLACE INTO audit_event (position, actor, verb, subject_kind, subject_id) VALUES (1, 'x', 'x', 'user', 'x')",
            "audit_event is append-only: REPLACE is refused",
        ),
        (
            "INSERT INTO audit_event (position, actor, verb, subject_kind, subject_id) VALUES (4611686018427387905, 'x', 'x', 'user', 'x')",
            "set by the database",
        ),
        (
            "INSERT OR REPLACE INTO \"user\" (id, email, name, origin) VALUES ('ann', 'z@x', 'n', 'o')",
            "REPLACE of a user is refused",
        ),
        (
            "INSERT OR REPLACE INTO \"user\" (id, email, name, origin) VALUES ('zed', 'ANN@x', 'n', 'o')",
            "REPLACE of a user is refused",
        ),
        ("UPDATE OR REPLACE \"user\" SET email = 'ben@x' WHERE id = 'ann'", "REPLACE of a user is refused"),
        (
            "INSERT OR REPLACE INTO champion (id, user_id, stage) VALUES ('c', 'ben', 'candidate')",
            "REPLACE of a champion record is refused",
        ),
        (
            "INSERT OR REPLACE INTO champion (id, user_id, stage) VALUES ('d', 'ann', 'candidate')",
            "REPLACE of a champion record is refused",
        ),
    ] {
        let sql = format!("PRAGMA recursive_triggers = OFF; PRAGMA foreign_keys = OFF; {sql}");
        refused(&t, &sql, refusal);
    }
    refused(
        &t,
        &action("INSERT", "id, recorded_at", "'z', '2020-01-01T00:00:00.000000Z'"),
        "recorded_at of user_action is set by the database",
    );
    assert_eq!(t.content(), before);
    // What was ignored does not stand in the way of what is new, of a change, or of an import.
    t.sql(&action("INSERT OR IGNORE", columns, "'a', 'app', 'e1', 'k1'")).unwrap();
    t.ok(&["actions", "record", "ann", "enrolled", "course:x"]);
    t.sql(&action("INSERT OR IGNORE", columns, "'a', 'app', 'e1', 'k1'")).unwrap();
    t.sql(&action("INSERT", "id", "'c'")).unwrap();
    t.sql("INSERT INTO \"user\" (id, email, name, origin) VALUES ('ben', 'ben@x', 'N', 'o') ON CONFLICT (id) DO UPDATE SET name = excluded.name").unwrap();
    t.sql("UPDATE \"user\" SET email = 'new@x' WHERE id = 'ben'").unwrap();
    assert_eq!(t.value("name", "FROM \"user\" WHERE id = 'ben'"), "N");
    assert_eq!(t.count("user_action"), 4);
}

/// Of two actions of one transaction with one position, the feed would deliver one.
#[test]
fn a_position_is_that_of_one_action() {
    let t = Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    let rows = |positions: [u32; 2]| {
        format!(
            "INSERT INTO user_action (position, id, user_id, action_type, target_type, target_id, occurred_at) \
             OVERRIDING SYSTEM VALUE SELECT p, 'a' || p || n, 'ann', 'enrolled', 'course', 'c', now() \
             FROM unnest(ARRAY[{}, {}]) WITH ORDINALITY AS listed (p, n)",
            positions[0], positions[1]
        )
    };
    refused(&t, &rows([5, 5]), "user_action_position_unique");
    t.sql(&rows([5, 6])).unwrap();
    refused(&t, &rows([6, 7]), "user_action_position_unique");
    assert_eq!(t.count("user_action"), 2);
}

#[test]
fn sqlite_accepts_only_valid_times_of_fixed_width() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let insert = |time: &str| {
        let id = time.replace(' ', "_");
        t.sql(&format!(
            "INSERT INTO \"user\" (id, email, name, origin, created_at) VALUES ('{id}', '{id}@x', 'n', 'o', '{time}')"
        ))
    };
    for time in [
        "2026-03-04T14:22:00Z",
        "2026-02-30T00:00:00.000000Z",
        "2026-13-01T00:00:00.000000Z",
        "2026-03-04 14:22:00.000000Z",
        "2026-03-04T24:00:00.000000Z",
        "0000-01-01T00:00:00.000000Z",
        "2026-03-04T14:22:00.000000",
        "yesterday",
    ] {
        assert!(insert(time).unwrap_err().contains("user_created_at_check"), "{time}");
    }
    insert("2024-02-29T23:59:59.999999Z").unwrap();
    insert("0001-01-01T00:00:00.000000Z").unwrap();
}

#[test]
fn postgres_rejects_infinite_times_and_years_beyond_four_digits() {
    let t = Sandbox::migrated(Engine::Postgres);
    user(&t, "u", "student").unwrap();
    for time in ["infinity", "-infinity", "0044-03-15 BC", "10000-01-01Z"] {
        refused(&t, &format!("UPDATE \"user\" SET created_at = '{time}'"), "user_created_at_check");
    }
}

/// The files of SQL in the source that an engine runs as a whole.
fn statements(engine: Engine) -> Vec<(String, String)> {
    fn collect(directory: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { collect(&path, found) } else { found.push(path) }
        }
    }
    let mut files = Vec::new();
    collect(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let other = if engine == Engine::Sqlite { "postgres" } else { "sqlite" };
    let mut statements = Vec::new();
    for path in files {
        let name = path.display().to_string();
        // A part of other statements, which are tested with them, or many statements.
        let is_part = name.contains("roles_at") || name.ends_with("distribute.sql");
        let is_of_cluster = name.contains("/citus/") && !(engine == Engine::Postgres && cluster::is_there());
        if path.extension().is_some_and(|extension| extension == "sql")
            && !name.contains(other)
            && !is_part
            && !is_of_cluster
        {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().skip_while(|line| line.starts_with("--"));
            statements.push((name, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    statements
}

/// The types of the parameters of a file, as the command binds them.
fn parameter_types(name: &str) -> &'static str {
    match name {
        _ if name.contains("/lint/") => "timestamptz, bigint, bigint",
        _ if name.contains("funnel") => {
            "timestamptz, timestamptz, text, text, text, text, text, text, text, text, text"
        }
        _ if name.contains("progress") => "text, text, text, boolean, boolean, text, text, bigint",
        _ if name.contains("qualified") => {
            "timestamptz, timestamptz, text, bigint, bigint, bigint, bigint, boolean, bigint"
        }
        _ if name.contains("guards") => "text",
        _ => "",
    }
}

/// SQLite takes 30 seconds to look up five million rows by an index, and two to read them all.
#[test]
fn no_file_of_sql_looks_up_the_whole_log_by_an_index() {
    #[derive(diesel::QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    let t = Sandbox::migrated(Engine::Sqlite);
    let path = t.url.strip_prefix("sqlite:").unwrap();
    let mut conn = SqliteConnection::establish(path).unwrap();
    let mut checked = 0;
    for (name, sql) in statements(Engine::Sqlite) {
        if !["/lint/", "qualified", "funnel"].iter().any(|part| name.contains(part)) {
            continue;
        }
        let explain = format!("EXPLAIN QUERY PLAN {}", filled(&sql));
        let steps: Vec<Step> = diesel::RunQueryDsl::load(diesel::sql_query(explain), &mut conn).unwrap();
        for Step { detail } in steps {
            let scans = detail.starts_with("SCAN user_action USING INDEX");
            let by_time =
                detail.starts_with("SEARCH user_action USING INDEX user_action_occurred_at (occurred_at>? AND");
            assert!(!scans && !by_time, "{name}: {detail}");
        }
        checked += 1;
    }
    assert!(checked >= 7, "{checked}");
}

/// A statement with what the program puts in its gaps.
fn filled(sql: &str) -> String {
    let days = "count(DISTINCT occurred_at)";
    sql.replace("{time}", "+occurred_at").replace("{counts}", "TRUE").replace("{active_days}", days)
}

on_both_engines! {
    fn every_file_of_sql_has_a_plan(t) {
        t.ok(&["import", "all", &example("")]);
        let statements = statements(t.engine);
        assert!(statements.len() >= 9, "{statements:?}");
        for (name, sql) in statements {
            let sql = filled(sql.trim_end().trim_end_matches(';'));
            let explained = match t.engine {
                Engine::Sqlite => t.sql(&format!("EXPLAIN QUERY PLAN {sql}")),
                Engine::Postgres => {
                    let types = parameter_types(&name);
                    let values = vec!["NULL"; types.split(',').count()].join(", ");
                    let (types, values) = match types {
                        "" => (String::new(), String::new()),
                        types => (format!("({types})"), format!("({values})")),
                    };
                    let sql = sql.replace("{waits}", "TRUE");
                    t.sql(&format!("PREPARE statement{types} AS {sql}; EXPLAIN EXECUTE statement{values}"))
                }
            };
            assert_eq!(explained, Ok(()), "{name}");
        }
    }
}
