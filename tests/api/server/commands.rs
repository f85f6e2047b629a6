//! What operators do by commands leaves a mark in the audit log.

use std::fs;

use serde_json::json;

use crate::support::{Citizen, Database, House, Process, json_of, mail_to, refused, subject};

/// Actions, and a part of how each is told.
type Left = &'static [(&'static str, &'static str)];

/// What commands have left, oldest first: who, what, and how it is told.
fn marks(database: &Database) -> Vec<(String, String)> {
    use cazier::db::schema::audit_events::dsl::{action, actor_role, audit_events, detail, id};
    use diesel::prelude::*;
    audit_events
        .filter(actor_role.eq("operator"))
        .order(id)
        .select((action, detail.assume_not_null()))
        .load(&mut database.connect())
        .unwrap()
}

#[test]
fn each_command_that_changes_something_or_shows_people_leaves_its_mark() {
    let database = Database::from_template();
    // The first node begins the installation.
    drop(Process::serve(&database, &[]));
    let folder = tempfile::tempdir().unwrap();
    let offices = folder.path().join("offices.csv");
    let office = "B-P01,police,Secția 1,B,București,Bulevardul Nou nr. 5,L–V 9–17,\n";
    let header = "code,kind,name,county,locality,address,programme,phone\n";
    fs::write(&offices, format!("{header}{office}")).unwrap();
    let (before, one) = (marks(&database).len(), offices.display().to_string());
    let expected: [(&[&str], Left); 8] = [
        (&["jobs", "retry", "--all"], &[("jobs.retried", ": all that were given up")]),
        (&["officers", "list"], &[("staff.listed", " accounts")]),
        (&["counters", "phase", "police", "2023-02-01"], &[("office_phase.set", "police: 2023-02-01")]),
        (&["counters", "import", &one], &[("offices.imported", "1, 0 closed")]),
        (&["recount-statistics", "2026-11-01"], &[("statistics.recounted", " days from 2026-11-01 on")]),
        (&["roles", "--apply"], &[("roles.applied", "cazier_serve, cazier_worker")]),
        (
            &["keys", "rotate-data"],
            &[
                ("data_keys.rotation_begun", "keys 1"),
                ("data_keys.rotation_ended", "0 values under key 1, 0 left under older ones"),
            ],
        ),
        (
            &["keys", "rotate-index"],
            &[
                ("index_keys.rotation_asked", "key 1 in front of "),
                ("index_keys.rotation_ended", "0 rows under key 1, 0 left under older ones"),
            ],
        ),
    ];
    let mut seen = before;
    for (command, left) in expected {
        let output = Process::run(&database, command);
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        let marks = marks(&database).split_off(seen);
        seen += marks.len();
        let actions: Vec<&str> = marks.iter().map(|(action, _)| action.as_str()).collect();
        let wanted: Vec<&str> = left.iter().map(|(action, _)| *action).collect();
        assert_eq!(actions, wanted, "{command:?}");
        for ((_, detail), (_, part)) in marks.iter().zip(left) {
            assert!(detail.contains(part), "{command:?}: {detail}");
        }
    }
}

#[actix_web::test]
async fn an_operator_ends_the_sessions_of_one_account_or_of_everybody() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (elsewhere, other) =
        (Citizen::logged_in(&house, &citizen.email).await, Citizen::registered(&house).await);
    let status = async |one: &Citizen<'_>| one.get("/v1/accounts/me").await.status().as_u16();
    let end = |whose: &str| {
        let output = Process::run(&house.database, &["sessions", "end", whose]);
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(end(&citizen.email), (true, "2 sessions were ended\n".to_owned()));
    assert_eq!((status(&citizen).await, status(&elsewhere).await, status(&other).await), (401, 401, 200));
    mail_to(&house, &citizen.email, subject::SESSIONS_ENDED).await;
    let refresh = house.post("/v1/sessions/refresh", &json!({"refresh_token": citizen.refresh})).await;
    refused(refresh, 401, "invalid_refresh_token").await;
    assert!(!end("nobody@example.ro").0);
    let again = Citizen::logged_in(&house, &citizen.email).await;
    let log = json_of(again.get("/v1/accounts/me/access-log").await, 200).await;
    let told = log["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "session.ended");
    assert_eq!(told.unwrap()["by"], "operator", "{log}");
    let (ended, said) = end("--all");
    assert!(ended && said.ends_with(" sessions were ended\n"), "{said}");
    assert_eq!((status(&again).await, status(&other).await), (401, 401));
    assert_eq!(house.database.count("SELECT count(*) FROM sessions"), 0);
    let marked =
        "SELECT count(*) FROM audit_events WHERE action = 'sessions.all_ended' AND detail LIKE '% sessions'";
    assert_eq!(house.database.count(marked), 1);
}

#[test]
fn a_migration_leaves_its_mark_once() {
    let database = Database::empty();
    for _ in 0..2 {
        assert!(Process::run(&database, &["migrate"]).status.success());
    }
    let marks = marks(&database);
    assert_eq!(marks.len(), 1, "{marks:?}");
    let (action, detail) = &marks[0];
    assert!(action == "schema.migrated" && detail.contains(" migrations, 20261121"), "{marks:?}");
}
