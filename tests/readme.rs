//! What the README promises, done as it says: the walk is run as it stands, and afterwards neither the database nor the
//! log holds anything about the person.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use cazier::config::VARIABLES;
use cazier::sandbox::persons;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

const README: &str = include_str!("../README.md");

/// `cazier dev` in a folder of its own.
struct Dev {
    process: Child,
    folder: TempDir,
    places: Value,
}

impl Dev {
    fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap())
    }

    fn start_in(folder: TempDir) -> Self {
        let log = File::create(folder.path().join("log")).unwrap();
        let ready = folder.path().join("ready.json");
        let _ = fs::remove_file(&ready);
        let process = command(folder.path())
            .args(["dev", "--ready-file"])
            .arg(&ready)
            .env("CAZIER_DATA_DIR", folder.path().join("data"))
            .env_remove("DATABASE_URL")
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let places = wait_for(|| serde_json::from_str(&fs::read_to_string(&ready).ok()?).ok());
        Self { process, folder, places }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the block that follows these words, as it stands; answers what it prints.
    fn block(&self, words: &str) -> String {
        let (_, rest) = README.split_once(&format!("{words}\n\n```sh\n")).unwrap();
        let script = format!("set -euo pipefail\n{}", rest.split_once("```").unwrap().0);
        let place = |name: &str| self.places[name].as_str().unwrap();
        let mut command = Command::new("bash");
        command.args(["-c", &script]).env("API", place("api")).env("GHISEUL", place("ghiseul"));
        command.current_dir(self.folder.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn walk(&self, api: &str, person: &str) -> Output {
        Command::new("bash")
            .args(["-c", walk()])
            .env("API", api)
            .env("person", person)
            .env("TMPDIR", self.folder.path())
            // What it traces tells the tokens.
            .env("SHELLOPTS", "xtrace")
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// Ends it in order; what it kept stays.
    fn end(&mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        assert!(self.process.wait().unwrap().success(), "SIGTERM ends it in order");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program, on free ports and without the settings of whoever runs the tests.
fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    for variable in VARIABLES.iter().filter(|variable| variable.name.starts_with("CAZIER_")) {
        if variable.name != "CAZIER_POSTGRES_BIN" {
            command.env_remove(variable.name);
        }
    }
    for name in ["CAZIER_LISTEN", "CAZIER_SANDBOX_LISTEN", "CAZIER_METRICS_LISTEN"] {
        command.env(name, "127.0.0.1:0");
    }
    command.current_dir(folder).env("RUST_LOG", "debug");
    command
}

fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(120);
    while Instant::now() < end {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it did not come about in time")
}

/// The one block of the README that is marked as `bash`.
fn walk() -> &'static str {
    let (_, rest) = README.split_once("```bash\n").unwrap();
    rest.split_once("```").unwrap().0
}

/// What follows these words where they begin a line for the last time.
fn traced<'a>(output: &'a str, words: &str) -> &'a str {
    output.lines().filter_map(|line| line.strip_prefix(words)).next_back().unwrap()
}

fn passes(output: &Output) -> String {
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("CAdES Verification successful"), "{text}");
    assert!(text.contains("\"valid\""), "{text}");
    text
}

/// Whatever form it could have leaked in: as text, in the hexadecimal of a dumped column, in base64.
fn forms(secret: &str) -> Vec<String> {
    use base64::Engine;
    let hex = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![secret.to_owned(), hex, base64::engine::general_purpose::STANDARD_NO_PAD.encode(secret)]
}

fn assert_absent(secrets: &[String], place: &str, text: &str) {
    assert!(text.len() > 1000, "{place} is suspiciously short");
    for secret in secrets {
        for form in forms(secret) {
            assert!(!text.contains(&form), "{place} holds {secret}");
        }
    }
}

