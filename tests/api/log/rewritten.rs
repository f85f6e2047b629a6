//! The owner of the database, without any key, writes the log anew: whoever has seen it signed notices.

use std::path::Path;

use cazier::log::{LogKeys, Memory, append_all};
use serde_json::json;

use super::{AUDIT, append, checkpoint, keys};
use crate::certificates::bound::{CLEAN_CNP, OFFICER, ask, ask_by_document};
use crate::support::{Citizen, Database, House, Officer, Process, json_of, refused};

const OTHER_CNP: &str = "1800101221144";

/// A certificate that was revoked, and what its holder has kept.
struct Revoked {
    house: House,
    /// What the house remembers.
    folder: tempfile::TempDir,
    /// The worker, with a memory of its own.
    worker: LogKeys,
    id: serde_json::Value,
    number: serde_json::Value,
    document: Vec<u8>,
}

/// A worker that starts with what is remembered in a folder.
fn worker_of(folder: &Path) -> LogKeys {
    keys().remembering_in(Memory::open(folder).unwrap())
}

fn work(database: &Database, worker: &LogKeys) -> bool {
    append_all(&mut database.connect(), worker, chrono::Utc::now()).is_ok()
}

impl Revoked {
    /// Issues it, keeps its row as the attacker does, and revokes it; all is logged and verified.
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let worker = worker_of(&folder.path().join("worker"));
        let house = House::with().setting("CAZIER_LOG_MEMORY", folder.path().to_str().unwrap()).start().await;
        let citizen = Citizen::verified(&house, "clean").await;
        let certificate = citizen.certificate("employment").await;
        let document = citizen.get(certificate["links"]["document"].as_str().unwrap()).await;
        let document = document.bytes().await.unwrap().to_vec();
        house.rest().await;
        assert!(work(&house.database, &worker));
        house.database.execute(
            "CREATE TABLE kept_certificates AS SELECT * FROM certificates;
             CREATE TABLE kept_size AS SELECT max(size) AS size FROM log_checkpoints",
        );
        let officer = Officer::who_is(&house, OFFICER);
        let path = format!("/v1/certificates/{}/revocation", certificate["id"].as_str().unwrap());
        json_of(officer.post(&path, &json!({"reason": "fraud"})).await, 200).await;
        assert!(work(&house.database, &worker));
        let (id, number) = (certificate["id"].clone(), certificate["registration_number"].clone());
        let revoked = Self { house, folder, worker, id, number, document };
        let answer = json_of(revoked.verify().await, 200).await;
        assert_eq!((&answer["outcome"], answer["log"].is_object()), (&json!("revoked"), true));
        revoked
    }

    async fn verify(&self) -> reqwest::Response {
        ask(&self.house, &self.number, "cnp", &json!(CLEAN_CNP)).await
    }

    fn database(&self) -> &Database {
        &self.house.database
    }

    /// Nothing is signed, nothing is answered, and it is told.
    async fn is_noticed(&self) {
        self.nothing_is_answered(&self.house).await;
        let signed = "SELECT count(*) FROM log_checkpoints";
        let before = self.database().count(signed);
        assert!(!work(self.database(), &self.worker), "the worker signs nothing");
        assert!(
            !work(self.database(), &worker_of(&self.folder.path().join("worker"))),
            "nor does one that starts"
        );
        assert_eq!(self.database().count(signed), before);
        let ready = json_of(self.house.get("/health/ready").await, 200).await;
        let check = ready["checks"].as_array().unwrap().iter().find(|check| check["name"] == "log").unwrap();
        assert_eq!((&ready["status"], &check["status"]), (&json!("degraded"), &json!("fail")));
        assert!(check["detail"].as_str().unwrap().starts_with("the log of the database "), "{check}");
        let (code, said) = self.audit("verify", &[]);
        assert!(code == Some(1) && said.contains("THE LOG IS NOT WHOLE"), "{said}");
        assert!(said.contains("the past was changed, or this is an older copy"), "{said}");
        let house = self.another_house().await;
        self.nothing_is_answered(&house).await;
    }

    async fn nothing_is_answered(&self, house: &House) {
        let asked = ask(house, &self.number, "cnp", &json!(CLEAN_CNP)).await;
        refused(asked, 503, "certificate_unreadable").await;
        refused(ask_by_document(house, &self.document).await, 503, "certificate_unreadable").await;
        // An absence is not known now either.
        let other = ask(house, &self.number, "cnp", &json!(OTHER_CNP)).await;
        refused(other, 503, "database_unavailable").await;
        refused(house.get("/v1/log/checkpoint").await, 503, "database_unavailable").await;
    }

    /// A house that starts with the same memory.
    async fn another_house(&self) -> House {
        let folder = self.folder.path().to_str().unwrap();
        let house = House::with().on(&self.house.database).setting("CAZIER_LOG_MEMORY", folder).start().await;
        house.rest().await;
        house
    }

    /// `cazier audit`, with the memory of the house.
    fn audit(&self, command: &str, settings: &[(&str, &str)]) -> (Option<i32>, String) {
        let memory = [("CAZIER_LOG_MEMORY", self.folder.path().to_str().unwrap())];
        let output = Process::run_with(self.database(), &["audit", command], &[&memory, settings].concat());
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }
}

