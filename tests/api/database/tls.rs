//! TLS to PostgreSQL: a server of its own that speaks it, and addresses that insist on it.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use cazier::db::roles::DbRole;
use cazier::db::{Installation, primary};
use cazier::sandbox::postgres::{Options, PrivatePostgres};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::support::Database;

const PATIENCE: Duration = Duration::from_secs(120);

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// A PostgreSQL on a port of this machine that lets nobody in without TLS.
struct TlsServer {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl TlsServer {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let cluster =
            PrivatePostgres::start(Options { data_dir: folder.path().to_owned(), durable: false }).unwrap();
        let data = cluster.folder().join("data");
        let mut owner = PgConnection::establish(&cluster.url()).unwrap();
        owner.batch_execute("CREATE ROLE cazier_serve LOGIN").unwrap();
        drop(owner);
        cluster.stop();
        certificates(folder.path(), &data);
        // The role of the nodes has no password: it shows a certificate with its name.
        let hba = "hostssl all cazier_serve 127.0.0.1/32 cert\nhostssl all cazier 127.0.0.1/32 trust\n";
        fs::write(data.join("pg_hba.conf"), hba).unwrap();
        let (process, port) = begin(&data);
        let mut server = Self { process, folder, port };
        let begun = Instant::now();
        while primary::establish(&server.url("")).is_err() {
            assert!(begun.elapsed() < PATIENCE, "{}", fs::read_to_string(data.join("log")).unwrap());
            sleep(Duration::from_millis(50));
            if server.process.try_wait().unwrap().is_some() {
                // Somebody else has taken the port.
                (server.process, server.port) = begin(&data);
            }
        }
        server
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// As the owner, checked as far as it can be; more parameters can say otherwise.
    fn url(&self, more: &str) -> String {
        let authority = self.file("authority.pem");
        format!(
            "postgres://cazier@localhost:{}/postgres?sslmode=verify-full&sslrootcert={authority}{more}",
            self.port
        )
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.process), Signal::QUIT);
        let _ = self.process.wait();
    }
}

/// The server on a port that was free a moment ago.
fn begin(data: &Path) -> (Child, u16) {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    (postgres(data, port), port)
}

