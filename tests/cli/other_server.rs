//! A second server, whose settings the tests change: TLS, synchronous replication, a restored dump.

use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use rustix::process::{Pid, Signal};

use crate::sandbox::{Engine, Run, Sandbox, eventually};

/// The server for one test at a time, as its settings are those of all its databases.
struct OtherServer {
    directory: String,
    port: String,
    _turn: MutexGuard<'static, ()>,
}

impl OtherServer {
    fn take() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = std::env::var("ROLLBOOK_TEST_OTHER").expect("the tests need another server: run `make test`");
        let port = std::fs::read_to_string(format!("{directory}/port")).unwrap().trim().to_owned();
        let server = Self { directory, port, _turn: turn };
        server.set("synchronous_standby_names", "");
        server.set("ssl_cert_file", &format!("{}/good.pem", server.directory));
        server.set("ssl_key_file", &format!("{}/good.key", server.directory));
        server.set("ssl", "on");
        server
    }

    /// The URL of its database postgres, by its socket.
    fn url(&self) -> String {
        format!("postgres://rollbook@/postgres?host={}&port={}", self.directory, self.port)
    }

    fn connect(&self) -> PgConnection {
        let mut conn = PgConnection::establish(&self.url()).unwrap();
        conn.batch_execute("SET synchronous_commit = local").unwrap();
        conn
    }

    fn sql(&self, statement: &str) {
        self.connect().batch_execute(statement).unwrap();
    }

    /// Changes a setting, and waits until a new connection has it.
    fn set(&self, name: &str, value: &str) {
        self.sql(&format!("ALTER SYSTEM SET {name} = '{value}'"));
        self.sql("SELECT pg_reload_conf()");
        let is_set =
            format!("DO $$ BEGIN IF current_setting('{name}') <> '{value}' THEN RAISE 'not yet'; END IF; END $$");
        eventually(|| self.connect().batch_execute(&is_set).is_ok());
    }

    /// Lets commits wait for a standby that does not exist, or no longer.
    fn wait_for_standby(&self, waits: bool) {
        self.set("synchronous_standby_names", if waits { "nowhere" } else { "" });
    }

    /// Waits until a commit of a database waits for the standby.
    fn until_commit_waits(&self, t: &Sandbox) {
        let waiting = Self::waiting_commit(t);
        let is_waiting = format!("DO $$ BEGIN IF NOT EXISTS (SELECT {waiting}) THEN RAISE 'not yet'; END IF; END $$");
        eventually(|| self.connect().batch_execute(&is_waiting).is_ok());
    }

    /// Ends the wait of a commit, by a function of PostgreSQL.
    fn end_wait(&self, t: &Sandbox, function: &str) {
        self.sql(&format!("SELECT {function}(pid) {}", Self::waiting_commit(t)));
    }

    fn waiting_commit(t: &Sandbox) -> String {
        format!(
            "FROM pg_stat_activity WHERE datname = '{}' AND wait_event = 'SyncRep' AND application_name = 'rollbook'",
            t.database_name()
        )
    }

    fn certificate(&self, name: &str) {
        self.set("ssl_key_file", &format!("{}/{name}.key", self.directory));
        self.set("ssl_cert_file", &format!("{}/{name}.pem", self.directory));
    }
}

/// What the program says of a TLS connection to a host that is not local: Linux takes 0.0.0.0 for this machine, but it is no
/// loopback address.
fn by_tls(t: &Sandbox, server: &OtherServer, authority: Option<&str>, parameters: &str) -> Run {
    let database = t.database_name();
    let url =
        format!("postgres://tls_user@0.0.0.0:{}/{database}?gssencmode=disable&pooler=false{parameters}", server.port);
    let mut command = t.command(&["users", "list", "--format", "ids", "-v", "--database-url", &url]);
    command.env("PGPASSWORD", "s3cret");
    if let Some(authority) = authority {
        command.env("SSL_CERT_FILE", format!("{}/{authority}.pem", server.directory));
    }
    let run = Run::of(command.output().unwrap());
    assert!(!run.stderr.contains("s3cret"), "{run}");
    run
}

