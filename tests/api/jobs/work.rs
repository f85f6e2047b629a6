//! Background work: each job is done, by one worker at a time, once where nothing dies; what cannot be done is kept.

use std::time::Duration;

use cazier::jobs::queue::{self, Chosen};
use cazier::jobs::{self, Handler, Outcome, Schedule};
use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::crew::{SHORT, Shared, Started, Work, enqueue, entries, worker, worker_of};
use crate::support::{Database, Process, keyring, until};

#[actix_web::test]
async fn several_workers_do_each_job_once_and_never_two_of_them_one() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    for number in 0..60 {
        enqueue(&mut connection, &number.to_string(), Utc::now());
    }
    let _workers: Vec<_> =
        (0..3).map(|_| Started::start(worker(&database, &Clock::System, &seen, SHORT))).collect();
    until("all are done", || seen.borrow().done.len() >= 60).await;
    until("the queue is empty", || entries(&mut connection).is_empty()).await;
    let seen = seen.borrow();
    assert!(!seen.collided);
    assert_eq!((seen.begun.len(), seen.done.len()), (60, 60));
}

#[actix_web::test]
async fn a_poisoned_job_is_given_up_after_its_attempts_and_others_go_on() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let clock = Clock::pinned(Utc::now());
    let mut connection = database.connect();
    enqueue(&mut connection, "poison", clock.now());
    enqueue(&mut connection, "bomb", clock.now());
    sql_query("UPDATE jobs SET attempts = 18").execute(&mut connection).unwrap();
    let _worker = Started::start(worker(&database, &clock, &seen, SHORT));
    until("both failed for the 19th time", || {
        entries(&mut connection).iter().all(|job| job.last_error.is_some() && job.leased_until.is_none())
    })
    .await;
    assert!(entries(&mut connection).iter().all(|job| job.dead_at.is_none() && job.run_at > clock.now()));
    for number in 0..20 {
        enqueue(&mut connection, &number.to_string(), clock.now());
    }
    until("the others are done", || seen.borrow().done.len() == 20).await;
    clock.set(clock.now() + TimeDelta::hours(3));
    until("both are buried", || entries(&mut connection).iter().all(|job| job.dead_at.is_some())).await;
    let dead = queue::list(&mut connection, true, 10).unwrap();
    let mut reasons: Vec<_> = dead.iter().filter_map(|job| job.last_error.as_deref()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["its handler panicked", "poisoned"]);

    seen.borrow_mut().healed = true;
    assert_eq!(queue::retry(&mut connection, Chosen::AllDead, clock.now()).unwrap(), 2);
    until("both are done after all", || entries(&mut connection).is_empty()).await;
    assert_eq!(seen.borrow().done.len(), 22);
}

#[actix_web::test]
async fn a_job_for_now_does_not_wait_for_a_clock_that_is_ahead() {
    let database = Database::from_template();
    let seen = Shared::default();
    let _worker = Started::start(worker(&database, &Clock::System, &seen, Duration::ZERO));
    let mut connection = database.connect();
    let ahead = Utc::now() + TimeDelta::minutes(4);
    enqueue(&mut connection, "at once", ahead);
    jobs::enqueue_urgent(&mut connection, &keyring(), "test", &"urgent", ahead).unwrap();
    until("both are done", || entries(&mut connection).is_empty()).await;
    jobs::enqueue_at(&mut connection, &keyring(), "test", &"later", ahead, Utc::now()).unwrap();
    // Whoever takes this one sees that one too.
    enqueue(&mut connection, "after it", ahead);
    until("the next one is done", || seen.borrow().done.len() == 3 && entries(&mut connection).len() < 2)
        .await;
    let left = entries(&mut connection);
    assert_eq!((left.len(), left[0].attempts), (1, 0), "that one was asked for later: {left:?}");
}

/// How many of these notifications came before one that says "end".
async fn woken(listener: &mut PgConnection) -> usize {
    let mut heard = 0;
    until("the last notification", || {
        let told: Vec<_> = listener.notifications_iter().map(|told| told.unwrap().payload).collect();
        heard += told.iter().filter(|payload| payload.is_empty()).count();
        told.iter().any(|payload| payload == "end")
    })
    .await;
    heard
}

#[actix_web::test]
async fn an_urgent_job_wakes_a_worker_and_nothing_else_does() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let (mut connection, mut listener) = (database.connect(), database.connect());
    sql_query("LISTEN jobs").execute(&mut listener).unwrap();
    enqueue(&mut connection, "nobody waits", Utc::now());
    jobs::enqueue_urgent(&mut connection, &keyring(), "test", &"first", Utc::now()).unwrap();
    database.execute("NOTIFY jobs, 'end'");
    assert_eq!(woken(&mut listener).await, 1, "by the one that somebody waits for");

    let worker = worker(&database, &Clock::System, &seen, SHORT).with_poll(Duration::from_secs(3600));
    let _worker = Started::start(worker);
    until("what was there is done", || seen.borrow().done.len() == 2).await;
    jobs::enqueue_urgent(&mut connection, &keyring(), "test", &"second", Utc::now()).unwrap();
    until("it is done with nobody looking at the queue", || seen.borrow().done.len() == 3).await;
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sql_query(others).execute(&mut connection).unwrap();
    jobs::enqueue_urgent(&mut connection, &keyring(), "test", &"third", Utc::now()).unwrap();
    until("it listens again after its connection was lost", || seen.borrow().done.len() == 4).await;
}

