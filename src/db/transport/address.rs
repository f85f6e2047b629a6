//! Reads libpq's connection strings, both forms, for what they say about servers and TLS.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use super::error::TlsError;

/// The one mode that checks both the server's certificate and the name in it.
const VERIFY_FULL: &str = "verify-full";
/// PostgreSQL's port.
const PORT: &str = "5432";

/// A server at the other end of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

/// The parameters of a connection string.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    parameters: Vec<(String, String)>,
    is_url: bool,
}

impl Address {
    /// Reads a connection string; `None` if it cannot be read, or says twice where to connect or how: of two hosts or modes it
    /// must not depend on the reader which one counts.
    pub(super) fn read(text: &str) -> Option<Self> {
        let url = text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://"));
        let parameters = url.map_or_else(|| of_pairs(text), of_url)?;
        let address = Self { parameters, is_url: url.is_some() };
        let once = ["host", "hostaddr", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "service"];
        once.iter().all(|name| address.all(name).count() <= 1).then_some(address)
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// Returns the value of a parameter; `None` if it is not given or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    /// Returns whether it asks for TLS that checks the server's name.
    pub(super) fn asks_for_tls(&self) -> bool {
        self.get("sslmode") == Some(VERIFY_FULL)
    }

    /// Returns whether all servers are sockets or on this machine. No host at all is libpq's default, a socket. A
    /// service is a file that names hosts, which is not read here.
    pub(super) fn is_here(&self) -> bool {
        let hosts = [self.get("host"), self.get("hostaddr")].into_iter().flatten();
        self.get("service").is_none() && hosts.flat_map(|hosts| hosts.split(',')).all(is_here)
    }

    /// Returns the servers to speak TLS with.
    ///
    /// # Errors
    /// Fails for what cannot be checked by name: `hostaddr`, a service, no host; and for sockets.
    pub(super) fn servers(&self) -> Result<Vec<Server>, TlsError> {
        if self.get("hostaddr").or(self.get("service")).is_some() {
            return Err(TlsError::Host);
        }
        let hosts: Vec<&str> = self.get("host").ok_or(TlsError::Host)?.split(',').collect();
        let ports: Vec<&str> = self.get("port").unwrap_or(PORT).split(',').collect();
        let server = |(place, host): (usize, &&str)| {
            // One port is that of all hosts.
            let port =
                if ports.len() == 1 { ports.first() } else { ports.get(place) }.ok_or(TlsError::Host)?;
            let port = if port.is_empty() { PORT } else { port }.parse().map_err(|_| TlsError::Host)?;
            if host.is_empty() || is_socket(host) {
                return Err(TlsError::Host);
            }
            Ok(Server { host: (*host).to_owned(), port })
        };
        hosts.iter().enumerate().map(server).collect()
    }

    /// Builds the address of the sockets that lead to the servers. Of a parameter given twice, libpq takes the last.
    pub(super) fn with_sockets(&self, text: &str, sockets: &[String]) -> String {
        let hosts = sockets.join(",");
        if !self.is_url {
            return format!(
                "{text} host='{hosts}' port={PORT} sslmode=disable sslrootcert='' sslcert='' sslkey=''"
            );
        }
        let separator = if text.contains('?') { '&' } else { '?' };
        let hosts = hosts.replace('@', "%40");
        // A URL that lists ports needs as many here.
        let ports = vec![PORT; sockets.len()].join(",");
        format!("{text}{separator}host={hosts}&port={ports}&sslmode=disable&sslrootcert=&sslcert=&sslkey=")
    }
}

fn is_socket(host: &str) -> bool {
    host.starts_with(['/', '@'])
}

fn is_here(host: &str) -> bool {
    host.is_empty()
        || is_socket(host)
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `user:password@host:port,host:port/database?name=value&…`, without the scheme.
fn of_url(rest: &str) -> Option<Vec<(String, String)>> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let servers = place.split('/').next()?.rsplit('@').next()?;
    let mut parameters = Vec::new();
    if !servers.is_empty() {
        let servers: Option<Vec<(String, String)>> = servers.split(',').map(host_and_port).collect();
        let (hosts, ports): (Vec<_>, Vec<_>) = servers?.into_iter().unzip();
        parameters.push(("host".to_owned(), hosts.join(",")));
        if ports.iter().any(|port| !port.is_empty()) {
            parameters.push(("port".to_owned(), ports.join(",")));
        }
    }
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=')?;
        parameters.push((decoded(name)?, decoded(value)?));
    }
    Some(parameters)
}

/// A host can be an address in brackets.
fn host_and_port(server: &str) -> Option<(String, String)> {
    let (host, port) = match server.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?,
        None => server.split_once(':').map_or((server, ""), |(host, port)| (host, port)),
    };
    Some((decoded(host)?, port.trim_start_matches(':').to_owned()))
}

