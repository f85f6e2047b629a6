//! The private PostgreSQL starts from nothing, keeps its data, survives kills and leaves nothing behind.
//!
//! Everything here runs as root and as an ordinary user; as root one test repeats the rest as `nobody`.
#![expect(clippy::unwrap_used, reason = "a test may fail at any line")]

use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use cazier::sandbox::postgres::{EmbeddedError, Options, PrivatePostgres};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn number(url: &str, sql: &str) -> QueryResult<i64> {
    let connection = &mut PgConnection::establish(url).map_err(|error| {
        diesel::result::Error::QueryBuilderError(format!("no connection: {error}").into())
    })?;
    diesel::sql_query(format!("SELECT ({sql})::bigint AS number"))
        .get_result::<Number>(connection)
        .map(|n| n.number)
}

fn execute(url: &str, sql: &str) {
    diesel::sql_query(sql).execute(&mut PgConnection::establish(url).unwrap()).unwrap();
}

/// A folder that every user can get to, whatever the umask.
fn folder() -> TempDir {
    folder_of_mode(0o755)
}

fn folder_of_mode(mode: u32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
    folder
}

fn start(data_dir: &Path) -> PrivatePostgres {
    PrivatePostgres::start(Options { data_dir: data_dir.to_owned(), durable: false }).unwrap()
}

fn postmaster(postgres: &PrivatePostgres) -> u32 {
    let pid_file = fs::read_to_string(postgres.folder().join("data/postmaster.pid")).unwrap();
    pid_file.lines().next().unwrap().parse().unwrap()
}

fn kill(pid: u32) {
    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
}

