//! `cazier config`, and what a node says that cannot start.

use std::path::Path;
use std::process::{Command, Output};

use ades::development_pki;
use cazier::log::LogKeys;
use cazier::person::Keyring;
use chrono::Utc;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use crate::support::{Database, KEYS};

/// A folder with the files that settings name.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let pki = development_pki::create(Utc::now()).unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("chain.pem", &format!("{}{}", pki.seal_chain_pem, pki.root_pem));
    write("key.pem", &pki.seal_key_pem);
    write("secret", "only-for-tests");
    write("bad.pem", "no PEM");
    write(
        "providers.toml",
        "[[providers]]\nname = \"ghiseul\"\ntitle = { ro = \"G\", en = \"G\" }\nissuer = \"https://idp.example\"\n\
         client_id = \"cazier\"\nclient_secret_file = \"secret\"\nacr_values = [\"high\"]\n",
    );
    dir
}

/// The program with the settings of a node of a sandbox, and these besides.
fn cazier(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    command.args(arguments).current_dir(folder).env_clear();
    command.env("CAZIER_SEALING_KEYS", &KEYS.0).env("CAZIER_INDEX_KEYS", &KEYS.1);
    command.env("CAZIER_SEAL_CHAIN", "chain.pem").env("CAZIER_SEAL_KEY", "key.pem");
    command.env("CAZIER_IDENTITY_PROVIDERS", "providers.toml");
    command.env("DATABASE_URL", "postgres://ana:parola@127.0.0.1:1/cazier");
    command.envs(settings.iter().copied()).output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn settings_that_a_node_can_use_are_said_to_be() {
    let dir = folder();
    let output = cazier(dir.path(), &["config", "check", "--sandbox"], &[]);
    assert_eq!(lines(&output), ["no faults in the settings"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn everything_that_a_node_would_refuse_is_reported_together() {
    let dir = folder();
    let settings = [
        ("CAZIER_ORIGNS", "https://hub.example"),
        ("CAZIER_RETURN_URLS", "javascript:1"),
        ("DATABASE_URL", "nonsense"),
        ("CAZIER_SEAL_CHAIN", "nowhere.pem"),
        ("CAZIER_SEAL_KEY", "pkcs11:token=seal"),
        ("CAZIER_CRIMINAL_RECORDS_URL", "https://register.example"),
        ("CAZIER_REGISTER_AUTHORITY", "bad.pem"),
        ("CAZIER_SMTP_URL", "smtp://mail.example"),
        ("CAZIER_TSA_TRUST", "bad.pem"),
    ];
    let output = cazier(dir.path(), &["config", "check"], &settings);
    let expected = [
        "CAZIER_ORIGNS is not known; did you mean CAZIER_ORIGINS?",
        "DATABASE_URL: what is set (8 characters) is not the address of a Postgres server, such as postgres://user:password@host:5432/database",
        "CAZIER_RETURN_URLS: \"javascript:1\" is not a web URL without user and fragment (https, or http on this machine), such as https://hub.example/done",
        "CAZIER_LOG_MEMORY is not set; `cazier serve --help` lists the settings",
        "CAZIER_SEAL_CHAIN: the file nowhere.pem cannot be read: there is no such file",
        "CAZIER_SEAL_KEY: it lacks module-path",
        "CAZIER_PUBLIC_URL is not set; `cazier serve --help` lists the settings",
        "CAZIER_REGISTER_AUTHORITY: the file bad.pem holds no certificate in PEM",
        "CAZIER_REGISTER_IDENTITY is not set; `cazier serve --help` lists the settings",
        "CAZIER_TSA_TRUST: bad.pem: not a PEM certificate: found nothing",
        "CAZIER_SMTP_URL: mails hold links that open accounts: begin with smtps://, or end with ?tls=required",
    ];
    assert_eq!(lines(&output), expected);
    assert_eq!(output.status.code(), Some(1));

    let served = cazier(dir.path(), &["serve"], &settings);
    let text = String::from_utf8(served.stderr).unwrap();
    assert!(expected.iter().all(|line| text.contains(line)), "{text}");
    assert!(!served.status.success());
}

#[test]
fn a_live_node_is_refused_plain_addresses_and_keys_for_tests() {
    let dir = folder();
    let settings = [
        ("CAZIER_SANDBOX_LENIENT", "return_urls"),
        ("CAZIER_PUBLIC_URL", "http://hub.example"),
        ("CAZIER_FRONT_END_URL", "http://hub.example"),
        ("CAZIER_SMTP_URL", "smtps://mail.example"),
        ("CAZIER_LOG_MEMORY", "log"),
    ];
    let found = lines(&cazier(dir.path(), &["config", "check"], &settings));
    for start in [
        "CAZIER_SEAL_CHAIN: the certificate, or one of its issuers, is one for tests",
        "CAZIER_SANDBOX_LENIENT: it is for a sandbox, and this node is live",
        "CAZIER_PUBLIC_URL: \"http://hub.example/\" must begin with https://",
        "CAZIER_FRONT_END_URL: \"http://hub.example/\" must begin with https://",
    ] {
        assert!(found.iter().any(|line| line.starts_with(start)), "{start}: {found:?}");
    }
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn tls_needs_a_certificate_of_now_and_its_own_key() {
    let dir = folder();
    std::fs::write(dir.path().join("other.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let mut past = CertificateParams::new(vec!["hub.example".to_owned()]).unwrap();
    (past.not_before, past.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 2, 1));
    let key = KeyPair::generate().unwrap();
    std::fs::write(dir.path().join("past.pem"), past.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(dir.path().join("past-key.pem"), key.serialize_pem()).unwrap();
    let check = |certificate: &str, key: &str| {
        let settings = [("CAZIER_TLS_CERTIFICATE", certificate), ("CAZIER_TLS_KEY", key)];
        lines(&cazier(dir.path(), &["config", "check", "--sandbox"], &settings))
    };
    assert_eq!(check("chain.pem", "key.pem"), ["no faults in the settings"]);
    for (certificate, key, why) in [
        ("chain.pem", "", "set both, or none"),
        ("", "key.pem", "set both, or none"),
        ("chain.pem", "other.pem", "the key in other.pem is not the key of the certificate in chain.pem"),
        ("nowhere.pem", "key.pem", "the file nowhere.pem cannot be read: there is no such file"),
        ("bad.pem", "key.pem", "the file bad.pem holds no certificate in PEM, or one that cannot be parsed"),
        (
            "chain.pem",
            "bad.pem",
            "the file bad.pem holds no private key in PEM that can be used; it must have no passphrase",
        ),
        (
            "past.pem",
            "past-key.pem",
            "the certificate in past.pem is valid from 2020-01-01 00:00:00 UTC until 2020-02-01 00:00:00 UTC, and not now",
        ),
    ] {
        assert_eq!(check(certificate, key), [format!("CAZIER_TLS_CERTIFICATE, CAZIER_TLS_KEY: {why}")]);
    }
}

#[test]
fn a_node_that_verifies_alone_refuses_secrets_and_others_refuse_its_keys() {
    let dir = folder();
    let (log, derived) = (Keyring::generate_spec().unwrap(), KEYS.1.as_str());
    let keyring = Keyring::parse(&KEYS.0, derived).unwrap();
    let api = "https://api.example".parse().unwrap();
    let public = |list: Option<&str>| {
        LogKeys::of(list, None, &keyring, &api).unwrap().public("api.example/v1/log")[0].to_string()
    };
    let (own, from_index) = (public(Some(&log)), public(None));
    let binding = Keyring::binding_keys(&KEYS.0).unwrap();
    let alone = [("CAZIER_BINDING_KEYS", binding.as_str()), ("CAZIER_LOG_PUBLIC_KEYS", &own)];
    let check = |arguments: &[&str], settings: &[(&str, &str)]| {
        lines(&cazier(dir.path(), &[&["config", "check", "--sandbox"], arguments].concat(), settings))
    };
    let none = ["CAZIER_SEALING_KEYS", "CAZIER_SEAL_KEY", "CAZIER_IDENTITY_PROVIDERS"].map(|name| (name, ""));
    let fine = [alone.as_slice(), &none].concat();
    assert_eq!(check(&["--only", "verify"], &fine), ["no faults in the settings"]);
    let secrets = [
        ("CAZIER_LOG_KEYS", log.as_str()),
        ("CAZIER_SEAL_PIN", "1234"),
        ("CAZIER_WORKER_DATABASE_URL", "postgres://x"),
        ("CAZIER_SMTP_URL", "smtps://mail.example"),
    ];
    let found = check(&["--only", "verify"], &[alone.as_slice(), &secrets].concat());
    let named: Vec<_> = found.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(
        named,
        [
            "CAZIER_SEALING_KEYS",
            "CAZIER_LOG_KEYS",
            "CAZIER_SEAL_KEY",
            "CAZIER_SEAL_PIN",
            "CAZIER_WORKER_DATABASE_URL",
            "CAZIER_SMTP_URL",
            "CAZIER_IDENTITY_PROVIDERS"
        ]
    );
    assert!(
        found.iter().all(|line| line.contains("a node that verifies alone must not have it")),
        "{found:?}"
    );
    let index = [fine.as_slice(), &[("CAZIER_LOG_PUBLIC_KEYS", &from_index)]].concat();
    let [derived] = check(&["--only", "verify"], &index).try_into().unwrap();
    assert!(
        derived.starts_with("CAZIER_LOG_PUBLIC_KEYS: one of them is derived from the index key"),
        "{derived}"
    );
    let found = check(&[], &alone);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().all(|line| line.contains("only `cazier serve --only verify` takes it")),
        "{found:?}"
    );
}

#[test]
fn the_database_is_tried_where_that_is_asked_for() {
    let dir = folder();
    let check = |settings: &[(&str, &str)]| {
        lines(&cazier(dir.path(), &["config", "check", "--sandbox", "--connect"], settings))
    };
    let [away] = check(&[]).try_into().unwrap();
    assert!(away.starts_with("DATABASE_URL: the database server refuses connections"), "{away}");
    assert!(!away.contains("ana") && !away.contains("parola"), "{away}");

    let database = Database::from_template();
    let url = database.url();
    assert_eq!(check(&[("DATABASE_URL", &url)]), ["no faults in the settings"]);
    let [older] = check(&[("DATABASE_URL", &Database::empty().url())]).try_into().unwrap();
    assert!(older.starts_with("DATABASE_URL: ") && older.contains("cazier migrate"), "{older}");
    let installation = cazier::db::Installation {
        sandbox: false,
        index_key_digest: b"another".to_vec(),
        ..Default::default()
    };
    installation.claim(&mut database.connect()).unwrap();
    let [foreign] = check(&[("DATABASE_URL", &url)]).try_into().unwrap();
    assert!(foreign.starts_with("DATABASE_URL: this is the database of a live installation"), "{foreign}");
}

#[test]
fn the_settings_are_shown_with_where_they_came_from_and_without_secrets() {
    let dir = folder();
    let file = dir.path().join("node.env");
    std::fs::write(&file, "CAZIER_LISTEN=127.0.0.1:9\nCAZIER_WORKERS=3\nCAZIER_SEAL_PIN=928374\n").unwrap();
    let output = cazier(
        dir.path(),
        &["config", "show"],
        &[("CAZIER_CONFIG", file.to_str().unwrap()), ("CAZIER_WORKERS", "2")],
    );
    let shown = lines(&output);
    let row = |name: &str| {
        let line = shown.iter().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row("CAZIER_LISTEN"), [file.to_str().unwrap(), "127.0.0.1:9"]);
    assert_eq!(row("CAZIER_WORKERS"), ["environment", "2"]);
    assert_eq!(row("CAZIER_DATABASE_POOL"), ["default", "8"]);
    assert_eq!(row("CAZIER_SEAL_PIN"), [file.to_str().unwrap(), "(hidden)"]);
    let text = shown.join("\n");
    for secret in ["928374", "parola", KEYS.0.as_str(), KEYS.1.as_str()] {
        assert!(!text.contains(secret), "{secret}");
    }
}
