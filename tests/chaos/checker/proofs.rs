//! The checker is checked before it judges: an honest history passes, and each way to break it is noticed.

use std::time::Duration;

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::ledger::{Application, Certificate, Ledger};
use super::{Evidence, check};
use crate::history::{Answer, Attempt, Kind, Operation};
use crate::house::mail::Mail;

/// What one break does, and which invariant must notice it.
type Break = (&'static str, fn(&mut Evidence));

const BREAKS: [Break; 20] = [
    ("every 201 exists exactly once", |evidence| drop(evidence.ledger.certificates.remove(0))),
    ("every 201 exists exactly once", |evidence| {
        evidence.ledger.certificates[0].number = "HUB-2026-XXXX-XXXX-X".to_owned();
    }),
    ("its signature verifies", |evidence| evidence.ledger.certificates[1].verifies = false),
    ("every 202 comes to an end", |evidence| evidence.ledger.applications[1].status = "in_review".to_owned()),
    ("every 202 comes to an end", |evidence| drop(evidence.ledger.applications.remove(1))),
    ("no number twice", |evidence| {
        evidence.ledger.certificates[1].number = evidence.ledger.certificates[0].number.clone();
    }),
    ("one certificate for one application", |evidence| {
        let copy = Certificate {
            id: Uuid::from_u128(99),
            number: "other".to_owned(),
            ..evidence.ledger.certificates[0].clone()
        };
        evidence.ledger.certificates.push(copy);
    }),
    ("one a day for one reason", |evidence| {
        let copy = Application { id: Uuid::from_u128(98), ..evidence.ledger.applications[0].clone() };
        evidence.ledger.applications.push(copy);
    }),
    ("codes, assertions and tokens are used once", |evidence| {
        evidence.attempts.push(attempt(Operation::Exchange, "code", 70, 201, json!({"access_token": "b"})));
    }),
    ("codes, assertions and tokens are used once", |evidence| {
        evidence.attempts.push(attempt(Operation::Refresh, "token", 70, 200, json!({"access_token": "d"})));
    }),
    ("the same key has the same answer", |evidence| {
        let mut other = evidence.attempts[0].clone();
        other.answer.as_mut().unwrap().body["id"] = json!(Uuid::from_u128(97));
        evidence.attempts.push(other);
    }),
    ("a support request is done once for its key", |evidence| evidence.ledger.help_requests = 2),
    ("a support request is done once for its key", |evidence| evidence.ledger.help_requests = 0),
    ("every mail at least once", |evidence| drop(evidence.mails.remove(1))),
    ("every mail at least once", |evidence| drop(evidence.mails.pop())),
    ("every mail at least once", |evidence| drop(evidence.mails.remove(3))),
    ("every mail at least once", |evidence| evidence.mails.iter_mut().for_each(|mail| mail.to.clear())),
    ("nothing is valid after its end was told", |evidence| {
        evidence.attempts.push(attempt(Operation::Verify, NUMBERS[0], 61, 200, json!({"outcome": "valid"})));
    }),
    ("no row without what it belongs to", |evidence| evidence.ledger.orphans.push("alone".to_owned())),
    ("no 5xx but 503 with Retry-After", |evidence| {
        evidence.attempts.push(attempt(Operation::Read, "me", 70, 500, json!({"code": "internal"})));
    }),
];

const NUMBERS: [&str; 2] = ["HUB-2026-AAAA-AAAA-A", "HUB-2026-BBBB-BBBB-B"];

/// Panics when the checker overlooks a break, or finds one where there is none.
pub fn prove_the_checker() {
    let honest = honest();
    assert!(check(&honest).is_empty(), "an honest history is accused: {:?}", check(&honest));
    for (invariant, tamper) in BREAKS {
        let mut evidence = honest.clone();
        tamper(&mut evidence);
        let found = check(&evidence);
        let noticed = found.iter().any(|violation| violation.invariant == invariant);
        assert!(noticed, "the checker overlooks a break of \"{invariant}\": {found:?}");
    }
    let mut refused = honest;
    let mut without = attempt(Operation::Read, "me", 70, 503, json!({"code": "database_unavailable"}));
    without.answer.as_mut().unwrap().retry_after = false;
    refused.attempts.push(without);
    assert_eq!(check(&refused).len(), 1, "a 503 has to say when to come back");
    println!("chaos: the checker notices each of {} breaks", BREAKS.len() + 1);
}

fn attempt(operation: Operation, subject: &str, seconds: u64, status: u16, body: Value) -> Attempt {
    Attempt {
        client: Kind::Applications,
        operation,
        subject: subject.to_owned(),
        key: None,
        begun: Duration::from_secs(seconds),
        ended: Duration::from_secs(seconds) + Duration::from_millis(500),
        answer: Some(Answer { status, retry_after: status == 503, replayed: false, body }),
    }
}

fn application(id: u128, reason: &str, corrects: Option<Uuid>) -> Application {
    Application {
        id: Uuid::from_u128(id),
        person_index: vec![1],
        service: "criminal-record-certificate".to_owned(),
        reason: reason.to_owned(),
        applied_on: NaiveDate::default(),
        status: "issued".to_owned(),
        corrects,
    }
}

fn certificate(id: u128, application: u128, number: &str) -> Certificate {
    Certificate {
        id: Uuid::from_u128(id),
        application: Uuid::from_u128(application),
        number: number.to_owned(),
        verifies: true,
    }
}

fn mail(id: &str, text: String) -> Mail {
    Mail { to: "ana@example.ro".to_owned(), message_id: id.to_owned(), text }
}

/// One certificate that was issued and revoked, one that waited for an officer, a log-in, a call for help.
fn honest() -> Evidence {
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let shown = json!({
        "id": first,
        "status": "issued",
        "certificate": {"id": Uuid::from_u128(11), "registration_number": NUMBERS[0]},
    });
    let keyed =
        Attempt { key: Some("k1".to_owned()), ..attempt(Operation::Apply, "1/employment", 10, 201, shown) };
    let replayed = Attempt { begun: Duration::from_secs(12), ..keyed.clone() };
    let waits = json!({"id": second, "status": "referred"});
    let help =
        attempt(Operation::AskForHelp, "1", 40, 202, json!({"id": Uuid::from_u128(3), "reference": "SP-1"}));
    let valid = |number, at| attempt(Operation::Verify, number, at, 200, json!({"outcome": "valid"}));
    let attempts = vec![
        keyed,
        replayed,
        attempt(Operation::Apply, "1/studies", 20, 202, waits),
        attempt(Operation::Exchange, "code", 30, 201, json!({"access_token": "a"})),
        attempt(Operation::Exchange, "code", 31, 401, json!({"code": "invalid_code"})),
        attempt(Operation::Refresh, "token", 32, 200, json!({"access_token": "c"})),
        // Its answer was lost, and it came again.
        attempt(Operation::Refresh, "token", 33, 200, json!({"access_token": "c"})),
        Attempt { key: Some("k2".to_owned()), ..help },
        attempt(Operation::Register, "ana@example.ro", 41, 202, json!({"status": "confirmation_sent"})),
        valid(NUMBERS[0], 50),
        attempt(Operation::Revoke, NUMBERS[0], 60, 200, json!({"status": "revoked"})),
        // Asked before the revocation was told.
        valid(NUMBERS[0], 60),
        valid(NUMBERS[1], 62),
        attempt(Operation::Verify, NUMBERS[0], 62, 200, json!({"outcome": "revoked"})),
        attempt(Operation::Read, "me", 63, 503, json!({"code": "database_unavailable"})),
        Attempt { answer: None, ..attempt(Operation::Apply, "1/visa", 64, 0, Value::Null) },
    ];
    let ledger = Ledger {
        applications: vec![application(1, "employment", None), application(2, "studies", None)],
        certificates: vec![certificate(11, 1, NUMBERS[0]), certificate(12, 2, NUMBERS[1])],
        help_requests: 1,
        orphans: Vec::new(),
    };
    let mails = vec![
        mail("<1>", format!("http://hub.example/applications/{first}")),
        mail("<2>", format!("http://hub.example/applications/{second}")),
        mail("<3>", format!("http://hub.example/applications/{second}")),
        mail("<5>", "SP-1".to_owned()),
        mail("<6>", "token=t".to_owned()),
        mail("<4>", format!("Număr: {}\n", NUMBERS[0])),
    ];
    Evidence { attempts, ledger, mails }
}
