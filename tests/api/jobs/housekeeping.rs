//! Expired rows are deleted in batches that wait for nobody, and for which nobody waits.

use cazier::db;
use cazier::db::retention::{Action, BATCH, Rule, delete_batch};
use cazier::db::roles::DbRole;
use cazier::housekeeping::{Housekeeping, rules};
use cazier::identity;
use cazier::jobs::{Handler, Outcome};
use cazier::server::assembly;
use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{PgConnection, RunQueryDsl, sql_query};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Citizen, Database, House, application, json_of, keyring};

fn rule(table: &str) -> &'static Rule {
    rules().find(|rule| rule.table == table).unwrap()
}

/// Applies every rule until nothing is due; answers how many rows went.
pub fn clean(connection: &mut PgConnection, now: DateTime<Utc>) -> usize {
    let mut rows = 0;
    for rule in rules() {
        let batches = std::iter::repeat_with(|| delete_batch(connection, rule, now).unwrap());
        rows += batches.take_while(|batch| *batch > 0).sum::<usize>();
    }
    rows
}

/// Counters of tries that have run out.
fn expired_counters(connection: &mut PgConnection, rows: usize) {
    let insert = format!(
        "INSERT INTO throttles SELECT int4send(n), 1, now() - interval '1 minute' FROM generate_series(1, {rows}) n"
    );
    sql_query(insert).execute(connection).unwrap();
}

#[test]
fn thousands_go_in_batches_past_a_row_that_somebody_holds() {
    let database = Database::from_template();
    let (mut holder, mut connection) = (database.connect(), database.connect());
    expired_counters(&mut connection, 20_000);
    AnsiTransactionManager::begin_transaction(&mut holder).unwrap();
    sql_query("SELECT FROM throttles WHERE key = int4send(1) FOR UPDATE").execute(&mut holder).unwrap();

    assert_eq!(delete_batch(&mut connection, rule("throttles"), Utc::now()).unwrap(), BATCH);
    assert_eq!(clean(&mut connection, Utc::now()), 20_000 - BATCH - 1);
    assert_eq!(database.count("SELECT count(*) FROM throttles"), 1, "the one that is held");

    AnsiTransactionManager::rollback_transaction(&mut holder).unwrap();
    assert_eq!(clean(&mut connection, Utc::now()), 1);
}

#[actix_web::test]
async fn no_request_waits_for_a_batch() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    // The house's own housekeeping must not take these rows first.
    house.rest().await;
    let mut connection = house.database.connect();
    expired_counters(&mut connection, 3_000);
    for statement in [
        "INSERT INTO sessions (id, account_id, access_digest, access_expires_at, created_at, refreshed_at)
         SELECT gen_random_uuid(), a.id, int4send(n), now() - interval '3 days', now(), now()
         FROM generate_series(1, 1500) n, (SELECT id FROM accounts WHERE person_index IS NOT NULL LIMIT 1) a",
        "INSERT INTO refresh_tokens (digest, session_id, expires_at)
         SELECT uuid_send(id), id, now() - interval '2 days' FROM sessions WHERE access_expires_at < now() - interval '2 days'",
        "INSERT INTO idempotency_keys (scope, key_digest, request_digest, running_until, response_id, created_at)
         SELECT int4send(n), '', '', now(), gen_random_uuid(), now() - interval '2 days' FROM generate_series(1, 1500) n",
    ] {
        sql_query(statement).execute(&mut connection).unwrap();
    }

    // A batch of everything, of which nothing is committed yet.
    AnsiTransactionManager::begin_transaction(&mut connection).unwrap();
    for table in ["throttles", "sessions", "idempotency_keys"] {
        assert_eq!(delete_batch(&mut connection, rule(table), Utc::now()).unwrap(), BATCH, "{table}");
    }
    let again = Citizen::logged_in(&house, &citizen.email).await;
    let refresh = json!({"refresh_token": again.refresh});
    json_of(house.post("/v1/sessions/refresh", &refresh).await, 200).await;
    let request = citizen.request(reqwest::Method::POST, "/v1/applications").header("idempotency-key", "k");
    json_of(request.json(&application("employment")).send().await.unwrap(), 201).await;

    AnsiTransactionManager::commit_transaction(&mut connection).unwrap();
    clean(&mut connection, Utc::now());
    assert_eq!(house.database.count("SELECT count(*) FROM idempotency_keys"), 1, "the one of this test");
    json_of(citizen.get("/v1/accounts/me").await, 200).await;
}

