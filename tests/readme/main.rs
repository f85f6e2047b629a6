//! What the documents promise, done as they say: their walks are run as they stand, and afterwards neither the database nor
//! the log holds anything about the persons; what they name exists.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line"
)]

mod asvs;
mod guides;
mod pages;
mod sandbox;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cazier::sandbox::persons;
use data_encoding::{BASE64_NOPAD, HEXLOWER};
use serde_json::Value;

use self::pages::{runnable, text_of};
use self::sandbox::{Sandbox, both, command, end};

/// The walk of the README for this person, at this address.
fn walk(sandbox: &Sandbox, api: &str, person: &str) -> Output {
    let blocks = runnable("README.md");
    assert_eq!(blocks.len(), 1);
    sandbox.shell(&blocks[0]).env("API", api).env("PERSON", person).output().unwrap()
}

/// A walk that went well: the folder of its files.
fn passed(output: &Output) -> PathBuf {
    let text = both(output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("CAdES Verification successful"), "{text}");
    assert!(text.contains("\"outcome\": \"valid\""), "{text}");
    assert!(text.ends_with("true\n") || text.contains("\ntrue\n"), "the seal is on the list: {text}");
    let folder = text.lines().find_map(|line| line.strip_prefix("files: ")).unwrap();
    PathBuf::from(folder)
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Whatever form it could have leaked in: as text, in the hexadecimal of a dumped column, in base64.
fn forms(secret: &str) -> Vec<String> {
    vec![secret.to_owned(), HEXLOWER.encode(secret.as_bytes()), BASE64_NOPAD.encode(secret.as_bytes())]
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
fn the_walks_work_as_they_stand_and_leave_no_trace_of_the_person() {
    let mut sandbox = Sandbox::start();
    fs::write(sandbox.path("application.json"), "of somebody else").unwrap();
    let (mut second, elsewhere) = sandbox.second_node();
    let first = passed(&walk(&sandbox, sandbox.place("api"), "clean-4"));
    let again = passed(&walk(&sandbox, &elsewhere, "clean-4"));
    end(&mut second);
    let (application, repeated) =
        (json(&first.join("application.json")), json(&again.join("application.json")));
    assert_eq!(application, repeated, "pasted twice it is one certificate, on whichever node");
    assert_ne!(first, again);
    assert_eq!(fs::read_to_string(sandbox.path("application.json")).unwrap(), "of somebody else");
    assert!(fs::read(first.join("certificate.pdf")).unwrap().starts_with(b"%PDF-"));

    let proofs = guides::script("docs/guides/identity.md");
    let proofs = sandbox.block(&format!("{proofs}\nprintf '%s\\n' \"$token\" \"${{auth##* }}\" > tokens\n"));
    assert!(proofs.contains("status=verified") && proofs.contains("\"verified\""), "{proofs}");
    let redirects = sandbox.block(&guides::script("docs/guides/sign-in.md"));
    assert_eq!(redirects.matches("\"Bearer\"").count(), 2, "{redirects}");
    let company = guides::script("docs/legal-persons.md");
    assert_eq!(sandbox.block(&company), "\"valid\"\n");
    assert_eq!(sandbox.block(&company), "\"valid\"\n", "pasted twice");

    let metrics = sandbox.shell(&format!("curl -sSf {}", sandbox.place("metrics"))).output().unwrap();
    assert!(both(&metrics).contains("http_request_duration_seconds"));

    let session = json(&first.join("session.json"));
    let mut secrets: Vec<String> =
        fs::read_to_string(sandbox.path("tokens")).unwrap().lines().map(str::to_owned).collect();
    assert!(secrets.iter().all(|token| token.len() > 20), "{secrets:?}");
    for secret in
        [&session["access_token"], &session["refresh_token"], &application["certificate"]["control_code"]]
    {
        secrets.push(secret.as_str().unwrap().to_owned());
    }
    for id in ["clean-2", "clean-3", "clean-4"] {
        let person = persons::by_id(id).unwrap();
        secrets.extend([person.cnp, person.family_name, person.given_name].map(str::to_owned));
    }
    secrets.extend(["@example.ro", "12345674", "Țara Bârsei", "1900515400031"].map(str::to_owned));
    assert!(proofs.contains("Țîrlea-Brâncoveanu"), "the walk shows the name to its owner");

    let url = fs::read_to_string(sandbox.path("data/postgres/url")).unwrap();
    let dump = Command::new("pg_dump").arg(url.trim()).output().unwrap();
    assert!(dump.status.success(), "{}", both(&dump));
    let dump = String::from_utf8(dump.stdout).unwrap();
    assert!(dump.contains(application["certificate"]["id"].as_str().unwrap()), "it holds the certificate");
    assert_absent(&secrets, "the database", &dump);
    for log in ["log", "second.log"] {
        assert_absent(&secrets, log, &fs::read_to_string(sandbox.path(log)).unwrap());
    }

    end(&mut sandbox.process);
    assert!(!sandbox.path("data/postgres/data/postmaster.pid").exists(), "PostgreSQL has stopped with it");
}

/// Nothing listens at port 1.
#[test]
fn the_walk_stops_at_its_first_failure() {
    let folder = tempfile::tempdir().unwrap();
    let run = |path: &str| {
        let mut command = Command::new("bash");
        command.args(["-c", &runnable("README.md")[0]]).env("API", "http://127.0.0.1:1").env("PATH", path);
        command.env("TMPDIR", folder.path()).current_dir(folder.path()).output().unwrap()
    };
    let path = std::env::var("PATH").unwrap();
    let nobody = run(&path);
    assert!(!nobody.status.success() && both(&nobody).matches("curl:").count() == 1, "{}", both(&nobody));

    let tools = folder.path().join("tools");
    fs::create_dir(&tools).unwrap();
    for tool in ["bash", "curl", "mktemp"] {
        let found = std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|file| file.exists());
        std::os::unix::fs::symlink(found.unwrap(), tools.join(tool)).unwrap();
    }
    let without = run(tools.to_str().unwrap());
    assert!(!without.status.success() && both(&without) == "install jq first\n", "{}", both(&without));
}

#[test]
fn the_simulated_outside_world_may_move_to_another_port() {
    let sandbox = Sandbox::start();
    let former = sandbox.place("sandbox").to_owned();
    let log = fs::read_to_string(sandbox.path("log")).unwrap();
    let verification = format!("Verification {}/verify\n", sandbox.place("api"));
    assert!(log.contains(&verification) && log.contains("  Data         /"), "{log}");
    let sandbox = sandbox.restart();
    assert_ne!(sandbox.place("sandbox"), former);
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
fn a_node_with_a_key_for_tests_does_not_serve_live() {
    let sandbox = Sandbox::start();
    let live = command(&sandbox.path(""))
        .arg("serve")
        .env("CAZIER_CONFIG", sandbox.path("data/keys/serve.env"))
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    assert!(!live.status.success());
    let text = String::from_utf8(live.stderr).unwrap();
    assert!(text.contains("is one for tests"), "{text}");
}

#[test]
fn the_readme_is_short() {
    let length = text_of("README.md").chars().count();
    assert!(length <= 6000, "{length} characters: move what is not for everybody to docs/");
}
