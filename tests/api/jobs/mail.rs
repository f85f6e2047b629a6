//! Mail through a real mail server, by workers that are real processes: every mail leaves at least once, whatever
//! refuses, is slow or dies, and a second copy can be known by its Message-ID.

use std::time::{Duration, Instant};

use cazier::http::Locale;
use cazier::jobs;
use cazier::notify::{self, Delivery, DeliveryError, Mail, Smtp};
use diesel::sql_types::{Integer, Nullable, Text, Uuid as SqlUuid};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use crate::support::{Database, MailServer, Process, keyring};

/// A row of the queue.
#[derive(Debug, QueryableByName)]
pub struct Job {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
}

const BROKEN: &str = "the mail server is unreachable, is not trusted, or hung up";

pub fn queue(connection: &mut PgConnection) -> Vec<Job> {
    let query = "SELECT id, attempts, last_error, CASE WHEN dead_at IS NOT NULL THEN 'dead'
        WHEN leased_until > now() THEN 'leased' ELSE 'waiting' END AS state
        FROM jobs WHERE kind = 'mail' ORDER BY id";
    sql_query(query).load(connection).unwrap()
}

fn mail() -> Mail {
    mail_to("ana@example.ro")
}

fn mail_to(address: &str) -> Mail {
    let link = Url::parse("https://hub.example/confirm-email#token=czc_secret").unwrap();
    Mail::new(address, Locale::Ro, "Confirmați adresa – Țîrlea")
        .paragraph("Bună, Ștefan & co.")
        .fact("Număr", "CJ-2026")
        .action("Deschideți pagina", &link)
}

pub fn send(connection: &mut PgConnection) {
    send_to(connection, "ana@example.ro");
}

fn send_to(connection: &mut PgConnection, address: &str) {
    let keyring = keyring();
    jobs::enqueue(connection, &keyring, notify::JOB, &mail_to(address), chrono::Utc::now()).unwrap();
}

