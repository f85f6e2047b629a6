//! Whether the time of an answer tells whether there is an account, or a certificate: samples in turn, compared by rank.
//! Refused is what a caller from afar could use: more than a millisecond, and not by chance.

use std::time::Instant;

use cazier::certificates::RegistrationNumber;
use cazier::db::schema::accounts;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use reqwest_middleware::RequestBuilder;
use serde_json::json;

use super::statistics::{compare, median};
use crate::support::{Citizen, House, crowd, post_from};

const SAMPLES: usize = 150;

/// Times two kinds of request in turn, each from a sender of its own, and compares them.
async fn assert_alike(
    what: &str,
    mut known: impl FnMut(usize, &str) -> RequestBuilder,
    mut unknown: impl FnMut(usize, &str) -> RequestBuilder,
) {
    let (mut of_known, mut of_unknown, mut statuses) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..SAMPLES + 10 {
        for turn in 0..2 {
            let is_known = (number + turn) % 2 == 0;
            let sender = format!("10.{}.{}.{}", u8::from(is_known), number / 250, number % 250 + 1);
            let request = if is_known { known(number, &sender) } else { unknown(number, &sender) };
            let begun = Instant::now();
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let body = answer.bytes().await.unwrap();
            let took = begun.elapsed().as_secs_f64() * 1000.0;
            // The first ones warm connections, statements and caches up.
            if number >= 10 {
                statuses.push((status, body.len()));
                if is_known { of_known.push(took) } else { of_unknown.push(took) }
            }
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    let difference = compare(&of_known, &of_unknown);
    let (one, two) = (median(&of_known), median(&of_unknown));
    println!(
        "{what}: known {one:.2} ms, unknown {two:.2} ms, difference {:+.3} ms, p = {:.5}, n = {SAMPLES} + {SAMPLES}, answers {statuses:?}",
        difference.milliseconds, difference.p
    );
    assert_eq!(statuses.len(), 1, "{what}: the answers themselves differ");
    assert!(difference.milliseconds.abs() < 1.0 || difference.p > 0.001, "{what}: {difference:?}");
}

async fn house(clock: &Clock) -> House {
    House::with().clock(clock).setting("CAZIER_TRUSTED_PROXIES", "127.0.0.1").start().await
}

/// So many accounts with one password.
async fn known_addresses(house: &House) -> Vec<String> {
    let first = Citizen::registered(house).await;
    let others = crowd(house, SAMPLES + 10, house.clock.now());
    let mut connection = house.database.connect();
    let hash: Option<String> = accounts::table
        .filter(accounts::password_hash.is_not_null())
        .filter(accounts::role.eq("citizen"))
        .select(accounts::password_hash)
        .first(&mut connection)
        .unwrap();
    diesel::update(accounts::table.filter(accounts::password_hash.is_null()))
        .set(accounts::password_hash.eq(hash))
        .execute(&mut connection)
        .unwrap();
    drop(first);
    others.into_iter().map(|citizen| citizen.email).collect()
}

fn nobody(number: usize) -> String {
    format!("{number:08x}aaaabbbbccccddddeeeeffff@example.ro")
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_time_tells_whether_an_address_has_an_account() {
    let house = house(&Clock::pinned(Utc::now())).await;
    let known = known_addresses(&house).await;
    house.rest().await;
    let log_in = |sender: &str, email: &str| {
        let body = json!({"email": email, "password": "not the password"});
        post_from(&house, sender, "/v1/sessions", &body)
    };
    assert_alike(
        "log-in",
        |number, sender| log_in(sender, &known[number]),
        |number, sender| log_in(sender, &nobody(number)),
    )
    .await;
    let ask = |sender: &str, email: &str| {
        post_from(&house, sender, "/v1/accounts/password-reset", &json!({"email": email}))
    };
    assert_alike(
        "reset of a password",
        |number, sender| ask(sender, &known[number]),
        |number, sender| ask(sender, &nobody(number)),
    )
    .await;
    let register = |sender: &str, email: &str| {
        let body = json!({"email": email, "password": "patru cai albi pe deal"});
        post_from(&house, sender, "/v1/accounts", &body)
    };
    assert_alike(
        "registration",
        |number, sender| register(sender, &known[number]),
        |number, sender| register(sender, &nobody(number)),
    )
    .await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_time_tells_whether_a_number_is_a_certificates() {
    let clock = Clock::pinned(Utc::now());
    let house = house(&clock).await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    house.rest().await;
    let real = certificate["registration_number"].as_str().unwrap().to_owned();
    let verify = |sender: &str, number: &str| {
        let body = json!({"registration_number": number, "cnp": "1800101221144"});
        post_from(&house, sender, "/v1/verify", &body)
    };
    // A number takes twenty wrong CNPs an hour.
    let later = |number: usize| {
        if number.is_multiple_of(15) {
            clock.set(clock.now() + TimeDelta::hours(1));
        }
    };
    assert_alike(
        "wrong CNP and unknown number",
        |number, sender| {
            later(number);
            verify(sender, &real)
        },
        |_, sender| verify(sender, &RegistrationNumber::generate(2026).unwrap().to_string()),
    )
    .await;
}
