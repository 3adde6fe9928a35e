//! URLs of PostgreSQL: parsed here, and handed to libpq as keywords and values. libpq prints parts of a URL that it cannot
//! parse, and a password may be one of them.

use std::env;
use std::fmt;
use std::net::{IpAddr, ToSocketAddrs as _};

use percent_encoding::percent_decode_str;

use super::UrlError;

/// A URL of PostgreSQL, as libpq reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    /// The URL without its password and its parameters, for people.
    shown: String,
    user: Option<String>,
    password: Option<String>,
    /// Hosts and ports; both may be empty.
    hosts: Vec<(String, String)>,
    database: String,
    parameters: Vec<(String, String)>,
    /// Hosts that are trusted like this machine.
    trusted_hosts: Vec<String>,
}

/// The mode in which the name of the host is compared with the server's certificate.
const VERIFY_FULL: &str = "verify-full";
/// Parameters that identify the database, and contain no secrets.
const SHOWN: [&str; 6] = ["host", "hostaddr", "port", "dbname", "user", "sslmode"];

/// The port that pgbouncer has where nothing else is configured.
const PGBOUNCER_PORT: &str = "6432";

/// Whether a host is this machine: a socket, a loopback address.
fn is_this_machine(host: &str) -> bool {
    host.is_empty()
        || host.starts_with(['/', '@'])
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl PostgresUrl {
    /// Parses the text after the scheme and `//`.
    pub(super) fn parse(scheme: &str, text: &str) -> Result<Self, UrlError> {
        let (authority, rest) = text.split_at(text.find(['/', '?']).unwrap_or(text.len()));
        let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, hosts_text) = match authority.matches('@').count() {
            0 => (None, authority),
            1 => authority.split_once('@').map_or((None, authority), |(login, hosts)| (Some(login), hosts)),
            _ => return Err(UrlError::Malformed),
        };
        // An `@` after the authority is that of a password with an unencoded / or ?.
        if path.contains('@') {
            return Err(UrlError::Malformed);
        }
        let decoded = |text: &str| {
            if !is_encoded(text) {
                return Err(UrlError::Malformed);
            }
            percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| UrlError::Malformed)
        };
        let (user, password) = match login {
            None => (None, None),
            Some(login) => match login.split_once(':') {
                Some((user, password)) => (Some(user), Some(password)),
                None => (Some(login), None),
            },
        };
        let hosts = hosts_text.split(',').map(host_and_port).collect::<Option<Vec<_>>>().ok_or(UrlError::Malformed)?;
        let hosts =
            hosts.into_iter().map(|(host, port)| Ok((decoded(host)?, port.to_owned()))).collect::<Result<_, _>>()?;
        let parameters = parameters
            .split('&')
            .filter(|parameter| !parameter.is_empty())
            .map(|parameter| {
                let (name, value) = parameter.split_once('=').ok_or(UrlError::Malformed)?;
                Ok((decoded(name)?, decoded(value)?))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mask = if password.is_some_and(|password| !password.is_empty()) { ":***" } else { "" };
        let login = user.map(|user| format!("{user}{mask}@")).unwrap_or_default();
        let optional = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(decoded).transpose();
        Ok(Self {
            shown: format!("{scheme}://{login}{hosts_text}{path}"),
            user: optional(user)?,
            password: optional(password)?,
            hosts,
            database: decoded(path.trim_start_matches('/'))?,
            parameters,
            trusted_hosts: Vec::new(),
        })
    }

    /// Trusts these hosts like this machine.
    pub(super) fn trust(&mut self, hosts: &[String]) {
        self.trusted_hosts = hosts.to_vec();
    }

    /// The keywords and values without the password, and the password.
    pub(super) fn for_programs(&self) -> (String, Option<String>) {
        let mut open = self.clone();
        let parameter = open.parameter("password").map(ToOwned::to_owned);
        open.parameters.retain(|(name, _)| name != "password");
        let password = open.password.take();
        (open.conninfo(), parameter.or(password))
    }

    /// The keywords and values for libpq, with defaults that neither the URL nor the environment sets.
    pub(super) fn conninfo(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let list =
            |of: fn(&(String, String)) -> &String| self.hosts.iter().map(of).cloned().collect::<Vec<_>>().join(",");
        pairs.extend(Some(("host", list(|(host, _)| host))).filter(|(_, hosts)| hosts.contains(|c| c != ',')));
        pairs.extend(Some(("port", list(|(_, port)| port))).filter(|(_, ports)| ports.contains(|c| c != ',')));
        pairs.extend(self.user.clone().map(|user| ("user", user)));
        pairs.extend(self.password.clone().map(|password| ("password", password)));
        pairs.extend(Some(("dbname", self.database.clone())).filter(|(_, name)| !name.is_empty()));
        for (name, value) in self.parameters.iter().filter(|(name, _)| name != "pooler") {
            match (name.as_str(), value.as_str()) {
                ("ssl", "true") => pairs.push(("sslmode", "require".to_owned())),
                (name, _) => pairs.push((name, value.clone())),
            }
        }
        for (name, value, variable) in
            [("connect_timeout", "10", "PGCONNECT_TIMEOUT"), ("application_name", "rollbook", "PGAPPNAME")]
        {
            if !self.is_set(name, variable) {
                pairs.push((name, value.to_owned()));
            }
        }
        if self.must_verify() {
            pairs.push(("sslmode", VERIFY_FULL.to_owned()));
        }
        if self.is_verified()
            && !self.is_set("sslrootcert", "PGSSLROOTCERT")
            && !has_root_certificate()
            && let Some(file) = openssl_probe::probe().cert_file
        {
            // The OpenSSL that is compiled in looks in a directory that does not exist.
            pairs.push(("sslrootcert", file.display().to_string()));
        }
        let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}='{}'", quoted(value))).collect();
        pairs.join(" ")
    }

    fn is_set(&self, parameter: &str, variable: &str) -> bool {
        self.parameter(parameter).is_some() || env::var_os(variable).is_some_and(|value| !value.is_empty())
    }

    /// Whether TLS with a verified certificate is the default: for a host that is not local, unless the URL or the
    /// environment say otherwise.
    pub(super) fn must_verify(&self) -> bool {
        !self.is_set("sslmode", "PGSSLMODE")
            && !self.has_service()
            && self.parameter("ssl").is_none()
            && self.host_names().iter().any(|host| !self.is_local(host))
    }

    /// Whether a TLS connection has the name of the host compared with the server's certificate: by default, by the URL or by
    /// the environment.
    pub(super) fn is_verified(&self) -> bool {
        let given = self.parameter("sslmode").map(ToOwned::to_owned).or_else(|| env::var("PGSSLMODE").ok());
        self.must_verify() || given.is_some_and(|mode| mode == VERIFY_FULL)
    }

    /// Whether a service file decides what neither the URL nor the environment say.
    pub(super) fn has_service(&self) -> bool {
        self.is_set("service", "PGSERVICE")
    }

    /// The hosts that the URL or the environment name.
    fn host_names(&self) -> Vec<String> {
        let names = match (self.parameter("hostaddr"), self.parameter("host")) {
            (Some(names), _) | (None, Some(names)) => names.to_owned(),
            (None, None) if self.hosts.iter().any(|(host, _)| !host.is_empty()) => {
                return self.hosts.iter().map(|(host, _)| host.clone()).collect();
            }
            (None, None) => env::var("PGHOSTADDR").or_else(|_| env::var("PGHOST")).unwrap_or_default(),
        };
        names.split(',').map(ToOwned::to_owned).collect()
    }

    /// Whether a host is this machine, or trusted like it: a socket, a loopback address.
    fn is_local(&self, host: &str) -> bool {
        is_this_machine(host) || self.trusted_hosts.iter().any(|trusted| trusted.eq_ignore_ascii_case(host))
    }

    /// Whether a connection to the hosts of the URL can have arrived at this address, `None` for a socket, and port.
    pub(super) fn is_at(&self, address: Option<&str>, port: &str) -> bool {
        let address = address.and_then(|address| address.parse::<IpAddr>().ok());
        let has_address = |host: &String| match address {
            None => host.is_empty() || host.starts_with(['/', '@']),
            Some(address) => (host.as_str(), 0)
                .to_socket_addrs()
                .is_ok_and(|mut found| found.any(|found| found.ip().to_canonical() == address.to_canonical())),
        };
        self.ports().iter().any(|named| named == port) && self.host_names().iter().any(has_address)
    }

    /// The ports that the URL or the environment name; without one, 5432.
    fn ports(&self) -> Vec<String> {
        let of_hosts: Vec<String> =
            self.hosts.iter().map(|(_, port)| port.clone()).filter(|port| !port.is_empty()).collect();
        let given = match self.parameter("port") {
            Some(ports) => ports.split(',').map(ToOwned::to_owned).collect(),
            None => of_hosts,
        };
        if given.is_empty() { vec![env::var("PGPORT").unwrap_or_else(|_| "5432".to_owned())] } else { given }
    }

    /// Whether both may be the same database, whatever the user: the names are equal, and a host and a port. Every name of this
    /// machine is one host, pgbouncer's port is any, and a service file may name every database.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let is_whole = |url: &Self| !url.database().is_empty() && url.host_names().iter().any(|host| !host.is_empty());
        let has_service =
            |url: &Self| url.parameter("service").is_some() || variable("PGSERVICE").is_some() && !is_whole(url);
        if has_service(self) || has_service(other) {
            return true;
        }
        let name = |url: &Self| {
            let given = Some(url.database()).filter(|name| !name.is_empty()).map(ToOwned::to_owned);
            given.or_else(|| variable("PGDATABASE")).or_else(|| url.user.clone()).or_else(|| variable("PGUSER"))
        };
        let hosts = |url: &Self| -> Vec<String> {
            let host = |host: String| if is_this_machine(&host) { String::new() } else { host.to_ascii_lowercase() };
            url.host_names().into_iter().map(host).collect()
        };
        let overlap = |one: &[String], other: &[String]| one.iter().any(|value| other.contains(value));
        let (ports, other_ports) = (self.ports(), other.ports());
        let is_pooler = |ports: &[String]| ports.iter().any(|port| port == PGBOUNCER_PORT);
        name(self) == name(other)
            && overlap(&hosts(self), &hosts(other))
            && (overlap(&ports, &other_ports) || is_pooler(&ports) || is_pooler(&other_ports))
    }

    /// A parameter; the last one counts.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The names of all parameters.
    pub(super) fn parameter_names(&self) -> Vec<&str> {
        self.parameters.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The name of the database.
    pub(super) fn database(&self) -> &str {
        self.parameter("dbname").unwrap_or(&self.database)
    }

    /// Whether it contains a secret.
    pub(super) fn has_secret(&self) -> bool {
        let secret = ["password", "sslpassword", "oauth_client_secret"];
        self.password.is_some() || secret.iter().any(|name| self.parameter(name).is_some())
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)?;
        let mut separator = '?';
        for (name, value) in self.parameters.iter().filter(|(name, _)| SHOWN.contains(&name.as_str())) {
            write!(f, "{separator}{name}={value}")?;
            separator = '&';
        }
        Ok(())
    }
}