/// A zombie that nobody has waited for yet counts as gone.
fn is_alive(pid: u32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|command_line| !command_line.is_empty())
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !holds() {
        assert!(Instant::now() < deadline, "not within two minutes: {what}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn starts_from_an_empty_folder_and_leaves_no_process() {
    let folder = folder();
    let postgres = start(&folder.path().join("made/by/the/start"));
    assert_eq!(number(&postgres.url(), "SELECT 6 * 7"), Ok(42));
    assert_eq!(fs::metadata(postgres.folder()).unwrap().mode() & 0o777, 0o700);
    let url = fs::read_to_string(postgres.folder().join("url")).unwrap();
    assert_eq!(url.trim_end(), postgres.url());
    let pid = postmaster(&postgres);
    assert_ne!(fs::metadata(format!("/proc/{pid}")).unwrap().uid(), 0, "PostgreSQL runs as root");
    postgres.stop();
    assert!(!is_alive(pid));
    assert!(number(url.trim_end(), "SELECT 1").is_err());
}

#[test]
fn settings_are_those_that_were_asked_for() {
    let folder = folder();
    let postgres = start(folder.path());
    let setting = |name: &str, value: &str| {
        let sql = format!("SELECT count(*) FROM pg_settings WHERE name = '{name}' AND setting = '{value}'");
        assert_eq!(number(&postgres.url(), &sql), Ok(1), "{name}");
    };
    for (name, value) in
        [("listen_addresses", ""), ("max_connections", "1000"), ("jit", "off"), ("fsync", "off")]
    {
        setting(name, value);
    }
    setting("server_encoding", "UTF8");
    setting("data_checksums", "on");
    postgres.stop();
    let options = Options { data_dir: folder.path().to_owned(), durable: true };
    let postgres = PrivatePostgres::start(options).unwrap();
    let durable = "SELECT count(*) FROM pg_settings WHERE setting = 'on' \
                   AND name IN ('fsync', 'synchronous_commit', 'full_page_writes')";
    assert_eq!(number(&postgres.url(), durable), Ok(3));
    assert_eq!(number(&postgres.url(), "current_setting('max_connections')"), Ok(100));
}

#[test]
fn a_second_start_keeps_the_data() {
    let folder = folder();
    let postgres = start(folder.path());
    execute(&postgres.url(), "CREATE TABLE kept AS SELECT 7 AS n");
    postgres.stop();
    let postgres = start(folder.path());
    assert_eq!(number(&postgres.url(), "SELECT n FROM kept"), Ok(7));
}

#[test]
fn a_second_starter_attaches_and_takes_over() {
    let folder = folder();
    let first = start(folder.path());
    let second = start(folder.path());
    let pid = postmaster(&first);
    assert_eq!(pid, postmaster(&second));
    let third = start(folder.path());
    third.stop();
    assert_eq!(number(&first.url(), "SELECT 1"), Ok(1), "an attached one must not stop the server");
    first.stop();
    eventually("the second keeps a server", || number(&second.url(), "SELECT 1") == Ok(1));
    assert_ne!(pid, postmaster(&second));
}

#[test]
fn many_starters_at_once_share_one_server() {
    let folder = folder();
    let pids: Vec<_> = std::thread::scope(|scope| {
        let starters: Vec<_> = (0..6).map(|_| scope.spawn(|| start(folder.path()))).collect();
        let all: Vec<_> = starters.into_iter().map(|starter| starter.join().unwrap()).collect();
        all.iter().for_each(|postgres| assert_eq!(number(&postgres.url(), "SELECT 1"), Ok(1)));
        all.iter().map(postmaster).collect()
    });
    assert!(pids.windows(2).all(|pair| pair[0] == pair[1]), "{pids:?}");
}

#[test]
fn a_killed_server_comes_back_by_itself() {
    let folder = folder();
    let postgres = start(folder.path());
    execute(&postgres.url(), "CREATE TABLE kept AS SELECT 7 AS n");
    execute(&postgres.url(), "CHECKPOINT");
    for _ in 0..2 {
        let pid = postmaster(&postgres);
        kill(pid);
        eventually("the server is back", || number(&postgres.url(), "SELECT n FROM kept") == Ok(7));
        assert_ne!(pid, postmaster(&postgres));
    }
}

#[test]
fn other_databases_are_reached_whatever_their_name() {
    let folder = folder();
    let postgres = start(folder.path());
    execute(&postgres.url(), "CREATE DATABASE \"odd name/50%?ș\"");
    let name = "SELECT count(*) FROM pg_database WHERE datname = current_database() AND datname LIKE 'odd%'";
    assert_eq!(number(&postgres.url_for("odd name/50%?ș"), name), Ok(1));
}

#[test]
fn a_long_path_has_its_socket_elsewhere() {
    let folder = folder();
    let long = folder.path().join("a folder, with 'awkward' characters ș".repeat(4));
    let postgres = start(&long);
    assert_eq!(number(&postgres.url(), "SELECT 1"), Ok(1));
    let socket_dir = PathBuf::from(postgres.url().split(['=', '&']).nth(1).unwrap());
    assert!(socket_dir.starts_with("/tmp"), "{socket_dir:?}");
    assert_eq!(fs::metadata(&socket_dir).unwrap().mode() & 0o777, 0o700);
    postgres.stop();
    fs::remove_dir_all(socket_dir).unwrap();
}

#[test]
fn a_recycled_process_id_does_not_stop_the_start() {
    let folder = folder();
    let postgres = start(folder.path());
    let pid_file = postgres.folder().join("data/postmaster.pid");
    let stale = fs::read_to_string(&pid_file).unwrap();
    let pid = postmaster(&postgres);
    postgres.stop();
    // A process of the same user that is not a server, as after a restart of the machine.
    let owner = fs::metadata(pid_file.parent().unwrap()).unwrap().uid();
    let mut stranger = Command::new("sleep");
    std::os::unix::process::CommandExt::uid(&mut stranger, owner);
    let mut stranger = stranger.arg("60").spawn().unwrap();
    fs::write(&pid_file, stale.replacen(&pid.to_string(), &stranger.id().to_string(), 1)).unwrap();
    let postgres = start(folder.path());
    assert_eq!(number(&postgres.url(), "SELECT 1"), Ok(1));
    stranger.kill().and_then(|()| stranger.wait()).unwrap();
}

#[test]
fn a_cluster_of_a_version_that_is_not_there_is_named() {
    let folder = folder();
    let data = folder.path().join("postgres/data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("PG_VERSION"), "8\n").unwrap();
    let options = Options { data_dir: folder.path().to_owned(), durable: false };
    let error = PrivatePostgres::start(options).unwrap_err();
    assert!(matches!(error, EmbeddedError::OtherVersion { made_by: 8, .. }), "{error:?}");
    assert!(error.to_string().contains("postgresql-8"), "{error}");
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let folder = folder();
    let postgres = start(folder.path());
    let settings = postgres.folder().join("data/postgresql.conf");
    postgres.stop();
    fs::write(settings, "no_such_setting = 1\n").unwrap();
    let options = Options { data_dir: folder.path().to_owned(), durable: false };
    let error = PrivatePostgres::start(options).unwrap_err().to_string();
    assert!(error.contains("no_such_setting") && error.contains("postgres.log"), "{error}");
}

/// Not a test: the process that [`a_killed_process_leaves_no_server`] kills.
#[test]
#[ignore = "run by another test"]
fn hold() {
    let postgres = start(Path::new(&env::var_os("HOLD_IN").unwrap()));
    execute(&postgres.url(), "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS n");
    println!("\nholding {}", postmaster(&postgres));
    sleep(Duration::from_secs(60));
}

#[test]
fn a_killed_process_leaves_no_server() {
    let folder = folder();
    let mut held = Command::new(env::current_exe().unwrap())
        .args(["hold", "--exact", "--ignored", "--nocapture"])
        .env("HOLD_IN", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(held.stdout.take().unwrap()).lines().map_while(Result::ok);
    let pid: u32 = lines.find_map(|line| line.strip_prefix("holding ")?.parse().ok()).unwrap();
    held.kill().and_then(|()| held.wait()).unwrap();
    // At once: the server may still be about to end.
    let postgres = start(folder.path());
    assert_ne!(pid, postmaster(&postgres));
    assert!(!is_alive(pid));
    assert_eq!(number(&postgres.url(), "SELECT n FROM kept"), Ok(7));
}

#[test]
fn root_goes_elsewhere_when_the_user_of_postgres_cannot_get_in() {
    let folder = folder_of_mode(0o700);
    let postgres = start(folder.path());
    assert_eq!(number(&postgres.url(), "SELECT 1"), Ok(1));
    let cluster = postgres.folder().to_owned();
    let url = fs::read_to_string(folder.path().join("postgres/url")).unwrap();
    assert_eq!(url.trim_end(), postgres.url());
    postgres.stop();
    if geteuid().is_root() {
        assert!(cluster.starts_with("/var/tmp"), "{cluster:?}");
        fs::remove_dir_all(cluster).unwrap();
    } else {
        assert!(cluster.starts_with(folder.path()), "{cluster:?}");
    }
}

#[test]
fn a_deleted_data_folder_begins_anew_wherever_its_cluster_is() {
    let home = folder_of_mode(0o700);
    let data_dir = home.path().join("data");
    let postgres = start(&data_dir);
    let cluster = postgres.folder().to_owned();
    execute(&postgres.url(), "CREATE TABLE kept AS SELECT 7 AS n");
    if geteuid().is_root() {
        fs::remove_dir_all(&data_dir).unwrap();
        let options = Options { data_dir: data_dir.clone(), durable: false };
        let error = PrivatePostgres::start(options).unwrap_err();
        assert!(matches!(error, EmbeddedError::StillRunning { .. }), "{error:?}");
        assert_eq!(number(&postgres.url(), "SELECT n FROM kept"), Ok(7), "a running server keeps its data");
    }
    postgres.stop();
    fs::remove_dir_all(&data_dir).unwrap();
    let postgres = start(&data_dir);
    assert_eq!(number(&postgres.url(), "SELECT count(*) FROM pg_class WHERE relname = 'kept'"), Ok(0));
    execute(&postgres.url(), "CREATE TABLE kept AS SELECT 8 AS n");
    postgres.stop();
    let postgres = start(&data_dir);
    assert_eq!(number(&postgres.url(), "SELECT n FROM kept"), Ok(8), "a second start keeps the data");
    postgres.stop();
    if geteuid().is_root() {
        fs::remove_dir_all(cluster).unwrap();
    }
}

#[test]
fn a_cluster_without_a_link_is_kept_when_its_data_folder_is_not_new() {
    let home = folder_of_mode(0o700);
    let postgres = start(home.path());
    let cluster = postgres.folder().to_owned();
    execute(&postgres.url(), "CREATE TABLE kept AS SELECT 7 AS n");
    postgres.stop();
    if !geteuid().is_root() {
        return; // The cluster is in the data folder.
    }
    // As an earlier version left it.
    fs::remove_file(home.path().join("postgres")).unwrap();
    fs::create_dir(home.path().join("keys")).unwrap();
    let postgres = start(home.path());
    assert_eq!(number(&postgres.url(), "SELECT n FROM kept"), Ok(7));
    postgres.stop();
    fs::remove_dir_all(cluster).unwrap();
}

#[test]
fn an_ordinary_user_can_do_all_of_it() {
    if !geteuid().is_root() {
        return; // Then every test here was run by one.
    }
    let folder = folder();
    let tests = folder.path().join("tests");
    fs::copy(env::current_exe().unwrap(), &tests).unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid=nobody", "--regid=65534", "--clear-groups"])
        .arg(tests)
        .env("TMPDIR", "/tmp")
        .current_dir("/")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && printed.contains("test result: ok"), "{printed}{errors}");
}
