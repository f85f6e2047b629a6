//! Holders are told once that a certificate is about to expire.

use cazier::time::Clock;
use chrono::{DateTime, Utc};

use crate::support::{Citizen, House, Mail, apply_for_company, json_of, mails_to, mandate, until};

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// The reminders that somebody has got.
async fn reminders(house: &House, email: &str) -> Vec<Mail> {
    let mails = mails_to(house, email).await;
    mails.into_iter().filter(|mail| mail.subject.contains("expiră")).collect()
}

/// Lets a day begin: at six, and everybody who is to be reminded has been.
async fn morning(house: &House, day: &str) {
    let six = at(&format!("{day}T06:00:00Z"));
    house.clock.set(six);
    let period = six.timestamp() / 86_400;
    let begun =
        format!("SELECT count(*) FROM job_schedules WHERE kind = 'expiry_reminders' AND period = {period}");
    until("the day's reminders are begun", || house.database.count(&begun) == 1).await;
    let left = "SELECT count(*) FROM jobs WHERE kind IN ('expiry_reminders', 'mail')";
    until("they are done", || house.database.count(left) == 0).await;
}

/// Lets the worker look at its timetable at this time, of which housekeeping, every ten minutes, is the first.
async fn looks(house: &House, instant: &str) {
    house.clock.set(at(instant));
    let period = at(instant).timestamp() / 600;
    let begun =
        format!("SELECT count(*) FROM job_schedules WHERE kind = 'housekeeping' AND period = {period}");
    until("the worker looks", || house.database.count(&begun) == 1).await;
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

    morning(&house, "2026-10-24").await;
    assert_eq!(reminders(&house, &ana.email).await.len(), 0, "31 days before");
    // When it looks for the second time, it has done what was due the first time.
    looks(&house, "2026-10-25T05:49:59Z").await;
    looks(&house, "2026-10-25T05:59:59Z").await;
    assert_eq!(reminders(&house, &ana.email).await.len(), 0, "30 days before, at night");
    morning(&house, "2026-10-25").await;
    let mail = reminders(&house, &ana.email).await.remove(0);
    assert!(mail.contains(certificate["registration_number"].as_str().unwrap()), "{mail:?}");
    assert!(mail.contains("24.11.2026") && mail.contains("/applications/new"), "{mail:?}");
    let control_code = certificate["control_code"].as_str().unwrap();
    assert!(!mail.contains(control_code) && !mail.html.contains(control_code), "{mail:?}");
    assert_eq!(reminders(&house, &ion.email).await.len(), 0, "a newer one is there");

    for (day, told) in [("2026-10-26", 0), ("2026-10-27", 1), ("2026-10-28", 1)] {
        morning(&house, day).await;
        assert_eq!(reminders(&house, &ion.email).await.len(), told, "of the newer one: {day}");
    }
    assert_eq!(reminders(&house, &ana.email).await.len(), 1);
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
    morning(&house, "2026-10-25").await;
    let mail = reminders(&house, &izabella.email).await.remove(0);
    assert!(mail.contains(&numbers[0]), "the other firm's is no newer one of this");
}