#[actix_web::test]
async fn a_rule_that_fails_keeps_no_other_from_its_work() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let keyring = keyring();
    let db = db::connect(&database.url_as(DbRole::Worker), 2, assembly::installation(&keyring, true));
    let housekeeping = Housekeeping { db, clock: Clock::System, more: Vec::new() };

    expired_counters(&mut connection, 2 * BATCH + 500);
    let outcome = housekeeping.run(Uuid::now_v7(), Vec::new()).await;
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}");
    assert_eq!(database.count("SELECT count(*) FROM throttles"), 0);

    expired_counters(&mut connection, 10);
    sql_query("ALTER TABLE registrations RENAME TO elsewhere").execute(&mut connection).unwrap();
    let outcome = housekeeping.run(Uuid::now_v7(), Vec::new()).await;
    assert!(matches!(outcome, Outcome::Retry(_)), "{outcome:?}");
    assert_eq!(database.count("SELECT count(*) FROM throttles"), 0);
}

#[actix_web::test]
async fn what_an_officer_saw_is_deleted_where_a_setting_says_when() {
    let database = Database::from_template();
    let days = TimeDelta::days(400);
    for (age, id) in [("401 days", 1), ("399 days", 2)] {
        database.execute(&format!(
            "INSERT INTO identity_verifications (id, account_id, session_id, method, status, created_at, expires_at, completed_at,
                document, note, activation_code_index)
             SELECT gen_random_uuid(), id, gen_random_uuid(), 'counter', 'verified', now(), now(), now() - interval '{age}', '', '', int4send({id})
             FROM accounts LIMIT 1"
        ));
    }
    let kept = || database.count("SELECT count(document) + count(note) AS count FROM identity_verifications");
    let db = db::connect(&database.url_as(DbRole::Worker), 2, assembly::installation(&keyring(), true));
    for (more, left) in [(Vec::new(), 4), (identity::seen_documents(days).to_vec(), 2)] {
        let housekeeping = Housekeeping { db: db.clone(), clock: Clock::System, more };
        assert!(matches!(housekeeping.run(Uuid::now_v7(), Vec::new()).await, Outcome::Done));
        assert_eq!(kept(), left);
    }
    assert_eq!(database.count("SELECT count(*) FROM identity_verifications"), 2, "the rows stay");
}