/// The server, as the user who owns its folder.
fn postgres(data: &Path, port: u16) -> Child {
    let owner = fs::metadata(data).unwrap();
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=KILL");
    if geteuid().is_root() {
        command.args([format!("--reuid={}", owner.uid()), format!("--regid={}", owner.gid())]);
        command.arg("--clear-groups");
    }
    let log = fs::File::create(data.join("log")).unwrap();
    command.arg(program("postgres")).arg("-D").arg(data).current_dir("/");
    for setting in [
        "listen_addresses=127.0.0.1",
        &format!("port={port}"),
        "unix_socket_directories=",
        "fsync=off",
        "ssl=on",
        "ssl_cert_file=server.pem",
        "ssl_key_file=server.key",
        "ssl_ca_file=authority.pem",
    ] {
        command.args(["-c", setting]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// A program of PostgreSQL that Debian puts on no path.
fn program(name: &str) -> PathBuf {
    let output = Command::new("pg_config").arg("--bindir").output();
    let told = output.ok().map(|output| PathBuf::from(String::from_utf8(output.stdout).unwrap().trim()));
    let given = std::env::var_os("CAZIER_POSTGRES_BIN").map(PathBuf::from);
    let debian = (15..40).rev().map(|n| PathBuf::from(format!("/usr/lib/postgresql/{n}/bin")));
    let mut places = given.into_iter().chain(told).chain(debian).map(|folder| folder.join(name));
    places.find(|path| path.exists()).unwrap_or_else(|| name.into())
}

/// An authority, the server's certificate for `localhost`, and one for the role of the nodes.
fn certificates(folder: &Path, data: &Path) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let other = CertificateParams::new(vec!["elsewhere".to_owned()]).unwrap();
    let other = other.self_signed(&KeyPair::generate().unwrap()).unwrap();
    fs::write(folder.join("other.pem"), other.pem()).unwrap();
    fs::write(folder.join("authority.pem"), authority.pem()).unwrap();
    let issue = |place: &Path, name: &str, common_name: &str| {
        let mut params = CertificateParams::new(vec![common_name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, common_name);
        let key = KeyPair::generate().unwrap();
        fs::write(place.join(format!("{name}.pem")), params.signed_by(&key, &authority).unwrap().pem())
            .unwrap();
        fs::write(place.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    };
    issue(folder, "node", "cazier_serve");
    issue(data, "server", "localhost");
    fs::write(data.join("authority.pem"), authority.pem()).unwrap();
    let owner = fs::metadata(data).unwrap();
    for name in ["server.pem", "server.key", "authority.pem"] {
        let path = data.join(name);
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }
}

/// Which TLS the server sees on a new connection.
fn version(url: &str) -> Result<String, String> {
    let mut connection = primary::establish(url).map_err(|error| error.to_string())?;
    let query = "SELECT coalesce(version, 'none') AS version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Ok(sql_query(query).get_result::<Version>(&mut connection).unwrap().version)
}

#[test]
fn connections_are_encrypted_and_the_server_is_who_it_says() {
    let server = TlsServer::start();
    assert_eq!(version(&server.url("")).as_deref(), Ok("TLSv1.3"));
    let pairs = format!(
        "host=localhost port={} user=cazier dbname=postgres sslmode=verify-full sslrootcert='{}'",
        server.port,
        server.file("authority.pem")
    );
    assert_eq!(version(&pairs).as_deref(), Ok("TLSv1.3"));
    // No test listens there.
    let closed = 1;
    let several = server.url("").replace("@localhost:", &format!("@localhost:{closed},localhost:"));
    assert_eq!(version(&several).as_deref(), Ok("TLSv1.3"), "the second server is tried");
    // The server has no certificate for its number.
    for untrusted in [("@localhost", "@127.0.0.1"), ("authority.pem", "other.pem")] {
        let why = version(&server.url("").replace(untrusted.0, untrusted.1)).unwrap_err();
        assert!(why.contains("its certificate is not for this host"), "{why}");
    }
    let away = server.url("").replace(&format!(":{}/", server.port), &format!(":{closed}/"));
    assert!(version(&away).unwrap_err().contains("refuses connections"));
    version(&server.url("").replace("verify-full", "require")).unwrap_err();
    version(&server.url("").replace("verify-full", "disable")).unwrap_err();
    let none = version(&server.url("").replace("authority.pem", "nowhere.pem")).unwrap_err();
    assert!(none.contains("sslrootcert"), "{none}");
}

#[test]
fn a_node_logs_in_by_its_certificate() {
    let server = TlsServer::start();
    let as_node = server.url("").replace("cazier@", "cazier_serve@");
    version(&as_node).unwrap_err();
    let (certificate, key) = (server.file("node.pem"), server.file("node.key"));
    assert_eq!(version(&format!("{as_node}&sslcert={certificate}&sslkey={key}")).as_deref(), Ok("TLSv1.3"));
    let half = version(&format!("{as_node}&sslcert={certificate}")).unwrap_err();
    assert!(half.contains("both are needed"), "{half}");
}

#[test]
fn a_server_without_tls_is_told_nothing() {
    use std::io::{Read, Write};
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::thread::spawn(move || {
        let mut client = listener.accept().unwrap().0;
        client.read_exact(&mut [0; 8]).unwrap();
        client.write_all(b"N").unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).unwrap();
        rest
    });
    let folder = tempfile::tempdir().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let file = folder.path().join("authority.pem");
    fs::write(&file, own.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()).unwrap();
    let file = file.display();
    let url = format!("postgres://ana:parola@localhost:{port}/cazier?sslmode=verify-full&sslrootcert={file}");
    assert!(version(&url).unwrap_err().contains("speaks no TLS"));
    assert_eq!(heard.join().unwrap(), b"", "no name, no password");
}

#[test]
fn a_live_node_is_refused_a_connection_that_others_can_read() {
    let database = Database::from_template();
    let live = Installation { sandbox: false, index_key_digest: b"one".to_vec(), ..Default::default() };
    let node = |url: &str| cazier::db::connect(url, 1, live.clone()).at_start(|_| Ok(()));
    let url = database.url_as(DbRole::Serve);
    assert_eq!(node(&url), Ok(Some(())));
    // Here an address of another machine can only be pretended, and only by the server's own functions.
    let ssl = |is_on: bool| {
        format!(
            "SET allow_system_table_mods = on;
             CREATE OR REPLACE VIEW pg_catalog.pg_stat_ssl AS SELECT pg_backend_pid() AS pid, {is_on} AS ssl, NULL::text AS version,
                NULL::text AS cipher, NULL::integer AS bits, NULL::text AS client_dn, NULL::numeric AS client_serial,
                NULL::text AS issuer_dn"
        )
    };
    database.execute(
        "SET allow_system_table_mods = on;
         CREATE OR REPLACE FUNCTION pg_catalog.inet_client_addr() RETURNS inet LANGUAGE sql STABLE AS $$ SELECT inet '192.0.2.1' $$",
    );
    database.execute(&ssl(false));
    assert!(node(&url).unwrap_err().contains("leads to another machine without TLS"));
    database.execute(&ssl(true));
    assert_eq!(node(&url), Ok(Some(())));
}