#[cfg(feature = "tls")]
#[test]
fn certificate_of_another_host_is_verified_by_default() {
    let server = OtherServer::take();
    let t = &Sandbox::on_server(&server.url());
    t.user("ann", "");
    server.sql(
        "DROP ROLE IF EXISTS tls_user; SET password_encryption = 'scram-sha-256';
         CREATE ROLE tls_user LOGIN SUPERUSER PASSWORD 's3cret'",
    );
    let hint = "hint: for a host that is not local, sslmode=verify-full is the default";
    let refused = |run: &Run, reason: &str| {
        assert!([1, 5].contains(&run.status) && run.stdout.is_empty(), "{run}");
        assert!(run.stderr.contains(reason) && run.stderr.contains(hint), "{reason}: {run}");
    };
    let accepted = |run: &Run, tls: &str| {
        assert!(run.status == 0 && run.stdout == "ann\n" && run.stderr.contains(tls), "{tls}: {run}");
    };
    // The certificate of a known authority for this host, found where the system keeps them, or named.
    accepted(&by_tls(t, &server, Some("authority"), ""), "the name of the host is verified");
    let named = format!("&sslrootcert={}/authority.pem", server.directory);
    accepted(&by_tls(t, &server, None, &format!("&sslmode=verify-full{named}")), "the name of the host is verified");
    // Signed by an authority that nobody has named.
    refused(&by_tls(t, &server, None, ""), "certificate verify failed");
    accepted(&by_tls(t, &server, None, "&sslmode=require"), "the name of the host is not verified");
    // Signed by itself: not even where the authority of another is trusted.
    server.certificate("self_signed");
    refused(&by_tls(t, &server, Some("authority"), ""), "certificate verify failed");
    accepted(&by_tls(t, &server, Some("self_signed"), ""), "the name of the host is verified");
    // Of a trusted authority, for another host.
    server.certificate("other_host");
    refused(&by_tls(t, &server, Some("authority"), ""), "does not match host name");
    accepted(&by_tls(t, &server, None, &format!("&sslmode=verify-ca{named}")), "the name of the host is not verified");
    // A server without TLS, which nobody is told the password.
    server.set("ssl", "off");
    refused(&by_tls(t, &server, Some("authority"), ""), "server does not support SSL");
    accepted(&by_tls(t, &server, None, "&sslmode=disable"), "no TLS");
}

/// The commands whose COMMIT is let wait, and what they leave.
const CHANGES: [(&[&str], &str); 6] = [
    (&["users", "create", "--id", "bob", "--email", "b@example.com", "--name", "Bob"], "\"user\" WHERE id = 'bob'"),
    (&["users", "roles", "add", "ann", "teacher"], "\"user\" WHERE 'teacher' = ANY (roles)"),
    (&["actions", "record", "ann", "enrolled", "course:c"], "user_action WHERE target_id = 'c'"),
    (&["champions", "nominate", "ann"], "champion WHERE user_id = 'ann'"),
    (&["users", "update", "ann", "--name", "Anne"], "\"user\" WHERE name = 'Anne'"),
    (&["import", "actions", "FILE"], "user_action WHERE target_id = 'm'"),
];

const FILE: &str = "user_id,action_type,target_type,target_id,source_system,source_event_id,occurred_at\n\
                    ann,viewed_module,module,m,app,1,2026-01-01T00:00:00Z\n";

/// A COMMIT that waits for a standby is ended by the server: the connection is lost, or the wait alone.
#[test]
fn commit_that_waits_for_a_standby_is_reported_truly() {
    let server = OtherServer::take();
    for function in ["pg_terminate_backend", "pg_cancel_backend"] {
        let t = &Sandbox::on_server(&server.url());
        t.user("ann", "");
        let file = t.file("events.csv", FILE);
        for (args, what) in CHANGES {
            let args: Vec<&str> = args.iter().map(|arg| if *arg == "FILE" { file.as_str() } else { arg }).collect();
            assert_eq!(t.count(what), 0, "{args:?}");
            server.wait_for_standby(true);
            let child = t.start(&args);
            server.until_commit_waits(t);
            server.end_wait(t, function);
            let run = Run::of(child.wait_with_output().unwrap());
            server.wait_for_standby(false);
            // The server has committed; the program has asked it on another connection, or has got its answer.
            assert_eq!(t.count(what), 1, "{function} {args:?}: {run}");
            assert_eq!(run.status, 0, "{function} {args:?}: {run}");
        }
    }
}

