//! Stands between the program and the test server of PostgreSQL.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;

use crate::sandbox::Sandbox;

/// What becomes of bytes of the program.
pub enum Pass {
    /// They go on to the server.
    On,
    /// They go on to the server, and the program's connection is cut before the answer.
    OnAndCut,
    /// The connection is cut before they reach the server.
    Cut,
}

/// Starts the proxy, and returns the URL to use. `answers` may change what the server says, but not its length.
pub fn proxy(
    t: &Sandbox,
    requests: impl Fn(&[u8]) -> Pass + Send + Sync + 'static,
    answers: impl Fn(&mut Vec<u8>) + Send + Sync + 'static,
) -> String {
    let server = t.url.split_once("host=").unwrap().1;
    let (host, port) = server.split_once("&port=").unwrap_or((server, "5432"));
    let socket = format!("{host}/.s.PGSQL.{port}");
    let database = t.url.split("@/").nth(1).unwrap().split('?').next().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (requests, answers) = (Arc::new(requests), Arc::new(answers));
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), UnixStream::connect(&socket).unwrap());
            let (mut to_server, mut from_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let (requests, answers) = (Arc::clone(&requests), Arc::clone(&answers));
            thread::spawn(move || {
                let mut bytes = vec![0; 65536];
                while let Ok(n @ 1..) = from_client.read(&mut bytes) {
                    let pass = requests(&bytes[..n]);
                    if matches!(pass, Pass::OnAndCut | Pass::Cut) {
                        drop(from_client.shutdown(Shutdown::Both));
                    }
                    if matches!(pass, Pass::Cut) || to_server.write_all(&bytes[..n]).is_err() {
                        break;
                    }
                }
                drop(to_server.shutdown(Shutdown::Write));
            });
            thread::spawn(move || {
                let mut bytes = vec![0; 65536];
                while let Ok(n @ 1..) = server.read(&mut bytes) {
                    let mut answer = bytes[..n].to_vec();
                    answers(&mut answer);
                    if client.write_all(&answer).is_err() {
                        break;
                    }
                }
                drop(client.shutdown(Shutdown::Both));
            });
        }
    });
    format!("postgres://rollbook@127.0.0.1:{port}/{database}?sslmode=disable&gssencmode=disable&pooler=false")
}