/// A row of each rule, with the time that decides at `AT`; `N` makes its keys unique.
const ROWS: &[(&str, &str)] = &[
    ("registrations", "INSERT INTO registrations (id, email_index, email, password_hash, locale, token_digest, created_at, expires_at)
        VALUES (gen_random_uuid(), int4send(N), '', '', 'ro', int4send(N), now(), AT)"),
    ("email_confirmations", "WITH a AS (INSERT INTO accounts (id, role, locale, created_at) VALUES (gen_random_uuid(), 'citizen', 'ro', now()) RETURNING id)
        INSERT INTO email_confirmations (account_id, email_index, email, token_digest, expires_at) SELECT id, int4send(N), '', int4send(N), AT FROM a"),
    ("password_resets", "INSERT INTO password_resets (token_digest, account_id, created_at, expires_at) SELECT int4send(N), id, now(), AT FROM accounts LIMIT 1"),
    ("second_factor_resets", "WITH a AS (INSERT INTO accounts (id, role, locale, created_at) VALUES (gen_random_uuid(), 'citizen', 'ro', now()) RETURNING id)
        INSERT INTO second_factor_resets (account_id, stop_digest, requested_at, effective_at, expires_at) SELECT id, int4send(N), '2000-01-01', '2000-01-02', AT FROM a"),
    ("sessions", "INSERT INTO sessions (id, account_id, access_digest, access_expires_at, created_at, refreshed_at)
        SELECT gen_random_uuid(), id, int4send(N), AT, now(), now() FROM accounts LIMIT 1"),
    ("sessions.refresh_answer", "INSERT INTO sessions (id, account_id, access_digest, access_expires_at, created_at, refreshed_at, refresh_answer, refreshed_by, refresh_client)
        SELECT gen_random_uuid(), id, int4send(N), now() + interval '1 day', now(), AT, '', '', '' FROM accounts LIMIT 1"),
    ("stream_tokens", "WITH s AS (INSERT INTO sessions (id, account_id, access_digest, access_expires_at, created_at, refreshed_at)
            SELECT gen_random_uuid(), id, int4send(N), now() + interval '1 day', now(), now() FROM accounts LIMIT 1 RETURNING id)
        INSERT INTO stream_tokens (token_digest, session_id, application_id, expires_at) SELECT int4send(N), id, id, AT FROM s"),
    ("known_agents", "INSERT INTO known_agents (account_id, agent_index, seen_at) SELECT id, int4send(N), AT FROM accounts LIMIT 1"),
    ("devices", "INSERT INTO devices (token_digest, account_id, created_at, seen_at) SELECT int4send(N), id, now(), AT FROM accounts LIMIT 1"),
    ("throttles", "INSERT INTO throttles VALUES (int4send(N), 1, AT)"),
    ("idempotency_keys", "INSERT INTO idempotency_keys (scope, key_digest, request_digest, running_until, response_id, created_at)
        VALUES (int4send(N), '', '', now(), gen_random_uuid(), AT)"),
    ("redirect_logins", "INSERT INTO redirect_logins (id, provider, client_id, return_url, created_at, expires_at, state_digest, browser_digest, secrets)
        VALUES (gen_random_uuid(), 'ghiseul', 'c', 'https://front.example', now(), AT, int4send(N), '', '')"),
    ("oauth_requests", "WITH client AS (INSERT INTO clients (id, name, contact, kind, origins, redirect_uris, rate_class, environment, created_at)
            VALUES ('c', 'C', 'c', 'web', '{}', '{}', 'standard', 'sandbox', now()) ON CONFLICT DO NOTHING)
        INSERT INTO oauth_requests (id, client_id, redirect_uri, scopes, code_challenge, browser_digest, locale, created_at, expires_at)
        VALUES (gen_random_uuid(), 'c', 'https://c.example', '{}', repeat('a', 43), int4send(N), 'ro', now(), AT)"),
    ("oauth_pushed_requests", "WITH client AS (INSERT INTO clients (id, name, contact, kind, origins, redirect_uris, rate_class, environment, created_at)
            VALUES ('c', 'C', 'c', 'web', '{}', '{}', 'standard', 'sandbox', now()) ON CONFLICT DO NOTHING)
        INSERT INTO oauth_pushed_requests (id, client_id, digest, parameters, created_at, expires_at)
        VALUES (gen_random_uuid(), 'c', int4send(N), '', now(), AT)"),
    ("client_assertions", "WITH client AS (INSERT INTO clients (id, name, contact, kind, origins, redirect_uris, rate_class, environment, created_at)
            VALUES ('c', 'C', 'c', 'web', '{}', '{}', 'standard', 'sandbox', now()) ON CONFLICT DO NOTHING)
        INSERT INTO client_assertions VALUES ('c', int4send(N), AT)"),
    ("webhook_messages", "WITH client AS (INSERT INTO clients (id, name, contact, kind, origins, redirect_uris, rate_class, environment, created_at)
            VALUES ('c', 'C', 'c', 'web', '{}', '{}', 'standard', 'sandbox', now()) ON CONFLICT DO NOTHING),
        endpoint AS (INSERT INTO webhook_endpoints (id, client_id, url, events, status, created_at, status_changed_at)
            VALUES (gen_random_uuid(), 'c', 'https://c.example', '{grant.*}', 'active', now(), now()) RETURNING id)
        INSERT INTO webhook_messages (id, endpoint_id, event_type, subject_id, occurred_at) SELECT gen_random_uuid(), id, 'webhook.test', id, AT FROM endpoint"),
    ("webhook_endpoints", "INSERT INTO webhook_endpoints (id, client_id, url, events, status, created_at, status_changed_at, removed_at)
        VALUES (gen_random_uuid(), 'c', 'https://c.example', '{grant.*}', 'disabled', now(), now(), AT)"),
    ("webhook_secrets", "WITH endpoint AS (INSERT INTO webhook_endpoints (id, client_id, url, events, status, created_at, status_changed_at)
            VALUES (gen_random_uuid(), 'c', 'https://c.example', '{grant.*}', 'active', now(), now()) RETURNING id)
        INSERT INTO webhook_secrets (id, endpoint_id, secret, created_at, expires_at)
        SELECT gen_random_uuid(), id, int4send(N), now(), AT FROM endpoint"),
    ("identity_verifications.secrets", "INSERT INTO identity_verifications (id, account_id, session_id, method, status, created_at, expires_at, secrets, state_digest, browser_digest, return_url)
        SELECT gen_random_uuid(), id, gen_random_uuid(), 'ghiseul', 'awaiting_redirect', now(), AT, '', int4send(N), '', 'https://front.example' FROM accounts LIMIT 1"),
    ("identity_verifications.claim", "INSERT INTO identity_verifications (id, account_id, session_id, method, status, created_at, expires_at, claim, activation_code_index)
        SELECT gen_random_uuid(), id, gen_random_uuid(), 'counter', 'expired', now(), AT, '', int4send(N) FROM accounts LIMIT 1"),
    ("jobs", "INSERT INTO jobs (id, kind, payload, run_at, attempts, created_at, urgent, dead_at) VALUES (gen_random_uuid(), 'k', '', now(), 20, now(), false, AT)"),
    ("support_requests", "INSERT INTO support_requests (id, reference, email, locale, topic, message, status, created_at, closed_at)
        VALUES (gen_random_uuid(), 'R' || N, '', 'ro', 'other', '', 'closed', now(), AT)"),
];

/// How [`ROWS`] names a rule: by its table, and the column that it empties.
fn name(rule: &Rule) -> String {
    match rule.action {
        Action::Delete => rule.table.to_owned(),
        Action::Empty(column) => format!("{}.{column}", rule.table),
    }
}

#[test]
fn each_rule_takes_a_row_when_its_time_has_passed_and_not_before() {
    let database = Database::from_template();
    let mut connection = database.connect();
    for rule in rules() {
        let name = name(rule);
        let (_, insert) =
            ROWS.iter().find(|(named, _)| *named == name).unwrap_or_else(|| panic!("no row for {name}"));
        let now = Utc::now();
        for (n, at) in
            [(1, now - rule.kept - TimeDelta::minutes(1)), (2, now - rule.kept + TimeDelta::minutes(1))]
        {
            let insert =
                insert.replace("AT FROM", &format!("'{at}' FROM")).replace("AT)", &format!("'{at}')"));
            let insert = insert.replace("AT,", &format!("'{at}',")).replace("(N)", &format!("({n})"));
            sql_query(insert.replace("|| N", &format!("|| {n}")))
                .execute(&mut connection)
                .unwrap_or_else(|why| panic!("{name}: {why}"));
        }
        assert_eq!(delete_batch(&mut connection, rule, now).unwrap(), 1, "{name}");
        assert_eq!(delete_batch(&mut connection, rule, now).unwrap(), 0, "{name}");
        let later = now + TimeDelta::minutes(2);
        assert_eq!(delete_batch(&mut connection, rule, later).unwrap(), 1, "{name}");
        sql_query(format!("DELETE FROM {}", rule.table)).execute(&mut connection).unwrap();
    }
    assert_eq!(rules().count(), ROWS.len());
}
