//! What the database holds after a run.

use ades::{Certificate as SignerCertificate, Chain, Verdict, Verifier};
use cazier::log::LogKeys;
use cazier::log::whole::{self, Expected};
use cazier::person::{Column, Keyring};
use chrono::{NaiveDate, Utc};
use diesel::sql_types::{Binary, Date, Nullable, Text, Uuid as SqlUuid};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use uuid::Uuid;

use crate::house::House;

#[derive(Debug, Clone, QueryableByName)]
pub struct Application {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Binary)]
    pub person_index: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub service: String,
    #[diesel(sql_type = Text)]
    pub reason: String,
    #[diesel(sql_type = Date)]
    pub applied_on: NaiveDate,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub corrects: Option<Uuid>,
}

#[derive(Debug, Clone)]
pub struct Certificate {
    pub id: Uuid,
    pub application: Uuid,
    pub number: String,
    /// Whether its signature verifies over the payload that is kept.
    pub verifies: bool,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    application_id: Uuid,
    #[diesel(sql_type = Text)]
    registration_number: String,
    #[diesel(sql_type = Binary)]
    payload: Vec<u8>,
    #[diesel(sql_type = Binary)]
    cades: Vec<u8>,
}

#[derive(QueryableByName)]
struct Sentence {
    #[diesel(sql_type = Text)]
    sentence: String,
}

/// All of it that is compared with the histories.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub applications: Vec<Application>,
    pub certificates: Vec<Certificate>,
    /// Keys of support requests are not kept for ever: the rows are counted.
    pub help_requests: i64,
    /// Rows without what they belong to, and mails that will never leave.
    pub orphans: Vec<String>,
}

/// What must come together, each as a query for sentences about what lacks its other half.
const HALVES: [&str; 6] = [
    "SELECT 'issued application without a certificate: ' || a.id AS sentence FROM applications a WHERE a.status = 'issued' AND NOT EXISTS (SELECT FROM certificates c WHERE c.application_id = a.id)",
    "SELECT 'certificate of an application that is not issued: ' || c.id AS sentence FROM certificates c JOIN applications a ON a.id = c.application_id WHERE a.status <> 'issued'",
    "SELECT 'certificate without its step: ' || c.id AS sentence FROM certificates c WHERE NOT EXISTS (SELECT FROM application_events e WHERE e.application_id = c.application_id AND e.status = 'issued')",
    "SELECT 'certificate without its row in the audit log: ' || c.id AS sentence FROM certificates c WHERE NOT EXISTS (SELECT FROM audit_events e WHERE e.subject_id = c.id AND e.action = 'certificate.issued')",
    "SELECT 'application without a step: ' || a.id AS sentence FROM applications a WHERE NOT EXISTS (SELECT FROM application_events e WHERE e.application_id = a.id)",
    "SELECT 'job that was given up or is left: ' || kind || ', ' || coalesce(last_error, '') AS sentence FROM jobs WHERE dead_at IS NOT NULL OR (kind = 'mail' AND run_at <= now())",
];

/// Writes a query for each foreign key: rows that point to nothing.
const FOREIGN_KEYS: &str = "SELECT format('SELECT %L || count(*) AS sentence FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s) HAVING count(*) > 0',
    conrelid::regclass || ' without ' || confrelid::regclass || ': ', conrelid::regclass,
    (SELECT string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') FROM unnest(conkey) k JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k),
    confrelid::regclass,
    (SELECT string_agg(format('p.%I = c.%I', p.attname, c.attname), ' AND ') FROM unnest(conkey, confkey) AS k(child, parent)
        JOIN pg_attribute c ON c.attrelid = conrelid AND c.attnum = child JOIN pg_attribute p ON p.attrelid = confrelid AND p.attnum = parent)) AS sentence
    FROM pg_constraint WHERE contype = 'f'";

impl Ledger {
    /// Reads it, past the nodes.
    pub fn read(house: &House) -> Self {
        let mut connection = house.database.connect().unwrap();
        let columns =
            "SELECT id, person_index, service, reason, applied_on, status, corrects FROM applications";
        let applications = sql_query(columns).load(&mut connection).unwrap();
        let columns = "SELECT id, application_id, registration_number, payload, cades FROM certificates";
        let rows: Vec<Row> = sql_query(columns).load(&mut connection).unwrap();
        let roots = SignerCertificate::all_from_pem(&house.pki.root_pem).unwrap();
        let verifier = Verifier::new(roots, Vec::new());
        let certificate = |row: &Row| row.certificate(&house.keyring, &verifier);
        let help = house.database.number("SELECT count(*) AS number FROM support_requests");
        Self {
            applications,
            certificates: rows.iter().map(certificate).collect(),
            help_requests: help.unwrap(),
            orphans: [orphans(&mut connection), faults_of_the_log(house, &mut connection)].concat(),
        }
    }
}

fn orphans(connection: &mut PgConnection) -> Vec<String> {
    let mut ask = |query: &str| -> Vec<String> {
        let found: Vec<Sentence> = sql_query(query).load(connection).unwrap();
        found.into_iter().map(|row| row.sentence).collect()
    };
    let keys = ask(FOREIGN_KEYS);
    let queries = keys.iter().map(String::as_str).chain(HALVES);
    queries.flat_map(ask).collect()
}

/// What is wrong with the tamper-evident log. Rows may still wait for their leaves, for less than an hour.
fn faults_of_the_log(house: &House, connection: &mut PgConnection) -> Vec<String> {
    let keys = LogKeys::of(None, None, &house.keyring, &"http://localhost".parse().unwrap()).unwrap();
    let open = |note: &str| keys.open(note);
    let chain = Some(house.keyring.index_chain());
    let expected = Expected { open: &open, chain, saved: &[], erased: &[], now: Utc::now() };
    let report = whole::check(connection, &expected).unwrap();
    report.faults.iter().map(|fault| format!("the log: {fault}")).collect()
}

/// All but revocation: nothing in a signature that is so young tells of it.
fn holds(verdict: &Verdict) -> bool {
    let by_its_signer = verdict.signature_valid && verdict.signer_matches_signing_certificate_attribute;
    verdict.intact && by_its_signer && verdict.chain == Chain::Trusted && verdict.in_validity
}

impl Row {
    fn certificate(&self, keyring: &Keyring, verifier: &Verifier) -> Certificate {
        let cell = Column::CERTIFICATES_PAYLOAD.at(self.id);
        let verdict = keyring
            .decrypt(cell, &self.payload)
            .ok()
            .and_then(|payload| verifier.verify_cades(&self.cades, &payload, Utc::now()).ok());
        Certificate {
            id: self.id,
            application: self.application_id,
            number: self.registration_number.clone(),
            verifies: verdict.is_some_and(|verdict| holds(&verdict)),
        }
    }
}
