//! The index key rotates: all keyed hashes are made anew while no node is connected, everything is found afterwards, and whoever
//! has the older key alone can try nothing.

mod certificates;
mod steps;

use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::Duration;

use cazier::db::roles::DbRole;
use cazier::db::{Installation, connect};
use cazier::index_keys::{self, Progress};
use cazier::log::{append_all, whole};
use cazier::person::{Index, Keyring};
use serde_json::{Value, json};

use crate::certificates::bound::CLEAN_CNP;
use crate::log::keys_of;
use crate::support::{
    App, Citizen, Database, House, KEYS, PASSWORD, Process, apply_for_company, cui_of, json_of, keyring,
    mandate, until_some,
};

const AT_ONCE: Duration = Duration::ZERO;
const GOES_ON: fn(&Progress) -> ControlFlow<()> = |_| ControlFlow::Continue(());

/// The list of all houses with newer keys in front.
fn list(newer: &[u8]) -> String {
    let key = |id: &u8| Keyring::generate_spec().unwrap().replacen("1:", &format!("{id}:"), 1);
    newer.iter().map(key).chain([KEYS.1.clone()]).collect::<Vec<_>>().join(",")
}

fn keyring_of(list: &str) -> Keyring {
    Keyring::parse(&KEYS.0, list).unwrap()
}

/// Opens a database as a node with these keys does.
fn node(database: &Database, keyring: &Keyring) -> Result<Option<()>, &'static str> {
    connect(&database.url_as(DbRole::Serve), 1, Installation::of(keyring, true)).at_start(|_| Ok(()))
}

/// A database that a node has opened once.
fn claimed() -> Database {
    let database = Database::from_template();
    Installation::of(&keyring(), true).claim(&mut database.connect()).unwrap();
    database
}

/// How many hashes begin with this key, in all columns; of extracts too.
fn by_key(database: &Database, id: u8) -> i64 {
    let counts = index_keys::hashed_columns().map(|(table, name)| {
        format!("(SELECT count(*) FROM {table} WHERE substr({name}, 1, 1) = '\\x{id:02x}')")
    });
    let counts: Vec<String> = counts.collect();
    database.count(&format!("SELECT ({})::bigint AS count", counts.join(" + ")))
}

fn since(database: &Database) -> bool {
    database.count("SELECT count(*) FROM installation WHERE rehashing_since IS NOT NULL") == 1
}

fn sum(parts: &[Progress], of: fn(&Progress) -> usize) -> usize {
    parts.iter().map(of).sum()
}

/// Octets that are no keyed hash, or one that nobody can make anew and that begins anew: digests, bonds, what is public.
const OTHER: [&str; 15] = [
    "certificates.cades",
    "certificates.logged_as",
    "certificates.signer_fingerprint",
    "client_keys.point",
    "idempotency_keys.scope",
    "log_checkpoints.subtrees",
    "log_leaves.commitment",
    "log_leaves.rest",
    "log_leaves.salt",
    "log_nodes.hash",
    "raised_signatures.cades",
    "seal_keys.fingerprint",
    "sessions.refreshed_by",
    "write_probe.filler",
    "sandbox.persons.person",
];

#[test]
fn every_column_of_octets_is_made_anew_or_is_known_to_be_no_hash() {
    let database = Database::from_template();
    let encrypted = cazier::data_keys::encrypted_columns().map(|(table, name)| format!("'{table}.{name}'"));
    let hashed = index_keys::hashed_columns().map(|(table, name)| format!("'{table}.{name}'"));
    let known: Vec<String> = encrypted.chain(hashed).chain(OTHER.map(|name| format!("'{name}'"))).collect();
    let unknown = database.count(&format!(
        "SELECT count(*) FROM (SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END
             || table_name || '.' || column_name AS name FROM information_schema.columns
             JOIN information_schema.tables USING (table_schema, table_name)
             WHERE table_type = 'BASE TABLE' AND data_type = 'bytea' AND table_schema IN ('public', 'registry', 'sandbox')) octets
         WHERE name !~ '[_.](digest|mac|sha256)$' AND name NOT IN ({})",
        known.join(", ")
    ));
    assert_eq!(unknown, 0, "a new column of octets: is it in src/index_keys/columns.rs, or known here?");
}

