//! The program as it is deployed, built without the sandbox: it serves, and has nothing of the sandbox in it.
//!
//! `tests/run-live` builds that program, names it in `LIVE_PROGRAM`, and runs these tests, which are ignored otherwise.

mod words;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use cazier::db::roles::DbRole;
use cazier::sandbox::persons;
use cazier::signature::Where;

use self::words::{found, root, routes, words};
use super::installation::live;
use crate::support::{Database, KEYS};

const LEFT_OUT: &str = "this program is built without the sandbox";

fn program() -> PathBuf {
    let named = env::var_os("LIVE_PROGRAM");
    named.unwrap_or_else(|| panic!("LIVE_PROGRAM names no program: run tests/run-live")).into()
}

/// The program, without the settings of whoever runs the tests.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).env_clear().env("CAZIER_CONFIG", "/dev/null");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A live node, from its settings to its end.
struct Node {
    process: Child,
    api: String,
    _folder: tempfile::TempDir,
}

impl Node {
    /// `cazier serve` with what a live node needs: a seal of no development hierarchy, addresses by https, mail by TLS.
    fn start(database: &Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str, content: &str| {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            path
        };
        let source = live(true).remove(0);
        let Where::File { pem, .. } = source.key else { panic!("the key is in a file") };
        path("secret", "only-for-tests");
        let mut process = command(&["serve"])
            .env("DATABASE_URL", database.url_as(DbRole::Serve))
            .env("CAZIER_WORKER_DATABASE_URL", database.url_as(DbRole::Worker))
            .env("CAZIER_LISTEN", "127.0.0.1:0")
            .env("CAZIER_METRICS_LISTEN", "127.0.0.1:0")
            .env("CAZIER_PUBLIC_URL", "https://api.hub.example")
            .env("CAZIER_FRONT_END_URL", "https://hub.example")
            .env("CAZIER_SEALING_KEYS", &KEYS.0)
            .env("CAZIER_INDEX_KEYS", &KEYS.1)
            .env("CAZIER_LOG_MEMORY", folder.path().join("log"))
            .env("CAZIER_SEAL_CHAIN", path("chain.pem", &source.chain_pem))
            .env("CAZIER_SEAL_KEY", path("key.pem", &pem))
            .env("CAZIER_IDENTITY_PROVIDERS", path("providers.toml", PROVIDERS))
            .env("CAZIER_SMTP_URL", "smtps://cazier:parola@127.0.0.1:9")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        let mut lines = log.lines().map(Result::unwrap);
        let api = lines
            .by_ref()
            .find_map(|line| Some(line.split_once("serving on ")?.1.split_once(',')?.0.to_owned()));
        let api = format!("http://{}", api.unwrap_or_else(|| panic!("it does not serve")));
        // The log must be read to its end, or the node could not write on.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, api, _folder: folder }
    }

    async fn status(&self, method: reqwest::Method, path: &str) -> u16 {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.api));
        request.send().await.unwrap().status().as_u16()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const PROVIDERS: &str = r#"
    [[providers]]
    name = "ghiseul"
    title = { ro = "Ghișeul.ro", en = "Ghișeul.ro" }
    issuer = "https://idp.example"
    client_id = "cazier"
    client_secret_file = "secret"
    acr_values = ["high"]
"#;

#[actix_web::test]
#[ignore = "needs the build without the sandbox: tests/run-live"]
async fn it_serves_the_contract_and_no_route_of_the_sandbox() {
    let database = Database::from_template();
    let node = Node::start(&database);
    assert_eq!(node.status(reqwest::Method::GET, "/health/live").await, 200);
    assert_eq!(node.status(reqwest::Method::GET, "/v1/verify/trust").await, 200);
    let contract = reqwest::get(format!("{}/openapi.json", node.api)).await.unwrap().text().await.unwrap();
    assert!(contract.contains("/v1/applications"));
    assert_eq!(naming_a_sandbox(&contract), ["\"sandbox\""]);
    let mut routes = routes();
    // Every page of every node has this icon.
    routes.remove("/favicon.svg");
    // The hub is an OpenID Provider itself, as the simulated Ghișeul is.
    routes.remove("/.well-known/openid-configuration");
    assert!(
        routes.contains("/sandbox/persons") && routes.contains("/tsa") && routes.len() > 10,
        "{routes:?}"
    );
    for route in &routes {
        for method in [reqwest::Method::GET, reqwest::Method::POST] {
            assert_eq!(node.status(method.clone(), route).await, 404, "{method} {route}");
        }
    }
}

