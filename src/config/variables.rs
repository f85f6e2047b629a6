//! The table of settings: names, defaults, meanings.

/// One setting, as `--help` and `docs/operating.md` show it.
#[derive(Debug)]
pub struct Variable {
    /// Name in the environment and in the settings file.
    pub name: &'static str,
    /// The value if it is unset.
    pub default: &'static str,
    /// What it sets.
    pub meaning: &'static str,
    /// Whether the value is never shown, and can be given by a file that `NAME_FILE` names.
    pub is_secret: bool,
    /// Whether it is for the sandbox: a build without the sandbox refuses it.
    pub is_of_sandbox: bool,
}

impl Variable {
    /// Iterates over the settings of this build.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        VARIABLES.iter().filter(|variable| cfg!(feature = "sandbox") || !variable.is_of_sandbox)
    }
}

const fn variable(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, default, meaning, is_secret: false, is_of_sandbox: false }
}

const fn secret(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, default, meaning, is_secret: true, is_of_sandbox: false }
}

const fn sandbox(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, default, meaning, is_secret: false, is_of_sandbox: true }
}

/// Every setting.
pub const VARIABLES: &[Variable] = &[
    secret("DATABASE_URL", "(none)", "secret: URL of the Postgres server"),
    variable("CAZIER_CONFIG", ".env", "settings file with `NAME=value` lines; the environment overrides it"),
    variable("CAZIER_LISTEN", "127.0.0.1:8080", "address of the API"),
    sandbox("CAZIER_SANDBOX_LISTEN", "127.0.0.1:8090", "address of the simulated Ghișeul (`cazier dev`)"),
    variable(
        "CAZIER_METRICS_LISTEN",
        "127.0.0.1:9090",
        "address of the metrics, and a second one of the probes",
    ),
    sandbox(
        "CAZIER_DATA_DIR",
        ".cazier",
        "folder of the development keys, and of a private Postgres if `DATABASE_URL` is unset (`cazier dev`)",
    ),
    variable("CAZIER_PUBLIC_URL", "http://{CAZIER_LISTEN}", "public URL of the API"),
    variable("CAZIER_FRONT_END_URL", "{CAZIER_PUBLIC_URL}", "URL of the front end, for links in mails"),
    variable("CAZIER_ORIGINS", "(none)", "origins of the front end `hub`, comma separated (CORS)"),
    variable(
        "CAZIER_RETURN_URLS",
        "(none)",
        "exact URLs that redirects of `hub` may return to, comma separated",
    ),
    variable("CAZIER_CLIENTS", "(none)", "TOML file of further front ends"),
    variable("CAZIER_IDENTITY_PROVIDERS", "(none)", "TOML file of the identity providers"),
    variable("CAZIER_DATABASE_POOL", "8", "connections of one node to Postgres"),
    variable("CAZIER_WORKERS", "(cores)", "threads that serve requests"),
    variable(
        "CAZIER_CONNECTIONS",
        "2048",
        "largest number of client connections; reduced if the system allows fewer descriptors",
    ),
    variable(
        "CAZIER_CONNECTIONS_PER_SENDER",
        "(unlimited)",
        "of these, largest number from one address; leave unset behind a proxy, whose address all connections share",
    ),
    variable(
        "CAZIER_DRAIN_SECONDS",
        "2",
        "seconds from SIGTERM, when readiness fails, until the listener closes",
    ),
    secret(
        "CAZIER_SEALING_KEYS",
        "(none)",
        "secret: `id:base64` AES-256 keys, comma separated, the active one first",
    ),
    secret(
        "CAZIER_INDEX_KEYS",
        "(none)",
        "secret: `id:base64` HMAC key; a single one, for the life of the database",
    ),
    variable(
        "CAZIER_SEAL_CHAIN",
        "(none)",
        "PEM file: the signing certificate, its issuers, the root; several, comma separated",
    ),
    variable(
        "CAZIER_SEAL_KEY",
        "(none)",
        "the signing key (P-256, P-384 or RSA): PEM file (PKCS#8) or PKCS#11 URI; one for each chain, in the same order",
    ),
    secret("CAZIER_SEAL_KEY_PASSPHRASE", "(none)", "secret: passphrase of encrypted key files"),
    secret("CAZIER_SEAL_PIN", "(none)", "secret: PIN of the device of a PKCS#11 URI"),
    variable("CAZIER_SEAL_RSA", "pss", "signature scheme of RSA keys: `pss` or `pkcs1`"),
    variable("CAZIER_SEAL_DEADLINE", "5", "longest time of a device for a signature, in seconds"),
    variable(
        "CAZIER_SEAL_KIND",
        "(the certificate's)",
        "`seal` or `signature`, qualified; `advanced-seal` or `advanced-signature`, not qualified",
    ),
    variable(
        "CAZIER_TSA_URL",
        "(none)",
        "time-stamp authority (RFC 3161); without one, signatures stay at level B-B",
    ),
    variable("CAZIER_TSA_TRUST", "(the seal's root)", "PEM file: the trust anchors for time-stamps"),
    variable("CAZIER_ISSUING_UNIT", "Hub MAI", "name of the issuing unit, as printed on certificates"),
    variable(
        "CAZIER_PERSONS_WITH_ENTRIES_FROM",
        "(never)",
        "first day, YYYY-MM-DD, on which officers issue certificates with entries; earlier hits are referred to a counter",
    ),
    variable(
        "CAZIER_LEGAL_PERSONS_FROM",
        "(never)",
        "first day, YYYY-MM-DD, on which certificates of legal persons can be applied for",
    ),
    variable("CAZIER_CRIMINAL_RECORDS_URL", "(local register)", "HTTPS URL of the criminal-record register"),
    variable("CAZIER_CIVIL_STATUS_URL", "(local register)", "HTTPS URL of the population register"),
    variable("CAZIER_COMPANIES_URL", "(local register)", "HTTPS URL of the company register"),
    variable(
        "CAZIER_REGISTER_AUTHORITY",
        "(none)",
        "PEM file: the authority that issues the remote registers' certificates",
    ),
    variable(
        "CAZIER_REGISTER_IDENTITY",
        "(none)",
        "PEM file: our certificate and its key for the remote registers",
    ),
    secret(
        "CAZIER_REGISTER_DATABASE_URL",
        "{DATABASE_URL}",
        "secret: URL for reading the local registers, with a role that can read nothing else",
    ),
    variable(
        "CAZIER_REGISTER_MAX_AGE",
        "(48)",
        "hours after which the content of a local register is outdated, or `unlimited`",
    ),
    secret(
        "CAZIER_SMTP_URL",
        "(none)",
        "secret: mail server, `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`",
    ),
    variable(
        "CAZIER_MAIL_FROM",
        "Cazier <nu-raspundeti@cazier.invalid>",
        "sender of the mails: an address, with or without a name",
    ),
    variable("CAZIER_SUPPORT_PHONE", "(none)", "phone of the help desk, with its country code"),
    variable("CAZIER_SUPPORT_EMAIL", "(none)", "mail address of the help desk"),
    variable("CAZIER_SUPPORT_URL", "{CAZIER_FRONT_END_URL}/support", "page of the help desk"),
    variable("CAZIER_SUPPORT_HOURS_RO", "(none)", "hours of the help desk, in Romanian"),
    variable("CAZIER_SUPPORT_HOURS_EN", "(none)", "hours of the help desk, in English"),
    sandbox(
        "CAZIER_POSTGRES_BIN",
        "(searched)",
        "folder of the PostgreSQL programs for the private Postgres (`cazier dev`)",
    ),
    variable("CAZIER_LOG_FORMAT", "text", "format of the log: `text`, or `json` with one object per line"),
    variable("RUST_LOG", "info,actix_server=warn", "log levels (env_logger)"),
];

/// Returns the default of a setting.
pub(super) fn default_of(name: &str) -> &'static str {
    VARIABLES.iter().find(|variable| variable.name == name).map_or("", |variable| variable.default)
}
