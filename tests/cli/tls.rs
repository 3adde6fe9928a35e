//! TLS connections to PostgreSQL.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::sandbox::{Engine, Sandbox};

/// The server of the test agrees to TLS and then only reads: the next bytes of the client must start a handshake.
#[test]
fn sslmode_require_starts_a_tls_handshake() {
    let t = Sandbox::empty(Engine::Sqlite);
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "postgres://ann@127.0.0.1:{}/db?sslmode=require&gssencmode=disable",
        server.local_addr().unwrap().port()
    );
    let listening = thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        let mut request = [0; 8];
        client.read_exact(&mut request).unwrap();
        client.write_all(b"S").unwrap();
        let mut hello = [0; 2];
        client.read_exact(&mut hello).unwrap();
        (request, hello)
    });
    let run = t.run(&["users", "list", "--database-url", &url]);
    let (request, hello) = listening.join().unwrap();
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "an SSLRequest");
    assert_eq!(hello, [0x16, 0x03], "a TLS handshake record");
    assert_eq!(run.status, 5, "{run}");
}

/// A host that is not local: no password is sent without TLS, unless the URL says so.
#[test]
fn password_is_not_sent_in_clear_to_another_host() {
    let t = Sandbox::empty(Engine::Sqlite);
    for (parameters, gets_startup) in [("", false), ("&sslmode=disable", true)] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        // Linux takes 0.0.0.0 for this machine, but it is no loopback address.
        let url = format!(
            "postgres://ann:s3cret@0.0.0.0:{}/db?gssencmode=disable{parameters}",
            server.local_addr().unwrap().port()
        );
        let listening = thread::spawn(move || {
            let (mut client, _) = server.accept().unwrap();
            let mut request = [0; 8];
            client.read_exact(&mut request).unwrap();
            if request == [0, 0, 0, 8, 4, 210, 22, 47] {
                client.write_all(b"N").unwrap();
            }
            let mut rest = Vec::new();
            client.set_read_timeout(Some(std::time::Duration::from_secs(1))).unwrap();
            drop(client.read_to_end(&mut rest));
            rest
        });
        let run = t.run(&["users", "list", "--database-url", &url]);
        assert_eq!(run.status, 5, "{run}");
        assert!(!run.stderr.contains("s3cret"), "{run}");
        assert_eq!(
            run.stderr.contains("hint: for a host that is not local, sslmode=verify-full is the default"),
            !gets_startup,
            "{run}"
        );
        assert_eq!(!listening.join().unwrap().is_empty(), gets_startup);
    }
}