#[test]
fn the_walk_works_as_it_stands_and_leaves_no_trace_of_the_person() {
    let mut dev = Dev::start();
    let api = dev.places["api"].as_str().unwrap().to_owned();
    let output = passes(&dev.walk(&api, "clean-3"));
    let again = dev.walk(&api, "clean-3");
    let again = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(
        again.ends_with("nobody is free: stop make run, delete .cazier/ and start it again\n"),
        "{again}"
    );
    let metrics =
        Command::new("curl").args(["-sSf", dev.places["metrics"].as_str().unwrap()]).output().unwrap();
    let metrics = String::from_utf8(metrics.stdout).unwrap();
    assert!(metrics.contains("http_request_duration_seconds"), "{metrics}");

    let second = second_node(&dev);
    let elsewhere = passes(&dev.walk(&second.1, "clean-3 clean-4"));
    end(second.0);

    let redirects = dev.block("as a program would do both:");
    assert_eq!(redirects.matches("\"Bearer\"").count(), 2, "{redirects}");
    let company = dev.block("and who represents them; with `make run` in another terminal:");
    assert_eq!(company, "\"valid\"\n");

    let folder = Path::new(traced(&elsewhere, "The files are in ")).join("application.json");
    let application: Value = serde_json::from_str(&fs::read_to_string(folder).unwrap()).unwrap();
    let mut secrets: Vec<String> =
        ["+ token=", "+ access="].map(|name| traced(&elsewhere, name).to_owned()).into();
    secrets.push(application["certificate"]["control_code"].as_str().unwrap().to_owned());
    for id in ["clean-3", "clean-4"] {
        let person = persons::by_id(id).unwrap();
        secrets.extend([person.cnp, person.family_name, person.given_name, "@example.ro"].map(str::to_owned));
    }
    secrets.extend(["12345674", "Țara Bârsei"].map(str::to_owned));
    assert!(output.contains("Țîrlea-Brâncoveanu"), "the walk shows the name to its owner");

    let url = fs::read_to_string(dev.path("data/postgres/url")).unwrap();
    let dump = Command::new("pg_dump").arg(url.trim()).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = String::from_utf8(dump.stdout).unwrap();
    assert!(
        dump.contains(application["certificate"]["id"].as_str().unwrap()),
        "the dump holds the certificate"
    );
    assert_absent(&secrets, "the database", &dump);
    for log in ["log", "second.log"] {
        assert_absent(&secrets, log, &fs::read_to_string(dev.path(log)).unwrap());
    }

    dev.end();
    assert!(!dev.path("data/postgres/data/postmaster.pid").exists(), "PostgreSQL has stopped with it");
}

/// A second node, as the README says; its port is in its log.
fn second_node(dev: &Dev) -> (Child, String) {
    let log = dev.path("second.log");
    let file = File::create(&log).unwrap();
    let process = command(dev.folder.path())
        .args(["serve", "--sandbox"])
        .env("CAZIER_CONFIG", dev.path("data/keys/serve.env"))
        .env_remove("CAZIER_METRICS_LISTEN")
        .env_remove("DATABASE_URL")
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .spawn()
        .unwrap();
    let address = wait_for(|| {
        let log = fs::read_to_string(&log).ok()?;
        let (_, rest) = log.split_once("serving on ")?;
        Some(rest.split_once(',')?.0.to_owned())
    });
    (process, format!("http://{address}"))
}

fn end(mut process: Child) {
    kill_process(Pid::from_child(&process), Signal::TERM).unwrap();
    assert!(process.wait().unwrap().success(), "SIGTERM ends a node in order");
}

#[test]
fn the_simulated_outside_world_may_move_to_another_port() {
    let mut dev = Dev::start();
    let former = dev.places["sandbox"].as_str().unwrap().to_owned();
    let log = fs::read_to_string(dev.path("log")).unwrap();
    let verification = format!("Verification {}/verify\n", dev.places["api"].as_str().unwrap());
    assert!(log.contains(&verification) && log.contains("  Data         /"), "{log}");
    dev.end();
    let folder = std::mem::replace(&mut dev.folder, tempfile::tempdir().unwrap());
    let dev = Dev::start_in(folder);
    assert_ne!(dev.places["sandbox"], former.as_str());
    let list = format!("{former}/pki/issuing.crl");
    let status = Command::new("curl").args(["-sSf", "-o", "/dev/null", &list]).status().unwrap();
    assert!(status.success(), "the certificates of the first start name {former} for revocation");
}

#[test]
fn a_port_in_use_is_reported_with_its_setting() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["CAZIER_LISTEN", "CAZIER_SANDBOX_LISTEN"] {
        let folder = tempfile::tempdir().unwrap();
        let output = command(folder.path()).arg("dev").env(setting, &address).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(&format!("cannot listen on {setting}={address}")), "{text}");
    }
}

#[test]
fn the_table_of_settings_is_complete() {
    for variable in VARIABLES {
        let row = format!("| `{}` | {} | {} |", variable.name, variable.default, variable.meaning);
        assert!(README.contains(&row), "the README lacks: {row}");
    }
}

#[test]
fn a_node_with_a_key_for_tests_does_not_serve_live() {
    let dev = Dev::start();
    let live = command(dev.folder.path())
        .arg("serve")
        .env("CAZIER_CONFIG", dev.path("data/keys/serve.env"))
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    assert!(!live.status.success());
    let text = String::from_utf8(live.stderr).unwrap();
    assert!(text.contains("is one for tests"), "{text}");
}
