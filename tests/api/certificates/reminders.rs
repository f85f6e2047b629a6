//! Holders are told once that a certificate is about to expire.

use std::time::Duration;

use cazier::time::Clock;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::support::{Citizen, House, apply_for_company, json_of, mandate};

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// The reminders in a mailbox.
async fn reminders(house: &House, email: &str) -> Vec<Value> {
    let mails = json_of(house.get(&format!("/sandbox/mailbox?to={email}")).await, 200).await;
    let is_reminder = |mail: &&Value| mail["subject"].as_str().unwrap().contains("expiră");
    mails["items"].as_array().unwrap().iter().filter(is_reminder).cloned().collect()
}

async fn reminders_after(house: &House, email: &str, count: usize) -> Vec<Value> {
    for _ in 0..400 {
        let found = reminders(house, email).await;
        if found.len() >= count {
            return found;
        }
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no reminder");
}

#[actix_web::test]
async fn a_holder_is_reminded_once_unless_there_is_a_newer_certificate() {
    let clock = Clock::pinned(at("2026-05-24T10:00:00Z"));
    let house = House::with().clock(&clock).start().await;
    let (ana, ion) = (Citizen::verified(&house, "clean").await, Citizen::verified(&house, "clean-2").await);
    let certificate = ana.certificate("employment").await;
    assert_eq!(certificate["valid_until"], "2026-11-24");
    ion.certificate("employment").await;
    clock.set(at("2026-05-26T10:00:00Z"));
    let ion = Citizen::logged_in(&house, &ion.email).await;
    ion.certificate("employment").await;

    // Six in the morning, 31 days before; and 30 days before, at night.
    for instant in ["2026-10-24T06:00:00Z", "2026-10-25T05:59:00Z"] {
        clock.set(at(instant));
        actix_web::rt::time::sleep(Duration::from_millis(1200)).await;
        assert_eq!(reminders(&house, &ana.email).await.len(), 0, "{instant}");
    }
    clock.set(at("2026-10-25T06:00:00Z"));
    let mail = reminders_after(&house, &ana.email, 1).await.remove(0);
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains(certificate["registration_number"].as_str().unwrap()), "{text}");
    assert!(text.contains("24.11.2026") && text.contains("/applications/new"), "{text}");
    let whole = mail.to_string();
    assert!(!whole.contains(certificate["control_code"].as_str().unwrap()), "{whole}");
    assert_eq!(reminders(&house, &ion.email).await.len(), 0, "a newer one is there");

    for instant in ["2026-10-26T06:00:00Z", "2026-10-27T06:00:00Z"] {
        clock.set(at(instant));
        reminders_after(&house, &ion.email, usize::from(instant.contains("27"))).await;
        actix_web::rt::time::sleep(Duration::from_millis(1200)).await;
    }
    assert_eq!(reminders(&house, &ana.email).await.len(), 1);
    assert_eq!(reminders(&house, &ion.email).await.len(), 1, "of the newer one");
}

#[actix_web::test]
async fn a_representative_of_two_firms_is_reminded_of_each() {
    let clock = Clock::pinned(at("2026-05-24T10:00:00Z"));
    let house = House::with().legal_persons().clock(&clock).start().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let mut numbers = Vec::new();
    for (day, company) in [("2026-05-24T10:00:00Z", "firm-clean"), ("2026-05-26T10:00:00Z", "association")] {
        clock.set(at(day));
        let izabella = Citizen::logged_in(&house, &izabella.email).await;
        let id = mandate(&izabella, company).await;
        let issued = json_of(apply_for_company(&izabella, &id, "employment").await, 201).await;
        numbers.push(issued["certificate"]["registration_number"].as_str().unwrap().to_owned());
    }
    clock.set(at("2026-10-25T06:00:00Z"));
    let mail = reminders_after(&house, &izabella.email, 1).await.remove(0);
    assert!(mail["text"].as_str().unwrap().contains(&numbers[0]), "the other firm's is no newer one of this");
}