/// What people have before the rotation and must have after it.
struct People {
    citizen: String,
    representative: String,
    recovery_code: String,
    certificates: [Value; 3],
}

impl People {
    /// Certificates of a person and of a firm, of which the last is not logged yet.
    async fn settle(house: &House) -> Self {
        let citizen = Citizen::verified(house, "clean").await;
        let logged = citizen.certificate("employment").await;
        let representative = Citizen::verified(house, "representative").await;
        let firm = mandate(&representative, "firm-clean").await;
        let issued = json_of(apply_for_company(&representative, &firm, "employment").await, 201).await;
        let app = App::scan(&representative).await;
        let code = json!({"totp": app.code(chrono::Utc::now())});
        let codes = json_of(representative.post("/v1/accounts/me/totp/confirm", &code).await, 200).await;
        append_all(&mut house.database.connect(), &keys_of(&keyring()), chrono::Utc::now()).unwrap();
        let waits = citizen.certificate("studies").await;
        Self {
            citizen: citizen.email.clone(),
            representative: representative.email.clone(),
            recovery_code: codes["recovery_codes"][0].as_str().unwrap().to_owned(),
            certificates: [logged, issued["certificate"].clone(), waits],
        }
    }

    fn questions(&self) -> [Value; 6] {
        let [logged, firm, waits] =
            self.certificates.each_ref().map(|certificate| &certificate["registration_number"]);
        let code = |certificate: &Value| certificate["control_code"].clone();
        [
            json!({"registration_number": logged, "cnp": CLEAN_CNP}),
            json!({"registration_number": logged, "control_code": code(&self.certificates[0])}),
            json!({"registration_number": firm, "cui": cui_of("firm-clean")}),
            json!({"registration_number": firm, "control_code": code(&self.certificates[1])}),
            json!({"registration_number": waits, "cnp": CLEAN_CNP}),
            json!({"registration_number": waits, "control_code": code(&self.certificates[2])}),
        ]
    }

    /// Everything of before is found and holds, and life goes on.
    async fn are_all_there(&self, house: &House, reason: &str) {
        for question in self.questions() {
            let verdict = json_of(house.post("/v1/verify", &question).await, 200).await;
            assert_eq!(verdict["outcome"], "valid", "{question} {verdict}");
        }
        let logged = json_of(house.post("/v1/verify", &self.questions()[0]).await, 200).await;
        assert!(logged["log"]["checkpoint"].is_string(), "{logged}");
        let citizen = Citizen::logged_in(house, &self.citizen).await;
        let listed = json_of(citizen.get("/v1/certificates").await, 200).await;
        let numbers: Vec<&str> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|certificate| certificate["registration_number"].as_str().unwrap())
            .collect();
        for certificate in [&self.certificates[0], &self.certificates[2]] {
            assert!(numbers.contains(&certificate["registration_number"].as_str().unwrap()), "{listed}");
            for name in ["payload", "document"] {
                let link = certificate["links"][name].as_str().unwrap();
                assert_eq!(citizen.get(link).await.status(), 200, "{link}");
            }
        }
        citizen.certificate(reason).await;
        // The address has an account, and the officer works.
        assert_eq!(citizen.get("/v1/accounts/me").await.status(), 200);
        Citizen::staff(house, "ofiter.cluj@example.ro").await;
    }
}

/// Checks the whole log by these keys.
fn log_is_whole(database: &Database, list: &str) -> Vec<whole::Fault> {
    let keys = keys_of(&keyring_of(list));
    let open = |note: &str| keys.open(note);
    let chain = Some(keys.chain());
    let expected = whole::Expected { open: &open, chain, saved: &[], erased: &[], now: chrono::Utc::now() };
    whole::check(&mut database.connect(), &expected).unwrap().faults
}

/// Pairs of rows of one person or firm.
fn pairs(database: &Database) -> i64 {
    database.count(
        "SELECT (SELECT count(*) FROM certificates c JOIN accounts a USING (person_index))
            + (SELECT count(*) FROM certificates c JOIN applications a
                ON (a.person_index, a.owner_index) = (c.person_index, c.owner_index))
            + (SELECT count(*) FROM mandates m JOIN certificates c ON c.person_index = m.company_index)
            + (SELECT count(*) FROM mandates m JOIN accounts a USING (person_index)) AS count",
    )
}

