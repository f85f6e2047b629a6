//! The commands of whoever runs the installation.

use std::process::{Command, Output};

use cazier::accounts::token::digest_of;
use cazier::clients::store;
use cazier::db::roles::DbRole;

use crate::support::Database;

fn cazier(database: &Database, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    command.args(["clients"]).args(arguments).env_clear().env("CAZIER_CONFIG", "/dev/null");
    command.env("DATABASE_URL", database.url()).output().unwrap()
}

fn done(database: &Database, arguments: &[&str]) -> String {
    let output = cazier(database, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn failed(database: &Database, arguments: &[&str]) -> String {
    let output = cazier(database, arguments);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

const ADD: [&str; 7] = ["add", "city", "--name", "The city", "--contact", "it@city.example", "--kind"];

#[test]
fn the_commands_register_list_rotate_and_remove() {
    let database = Database::from_template();
    let web = [
        &ADD[..],
        &[
            "web",
            "--redirect-uri",
            "https://city.example/done",
            "--origin",
            "https://city.example",
            "--scope",
            "openid",
        ],
    ];
    let added = done(&database, &web.concat());
    let secret = added.lines().nth(1).unwrap();
    let opens = |secret: &str| {
        store::authenticates_by_secret(&mut database.connect(), "city", &digest_of(secret)).unwrap()
    };
    assert!(opens(secret));
    assert!(failed(&database, &web.concat()).contains("There is a client with this id"));
    let next = done(&database, &["rotate-secret", "city", "--end-others"]);
    assert!(opens(next.trim()) && !opens(secret));
    let listed = done(&database, &["list"]);
    for shown in [
        "city  web  live  standard  The city",
        "https://city.example/done",
        "secret of",
        "may ask for    openid\n",
    ] {
        assert!(listed.contains(shown), "{listed}");
    }
    assert!(!listed.contains(next.trim()));
    assert_eq!(done(&database, &["remove", "city"]), "removed city\n");
    assert!(failed(&database, &["remove", "city"]).contains("there is no client with this id"));
    assert_eq!(done(&database, &["list"]), "");
}

#[test]
fn the_commands_take_keys() {
    let (database, folder) = (Database::from_template(), tempfile::tempdir().unwrap());
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let jwks = file(
        "jwks.json",
        r#"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "portal-1",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    );
    let none = file("none.json", r#"{"keys": []}"#);
    assert_eq!(done(&database, &[&ADD[..], &["system", "--jwks", &jwks]].concat()), "registered city\n");
    let listed = done(&database, &["list"]);
    assert!(
        listed.contains("key of") && listed.contains("portal-1") && !listed.contains("secret of"),
        "{listed}"
    );
    assert_eq!(
        done(&database, &["set-keys", "city", &none]),
        "keys of city: 0; it authenticates by its secrets again; `rotate-secret` makes one\n"
    );
    assert!(!done(&database, &["list"]).contains("key of"));
    assert_eq!(done(&database, &["set-keys", "city", &jwks]), "keys of city: 1\n");
    assert!(failed(&database, &["set-keys", "town", &jwks]).contains("there is no client with this id"));
    let private = std::fs::read_to_string(&jwks).unwrap().replace("\"kid\"", "\"d\": \"abc\", \"kid\"");
    for (text, said) in [
        (private.as_str(), "this is no JWK Set of public P-256 keys: unknown field `d`"),
        (r#"{"keys": [{"kty": "EC", "crv": "P-256", "x": "", "y": ""}]}"#, "A coordinate is 32 octets"),
        (r#"{"keys": "abc"}"#, "this is no JWK Set of public P-256 keys\n"),
        ("no JSON abc", "this is no JWK Set of public P-256 keys\n"),
    ] {
        let told = failed(&database, &["set-keys", "city", &file("wrong.json", text)]);
        assert!(told.contains(said) && !told.contains("abc"), "{told}");
    }
    let nowhere = folder.path().join("nowhere").display().to_string();
    assert!(failed(&database, &["set-keys", "city", &nowhere]).contains("No such file"));
}

#[test]
fn endpoints_for_webhooks_are_listed_and_disabled() {
    let database = Database::from_template();
    done(&database, &[&ADD[..], &["system"]].concat());
    let id = "01900000-0000-7000-8000-0000000000c1";
    database.execute(&format!(
        "INSERT INTO webhook_endpoints (id, client_id, url, events, status, failing_since, created_at, status_changed_at)
         VALUES ('{id}', 'city', 'https://city.example/hook', '{{grant.*}}', 'active', '2026-11-28T10:00:00Z', now(), now())"
    ));
    // As the operator's role.
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
        command.args(["clients"]).args(arguments).env_clear().env("CAZIER_CONFIG", "/dev/null");
        command.env("DATABASE_URL", database.url_as(DbRole::Operator)).output().unwrap()
    };
    let listed = String::from_utf8(run(&["list"]).stdout).unwrap();
    let line =
        format!("  webhooks       {id}  active  https://city.example/hook  fails since 2026-11-28 10:00 UTC");
    assert!(listed.contains(&line), "{listed}");
    assert_eq!(String::from_utf8(run(&["disable-endpoint", id]).stdout).unwrap(), format!("disabled {id}\n"));
    assert!(done(&database, &["list"]).contains(&format!("{id}  disabled")));
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'webhook.disabled' AND detail = 'city'";
    assert_eq!(database.count(recorded), 1);
    let nobodys = failed(&database, &["disable-endpoint", "01900000-0000-7000-8000-0000000000c2"]);
    assert!(nobodys.contains("there is no endpoint with this id"), "{nobodys}");
    database.execute("DELETE FROM clients");
    assert_eq!(done(&database, &["list"]), "");
    assert!(failed(&database, &["disable-endpoint", id]).contains("there is no endpoint with this id"));
}

#[test]
fn a_command_refuses_what_an_endpoint_refuses() {
    let database = Database::from_template();
    for (more, said) in [
        (vec!["web", "--scope", "everything"], "[possible values: openid, profile,"),
        (vec!["web"], "/redirect_uris: A client by which people log in has at least one redirect URI"),
        (vec!["web", "--redirect-uri", "ro.city.app:/in"], "/redirect_uris: Only an app has"),
        (vec!["web", "--redirect-uri", "https://city.example/#x"], "A redirect URI is an absolute https"),
        (vec!["web", "--origin", "https://city.example/"], "An origin is a scheme"),
        (vec!["native", "--redirect-uri", "http://localhost/in"], "/redirect_uris: Only an app has"),
    ] {
        let told = failed(&database, &[&ADD[..], &more].concat());
        assert!(told.contains(said), "{told}");
    }
    let hub = failed(&database, &["remove", "hub"]);
    assert!(hub.contains("The id `hub` is that of the front end in the settings"), "{hub}");
}
