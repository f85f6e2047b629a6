//! What a node may be started as: with which keys, on which database.

use ades::development_pki;
use ades::{Certificate, RsaScheme};
use cazier::config::Config;
use cazier::db::roles::DbRole;
use cazier::db::{Installation, migrate, primary};
use cazier::person::Keyring;
use cazier::sandbox::STAND_INS;
use cazier::sandbox::ghiseul::provider_settings;
use cazier::sandbox::postgres::{Options, PrivatePostgres};
use cazier::server::assembly::{self, Circumstances};
use cazier::signature::store::{self, SealKey};
use cazier::signature::{Source, Where};
use cazier::time::Clock;
use chrono::Utc;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use crate::support::{Database, House, Process, json_of, keyring, secrets};

fn assemble(sandbox: bool, seal_keys: Vec<Source>, database_url: &str) -> Result<(), String> {
    let settings = [("CAZIER_PUBLIC_URL".to_owned(), "https://hub.example".to_owned())];
    let config = Config::of(settings.into_iter().collect()).unwrap();
    let mut secrets = secrets(&development_pki::create(Utc::now()).unwrap());
    secrets.seal_keys = seal_keys;
    let circumstances = Circumstances {
        database_url: database_url.to_owned(),
        worker_database_url: None,
        secrets,
        identity_providers: vec![provider_settings("https://idp.example", "only-for-tests")],
        clock: Clock::System,
        stand_ins: sandbox.then_some(STAND_INS),
    };
    assembly::assemble(&config, circumstances).map(drop).map_err(|error| error.to_string())
}

/// A key and certificate as a real authority would issue them, qualified for seals or not.
pub(super) fn live(qualified: bool) -> Vec<Source> {
    use rcgen::{CertificateParams, CustomExtension, DnType, IsCa, KeyPair, KeyUsagePurpose};
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, "Ministerul");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    (params.not_before, params.not_after) =
        (rcgen::date_time_ymd(2026, 1, 1), rcgen::date_time_ymd(2099, 1, 1));
    if qualified {
        // QcCompliance, and QcType for seals.
        let statements = [
            &[0x30, 31, 0x30, 8, 6, 6, 4, 0, 0x8e, 0x46, 1, 1, 0x30, 0x13, 6, 6, 4, 0, 0x8e, 0x46, 1, 6][..],
            &[0x30, 9, 6, 7, 4, 0, 0x8e, 0x46, 1, 6, 2],
        ];
        params
            .custom_extensions
            .push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 3], statements.concat()));
    }
    let key = KeyPair::generate().unwrap();
    let chain_pem = params.self_signed(&key).unwrap().pem();
    vec![Source {
        chain_pem,
        key: Where::File { pem: key.serialize_pem().into(), passphrase: None, rsa: RsaScheme::default() },
    }]
}

#[test]
fn test_keys_never_sign_live_nor_live_keys_in_a_sandbox() {
    let (sandbox, real) = (Database::from_template(), Database::from_template());
    let test_key = || secrets(&development_pki::create(Utc::now()).unwrap()).seal_keys;
    let error = |sandbox, keys, database: &Database| {
        assemble(sandbox, keys, &database.url_as(DbRole::Worker)).unwrap_err()
    };
    assert!(
        error(false, test_key(), &real)
            .contains("CAZIER_SEAL_CHAIN: the certificate, or one of its issuers, is one for tests")
    );
    assert!(error(true, live(true), &sandbox).contains("a live one"));
    assert!(error(true, live(false), &sandbox).contains("a live one"));
    assert!(
        error(false, live(false), &real)
            .contains("CAZIER_SEAL_KIND: the certificate does not claim to be qualified")
    );
    assemble(false, live(true), &real.url_as(DbRole::Worker)).unwrap();
    assemble(true, test_key(), &sandbox.url()).unwrap();
}

#[test]
fn a_database_serves_the_installation_that_began_with_it() {
    let database = Database::from_template();
    let node = |sandbox, key: &[u8]| {
        let installation = Installation { sandbox, index_key_digest: key.to_vec(), ..Default::default() };
        let db = cazier::db::connect(&database.url_as(DbRole::Serve), 1, installation);
        db.at_start(|c| Ok(store::list(c)?.len()))
    };
    assert_eq!(node(false, b"one"), Ok(Some(0)));
    assert_eq!(node(false, b"one"), Ok(Some(0)));
    assert!(
        node(true, b"one")
            .unwrap_err()
            .starts_with("DATABASE_URL: this is the database of a live installation")
    );
    assert!(node(false, b"two").unwrap_err().starts_with("CAZIER_INDEX_KEYS: "));
    let other = Database::from_template();
    let url = other.url_as(DbRole::Serve);
    let node = |sandbox| {
        let installation = Installation { sandbox, index_key_digest: b"one".to_vec(), ..Default::default() };
        cazier::db::connect(&url, 1, installation).at_start(|_| Ok(()))
    };
    assert_eq!(node(true), Ok(Some(())));
    assert!(node(false).unwrap_err().starts_with("DATABASE_URL: this is the database of a sandbox"));
}

#[test]
fn a_foreign_database_is_recognised_before_it_is_migrated() {
    let ours = Installation { sandbox: true, index_key_digest: b"one".to_vec(), ..Default::default() };
    let empty = Database::empty();
    assert!(ours.look(&mut empty.connect()).is_ok());
    let database = Database::from_template();
    let mut connection = database.connect();
    assert!(ours.look(&mut connection).is_ok(), "nobody's yet");
    Installation { sandbox: false, ..ours.clone() }.claim(&mut connection).unwrap();
    assert!(ours.look(&mut connection).unwrap_err().to_string().contains("a live installation"));
}

