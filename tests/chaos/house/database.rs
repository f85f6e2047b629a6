//! A PostgreSQL of the harness' own, as a direct child, so that everything that can happen to one can be made to happen.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use cazier::sandbox::postgres::{Options, PrivatePostgres};
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use rustix::process::{Pid, Signal, kill_process};

/// The role of the nodes: owns the database, and is nothing more.
pub const ROLE: &str = "hub";

/// Longest wait for a server that starts, recovery included.
const START: Duration = Duration::from_secs(60);

pub struct Database {
    folder: PathBuf,
    socket: PathBuf,
    /// Program and arguments of the server.
    command: Vec<String>,
    owner: (u32, u32),
    child: Option<Child>,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Database {
    /// An empty one below this folder. The private cluster makes it, and shows how its server is run; from then on it is
    /// ours.
    pub fn create(folder: &Path) -> Self {
        let options = Options { data_dir: folder.to_owned(), durable: true };
        let postgres = PrivatePostgres::start(options).unwrap();
        let url = postgres.url();
        let socket = PathBuf::from(url.split("host=").nth(1).unwrap().split('&').next().unwrap());
        let folder = postgres.folder().to_owned();
        let pid = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap();
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
        let arguments = arguments.split(|byte| *byte == 0).filter(|argument| !argument.is_empty());
        let mut command: Vec<String> =
            arguments.map(|argument| String::from_utf8(argument.to_vec()).unwrap()).collect();
        command[0] = fs::read_link(format!("/proc/{pid}/exe")).unwrap().to_str().unwrap().to_owned();
        let meta = fs::metadata(folder.join("data")).unwrap();
        postgres.stop();
        let mut database = Self { folder, socket, command, owner: (meta.uid(), meta.gid()), child: None };
        database.start();
        database
    }

    /// Starts the server, and waits until it takes connections.
    pub fn start(&mut self) {
        self.reap();
        if self.child.is_some() {
            return;
        }
        let begun = Instant::now();
        loop {
            let ended = self.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
            if ended {
                // Processes of the server before may still hold its memory.
                self.child = Some(self.spawn());
            }
            if self.connect_as("cazier", "postgres").is_some() {
                return;
            }
            assert!(begun.elapsed() < START, "PostgreSQL does not start: {}", self.log_tail());
            sleep(Duration::from_millis(50));
        }
    }

    fn spawn(&self) -> Child {
        let log = File::options().append(true).create(true).open(self.folder.join("chaos.log")).unwrap();
        let mut command = self.as_owner(Path::new(&self.command[0]), &self.folder);
        command.args(&self.command[1..]).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
    }

    /// A command, as the user that the cluster belongs to, which ends with us.
    pub fn as_owner(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.env_clear().env("LANG", "C.UTF-8").env("PATH", std::env::var("PATH").unwrap());
        command.current_dir(folder).arg("--pdeathsig=INT");
        if rustix::process::geteuid().is_root() {
            let (uid, gid) = self.owner;
            command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--init-groups".to_owned()]);
        }
        command.arg("--").arg(program);
        command
    }

    /// A server with the same settings whose files are in another folder; not started, and without files.
    pub fn beside(&self, folder: &Path) -> Self {
        let socket = folder.join("socket");
        for path in [folder, &socket] {
            fs::create_dir_all(path).unwrap();
            std::os::unix::fs::chown(path, Some(self.owner.0), Some(self.owner.1)).unwrap();
        }
        let (data, sockets) = (self.data().display().to_string(), self.socket.display().to_string());
        let moved = |argument: &String| match argument {
            argument if *argument == data => folder.join("data").display().to_string(),
            argument => argument.replace(&sockets, &socket.display().to_string()),
        };
        let command = self.command.iter().map(moved).collect();
        Self { folder: folder.to_owned(), socket, command, owner: self.owner, child: None }
    }

    /// Where the folder is, and where others can be.
    pub fn place(&self) -> &Path {
        self.folder.parent().unwrap()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program of the same PostgreSQL.
    pub fn program(&self, name: &str) -> PathBuf {
        Path::new(&self.command[0]).with_file_name(name)
    }

    /// Forgets a server that has ended.
    fn reap(&mut self) {
        let ended = self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
        if ended {
            self.child = None;
        }
    }

    /// SIGINT: fast; SIGQUIT: immediate; SIGKILL. Waits for the end, and starts anew.
    pub fn restart(&mut self, signal: Signal) {
        self.end(signal);
        self.start();
    }

    pub fn end(&mut self, signal: Signal) {
        if let Some(mut child) = self.child.take() {
            let _ = kill_process(Pid::from_child(&child), signal);
            let _ = child.wait();
        }
    }

    /// The server's processes: itself, then its children.
    pub fn processes(&self) -> Vec<Pid> {
        let Some(child) = &self.child else { return Vec::new() };
        let own = child.id();
        let children = fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap_or_default();
        let pids = children.split_whitespace().filter_map(|pid| pid.parse().ok());
        std::iter::once(i32::try_from(own).unwrap()).chain(pids).filter_map(Pid::from_raw).collect()
    }

    pub fn signal_all(&self, signal: Signal) {
        for pid in self.processes() {
            let _ = kill_process(pid, signal);
        }
    }

    /// A connection of the superuser, which no fault of roles or settings touches.
    pub fn connect(&self) -> Option<PgConnection> {
        let mut connection = self.connect_as("cazier", "cazier")?;
        let settings = "SET default_transaction_read_only = off; SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = 0";
        connection.batch_execute(settings).ok()?;
        Some(connection)
    }

    fn connect_as(&self, user: &str, database: &str) -> Option<PgConnection> {
        PgConnection::establish(&self.url(user, database)).ok()
    }

    /// Over the socket, past the proxy.
    pub fn url(&self, user: &str, database: &str) -> String {
        let host = self.socket.display();
        format!("postgresql:///{database}?host={host}&port=5432&user={user}&connect_timeout=5")
    }

    pub fn socket(&self) -> PathBuf {
        self.socket.join(".s.PGSQL.5432")
    }

    /// Runs statements, each by itself; false when one fails.
    pub fn run(&self, statements: &[&str]) -> bool {
        let Some(mut connection) = self.connect() else { return false };
        statements.iter().all(|statement| connection.batch_execute(statement).is_ok())
    }

    /// A number that the database is asked for.
    pub fn number(&self, query: &str) -> Option<i64> {
        let found = sql_query(query).get_result::<Number>(&mut self.connect()?);
        found.inspect_err(|error| println!("chaos: {query}: {error}")).ok().map(|row| row.number)
    }

    fn log_tail(&self) -> String {
        let log = fs::read_to_string(self.folder.join("chaos.log")).unwrap_or_default();
        let tail: Vec<_> = log.lines().rev().take(8).collect();
        tail.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.signal_all(Signal::CONT);
        self.end(Signal::INT);
        // Root's clusters may be outside our folder.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