/// The row of the certificate as it was before its end, and no mark of the end.
const TAKE_BACK: &str = "SET session_replication_role = replica;
    UPDATE certificates c SET (ended_as, ended_at, end_reason, status_mac)
        = (SELECT k.ended_as, k.ended_at, k.end_reason, k.status_mac FROM kept_certificates k WHERE k.id = c.id);
    DELETE FROM audit_events WHERE action = 'certificate.revoked';";

/// Leaves, nodes and checkpoints of later than the size that was kept go, and what was in them is queued again.
const CUT_BACK: &str = "DELETE FROM log_leaves USING kept_size k WHERE leaf_index >= k.size;
    DELETE FROM log_checkpoints c USING kept_size k WHERE c.size > k.size;
    DELETE FROM log_nodes n USING kept_size k WHERE k.size < (
        SELECT ((((n.position + 1) >> level) / 2) + 1) << level
        FROM (SELECT min(g) AS level FROM generate_series(0, 40) g WHERE ((n.position + 1) >> g) & 1 = 1) l);
    INSERT INTO log_queue (kind, audit_event_id) SELECT 'audit_event', id FROM audit_events e
        WHERE NOT EXISTS (SELECT FROM log_leaves l WHERE l.audit_event_id = e.id)";

/// The whole log begins now.
const BEGIN_ANEW: &str = "TRUNCATE log_leaves, log_nodes, log_checkpoints, log_queue;
    UPDATE log_beginning SET began_at = now();
    INSERT INTO log_queue (kind, certificate_id) SELECT 'certificate_issued', id FROM certificates;
    INSERT INTO log_queue (kind, audit_event_id) SELECT 'audit_event', id FROM audit_events";

#[actix_web::test]
async fn a_log_that_is_cut_back_is_not_signed_and_nothing_is_answered_from_it() {
    let revoked = Revoked::start().await;
    revoked.database().execute(&format!("{TAKE_BACK} {CUT_BACK}"));
    let (code, said) = {
        let output = Process::run(revoked.database(), &["audit", "verify"]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert!(
        code == Some(0) && said.contains("NO EARLIER CHECKPOINT WAS COMPARED"),
        "nothing else tells: {said}"
    );
    revoked.is_noticed().await;
}

#[actix_web::test]
async fn a_log_that_begins_anew_is_not_signed_and_nothing_is_answered_from_it() {
    let revoked = Revoked::start().await;
    revoked.database().execute(&format!("{TAKE_BACK} {BEGIN_ANEW}"));
    revoked.is_noticed().await;
}

/// Whoever has stolen the key too.
#[actix_web::test]
async fn a_larger_log_of_another_past_is_not_signed_and_nothing_is_answered_from_it() {
    let revoked = Revoked::start().await;
    revoked.database().execute(&format!("{TAKE_BACK} {BEGIN_ANEW}"));
    revoked.database().execute(
        "INSERT INTO audit_events (at, actor_role, action, request_id)
         SELECT now(), 'public', 'test.done', 'r' FROM generate_series(1, 50)",
    );
    append(revoked.database());
    revoked.is_noticed().await;
}

#[actix_web::test]
async fn after_a_restore_an_operator_accepts_the_older_log_under_a_new_name() {
    let revoked = Revoked::start().await;
    let (code, said) = revoked.audit("accept-restore", &[]);
    assert!(code == Some(1) && said.contains("there is nothing to accept"), "{said}");
    revoked.database().execute(&format!("{TAKE_BACK} {CUT_BACK}"));
    let (code, said) = revoked.audit("accept-restore", &[]);
    assert!(code == Some(1) && said.contains("set CAZIER_LOG_ORIGIN to a new name first"), "{said}");
    let (code, said) = revoked.audit("accept-restore", &[("CAZIER_LOG_ORIGIN", "api.example/log2")]);
    assert_eq!(code, Some(0), "{said}");
    let accepted =
        "SELECT count(*) FROM audit_events WHERE action = 'log.restore_accepted' AND actor_role = 'operator'";
    assert_eq!(revoked.database().count(accepted), 1);
    let house = revoked.another_house().await;
    let before = checkpoint(&house).await.head.size;
    revoked.database().execute(AUDIT);
    assert!(work(revoked.database(), &worker_of(revoked.folder.path())));
    assert!(checkpoint(&house).await.head.size > before, "it goes on");
    // The restored database does not know of the revocation; the node does.
    let asked = async || ask(&house, &revoked.number, "cnp", &json!(CLEAN_CNP)).await;
    refused(asked().await, 503, "certificate_unreadable").await;
    let path = format!("/v1/certificates/{}/revocation", revoked.id.as_str().unwrap());
    json_of(Officer::who_is(&house, OTHER_CNP).post(&path, &json!({"reason": "fraud"})).await, 200).await;
    assert_eq!(json_of(asked().await, 200).await["outcome"], "revoked");
}

/// The tree is as it was signed: only the row of a leaf is gone, of which nothing proves that it was there.
#[actix_web::test]
async fn a_revocation_whose_leaf_is_deleted_does_not_verify_as_valid() {
    let revoked = Revoked::start().await;
    let deleted = "DELETE FROM log_leaves WHERE kind = 'certificate_revoked'";
    revoked.database().execute(&format!("{TAKE_BACK} {deleted}"));
    refused(revoked.verify().await, 503, "certificate_unreadable").await;
    refused(ask_by_document(&revoked.house, &revoked.document).await, 503, "certificate_unreadable").await;
    let house = revoked.another_house().await;
    let asked = ask(&house, &revoked.number, "cnp", &json!(CLEAN_CNP)).await;
    refused(asked, 503, "certificate_unreadable").await;
}