#[actix_web::test]
async fn an_urgent_job_runs_first() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    let enqueue_all = |connection: &mut PgConnection| {
        (0..20).for_each(|number| enqueue(connection, &number.to_string(), Utc::now()));
        jobs::enqueue_urgent(connection, &keyring(), "test", &"urgent", Utc::now())
    };
    connection.transaction(enqueue_all).unwrap();
    let _worker = Started::start(worker(&database, &Clock::System, &seen, SHORT));
    until("all are done", || seen.borrow().done.len() == 21).await;
    let place = seen.borrow().begun.iter().position(|payload| payload == "urgent").unwrap();
    assert!(place < 4, "it was not among the first four: {place}");
}

/// Never comes to an end.
struct Stuck(Shared);

impl Handler for Stuck {
    fn kind(&self) -> &'static str {
        "stuck"
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            self.0.borrow_mut().begun.push("stuck".into());
            std::future::pending().await
        }
        .boxed_local()
    }
}

#[actix_web::test]
async fn a_kind_that_is_stuck_holds_up_no_other() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    for _ in 0..20 {
        jobs::enqueue_urgent(&mut connection, &keyring(), "stuck", &(), Utc::now()).unwrap();
    }
    let work = Work { seen: seen.clone(), takes: SHORT };
    let handlers: Vec<Box<dyn Handler>> = vec![Box::new(work), Box::new(Stuck(seen.clone()))];
    let _worker = Started::start(worker_of(&database, &Clock::System, handlers));
    until("its slots are full", || seen.borrow().begun.len() == 4).await;
    for number in 0..20 {
        enqueue(&mut connection, &number.to_string(), Utc::now());
    }
    until("the others are done", || seen.borrow().done.len() == 20).await;
    let stuck = seen.borrow().begun.iter().filter(|payload| *payload == "stuck").count();
    assert_eq!(stuck, 4);
}

/// Recurring work of each of three workers that nobody does: it shows when a worker has looked at its timetable.
const LOOKS: [&str; 3] = ["look-1", "look-2", "look-3"];

#[actix_web::test]
async fn recurring_work_begins_once_a_period_over_all_workers() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let clock = Clock::pinned("2026-11-24T12:10:00Z".parse().unwrap());
    let every = |kind, every| Schedule { kind, every, offset: TimeDelta::zero() };
    let start = |look| {
        let schedules = vec![every("test", TimeDelta::hours(1)), every(look, TimeDelta::seconds(1))];
        let worker = worker(&database, &clock, &seen, SHORT).with_poll(Duration::from_millis(50));
        Started::start(worker.with_schedules(schedules))
    };
    let _workers = LOOKS.map(start);
    for (time, count) in
        [("12:10:00", 1), ("12:59:59", 1), ("13:00:00", 2), ("12:30:00", 2), ("13:59:59", 2), ("18:00:00", 3)]
    {
        let now: DateTime<Utc> = format!("2026-11-24T{time}Z").parse().unwrap();
        clock.set(now);
        let looked = format!("SELECT count(*) FROM job_schedules WHERE period = {}", now.timestamp());
        until("each worker has looked", || database.count(&looked) == 3).await;
        let queued = "SELECT count(*) FROM jobs WHERE kind = 'test'";
        until("what was begun is done", || database.count(queued) == 0).await;
        assert_eq!(seen.borrow().begun.len(), count, "{time}");
        // A worker shows once more that it has looked only when this is forgotten: time goes back, too.
        database.execute("DELETE FROM job_schedules WHERE kind LIKE 'look-%'");
    }
}

#[actix_web::test]
async fn a_job_of_an_unknown_kind_waits_for_a_version_that_knows_it() {
    let (database, seen) = (Database::from_template(), Shared::default());
    let mut connection = database.connect();
    jobs::enqueue(&mut connection, &keyring(), "of_tomorrow", &"x", Utc::now()).unwrap();
    enqueue(&mut connection, "of today", Utc::now());
    let _worker = Started::start(worker(&database, &Clock::System, &seen, SHORT));
    until("the known one is done", || seen.borrow().done.len() == 1).await;
    until("the other waits", || entries(&mut connection).len() == 1).await;
    let waiting = entries(&mut connection).remove(0);
    assert_eq!((waiting.kind.as_str(), waiting.attempts, waiting.dead_at), ("of_tomorrow", 0, None));
    let listed = Process::run(&database, &["jobs", "list"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains("of_tomorrow") && listed.contains("due"), "{listed}");
}
