//! What covers the hashes of a certificate follows them: its bond, its extract, and what the log committed to.

use std::rc::Rc;

use cazier::db::roles::DbRole;
use cazier::log::{LogKeys, append_all, whole};
use cazier::person::Keyring;
use serde_json::{Value, json};

use super::{by_key, keyring_of, list, since};
use crate::certificates::bound::CLEAN_CNP;
use crate::support::{Citizen, House, KEYS, Process, json_of, until_some};

#[actix_web::test]
async fn the_keys_rotate_again_and_nodes_that_verify_alone_follow() {
    let log = Keyring::generate_spec().unwrap();
    let house = House::with().legal_persons().setting("CAZIER_LOG_KEYS", &log).start().await;
    let database = Rc::clone(&house.database);
    let citizen = Citizen::verified(&house, "clean").await;
    let [first, waits] = [citizen.certificate("employment").await, citizen.certificate("studies").await];
    house.rest().await;
    // Its worker does not look any more whether it is asked to let go; as if its process had ended.
    let rests = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND usename = '{}'",
        DbRole::Worker.name()
    );
    database.execute(&rests);
    let payload = citizen.get(first["links"]["payload"].as_str().unwrap()).await.bytes().await.unwrap();
    let holder = serde_json::from_slice::<Value>(&payload).unwrap()["holder"].clone();
    let keys = |list: &str| LogKeys::of(Some(&log), None, &keyring_of(list), &house.api).unwrap();
    let public = |list: &str| {
        let origin = keys(list).origin(&mut database.connect()).unwrap();
        keys(list).public(&origin).iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    };
    let log_now = |list: &str| {
        append_all(&mut database.connect(), &keys(list), chrono::Utc::now()).unwrap();
    };
    // Of the second certificate nothing is logged before the first rotation.
    let id = waits["id"].as_str().unwrap();
    database.execute(&format!("CREATE TABLE kept AS SELECT * FROM log_queue WHERE certificate_id = '{id}'"));
    database.execute(&format!("DELETE FROM log_queue WHERE certificate_id = '{id}'"));
    log_now(&KEYS.1);
    database.execute("INSERT INTO log_queue OVERRIDING SYSTEM VALUE SELECT * FROM kept");
    let mut lists = vec![list(&[2])];
    lists.push(format!("{},{}", Keyring::generate_spec().unwrap().replacen("1:", "3:", 1), lists[0]));
    for list in &lists {
        let mut rotated =
            Process::begin(&database, &["keys", "rotate-index"], &[("CAZIER_INDEX_KEYS", list)]);
        let ended = until_some("the house lets go", async || {
            let _ = house.get("/health/ready").await;
            rotated.ended()
        });
        assert!(ended.await.success(), "{}", rotated.log());
        let kept = "SELECT count(*) FROM certificates WHERE logged_as IS NOT NULL";
        assert_eq!(database.count(kept), if *list == lists[0] { 1 } else { 2 });
        log_now(list);
        let node = Process::verifying(&database, &public(list), &[("CAZIER_INDEX_KEYS", list.as_str())]);
        for certificate in [&first, &waits] {
            let name = format!(
                "{} {}",
                holder["given_name"].as_str().unwrap(),
                holder["family_name"].as_str().unwrap()
            );
            let question = json!({
                "registration_number": certificate["registration_number"], "cnp": CLEAN_CNP, "name": name,
            });
            let asked = reqwest::Client::new().post(format!("http://{}/v1/verify", node.api()));
            let verdict = json_of(asked.json(&question).send().await.unwrap(), 200).await;
            assert_eq!(verdict["outcome"], "valid", "{verdict}");
            assert_eq!(verdict["facts"]["name_matches"], true, "{verdict}");
            assert!(verdict["log"]["checkpoint"].is_string(), "{verdict}");
        }
        node.kill();
    }
    assert_eq!((by_key(&database, 1), by_key(&database, 2)), (0, 0));
    let open = |note: &str| keys(&lists[1]).open(note);
    let keyring = keyring_of(&lists[1]);
    let expected =
        |chain| whole::Expected { open: &open, chain, saved: &[], erased: &[], now: chrono::Utc::now() };
    let check = |chain| whole::check(&mut database.connect(), &expected(chain)).unwrap().faults.len();
    assert_eq!(check(Some(keyring.index_chain())), 0);
    assert!(check(None) > 0, "what was logged is told by the keys alone");
    // What is kept for one row is not believed in another, and a row without it is not what was logged.
    database.execute(
        "SET session_replication_role = replica; CREATE TABLE rows AS SELECT id, logged_as FROM certificates",
    );
    for change in ["logged_as = NULL", "logged_as = (SELECT r.logged_as FROM rows r WHERE r.id <> c.id)"] {
        database.execute(&format!(
            "SET session_replication_role = replica; UPDATE certificates c SET {change} WHERE id <> '{id}'"
        ));
        assert_eq!(check(Some(keyring.index_chain())), 1, "{change}");
    }
}

#[actix_web::test]
async fn a_row_that_is_not_intact_is_found_as_little_as_before_and_keeps_nobody_waiting() {
    let house = House::start().await;
    let database = Rc::clone(&house.database);
    let citizen = Citizen::verified(&house, "clean").await;
    let [one, other] = [citizen.certificate("employment").await, citizen.certificate("studies").await];
    let id = |certificate: &Value| certificate["id"].as_str().unwrap().to_owned();
    // Its bond does not fit, and one of its hashes is none: nobody can make that anew.
    database.execute(&format!(
        "UPDATE certificates SET valid_until = valid_until + 1, control_code_index = '\\x01ff' WHERE id = '{}'",
        id(&one)
    ));
    let (two, sealing) = (list(&[2]), Keyring::generate_spec().unwrap().replacen("1:", "9:", 1));
    let without = [("CAZIER_INDEX_KEYS", two.as_str()), ("CAZIER_SEALING_KEYS", sealing.as_str())];
    let rotate =
        |settings: &[(&str, &str)]| Process::run_with(&database, &["keys", "rotate-index"], settings);
    let refused = rotate(&without);
    assert!(!refused.status.success());
    assert!(
        String::from_utf8_lossy(&refused.stderr)
            .contains("bound by key 1, which is not in CAZIER_SEALING_KEYS")
    );
    assert!(by_key(&database, 1) > 0 && !since(&database));
    let rotated = Process::begin(&database, &["keys", "rotate-index"], &[("CAZIER_INDEX_KEYS", &two)]);
    until_some("the house lets go", async || {
        let _ = house.get("/health/ready").await;
        rotated.log().contains("all hashes are by key 2").then_some(())
    })
    .await;
    let told = rotated.log();
    assert!(told.contains("certificates: 2 made anew, of which 1 were not intact before"), "{told}");
    drop(house);
    let after = House::with().on(&database).index_keys(&two).start().await;
    for (certificate, status) in [(&one, 503), (&other, 200)] {
        let question = json!({"registration_number": certificate["registration_number"], "cnp": CLEAN_CNP});
        assert_eq!(after.post("/v1/verify", &question).await.status(), status);
    }
    assert_eq!(by_key(&database, 1), 1, "what was no hash is left as it is");
}
