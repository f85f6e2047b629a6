//! What a node may be started as: with which keys, on which database.

use cazier::assembly::{self, Circumstances};
use cazier::clock::Clock;
use cazier::config::Config;
use cazier::db::Installation;
use cazier::sandbox::ghiseul::provider_settings;
use cazier::seal::store::{self, SealKey};
use cazier::seal::{Source, Where};
use cazier::signature::development_pki;
use cazier::signature::{Certificate, RsaScheme};
use chrono::Utc;

use crate::support::{Database, House, json_of, secrets};

fn assemble(sandbox: bool, seal_keys: Vec<Source>, database_url: &str) -> Result<(), String> {
    let settings = [("CAZIER_PUBLIC_URL".to_owned(), "https://hub.example".to_owned())];
    let config = Config::of(settings.into_iter().collect()).unwrap();
    let mut secrets = secrets(&development_pki::create(Utc::now()).unwrap());
    secrets.seal_keys = seal_keys;
    let circumstances = Circumstances {
        database_url: database_url.to_owned(),
        secrets,
        identity_providers: vec![provider_settings("https://idp.example", "only-for-tests")],
        clock: Clock::System,
        sandbox,
    };
    assembly::assemble(&config, circumstances).map(drop).map_err(|error| error.to_string())
}

/// A key and certificate as a real authority would issue them, qualified for seals or not.
fn live(qualified: bool) -> Vec<Source> {
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
    let error = |sandbox, keys, database: &Database| assemble(sandbox, keys, &database.url()).unwrap_err();
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
    assemble(false, live(true), &real.url()).unwrap();
    assemble(true, test_key(), &sandbox.url()).unwrap();
}

#[test]
fn a_database_serves_the_installation_that_began_with_it() {
    let database = Database::from_template();
    let node = |sandbox, key: &[u8]| {
        let installation = Installation { sandbox, index_key_digest: key.to_vec() };
        let db = cazier::db::connect(&database.url(), 1, installation);
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
    let url = other.url();
    let node = |sandbox| {
        let installation = Installation { sandbox, index_key_digest: b"one".to_vec() };
        cazier::db::connect(&url, 1, installation).at_start(|_| Ok(()))
    };
    assert_eq!(node(true), Ok(Some(())));
    assert!(node(false).unwrap_err().starts_with("DATABASE_URL: this is the database of a sandbox"));
}

#[test]
fn a_foreign_database_is_recognised_before_it_is_migrated() {
    let ours = Installation { sandbox: true, index_key_digest: b"one".to_vec() };
    let empty = Database::empty();
    assert!(ours.look(&mut empty.connect()).is_ok());
    let database = Database::from_template();
    let mut connection = database.connect();
    assert!(ours.look(&mut connection).is_ok(), "nobody's yet");
    Installation { sandbox: false, ..ours.clone() }.claim(&mut connection).unwrap();
    assert!(ours.look(&mut connection).unwrap_err().to_string().contains("a live installation"));
}

#[actix_web::test]
async fn the_trust_list_shows_nothing_of_the_other_realm_whoever_wrote_it_there() {
    let house = House::start().await;
    let source = live(true).remove(0);
    let leaf = Certificate::all_from_pem(&source.chain_pem).unwrap().remove(0);
    let foreign = SealKey {
        id: uuid::Uuid::now_v7(),
        fingerprint: leaf.fingerprint().to_vec(),
        kind: "seal".to_owned(),
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