#[test]
fn a_database_that_hides_its_claim_is_refused() {
    let database = Database::from_template();
    let hidden = "CREATE RULE hidden AS ON INSERT TO installation DO INSTEAD NOTHING";
    sql_query(hidden).execute(&mut database.connect()).unwrap();
    let installation =
        Installation { sandbox: true, index_key_digest: b"one".to_vec(), ..Default::default() };
    let node = cazier::db::connect(&database.url(), 1, installation).at_start(|_| Ok(()));
    assert!(node.unwrap_err().starts_with("DATABASE_URL: the database does not show which installation"));
}

#[test]
fn nobody_is_looked_up_under_another_index_key() {
    let database = Database::from_template();
    let remove = ["officers", "remove", "ofiter.cluj@example.ro"];
    let said = |output: std::process::Output| {
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(Process::run(&database, &remove)).contains("no node has opened this database yet"));
    let keyring = keyring();
    let index_key_digest = Installation::index_key_digest(&keyring);
    Installation { sandbox: true, index_key_digest, ..Default::default() }
        .claim(&mut database.connect())
        .unwrap();
    let other = [("CAZIER_INDEX_KEYS", Keyring::generate_spec().unwrap())];
    let other = other.each_ref().map(|(name, value)| (*name, value.as_str()));
    for command in [&remove[..], &["officers", "list"], &["officers", "invite", remove[2]]] {
        let said = said(Process::run_with(&database, command, &other));
        assert!(said.contains("CAZIER_INDEX_KEYS: the database was filled under another key"), "{said}");
    }
    let listed = |database| String::from_utf8(Process::run(database, &["officers", "list"]).stdout).unwrap();
    assert!(listed(&database).contains(remove[2]));
    assert!(Process::run(&database, &remove).status.success());
    assert!(!listed(&database).contains(remove[2]));
    assert!(said(Process::run(&database, &remove)).contains("no staff account has this address"));
}

#[test]
fn a_policy_makes_statements_fail_and_hides_nothing() {
    let database = Database::from_template();
    let (mut owner, role) = (database.connect(), format!("reader_{}", uuid::Uuid::now_v7().simple()));
    for statement in [
        format!("CREATE ROLE {role}"),
        format!("GRANT SELECT ON offices TO {role}"),
        "ALTER TABLE offices ENABLE ROW LEVEL SECURITY".to_owned(),
        "CREATE POLICY nothing ON offices FOR SELECT USING (false)".to_owned(),
    ] {
        sql_query(statement).execute(&mut owner).unwrap();
    }
    let read = |mut connection: PgConnection| {
        sql_query(format!("SET SESSION AUTHORIZATION {role}")).execute(&mut connection).unwrap();
        sql_query("SELECT id FROM offices").execute(&mut connection)
    };
    assert_eq!(read(database.connect()), Ok(0), "hidden from a connection as any other");
    let error = read(primary::establish(&database.url()).unwrap()).unwrap_err().to_string();
    assert!(error.contains("row-level security policy"), "{error}");
    let installation =
        Installation { sandbox: true, index_key_digest: b"one".to_vec(), ..Default::default() };
    let pool = cazier::db::connect(&database.url(), 1, installation);
    let off = "DO $$ BEGIN ASSERT current_setting('row_security') = 'off'; END $$";
    assert!(pool.at_start(|c| Ok(sql_query(off).execute(c)?)).unwrap().is_some());
    drop(pool);
    sql_query(format!("DROP OWNED BY {role}")).execute(&mut owner).unwrap();
    sql_query(format!("DROP ROLE {role}")).execute(&mut owner).unwrap();
}

#[test]
fn a_standby_is_no_database_to_work_with() {
    let folder = tempfile::tempdir().unwrap();
    let start = || PrivatePostgres::start(Options { data_dir: folder.path().into(), durable: true }).unwrap();
    let server = start();
    migrate::run(&server.url()).unwrap();
    assert!(primary::establish(&server.url()).is_ok());
    let signal = server.folder().join("data/standby.signal");
    server.stop();
    std::fs::write(&signal, "").unwrap();
    let server = start();
    let rows = sql_query("SELECT version FROM __diesel_schema_migrations");
    assert!(
        rows.execute(&mut PgConnection::establish(&server.url()).unwrap()).unwrap() > 0,
        "it can be read"
    );
    let error = primary::establish(&server.url()).err().unwrap().to_string();
    assert!(error.contains("standby"), "{error}");
    let installation =
        Installation { sandbox: true, index_key_digest: b"one".to_vec(), ..Default::default() };
    let node = cazier::db::connect(&server.url(), 1, installation).at_start(|_| Ok(()));
    assert_eq!(node, Ok(None), "as if it was away: it may be promoted");
}

#[actix_web::test]
async fn the_trust_list_never_shows_keys_of_the_other_realm() {
    let house = House::start().await;
    let source = live(true).remove(0);
    let leaf = Certificate::all_from_pem(&source.chain_pem).unwrap().remove(0);
    let foreign = SealKey {
        id: uuid::Uuid::now_v7(),
        fingerprint: leaf.fingerprint().to_vec(),
        kind: store::KeyKind::Seal,
        chain_pem: source.chain_pem,
        announced_at: Utc::now(),
        active_from: Some(Utc::now()),
        retired_from: None,
        retired_in_emergency: false,
    };
    store::insert(&mut house.database.connect(), &foreign).unwrap();
    let trust = json_of(house.get("/v1/verify/trust").await, 200).await;
    let signers = trust["signers"].as_array().unwrap();
    assert!(signers.len() == 1 && signers[0]["test"] == true, "{trust}");
}
