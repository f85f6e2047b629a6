//! Workers that are killed while they mail: every mail leaves at least once, and a copy can be known by its Message-ID.

use std::time::{Duration, Instant};

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use super::mail::{Job, message_id, queue, send, wait_until};
use crate::support::{Database, MailServer, Process};

/// As if a dead worker's lease were over.
fn end_leases(connection: &mut PgConnection) {
    sql_query("UPDATE jobs SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL")
        .execute(connection)
        .unwrap();
}

#[test]
fn a_worker_killed_at_any_step_loses_no_mail() {
    let (database, mut server) = (Database::from_template(), MailServer::start());
    let mut connection = database.connect();
    for step in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"] {
        server.fail(step, "stall");
        send(&mut connection);
        let worker = Process::worker(&database, &server.url(), &[]);
        server.reached(step);
        worker.kill();
        let job = queue(&mut connection).remove(0);
        assert_eq!((job.attempts, job.state.as_str()), (1, "leased"), "{step}");
        server.heal();
        end_leases(&mut connection);
        let worker = Process::worker(&database, &server.url(), &[]);
        let received = server.next_mail();
        assert!(message_id(&received).contains(&job.id.to_string()), "{step}: {received}");
        wait_until(&mut connection, step, <[Job]>::is_empty);
        assert_eq!(server.more_mails(), 0, "{step}: one copy");
        worker.terminate();
    }
}

#[test]
fn a_killed_workers_jobs_are_taken_over_within_seconds() {
    let (database, mut server) = (Database::from_template(), MailServer::start());
    let mut connection = database.connect();
    server.fail("MAIL", "stall");
    send(&mut connection);
    let worker = Process::worker(&database, &server.url(), &[]);
    server.reached("MAIL");
    let heir = Process::worker(&database, &server.url(), &[]);
    // The first lease is over: it is kept up while the mail server takes its time.
    let over = "SELECT count(*) FROM jobs WHERE created_at + interval '11 seconds' < now()";
    wait_until(&mut connection, over, |_| database.count(over) == 1);
    let job = queue(&mut connection).remove(0);
    assert_eq!((job.attempts, job.state.as_str()), (1, "leased"));
    worker.kill();
    let longer = "SELECT count(*) FROM jobs WHERE leased_until > now() + interval '10 seconds'";
    assert_eq!(database.count(longer), 0, "its lease ends within seconds");
    server.heal();
    server.next_mail();
    wait_until(&mut connection, "the job is done", <[Job]>::is_empty);
    heir.terminate();
}

#[test]
fn a_worker_killed_before_it_recorded_the_outcome_sends_a_copy_with_the_same_id() {
    let (database, mut server) = (Database::from_template(), MailServer::start());
    let mut connection = database.connect();
    server.fail("END", "stall");
    send(&mut connection);
    let worker = Process::worker(&database, &server.url(), &[]);
    let first = server.next_mail();
    server.reached("END");
    // The server says that it took the mail, and the worker cannot tell the database.
    let mut other = database.connect();
    other.begin_test_transaction().unwrap();
    sql_query("SELECT id FROM jobs FOR UPDATE").execute(&mut other).unwrap();
    server.heal();
    let end = Instant::now() + Duration::from_secs(120);
    while database.waits_for_locks() == 0 {
        assert!(Instant::now() < end);
        std::thread::sleep(Duration::from_millis(20));
    }
    worker.kill();
    let end_it = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sql_query(end_it).execute(&mut connection).unwrap();
    drop(other);
    end_leases(&mut connection);
    let worker = Process::worker(&database, &server.url(), &[]);
    let second = server.next_mail();
    assert_eq!(message_id(&first), message_id(&second));
    wait_until(&mut connection, "the job is done", <[Job]>::is_empty);
    worker.terminate();
}
