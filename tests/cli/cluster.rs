//! The third engine: with `tests/with-citus`, the databases of the tests are distributed over a Citus cluster.

use std::sync::OnceLock;
use std::thread;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use crate::sandbox::{Engine, Sandbox, server, url_of};

/// The URLs of the nodes, the coordinator first; none without a cluster.
fn nodes() -> Vec<String> {
    let nodes = std::env::var("ROLLBOOK_TEST_CITUS").unwrap_or_default();
    nodes.split_whitespace().map(ToOwned::to_owned).collect()
}

/// Whether there is a cluster.
pub fn is_there() -> bool {
    !nodes().is_empty()
}

/// The URLs of the workers.
pub fn workers() -> impl Iterator<Item = String> {
    nodes().into_iter().skip(1)
}

/// Executes SQL in a database of each node, or of the server on which it is.
pub fn on_every_node(database: &str, sql: &str) {
    thread::scope(|scope| {
        for node in nodes() {
            scope.spawn(move || {
                PgConnection::establish(&url_of(&node, database)).unwrap().batch_execute(sql).unwrap();
            });
        }
    });
}

/// Creates a database on each node, with the tables, and the log distributed over the workers.
pub fn create_distributed(name: &str) {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let template = TEMPLATE.get_or_init(new_template);
    on_every_node("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"));
}

/// Creates a database of which the others are copies.
fn new_template() -> String {
    let template = Sandbox::clustered();
    template.ok(&["migrate", "run"]);
    template.ok(&["migrate", "distribute", "--shards", "4", "--yes"]);
    // Tests count what their own commands have recorded.
    for statement in [
        "ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_change",
        "DELETE FROM audit_event",
        "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_change",
        "DELETE FROM operation",
        "SELECT setval(pg_get_serial_sequence('audit_event', 'position'), 1, false)",
    ] {
        let mut conn = PgConnection::establish(&template.url).unwrap();
        conn.batch_execute("SET citus.enable_unsafe_triggers = on").unwrap();
        conn.batch_execute(statement).unwrap();
    }
    let name = template.database_name();
    // Citus itself connects to every database that has it.
    on_every_node(
        "postgres",
        &format!(
            "ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ),
    );
    std::mem::forget(template);
    name
}

impl Sandbox {
    /// An empty database of the cluster.
    pub fn clustered() -> Self {
        let sandbox = Self::empty(Engine::Postgres);
        let name = sandbox.database_name();
        for worker in workers() {
            PgConnection::establish(&worker).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        }
        on_every_node(&name, "SET client_min_messages = warning; CREATE EXTENSION citus");
        let add = |function: &str, url: &str| {
            let host = url.split("host=").nth(1).unwrap().split('&').next().unwrap();
            let port = url.split("port=").nth(1).unwrap();
            sandbox.sql(&format!("SELECT {function}('{host}', {port})")).unwrap();
        };
        add("citus_set_coordinator_host", &server());
        workers().for_each(|worker| add("citus_add_node", &worker));
        sandbox
    }
}
