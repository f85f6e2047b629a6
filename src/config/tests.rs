use std::path::Path;
use std::time::Duration;

use super::*;

fn of(pairs: &[(&str, &str)]) -> Result<Config, Faults> {
    Config::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn sentences(pairs: &[(&str, &str)]) -> Vec<String> {
    of(pairs).err().map(|faults| faults.iter().map(Fault::to_string).collect()).unwrap_or_default()
}

const SITE: &str = "a web URL without a path, such as https://hub.example";
const LISTEN: &str = "an IP address with a port, such as 127.0.0.1:8080";
const SECURE: &str = "an address without a path that begins with https://, such as https://register.example";
const ORIGIN: &str =
    "an origin (scheme, host and port, no more; https, or http on this machine), such as https://hub.example";
const RETURN: &str =
    "a web URL without user and fragment (https, or http on this machine), such as https://hub.example/done";
const PROXY: &str = "an IP address, or a network without bits beyond its length, such as 10.0.0.0/8";
const DATABASE: &str =
    "the address of a Postgres server, such as postgres://user:password@host:5432/database";
const MAIL: &str = "the address of a mail server, such as smtps://user:password@host or \
                    smtp://user:password@host:587?tls=required";

#[test]
fn each_value_that_cannot_be_used_has_its_sentence() {
    for (name, value, what) in [
        ("CAZIER_LISTEN", "nowhere", LISTEN),
        ("CAZIER_LISTEN", "localhost:8080", LISTEN),
        ("CAZIER_SANDBOX_LISTEN", "127.0.0.1", LISTEN),
        ("CAZIER_SANDBOX_LENIENT", "all", "one of `origins`, `return_urls` and `browser_cookie`"),
        ("CAZIER_METRICS_LISTEN", "127.0.0.1:99999", LISTEN),
        ("CAZIER_PUBLIC_URL", "hub.example", SITE),
        ("CAZIER_PUBLIC_URL", "https://hub.example/api", SITE),
        ("CAZIER_FRONT_END_URL", "javascript:1", SITE),
        ("CAZIER_ORIGINS", "foo", ORIGIN),
        ("CAZIER_ORIGINS", "https://hub.example/", ORIGIN),
        ("CAZIER_ORIGINS", "http://hub.example", ORIGIN),
        ("CAZIER_RETURN_URLS", "javascript:1", RETURN),
        ("CAZIER_RETURN_URLS", "https://hub.example/done#x", RETURN),
        ("CAZIER_RETURN_URLS", "ro.hub.app:/done", RETURN),
        ("CAZIER_DATABASE_POOL", "0", "a whole number from 1 to 1000"),
        ("CAZIER_DATABASE_POOL", "-1", "a whole number from 1 to 1000"),
        ("CAZIER_TRUSTED_PROXIES", "10.0.0.1/8", PROXY),
        ("CAZIER_TRUSTED_PROXIES", "0.0.0.0/0", PROXY),
        ("CAZIER_WORKERS", "many", "a whole number from 1 to 1024"),
        ("CAZIER_SEEN_DOCUMENTS_DAYS", "29", "a whole number of days from 30 to 18250"),
        ("CAZIER_SECOND_FACTOR_RESET_HOURS", "23", "a whole number of hours from 24 to 720"),
        ("CAZIER_SESSION_DAYS", "0", "a whole number of days from 1 to 365"),
        ("CAZIER_SESSION_DAYS", "366", "a whole number of days from 1 to 365"),
        ("CAZIER_SEAL_RSA", "PSS", "`pss` or `pkcs1`"),
        ("CAZIER_SEAL_DEADLINE", "0", "a whole number of seconds from 1 to 255"),
        ("CAZIER_SEAL_KIND", "stamp", "`seal`, `signature`, `advanced-seal` or `advanced-signature`"),
        ("CAZIER_TSA_URL", "tsa", "a web URL, such as https://tsa.example/stamp"),
        ("CAZIER_PERSONS_WITH_ENTRIES_FROM", "tomorrow", "a day, written as 2027-01-31"),
        ("CAZIER_LEGAL_PERSONS_FROM", "2027-02-30", "a day, written as 2027-01-31"),
        ("CAZIER_CRIMINAL_RECORDS_URL", "http://register.example", SECURE),
        ("CAZIER_CIVIL_STATUS_URL", "https://register.example/v1", SECURE),
        ("CAZIER_COMPANIES_URL", "register", SECURE),
        ("CAZIER_REGISTER_MAX_AGE", "2 days", "a number of hours from 1 to 65535, or `unlimited`"),
        ("CAZIER_LOG_FORMAT", "JSON", "`text` or `json`"),
        ("CAZIER_SUPPORT_URL", "javascript:1", "a web URL, such as https://hub.example/help"),
    ] {
        assert_eq!(sentences(&[(name, value)]), [format!("{name}: \"{value}\" is not {what}")]);
    }
}

#[test]
fn every_leniency_is_named_to_whoever_names_an_unknown_one() {
    for leniency in Leniency::ALL {
        assert!(sentences(&[("CAZIER_SANDBOX_LENIENT", "all")])[0].contains(leniency.as_str()));
    }
    let config = of(&[("CAZIER_SANDBOX_LENIENT", "return_urls, origins")]).ok().unwrap();
    assert_eq!(config.sandbox_lenient, [Leniency::ReturnUrls, Leniency::Origins]);
}

#[test]
fn a_secret_is_shown_only_by_its_length() {
    for (name, value, what) in [
        ("DATABASE_URL", "nonsense", DATABASE),
        ("DATABASE_URL", "mysql://ana:parola@host/db", DATABASE),
        ("CAZIER_REGISTER_DATABASE_URL", "nonsense", DATABASE),
        ("CAZIER_SMTP_URL", "mail.example", MAIL),
        (
            "CAZIER_SEALING_KEYS",
            "1:c2hvcnQ=",
            "a list of keys, each as `cazier generate-key` prints one (`id:base64`, 32 octets, ids of 1 to 255)",
        ),
        (
            "CAZIER_INDEX_KEYS",
            "parola",
            "a list of keys, each as `cazier generate-key` prints one (`id:base64`, 32 octets, ids of 1 to 255)",
        ),
    ] {
        let length = value.len();
        assert_eq!(
            sentences(&[(name, value)]),
            [format!("{name}: what is set ({length} characters) is not {what}")]
        );
    }
}

#[test]
fn keys_of_data_are_one_or_several_each_with_an_id_of_its_own() {
    let keys = ["2", "1", "2"].map(|id| format!("{id}:{}", "A".repeat(43) + "="));
    for name in ["CAZIER_SEALING_KEYS", "CAZIER_INDEX_KEYS"] {
        assert!(of(&[(name, &keys[0])]).is_ok());
        assert!(of(&[(name, &keys[..2].join(","))]).is_ok());
        assert_eq!(sentences(&[(name, &keys.join(","))]).len(), 1);
    }
}

#[test]
fn all_faults_are_reported_together() {
    let found = sentences(&[
        ("CAZIER_ORIGNS", "https://hub.example"),
        ("CAZIER_LISTEN_FILE", "x"),
        ("CAZIER_LISTEN", "nowhere"),
        ("CAZIER_ORIGINS", "foo, https://hub.example ,bar"),
        ("CAZIER_IDENTITY_PROVIDERS", "/nowhere"),
        ("CAZIER_SUPPORT_PHONE", "021"),
    ]);
    assert_eq!(
        found,
        [
            "CAZIER_LISTEN_FILE is not known; `cazier serve --help` lists the settings".to_owned(),
            "CAZIER_ORIGNS is not known; did you mean CAZIER_ORIGINS?".to_owned(),
            format!("CAZIER_LISTEN: \"nowhere\" is not {LISTEN}"),
            format!("CAZIER_ORIGINS: \"foo\" is not {ORIGIN}"),
            format!("CAZIER_ORIGINS: \"bar\" is not {ORIGIN}"),
            "CAZIER_IDENTITY_PROVIDERS: the file /nowhere cannot be read: there is no such file".to_owned(),
            found.last().unwrap().clone(),
        ]
    );
    let text = of(&[("CAZIER_LISTEN", "x"), ("CAZIER_WORKERS", "y")]).err().unwrap().to_string();
    assert!(text.starts_with("2 settings cannot be used:\n  CAZIER_LISTEN: "), "{text}");
}

#[test]
fn unset_settings_have_the_defaults_of_the_table() {
    let config = of(&[("CAZIER_MAIL_FROM", " ")]).unwrap();
    assert_eq!(config.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!((config.database_pool.get(), config.seal_deadline), (8, Duration::from_secs(5)));
    assert_eq!(
        config.mail_from.email.as_str(),
        "nu-raspundeti@cazier.invalid",
        "an empty value counts as unset"
    );
}

#[test]
fn addresses_and_phones_follow_the_common_rules() {
    for (name, value, rule) in [
        ("CAZIER_MAIL_FROM", "Cazier <somebody@nowhere>", "email_format"),
        ("CAZIER_SUPPORT_EMAIL", "somebody at hub.example", "email_format"),
        ("CAZIER_SUPPORT_PHONE", "021 303 7080", "phone_format"),
        ("CAZIER_SUPPORT_PHONE", "+40 21 303", "phone_of_office"),
        ("CAZIER_SUPPORT_HOURS_RO", "luni\u{202E}vineri", "text_control_character"),
        ("CAZIER_SUPPORT_HOURS_EN", "weekdays 日", "text_not_printable"),
    ] {
        let found = sentences(&[(name, value)]);
        let [sentence] = found.as_slice() else { panic!("{found:?}") };
        let value = value.replace('\u{202E}', "\u{FFFD}");
        assert!(sentence.starts_with(&format!("{name}: \"{value}\" cannot be used: ")), "{sentence}");
        assert!(sentence.ends_with(&format!("({rule})")), "{sentence}");
    }
    let config = of(&[
        ("CAZIER_MAIL_FROM", "Hub MAI <hub@poșta.ro>"),
        ("CAZIER_SUPPORT_EMAIL", "suport@poșta.ro"),
        ("CAZIER_SUPPORT_PHONE", "+40 800 800 201"),
    ]);
    let config = config.unwrap();
    assert_eq!(config.mail_from.email.as_str(), "hub@xn--pota-rxb.ro");
    assert_eq!(config.support_email.as_ref().unwrap().shown(), "suport@poșta.ro");
    assert_eq!(config.support_phone.as_deref(), Some("+40 800 800 201"));
}

#[test]
fn a_secret_can_stand_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("url");
    std::fs::write(&path, "postgres://somewhere\n").unwrap();
    let config = of(&[("DATABASE_URL_FILE", path.to_str().unwrap())]).unwrap();
    assert_eq!(config.database_url.as_deref(), Some("postgres://somewhere"));
}

#[test]
fn the_overview_shows_all_settings_and_no_secret() {
    let settings = [("CAZIER_SEAL_PIN", "928374"), ("CAZIER_LISTEN", "127.0.0.1:1")];
    let reading = Reading::of(Given::of(settings.map(|(n, v)| (n.to_owned(), v.to_owned())).into()));
    assert_eq!(reading.overview.len(), VARIABLES.len());
    let shown = |name: &str| reading.overview.iter().find(|(n, ..)| *n == name).unwrap().clone();
    assert_eq!(shown("CAZIER_SEAL_PIN").2, "(hidden)");
    assert_eq!(shown("CAZIER_LISTEN"), ("CAZIER_LISTEN", Source::Environment, "127.0.0.1:1".to_owned()));
    assert_eq!(shown("CAZIER_WORKERS"), ("CAZIER_WORKERS", Source::Default, "(cores)".to_owned()));
}

#[test]
fn equal_settings_have_an_equal_digest_and_a_changed_one_another() {
    let digest = |unit: &str| {
        let pairs = [("CAZIER_LISTEN", "127.0.0.1:1"), ("CAZIER_ISSUING_UNIT", unit)];
        of(&pairs).unwrap().digest
    };
    assert_eq!(digest("Hub MAI"), digest("Hub MAI"));
    assert_ne!(digest("Hub MAI"), digest("Alt hub"));
}

#[test]
fn the_names_of_given_settings_are_kept_without_their_values() {
    let config =
        of(&[("CAZIER_LISTEN", "127.0.0.1:1"), ("CAZIER_SEAL_PIN", "928374"), ("CAZIER_ORIGINS", " ")]);
    assert_eq!(config.unwrap().given, ["CAZIER_LISTEN", "CAZIER_SEAL_PIN"]);
}

#[test]
fn every_secret_says_so() {
    for variable in VARIABLES {
        assert_eq!(variable.is_secret, variable.meaning.starts_with("secret: "), "{}", variable.name);
    }
}

/// A misspelt name in a message or a lookup would send operators astray.
#[test]
fn every_setting_that_the_code_names_is_in_the_table() {
    let known = |name: &str| VARIABLES.iter().any(|variable| variable.name == name);
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut named = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // The tests of this room misspell names.
            let Some(text) = std::fs::read_to_string(&path).ok().filter(|_| !is_of_config(&path)) else {
                continue;
            };
            let names = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
            for name in names.filter(|name| name.starts_with("CAZIER_") && name.len() > "CAZIER_".len()) {
                assert!(known(name.strip_suffix("_FILE").unwrap_or(name)), "{name} in {}", path.display());
                named += 1;
            }
        }
    }
    assert!(named > 30, "{named}");
}

fn is_of_config(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.ends_with("src/config"))
}
