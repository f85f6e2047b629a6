//! The table of settings.

/// Declares every setting once: `kind "NAME" [default] "meaning" => field: Type = |setting| value;`. Hands the rows to
/// the macro that it is called with: `variables` makes the list of them, `fields` the struct and what reads it. The kinds
/// are constructors of [`Variable`](super::Variable), the functions of a setting are in
/// [`Setting`](super::settings::Setting). A setting without a field is read where it is needed, from the environment
/// alone.
///
/// The libraries that bind settings to a struct, clap's `env` among them, do not fit these rules: values come from a
/// settings file and from files of secrets too (to pass them on by the environment would be `unsafe`); all faults are
/// reported together, where clap stops at the first; a fault never repeats a secret, where clap quotes the value; and
/// no setting is an option of the command line, which every user of the machine could read.
macro_rules! settings {
    ($make:ident) => {
        $make! {
            secret "DATABASE_URL" ["(none)"]
                "secret: URL of the Postgres server"
                => database_url: Option<String> = |s| s.optional(&forms::DATABASE);
            secret "CAZIER_WORKER_DATABASE_URL" ["{DATABASE_URL}"]
                "secret: URL for the background work of `cazier serve`, with the worker's role"
                => worker_database_url: Option<String> = |s| s.optional(&forms::DATABASE);
            plain "CAZIER_CONFIG" [".env"]
                "settings file with `NAME=value` lines; the environment overrides it";
            plain "CAZIER_LISTEN" ["127.0.0.1:8080"]
                "address of the API"
                => listen: SocketAddr = |s| s.parsed(&forms::LISTEN)?;
            plain "CAZIER_TLS_CERTIFICATE" ["(no TLS)"]
                "PEM file: the certificate of the API and its issuers, with which the node itself speaks TLS; read again when it changes"
                => tls_certificate: Option<PathBuf> = |s| s.text().map(PathBuf::from);
            plain "CAZIER_TLS_KEY" ["(none)"]
                "PEM file: the key of that certificate, without a passphrase; read again when it changes"
                => tls_key: Option<PathBuf> = |s| s.text().map(PathBuf::from);
            sandbox "CAZIER_SANDBOX_LISTEN" ["127.0.0.1:8090"]
                "address of the simulated Ghișeul (`cazier dev`)"
                => sandbox_listen: SocketAddr = |s| s.parsed(&forms::LISTEN)?;
            sandbox "CAZIER_SANDBOX_LENIENT" ["(as strict as live)"]
                "what a sandbox takes that a live node refuses, comma separated: `origins`, `return_urls`, `browser_cookie`"
                => sandbox_lenient: Vec<Leniency> = |s| s.each(&forms::LENIENCY);
            plain "CAZIER_METRICS_LISTEN" ["127.0.0.1:9090"]
                "address of the metrics, and a second one of the probes"
                => metrics_listen: SocketAddr = |s| s.parsed(&forms::LISTEN)?;
            sandbox "CAZIER_DATA_DIR" [".cazier"]
                "folder of the development keys, and of a private Postgres if `DATABASE_URL` is unset (`cazier dev`)"
                => data_dir: PathBuf = |s| s.text_or_default().into();
            plain "CAZIER_PUBLIC_URL" ["http://{CAZIER_LISTEN}"]
                "public URL of the API"
                => public_url: Option<Url> = |s| s.optional(&forms::SITE);
            plain "CAZIER_FRONT_END_URL" ["{CAZIER_PUBLIC_URL}"]
                "URL of the front end, for links in mails"
                => front_end_url: Option<Url> = |s| s.optional(&forms::SITE);
            plain "CAZIER_ORIGINS" ["(none)"]
                "origins of the front end `hub`, comma separated (CORS)"
                => origins: Vec<Origin> = |s| s.each(&forms::ORIGIN);
            plain "CAZIER_RETURN_URLS" ["(none)"]
                "exact URLs that redirects of `hub` may return to, comma separated"
                => return_urls: Vec<RedirectUri> = |s| s.each(&forms::RETURN_URL);
            plain "CAZIER_IDENTITY_PROVIDERS" ["(none)"]
                "TOML file of the identity providers"
                => identity_providers: Vec<IdentityProvider> = |s| s.file(identity_providers::parse);
            plain "CAZIER_DATABASE_POOL" ["8"]
                "connections of one node to Postgres"
                => database_pool: NonZeroU32 = |s| s.parsed(&forms::POOL)?;
            plain "CAZIER_WORKERS" ["(cores)"]
                "threads that serve requests"
                => workers: NonZeroUsize = |s| s.optional(&forms::WORKERS).unwrap_or_else(cores);
            plain "CAZIER_CONNECTIONS" ["2048"]
                "largest number of client connections; reduced if the system allows fewer descriptors"
                => connections: NonZeroUsize = |s| s.parsed(&forms::CONNECTIONS)?;
            plain "CAZIER_CONNECTIONS_PER_SENDER" ["200"]
                "of these, largest number from one address that is no trusted proxy's"
                => connections_per_sender: NonZeroUsize = |s| s.parsed(&forms::CONNECTIONS)?;
            plain "CAZIER_REQUESTS_PER_ACCOUNT" ["6000"]
                "largest number of requests of one account in ten minutes at a node; 60 to 1000000"
                => requests_per_account: u32 = |s| s.parsed(&forms::REQUESTS)?;
            plain "CAZIER_TRUSTED_PROXIES" ["(none)"]
                "addresses or networks (CIDR) of the proxies that are believed who sends a request, comma separated"
                => trusted_proxies: Vec<IpNet> = |s| s.each(&forms::PROXY);
            plain "CAZIER_DRAIN_SECONDS" ["2"]
                "seconds from SIGTERM, when readiness fails, until the listener closes"
                => drain: Duration = |s| s.parsed(&forms::DRAIN)?;
            plain "CAZIER_SESSION_DAYS" ["30"]
                "days after which a citizen's session ends, however often it is refreshed; 1 to 365"
                => session_life: TimeDelta = |s| s.parsed(&forms::SESSION_DAYS)?;
            plain "CAZIER_SECOND_FACTOR_RESET_HOURS" ["72"]
                "hours until a lost second factor is removed, in which its owner can stop it; at a counter 24 at most; 24 to 720"
                => second_factor_reset: TimeDelta = |s| s.parsed(&forms::RESET_HOURS)?;
            plain "CAZIER_SEEN_DOCUMENTS_DAYS" ["(kept)"]
                "days after a decision at a counter until the document that the officer saw, and the officer's note, are deleted; 30 to 18250"
                => seen_documents: Option<TimeDelta> = |s| s.optional(&forms::KEPT_DAYS);
            secret "CAZIER_SEALING_KEYS" ["(none)"]
                "secret: `id:base64` AES-256 keys, comma separated, the active one first"
                => sealing_keys: Option<String> = |s| s.optional(&forms::SEALING_KEYS);
            secret "CAZIER_INDEX_KEYS" ["(none)"]
                "secret: `id:base64` HMAC keys, comma separated, the newest one first; an older one is never taken away"
                => index_keys: Option<String> = |s| s.optional(&forms::SEALING_KEYS);
            secret "CAZIER_LOG_KEYS" ["(derived)"]
                "secret: `id:base64` Ed25519 keys of the log, comma separated, of which each signs; `derived`, or unset: derived from the index key"
                => log_keys: Option<String> = |s| s.optional(&forms::LOG_KEYS);
            secret "CAZIER_BINDING_KEYS" ["(derived)"]
                "secret: for `cazier serve --only verify`: `id:base64` keys that check what binds rows, as `cazier keys binding` prints them"
                => binding_keys: Option<String> = |s| s.optional(&forms::SEALING_KEYS);
            plain "CAZIER_LOG_PUBLIC_KEYS" ["(none)"]
                "for `cazier serve --only verify`: public keys of the log as `cazier audit key` prints them, comma separated"
                => log_public_keys: Vec<String> = |s| s.list();
            plain "CAZIER_LOG_ORIGIN" ["(kept)"]
                "name of the log; unset, it keeps its name, at first `{CAZIER_PUBLIC_URL}/v1/log` without the scheme"
                => log_origin: Option<String> = |s| s.optional(&forms::LOG_ORIGIN);
            plain "CAZIER_LOG_MEMORY" ["(none)"]
                "folder in which this process remembers the largest checkpoint of the log, one for each process; a live process needs it"
                => log_memory: Option<PathBuf> = |s| s.text().map(PathBuf::from);
            plain "CAZIER_SEAL_CHAIN" ["(none)"]
                "PEM file: the signing certificate, its issuers, the root; several, comma separated"
                => seal_chain: Vec<PathBuf> = |s| s.list().into_iter().map(PathBuf::from).collect();
            plain "CAZIER_SEAL_KEY" ["(none)"]
                "the signing key (P-256, P-384 or RSA): PEM file (PKCS#8) or PKCS#11 URI; one for each chain, in the same order"
                => seal_key: Vec<String> = |s| s.list();
            secret "CAZIER_SEAL_KEY_PASSPHRASE" ["(none)"]
                "secret: passphrase of encrypted key files"
                => seal_key_passphrase: Option<Zeroizing<String>> = |s| s.text().map(Zeroizing::new);
            secret "CAZIER_SEAL_PIN" ["(none)"]
                "secret: PIN of the device of a PKCS#11 URI"
                => seal_pin: Option<Zeroizing<String>> = |s| s.text().map(Zeroizing::new);
            plain "CAZIER_SEAL_RSA" ["pss"]
                "signature scheme of RSA keys: `pss` or `pkcs1`"
                => seal_rsa: RsaScheme = |s| s.parsed(&forms::RSA_SCHEME)?;
            plain "CAZIER_SEAL_DEADLINE" ["5"]
                "longest time of a device for a signature, in seconds"
                => seal_deadline: Duration = |s| s.parsed(&forms::SECONDS)?;
            plain "CAZIER_SEAL_KIND" ["(the certificate's)"]
                "`seal` or `signature`, qualified; `advanced-seal` or `advanced-signature`, not qualified"
                => seal_kind: Option<WantedKind> = |s| s.optional(&forms::SEAL_KIND);
            plain "CAZIER_TSA_URL" ["(none)"]
                "time-stamp authority (RFC 3161); without one, signatures stay at level B-B"
                => tsa_url: Option<String> = |s| s.optional(&forms::PAGE_TEXT);
            plain "CAZIER_TSA_TRUST" ["(the seal's root)"]
                "PEM file: the trust anchors for time-stamps"
                => tsa_trust: Option<PathBuf> = |s| s.text().map(PathBuf::from);
            plain "CAZIER_ISSUING_UNIT" ["Hub MAI"]
                "name of the issuing unit, as printed on certificates"
                => issuing_unit: Text = |s| s.by_rule_or_default(Text::parse)?;
            plain "CAZIER_PERSONS_WITH_ENTRIES_FROM" ["(never)"]
                "first day, YYYY-MM-DD, on which officers issue certificates with entries; earlier hits are referred to a counter"
                => persons_with_entries_from: Option<NaiveDate> = |s| s.optional(&forms::DAY);
            plain "CAZIER_LEGAL_PERSONS_FROM" ["(never)"]
                "first day, YYYY-MM-DD, on which certificates of legal persons can be applied for"
                => legal_persons_from: Option<NaiveDate> = |s| s.optional(&forms::DAY);
            plain "CAZIER_CRIMINAL_RECORDS_URL" ["(local register)"]
                "HTTPS URL of the criminal-record register"
                => criminal_records_url: Option<Url> = |s| s.optional(&forms::SECURE_SITE);
            plain "CAZIER_CIVIL_STATUS_URL" ["(local register)"]
                "HTTPS URL of the population register"
                => civil_status_url: Option<Url> = |s| s.optional(&forms::SECURE_SITE);
            plain "CAZIER_COMPANIES_URL" ["(local register)"]
                "HTTPS URL of the company register"
                => companies_url: Option<Url> = |s| s.optional(&forms::SECURE_SITE);
            plain "CAZIER_REGISTER_AUTHORITY" ["(none)"]
                "PEM file: the authority that issues the remote registers' certificates"
                => register_authority: Option<PathBuf> = |s| s.text().map(PathBuf::from);
            plain "CAZIER_REGISTER_IDENTITY" ["(none)"]
                "PEM file: our certificate and its key for the remote registers"
                => register_identity: Option<PathBuf> = |s| s.text().map(PathBuf::from);
            secret "CAZIER_REGISTER_DATABASE_URL" ["{DATABASE_URL}"]
                "secret: URL for reading the local registers, with a role that can read nothing else"
                => register_database_url: Option<String> = |s| s.optional(&forms::DATABASE);
            plain "CAZIER_REGISTER_MAX_AGE" ["(48)"]
                "hours after which the content of a local register is outdated, or `unlimited`"
                => register_max_age: Option<MaxAge> = |s| s.optional(&forms::MAX_AGE);
            secret "CAZIER_SMTP_URL" ["(none)"]
                "secret: mail server, `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`"
                => smtp_url: Option<String> = |s| s.optional(&forms::MAIL_SERVER);
            plain "CAZIER_MAIL_FROM" ["Cazier <nu-raspundeti@cazier.invalid>"]
                "sender of the mails: an address, with or without a name"
                => mail_from: Sender = |s| s.by_rule_or_default(str::parse)?;
            plain "CAZIER_SUPPORT_PHONE" ["(none)"]
                "phone of the help desk, with its country code"
                => support_phone: Option<String> = |s| s.by_rule(phone_of_office);
            plain "CAZIER_SUPPORT_EMAIL" ["(none)"]
                "mail address of the help desk"
                => support_email: Option<Email> = |s| s.by_rule(Email::parse);
            plain "CAZIER_SUPPORT_URL" ["{CAZIER_FRONT_END_URL}/support"]
                "page of the help desk"
                => support_url: Option<Url> = |s| s.optional(&forms::PAGE);
            plain "CAZIER_SUPPORT_HOURS_RO" ["(none)"]
                "hours of the help desk, in Romanian"
                => support_hours_ro: Option<Text> = |s| s.by_rule(Text::parse);
            plain "CAZIER_SUPPORT_HOURS_EN" ["(none)"]
                "hours of the help desk, in English"
                => support_hours_en: Option<Text> = |s| s.by_rule(Text::parse);
            sandbox "CAZIER_POSTGRES_BIN" ["(searched)"]
                "folder of the PostgreSQL programs for the private Postgres (`cazier dev`)";
            plain "CAZIER_LOG_FORMAT" ["text"]
                "format of the log: `text`, or `json` with one object per line"
                => log_format: LogFormat = |s| s.parsed(&forms::LOG_FORMAT)?;
            plain "RUST_LOG" ["info,actix_server=warn"]
                "log levels (env_logger)"
                => log_filter: String = |s| s.text_or_default();
        }
    };
}
pub(super) use settings;