/// A signal while the COMMIT waits does not make the program claim that nothing was changed.
#[test]
fn signal_during_a_commit_claims_nothing() {
    let server = OtherServer::take();
    for signals in [1, 2] {
        let t = &Sandbox::on_server(&server.url());
        t.user("ann", "");
        let file = t.file("events.csv", FILE);
        server.wait_for_standby(true);
        let child = t.start(&["import", "actions", &file]);
        server.until_commit_waits(t);
        for _ in 0..signals {
            // Two signals at once would be delivered as one.
            std::thread::sleep(std::time::Duration::from_millis(200));
            rustix::process::kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        }
        if signals == 1 {
            server.end_wait(t, "pg_cancel_backend");
        }
        let run = Run::of(child.wait_with_output().unwrap());
        server.wait_for_standby(false);
        eventually(|| t.count("user_action") == 1);
        assert_eq!(t.count("user_action"), 1, "{run}");
        assert!(!run.stderr.contains("nothing was changed") && !run.stderr.contains("rolled back"), "{run}");
        assert_eq!(run.status, if signals == 1 { 0 } else { 130 }, "{run}");
    }
}

/// A dump of one server that is restored into another, whose transactions have smaller numbers.
#[test]
fn restored_dump_feeds_every_event_once() {
    let server = OtherServer::take();
    let from = &Sandbox::whole(Engine::Postgres);
    from.user("ann", "");
    from.ok(&["actions", "record", "ann", "enrolled", "course:first"]);
    assert_eq!(from.fed("nudges", 1).len(), 1);
    // Many transactions on the first server.
    from.sql("DO $$ BEGIN FOR n IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$").unwrap();
    from.ok(&["actions", "record", "ann", "enrolled", "course:second"]);
    let dump = from.path("backup.dump").to_str().unwrap().to_owned();
    let operator = format!("op {}", from.database_name());
    from.sql(&format!("CREATE ROLE \"{operator}\"")).unwrap();
    from.ok(&["migrate", "grants", "--apply", "--operator", &operator]);
    from.ok(&["db", "backup", &dump]);
    let t = &Sandbox::on_server(&server.url());
    // The other server has not got the roles.
    let before = t.content();
    let stderr = t.fails(6, &["db", "restore", &dump, "--to", &t.url, "--confirm", &t.database_name()]);
    assert!(stderr.contains(&format!("does not have: {operator}\n")), "{stderr}");
    assert!(stderr.contains(&format!("CREATE ROLE \"{operator}\"")), "{stderr}");
    assert!(t.content() == before);
    t.sql(&format!("CREATE ROLE \"{operator}\"")).unwrap();
    t.ok(&["db", "restore", &dump, "--to", &t.url, "--confirm", &t.database_name()]);
    for args in [
        &["actions", "feed", "nudges"][..],
        &["actions", "feed", "--list"],
        &["actions", "record", "ann", "enrolled", "course:x"],
    ] {
        let run = t.run(args);
        assert!(run.status == 1 && run.stdout.is_empty(), "{args:?}: {run}");
        assert!(run.stderr.contains("the log comes from another server"), "{args:?}: {run}");
        assert!(run.stderr.contains("actions feed --rebase"), "{args:?}: {run}");
    }
    assert!(t.run(&["doctor"]).stdout.contains("the log comes from another server"));
    t.ok(&["actions", "feed", "--rebase", "--yes", "--reason", "restored"]);
    t.ok(&["actions", "record", "ann", "enrolled", "course:third"]);
    let targets = |consumer: &str| -> Vec<String> {
        let of = |line: &str| -> serde_json::Value { serde_json::from_str(line).unwrap() };
        t.fed(consumer, 3).iter().map(|line| of(line)["target_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(targets("nudges"), ["first", "second", "third"], "the first was never acknowledged");
    assert_eq!(targets("new"), ["first", "second", "third"]);
}