#[test]
#[ignore = "needs the build without the sandbox: tests/run-live"]
fn its_contract_is_the_one_that_is_checked_in() {
    let printed = text(&command(&["openapi"]).output().unwrap().stdout);
    assert_eq!(printed, fs::read_to_string(root().join("openapi/openapi.json")).unwrap());
    assert_eq!(naming_a_sandbox(&printed).len(), 1);
}

/// The words of a contract that have to do with a sandbox. One may: a client is registered for a sandbox or for the live service.
fn naming_a_sandbox(contract: &str) -> Vec<&str> {
    let words = contract.split([' ', '\n', ',', '[', ']', ':']);
    words.filter(|word| word.to_lowercase().contains("sandbox")).collect()
}

#[test]
#[ignore = "needs the build without the sandbox: tests/run-live"]
fn its_help_has_no_word_of_the_sandbox() {
    let mut waiting = vec![Vec::new()];
    let mut seen = 0;
    while let Some(words) = waiting.pop() {
        let arguments: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let help = text(&command(&arguments).output().unwrap().stdout);
        assert!(help.contains("Usage: cazier"), "{words:?}: {help}");
        let help = help.replace("- sandbox: A sandbox", "- one of the two kinds of installation");
        for word in ["sandbox", "cazier dev", "  dev ", "development", "simulated", "mailbox", "test person"]
        {
            assert!(!help.to_lowercase().contains(word), "{words:?}, {word}: {help}");
        }
        seen += 1;
        let commands = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
        for line in commands.lines().take_while(|line| !line.is_empty()) {
            // A line that goes on is indented further than a name.
            let name = line.strip_prefix("  ").filter(|line| !line.starts_with(' '));
            let name = name.and_then(|line| line.split_whitespace().next()).filter(|name| *name != "help");
            waiting.extend(name.map(|name| [words.clone(), vec![name.to_owned()]].concat()));
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
#[ignore = "needs the build without the sandbox: tests/run-live"]
fn it_says_in_one_sentence_that_the_sandbox_is_left_out() {
    let says = |output: &Output| {
        let said = text(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
        said
    };
    for arguments in [
        &["dev"][..],
        &["dev", "--ready-file", "ready.json"],
        &["serve", "--sandbox"],
        &["worker", "--sandbox"],
        &["config", "check", "--sandbox"],
        &["keys", "make", "--development", "--out", "/nowhere/keys"],
        &["openapi", "--registry"],
    ] {
        let said = says(&command(arguments).output().unwrap());
        assert!(
            said.starts_with(&format!("cazier: {LEFT_OUT}")) && said.lines().count() == 1,
            "{arguments:?}: {said}"
        );
    }
    for name in ["CAZIER_SANDBOX_LISTEN", "CAZIER_SANDBOX_LENIENT", "CAZIER_DATA_DIR", "CAZIER_POSTGRES_BIN"]
    {
        let said = says(&command(&["serve"]).env(name, "127.0.0.1:1").output().unwrap());
        let sentence = format!("{name}: is for the sandbox, which this program is built without");
        assert!(said.contains(&sentence), "{said}");
    }
}

#[test]
#[ignore = "needs the build without the sandbox: tests/run-live"]
fn nothing_of_the_sandbox_is_in_the_binary() {
    let words = words();
    let kept = found(&program(), &words);
    assert!(kept.is_empty(), "{kept:?}");
    // The search finds what is there: the program that the other tests run is built with the sandbox.
    let with_sandbox = found(Path::new(env!("CARGO_BIN_EXE_cazier")), &words);
    for word in ["src/sandbox/", "/sandbox/start.js", "cererile și răspunsurile"] {
        assert!(with_sandbox.contains(word), "{word}");
    }
    assert!(persons::all().iter().any(|person| with_sandbox.contains(person.cnp)));
    assert!(with_sandbox.len() * 10 > words.len() * 9, "{:?}", words.difference(&with_sandbox));
}