/// Whether the user has certificates of their own, which libpq finds.
fn has_root_certificate() -> bool {
    env::home_dir().is_some_and(|home| home.join(".postgresql/root.crt").exists())
}

/// Whether every percent sign is followed by two hexadecimal digits.
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

/// The host, without the brackets of an IPv6 address, and the port, which is a number.
fn host_and_port(text: &str) -> Option<(&str, &str)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']')?;
            let port = if rest.is_empty() { "" } else { rest.strip_prefix(':')? };
            (address, port)
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    port.bytes().all(|byte| byte.is_ascii_digit()).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conninfo(text: &str) -> String {
        PostgresUrl::parse("postgres", text).unwrap().conninfo()
    }

    #[test]
    fn libpq_gets_keywords_and_values() {
        assert_eq!(
            conninfo("ann:it%27s%20a%5Cb@[::1]:5433,localhost/d%2Fb?connect_timeout=3&application_name=x&pooler=true"),
            r"host='::1,localhost' port='5433,' user='ann' password='it\'s a\\b' dbname='d/b' connect_timeout='3' application_name='x'"
        );
        assert_eq!(
            conninfo("/db?host=%2Ftmp&application_name=x&connect_timeout=1"),
            "dbname='db' host='/tmp' application_name='x' connect_timeout='1'"
        );
    }

    #[test]
    fn host_that_is_not_local_is_verified() {
        let verifies = |text: &str| conninfo(text).contains("sslmode='verify-full'");
        for remote in
            ["db.example/d", "h1,localhost/d", "10.0.0.7/d", "/d?host=db.example", "localhost/d?hostaddr=10.0.0.7"]
        {
            assert!(verifies(remote), "{remote}");
        }
        for local in [
            "localhost/d",
            "127.0.0.1:5433/d",
            "[::1]/d",
            "/d",
            "/d?host=/run/x",
            "db.example/d?sslmode=require",
            "db.example/d?ssl=true",
        ] {
            assert!(!verifies(local), "{local}");
        }
        let mut trusted = PostgresUrl::parse("postgres", "db.internal/d").unwrap();
        trusted.trust(&["DB.internal".to_owned()]);
        assert!(!trusted.must_verify());
    }
}