/// `name = value` with spaces around; a value can stand in quotes, and a backslash takes the next character as it is.
fn of_pairs(text: &str) -> Option<Vec<(String, String)>> {
    let (mut parameters, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        parameters.push((name.trim_end().to_owned(), value));
        rest = after.trim_start();
    }
    Some(parameters)
}

/// Reads a value; returns it and what follows.
fn value(text: &str) -> Option<(String, &str)> {
    let (quoted, text) = text.strip_prefix('\'').map_or((false, text), |inside| (true, inside));
    let (mut value, mut characters) = (String::new(), text.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.push(characters.next()?.1),
            '\'' if quoted => return Some((value, text.get(at + 1..)?)),
            space if space.is_whitespace() && !quoted => return Some((value, text.get(at..)?)),
            other => value.push(other),
        }
    }
    (!quoted).then_some((value, ""))
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::super::is_private;
    use super::*;

    #[test]
    fn sockets_and_this_machine_need_no_tls() {
        for address in [
            "postgres:///cazier",
            "postgresql:///cazier?host=/run/postgresql&port=5432&user=cazier_serve",
            "postgres://%2Frun%2Fpostgresql/cazier",
            "postgres://cazier:p%40ss@localhost:5432/cazier",
            "postgres://cazier@127.0.0.1,[::1]:5433/cazier?target_session_attrs=read-write",
            "host=/run/postgresql user=cazier",
            "host = 127.0.0.7 password='a b\\' host=db.example'",
            "dbname=cazier",
        ] {
            assert!(is_private(address), "{address}");
        }
    }

    #[test]
    fn other_machines_need_tls_that_checks_the_name() {
        for address in [
            "postgres://cazier@db.example/cazier",
            "postgres://cazier@127.0.0.1,db2.example/cazier",
            "postgres://cazier@127.0.0.1/cazier?host=db.example",
            "postgres://localhost/cazier?hostaddr=192.0.2.1",
            "postgres://127.0.0.1@db.example/cazier",
            "postgres://db.example/cazier?sslmode=require",
            "postgres://db.example/cazier?sslmode=verify-ca",
            "postgres://db.example/cazier?sslmode=verify-full&sslmode=disable",
            "postgres://db.example/cazier?%73slmode=verify-full&ssl%6Dode=prefer",
            "postgres:///cazier?service=elsewhere",
            "host=db.example dbname=cazier",
            "host=localhost hostaddr='192.0.2.1'",
            "user='sslmode=verify-full' host=db.example",
            "host='unterminated",
            "nonsense",
        ] {
            assert!(!is_private(address), "{address}");
        }
        for address in [
            "postgres://cazier@db1.example:5432,db2.example/cazier?sslmode=verify-full&sslrootcert=/etc/cazier/db.pem",
            "host=db.example sslmode=verify-full",
            "host=db.example sslmode = 'verify-full'",
        ] {
            assert!(is_private(address), "{address}");
        }
    }

    #[test]
    fn each_server_has_its_host_and_port() {
        let servers = |text: &str| Address::read(text).unwrap().servers().ok();
        let server = |host: &str, port| Server { host: host.to_owned(), port };
        assert_eq!(
            servers("postgres://u:p@db1.example:5433,[2001:db8::1],db3.example/d?sslmode=verify-full"),
            Some(vec![server("db1.example", 5433), server("2001:db8::1", 5432), server("db3.example", 5432)])
        );
        assert_eq!(
            servers("host=a,b port=5433"),
            Some(vec![server("a", 5433), server("b", 5433)]),
            "one port is that of all hosts"
        );
        for text in [
            "host=a,b,c port=1,2",
            "host=a hostaddr=192.0.2.1",
            "service=x",
            "host=a,/run/postgresql",
            "host=a,,b",
            "dbname=d",
            "host=a port=x",
        ] {
            assert_eq!(servers(text), None, "{text}");
        }
    }

    #[test]
    fn libpq_is_led_to_the_sockets() {
        let led = |text: &str| {
            Address::read(text).unwrap().with_sockets(text, &["@one".to_owned(), "@two".to_owned()])
        };
        assert_eq!(
            led("postgres://u@a,b/d?sslmode=verify-full"),
            "postgres://u@a,b/d?sslmode=verify-full&host=%40one,%40two&port=5432,5432&sslmode=disable&sslrootcert=&sslcert=&sslkey="
        );
        assert_eq!(
            led("host=a,b sslmode=verify-full"),
            "host=a,b sslmode=verify-full host='@one,@two' port=5432 sslmode=disable sslrootcert='' sslcert='' sslkey=''"
        );
    }
}
