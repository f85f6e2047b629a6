//! Jobs whose workers die, hang or stop: another takes them over, and never two at once.

use std::rc::Rc;
use std::time::Duration;

use actix_web::rt;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::{RunQueryDsl, sql_query};

use super::crew::{SHORT, Shared, Started, enqueue, entries, work, worker, worker_at};
use crate::support::{Database, Wire, until};

#[actix_web::test]
async fn a_job_whose_workers_all_died_is_given_up() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    enqueue(&mut connection, "deadly", Utc::now());
    let leased = "UPDATE jobs SET attempts = 20, leased_until = now() - interval '1 second', lease_id = id";
    sql_query(leased).execute(&mut connection).unwrap();
    let _worker = Started::start(worker(&database, &Clock::System, &seen, SHORT));
    until("it is buried", || entries(&mut connection).iter().all(|job| job.dead_at.is_some())).await;
    assert_eq!(entries(&mut connection)[0].last_error.as_deref(), Some("its workers died"));
    assert!(seen.borrow().begun.is_empty());
}

#[actix_web::test]
async fn a_long_job_keeps_its_lease() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    let start = || {
        let takes = Duration::from_secs(8);
        Started::start(worker(&database, &Clock::System, &seen, takes).with_lease(Duration::from_secs(6)))
    };
    let _workers = (start(), start());
    enqueue(&mut connection, "long", Utc::now());
    until("it is done", || entries(&mut connection).is_empty()).await;
    assert_eq!(seen.borrow().begun.len(), 1);
}

#[actix_web::test]
async fn a_worker_that_lost_its_lease_stops_and_changes_nothing() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    let takes = Duration::from_secs(3600);
    let worker = worker(&database, &Clock::System, &seen, takes).with_lease(Duration::from_secs(2));
    let _worker = Started::start(worker);
    enqueue(&mut connection, "stolen", Utc::now());
    until("it is begun", || seen.borrow().begun.len() == 1).await;
    let steal = "UPDATE jobs SET lease_id = gen_random_uuid(), leased_until = now() + interval '1 hour'";
    sql_query(steal).execute(&mut connection).unwrap();
    until("its try is cut short", || seen.borrow().dropped == 1).await;
    let job = entries(&mut connection).remove(0);
    assert!(job.leased_until.unwrap() > Utc::now() + TimeDelta::minutes(30), "{job:?}");
    assert_eq!((job.attempts, job.last_error, job.dead_at), (1, None, None));
}

#[actix_web::test]
async fn a_worker_that_cannot_tell_whether_it_has_its_lease_stops_before_another_begins() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    let (wire, takes, lease) = (Wire::to(&database.url()), Duration::from_secs(3600), Duration::from_secs(2));
    let cut_off = worker_at(wire.url(), &Clock::System, vec![work(&seen, takes)]).with_lease(lease);
    let _cut_off = Started::start(cut_off);
    enqueue(&mut connection, "cut off", Utc::now());
    until("it is begun", || seen.borrow().begun.len() == 1).await;
    wire.fall_silent();
    let _heir = Started::start(worker(&database, &Clock::System, &seen, SHORT));
    until("another has done it", || seen.borrow().done.len() == 1).await;
    assert!(!seen.borrow().collided, "both were at it");
    assert_eq!(seen.borrow().dropped, 1);
}

#[actix_web::test]
async fn a_dead_workers_job_is_taken_over_when_its_lease_ends_by_the_clock_of_the_database() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    enqueue(&mut connection, "orphan", Utc::now());
    let lease = Duration::from_secs(4);
    let dead = rt::spawn({
        let worker = worker(&database, &Clock::System, &seen, Duration::from_secs(3600)).with_lease(lease);
        async move { worker.run().await }
    });
    until("it is begun", || seen.borrow().begun.len() == 1).await;
    dead.abort();
    let ends = entries(&mut connection)[0].leased_until.unwrap();
    // The heir's own clock is an hour ahead.
    let clock = Clock::pinned(Utc::now() + TimeDelta::hours(1));
    let _heir = Started::start(worker(&database, &clock, &seen, SHORT));
    until("it is begun again", || seen.borrow().begun.len() == 2).await;
    assert!(Utc::now() > ends, "the lease was not over");
    until("it is done", || entries(&mut connection).is_empty()).await;
    assert_eq!(seen.borrow().done, ["orphan"]);
}

#[actix_web::test]
async fn a_stopped_worker_finishes_what_it_has_in_hand_and_takes_no_more() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    for number in 0..20 {
        enqueue(&mut connection, &number.to_string(), Utc::now());
    }
    seen.borrow_mut().held = true;
    let worker = Rc::new(worker(&database, &Clock::System, &seen, SHORT));
    let working = rt::spawn({
        let worker = worker.clone();
        async move { worker.run().await }
    });
    until("its slots are full", || seen.borrow().begun.len() == 4).await;
    worker.stop();
    seen.borrow_mut().held = false;
    working.await.unwrap();
    let seen = seen.borrow();
    assert_eq!((seen.begun.len(), seen.done.len(), seen.dropped), (4, 4, 0));
    let left = entries(&mut connection);
    assert!(left.len() == 16 && left.iter().all(|job| job.attempts == 0), "{left:?}");
}