#[actix_web::test]
async fn everything_is_found_under_a_later_key_and_nothing_by_the_older_one() {
    let before = House::with().legal_persons().start().await;
    let database = Rc::clone(&before.database);
    let people = People::settle(&before).await;
    let two = list(&[2]);
    let after = House::with().on(&database).legal_persons().index_keys(&two).start().await;
    let unready = json_of(after.get("/health/ready").await, 503).await;
    let why = "by an older list of these keys; this node waits until `cazier keys rotate-index`";
    assert!(unready["checks"][0]["detail"].as_str().unwrap().contains(why), "{unready}");
    assert_eq!(after.post("/v1/verify", &people.questions()[0]).await.status(), 503);
    let (pairs_before, cnp) = (pairs(&database), keyring().index(Index::PERSON_CNP, CLEAN_CNP.as_bytes()));
    let rows_of = |hash: &[u8]| {
        let hash = data_encoding::HEXLOWER.encode(hash);
        let counts = ["accounts", "applications", "certificates"]
            .map(|table| format!("(SELECT count(*) FROM {table} WHERE person_index = '\\x{hash}')"));
        database.count(&format!("SELECT {} AS count", counts.join(" + ")))
    };
    let found_before = rows_of(&cnp);
    assert!(pairs_before > 5 && found_before > 4 && by_key(&database, 1) > 50);

    // The older node serves; it lets go of the database, and never says that somebody is not there.
    let mut running = Process::begin(&database, &["keys", "rotate-index"], &[("CAZIER_INDEX_KEYS", &two)]);
    let mut refused = 0;
    let ended = loop {
        let ended = running.ended();
        for house in [&before, &after] {
            let _ = house.get("/health/ready").await;
            for question in people.questions() {
                let answer = house.post("/v1/verify", &question).await;
                match answer.status().as_u16() {
                    200 => assert_eq!(json_of(answer, 200).await["outcome"], "valid"),
                    503 => {
                        assert!(answer.headers().contains_key("retry-after"));
                        refused += 1;
                    }
                    other => panic!("{other}"),
                }
            }
        }
        if let Some(status) = ended {
            break status;
        }
    };
    assert!(ended.success() && refused > 0, "{refused} {}", running.log());
    assert!(running.log().contains("all hashes are by key 2"), "{}", running.log());

    // The older one is refused for good, and says what to do; the newer one has come by itself.
    let unready = json_of(before.get("/health/ready").await, 503).await;
    let why = "the index keys were rotated since";
    assert!(unready["checks"][0]["detail"].as_str().unwrap().contains(why), "{unready}");
    assert_eq!(before.post("/v1/verify", &people.questions()[0]).await.status(), 503);
    drop(before);
    until_some("the newer node serves", async || {
        (after.get("/health/ready").await.status() == 200).then_some(())
    })
    .await;
    let by_recovery_code = json!({
        "email": people.representative,
        "password": PASSWORD,
        "recovery_code": people.recovery_code,
    });
    json_of(after.post("/v1/sessions", &by_recovery_code).await, 201).await;
    people.are_all_there(&after, "volunteering").await;
    assert_eq!((by_key(&database, 1), rows_of(&cnp)), (0, 0));
    let anew = rows_of(&keyring_of(&two).index(Index::PERSON_CNP, CLEAN_CNP.as_bytes()));
    assert_eq!(anew, found_before + 2, "with the new application and its certificate");
    append_all(&mut database.connect(), &keys_of(&keyring_of(&two)), chrono::Utc::now()).unwrap();
    assert_eq!(log_is_whole(&database, &two), []);
    assert!(pairs(&database) > pairs_before);
    let audited = Process::run_with(&database, &["audit", "verify"], &[("CAZIER_INDEX_KEYS", &two)]);
    assert!(audited.status.success(), "{audited:?}");
    let audited = Process::run(&database, &["audit", "verify"]);
    assert!(!audited.status.success());
    assert!(String::from_utf8_lossy(&audited.stderr).contains("the index keys were rotated since"));
}