pub fn wait_until(connection: &mut PgConnection, what: &str, is_so: impl Fn(&[Job]) -> bool) -> Vec<Job> {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        let jobs = queue(connection);
        if is_so(&jobs) {
            return jobs;
        }
        assert!(Instant::now() < end, "{what}: {jobs:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn message_id(mail: &Value) -> String {
    mail["headers"]["message-id"].as_str().unwrap().to_owned()
}

#[test]
fn a_mail_arrives_whole_in_text_and_html() {
    let (database, mut server) = (Database::from_template(), MailServer::start());
    let worker = Process::worker(&database, &server.url(), &[]);
    let mut connection = database.connect();
    send(&mut connection);
    let received = server.next_mail();
    assert_eq!(received["to"], serde_json::json!(["ana@example.ro"]));
    let headers = &received["headers"];
    assert_eq!(headers["subject"], "Confirmați adresa – Țîrlea");
    assert_eq!(headers["auto-submitted"], "auto-generated");
    assert_eq!(headers["content-language"], "ro");
    assert!(headers["date"].is_string() && headers["from"].is_string(), "{headers}");
    let text = received["bodies"]["text/plain"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim_end(), mail().text().trim_end());
    assert!(text.lines().any(|line| line == "https://hub.example/confirm-email#token=czc_secret"));
    let html = received["bodies"]["text/html"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(html.trim_end(), mail().html().trim_end());
    wait_until(&mut connection, "the job is done", <[Job]>::is_empty);
    let log = worker.terminate();
    assert!(!log.contains("ana@example.ro") && !log.contains("czc_secret"), "{log}");
}

#[test]
fn a_server_that_dies_in_the_middle_gets_the_mail_again() {
    let (database, mut server) = (Database::from_template(), MailServer::start());
    let mut connection = database.connect();
    let worker = Process::worker(&database, &server.url(), &[]);
    for (step, copies) in [("CONNECT", 1), ("BODY", 1), ("END", 2)] {
        server.fail(step, "drop");
        send(&mut connection);
        server.reached(step);
        let jobs = wait_until(&mut connection, step, |jobs| jobs.iter().any(|job| job.last_error.is_some()));
        assert_eq!(jobs[0].last_error.as_deref(), Some(BROKEN));
        server.heal();
        // The copy that was taken before the server died was told of before the healing.
        let received = server.next_mail();
        assert!(message_id(&received).contains(&jobs[0].id.to_string()), "{step}: of {copies}");
        wait_until(&mut connection, step, <[Job]>::is_empty);
    }
    worker.terminate();
}

#[test]
fn a_temporary_refusal_is_retried_and_a_permanent_one_is_given_up_and_shown() {
    let (database, mut server) = (Database::from_template(), MailServer::start());
    let mut connection = database.connect();
    let worker = Process::worker(&database, &server.url(), &[]);
    for (step, reply) in
        [("RCPT", "450 4.2.1 busy"), ("CONNECT", "554 5.3.2 not today"), ("END", "451 4.3.0 full")]
    {
        server.fail(step, reply);
        send(&mut connection);
        let jobs = wait_until(&mut connection, reply, |jobs| jobs.iter().any(|job| job.last_error.is_some()));
        assert_eq!(jobs[0].state, "waiting", "{reply}: {jobs:?}");
        server.heal();
        server.next_mail();
        wait_until(&mut connection, reply, <[Job]>::is_empty);
    }
    server.fail("RCPT", "550 5.1.1 no such mailbox");
    send(&mut connection);
    let jobs = wait_until(&mut connection, "given up", |jobs| jobs.iter().any(|job| job.state == "dead"));
    assert_eq!((jobs[0].attempts, jobs[0].last_error.as_deref()), (1, Some("the mail server refuses it")));

    let id = jobs[0].id.to_string();
    let listed = Process::run(&database, &["jobs", "list", "--dead"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains(&id) && listed.contains("given up") && listed.contains("refuses it"), "{listed}");
    assert!(!listed.contains("ana@"), "{listed}");
    assert!(!Process::run(&database, &["jobs", "retry"]).status.success(), "which one?");
    let nobody = Uuid::now_v7().to_string();
    assert!(!Process::run(&database, &["jobs", "retry", &nobody]).status.success());
    server.heal();
    let again = Process::run(&database, &["jobs", "retry", "--all"]);
    assert!(String::from_utf8(again.stdout).unwrap().contains("1 job"));
    assert!(message_id(&server.next_mail()).contains(&id));
    wait_until(&mut connection, "the job is done", <[Job]>::is_empty);
    let log = worker.terminate();
    assert!(log.contains(&id) && !log.contains("ana@example.ro"), "{log}");
}

#[test]
fn an_international_address_is_written_to_or_given_up_at_once_with_the_reason() {
    let (database, mut server, ascii) =
        (Database::from_template(), MailServer::start(), MailServer::start_ascii());
    let mut connection = database.connect();
    send_to(&mut connection, "ștefan@example.ro");
    send_to(&mut connection, "ana@poșta.ro");
    let worker = Process::worker(&database, &server.url(), &[]);
    let mut reached = [server.next_mail(), server.next_mail()].map(|mail| mail["to"][0].to_string());
    reached.sort();
    assert_eq!(reached, [r#""ana@xn--pota-rxb.ro""#, r#""ștefan@example.ro""#]);
    wait_until(&mut connection, "the jobs are done", <[Job]>::is_empty);
    worker.terminate();

    send_to(&mut connection, "ștefan@example.ro");
    send_to(&mut connection, "ana@poșta.ro");
    let worker = Process::worker(&database, &ascii.url(), &[]);
    let jobs = wait_until(&mut connection, "given up", |jobs| jobs.iter().any(|job| job.state == "dead"));
    let reason = "the mail server takes no address with letters beyond ASCII (SMTPUTF8)";
    let dead = jobs.iter().find(|job| job.state == "dead").unwrap();
    assert_eq!((dead.attempts, dead.last_error.as_deref()), (1, Some(reason)));
    wait_until(&mut connection, "the other one left", |jobs| jobs.len() == 1);
    assert!(!worker.terminate().contains("ștefan"));
}

#[actix_web::test]
async fn a_server_that_is_too_slow_is_left() {
    let mut server = MailServer::start();
    let smtp = Smtp::new(&server.url(), &"Cazier <a@b.ro>".parse().unwrap())
        .unwrap()
        .with_deadline(Duration::from_millis(300));
    for step in ["CONNECT", "RCPT", "END"] {
        server.fail(step, "stall");
        let outcome = smtp.deliver(Uuid::now_v7(), mail()).await;
        assert!(
            matches!(outcome, Err(DeliveryError::Later("the mail server takes too long"))),
            "{step}: {outcome:?}"
        );
    }
    server.heal();
    smtp.with_deadline(Duration::from_secs(30)).deliver(Uuid::now_v7(), mail()).await.unwrap();
}

#[test]
fn starttls_is_insisted_on_and_the_certificate_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (certificate_file, key_file) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate_file, certificate.pem()).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let mut server = MailServer::start_tls(&certificate_file, &key_file);
    let database = Database::from_template();
    let mut connection = database.connect();
    let url = format!("smtp://localhost:{}?tls=required", server.port());

    let stranger = Process::worker(&database, &url, &[]);
    send(&mut connection);
    let untrusted = |jobs: &[Job]| jobs.iter().any(|job| job.last_error.is_some());
    let jobs = wait_until(&mut connection, "the certificate is of no known authority", untrusted);
    assert_eq!(jobs[0].last_error.as_deref(), Some(BROKEN));
    let log = stranger.terminate();
    assert!(log.contains("invalid peer certificate"), "{log}");

    let trusting = [("SSL_CERT_FILE", certificate_file.to_str().unwrap())];
    let worker = Process::worker(&database, &url, &trusting);
    assert_eq!(server.next_mail()["tls"], true);
    wait_until(&mut connection, "the job is done", <[Job]>::is_empty);
    worker.terminate();

    let (database, mut plain) = (Database::from_template(), MailServer::start());
    let mut connection = database.connect();
    let worker = Process::worker(&database, &format!("{}?tls=required", plain.url()), &[]);
    send(&mut connection);
    wait_until(&mut connection, "no mail goes in clear", untrusted);
    assert_eq!(plain.more_mails(), 0);
    worker.terminate();
}
