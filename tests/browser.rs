//! The pages in a real browser: `tests/node/browser/*.test.mjs` on `cazier dev`.
//!
//! A browser waits more than it computes, so they run in two halves side by side, each on a sandbox of its own, because a test may make
//! a register fail or use up an officer's code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use cazier::config::VARIABLES;

/// `cazier dev` on free ports, in a folder of its own.
struct Dev(Child);

/// A folder with what a `Dev` writes.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn ready_file(&self) -> PathBuf {
        self.0.path().join("ready.json")
    }

    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(120);
        while !self.ready_file().exists() {
            let log = || std::fs::read_to_string(self.0.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "`cazier dev` is not ready: {}", log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// A port that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Dev {
    fn start(place: &Place, settings: &[(&str, String)]) -> Self {
        let folder = place.0.path();
        let log = File::create(folder.join("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
        for variable in VARIABLES.iter().filter(|variable| variable.name != "CAZIER_POSTGRES_BIN") {
            command.env_remove(variable.name);
        }
        for name in ["CAZIER_LISTEN", "CAZIER_SANDBOX_LISTEN", "CAZIER_METRICS_LISTEN"] {
            command.env(name, "127.0.0.1:0");
        }
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        command.args(["dev", "--ready-file"]).arg(place.ready_file()).current_dir(folder);
        Self(command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap())
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.0);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.0.wait();
    }
}

/// The `*.test.mjs` of the folder: those that look at the front end, or the others.
fn test_files(of_front_end: bool) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/browser");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let tests = files.filter(|file| file.to_str().is_some_and(|name| name.ends_with(".test.mjs")));
    let imports = |file: &PathBuf| std::fs::read_to_string(file).unwrap().contains("\"./front-end.mjs\"");
    tests.filter(|file| imports(file) == of_front_end).collect()
}

/// Once for both tests, which run side by side.
static TOOLS: LazyLock<()> = LazyLock::new(|| {
    let root = env!("CARGO_MANIFEST_DIR");
    let install = Command::new("tests/install-tools").arg("test").current_dir(root).status().unwrap();
    assert!(install.success(), "tests/install-tools says above what is missing");
});

/// Runs these files one after the other on this sandbox.
fn run(files: &[PathBuf], place: &Place, more: &[(&str, String)]) {
    let tests = Command::new("node")
        .args(["--test", "--test-concurrency=1", "--test-timeout=600000"])
        .args(files)
        .env("CAZIER_READY_FILE", place.ready_file())
        .envs(more.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&tests.stdout).into_owned() + &String::from_utf8_lossy(&tests.stderr);
    assert!(tests.status.success(), "{told}");
    assert!(told.contains("# pass ") && !told.contains("# pass 0"), "{told}");
}

#[test]
fn the_front_end_works_in_a_real_browser_and_is_accessible() {
    LazyLock::force(&TOOLS);
    let place = Place::new();
    let _dev = Dev::start(&place, &[]);
    place.wait();
    run(&test_files(true), &place, &[]);
}

#[test]
fn the_other_pages_work_in_a_real_browser_and_are_accessible() {
    LazyLock::force(&TOOLS);
    let (place, behind_tls) = (Place::new(), Place::new());
    let _dev = Dev::start(&place, &[]);
    // For the test across two sites, which puts TLS before it.
    let (outside, inside) = (free_port(), free_port());
    let settings = [
        ("CAZIER_PUBLIC_URL", format!("https://api.hub.example:{outside}")),
        ("CAZIER_LISTEN", format!("127.0.0.1:{inside}")),
    ];
    let _other = Dev::start(&behind_tls, &settings);
    place.wait();
    behind_tls.wait();
    let told = [
        ("CAZIER_TLS_READY_FILE", behind_tls.ready_file().display().to_string()),
        ("CAZIER_TLS_PORTS", format!("{outside} {inside}")),
    ];
    run(&test_files(false), &place, &told);
}
