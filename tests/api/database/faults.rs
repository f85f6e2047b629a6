//! What the database does to a node's connections, and what the node makes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::rt::time::{sleep, timeout};
use cazier::db::{Db, Installation, Unfit, connect, migrate, primary};
use cazier::error::{Error, Outage};
use cazier::sandbox::postgres::{Options, PrivatePostgres};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::sql_types::Integer;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};
use futures_util::future::{join_all, poll_immediate};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Database, until_some};

/// Longer than any limit of a request, shorter than for ever.
pub const LONG: Duration = Duration::from_secs(60);

pub(super) fn pool(url: &str, size: u32) -> Db {
    connect(
        url,
        size,
        Installation { sandbox: true, index_key_digest: b"one".to_vec(), ..Default::default() },
    )
}

/// What the node makes of a statement's failure.
fn outage(connection: &mut PgConnection, statement: &str) -> Option<Outage> {
    Error::from(connection.batch_execute(statement).unwrap_err()).outage()
}

#[test]
fn the_server_itself_says_what_each_failure_means() {
    let database = Database::from_template();
    let mut other = database.connect();
    let fresh = || primary::establish(&database.url()).unwrap();
    let set = |settings: &str| {
        let mut connection = fresh();
        connection.batch_execute(settings).unwrap();
        connection
    };
    let ends = |sessions: &str| {
        let left = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {sessions}"
        );
        let begun = Instant::now();
        while database.count(&left) > 0 {
            assert!(begun.elapsed() < LONG, "{left}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let mut hurried = set("SET statement_timeout = 50");
    assert_eq!(outage(&mut hurried, "SELECT pg_sleep(60)"), Some(Outage::StatementTimeout));
    other.batch_execute("BEGIN; LOCK TABLE offices").unwrap();
    let mut impatient = set("SET lock_timeout = 50");
    assert_eq!(outage(&mut impatient, "SELECT * FROM offices"), Some(Outage::LockTimeout));
    assert_eq!(outage(&mut fresh(), "BEGIN; LOCK TABLE offices NOWAIT"), Some(Outage::LockTimeout));
    other.batch_execute("ROLLBACK").unwrap();
    let mut reader = set("SET default_transaction_read_only = on");
    assert_eq!(outage(&mut reader, "DELETE FROM throttles"), Some(Outage::ReadOnly));
    let mut cramped = set("SET work_mem = '64kB'; SET temp_file_limit = '64kB'");
    let no_room =
        "SELECT count(*) FROM (SELECT n FROM generate_series(1, 300000) n ORDER BY random()) sorted";
    assert_eq!(outage(&mut cramped, no_room), Some(Outage::OutOfResources));
    let ended = "SELECT pg_terminate_backend(pg_backend_pid())";
    assert_eq!(outage(&mut fresh(), ended), Some(Outage::ConnectionLost));
    let mut gone = fresh();
    assert_eq!(outage(&mut gone, ended), Some(Outage::ConnectionLost));
    assert_eq!(outage(&mut gone, "SELECT 1"), Some(Outage::ConnectionLost), "and from then on");
    let mut idle = set("SET idle_in_transaction_session_timeout = 50");
    idle.batch_execute("BEGIN").unwrap();
    ends("state LIKE 'idle in transaction%'");
    assert_eq!(outage(&mut idle, "SELECT 1"), Some(Outage::ConnectionLost));
    assert_eq!(outage(&mut fresh(), "SELECT no_such_column FROM offices"), None, "a fault of ours");
    assert_eq!(outage(&mut fresh(), "SELECT 1/0"), None);
}

/// No other language need be installed where the tests run: this proves that one is never spoken, not that it is changed.
#[test]
fn a_node_speaks_english_with_its_server() {
    let database = Database::from_template();
    let mut connection = primary::establish(&database.url()).unwrap();
    let is_english = "DO $$ BEGIN ASSERT current_setting('lc_messages') ~ '^(C|POSIX|en_)'; END $$";
    connection.batch_execute(is_english).unwrap();
}

#[test]
fn deadlocks_are_reported_as_such() {
    let database = Database::from_template();
    let (mut first, mut second) = (database.connect(), database.connect());
    for connection in [&mut first, &mut second] {
        connection.batch_execute("SET deadlock_timeout = '200ms'; BEGIN").unwrap();
    }
    first.batch_execute("LOCK TABLE offices").unwrap();
    second.batch_execute("LOCK TABLE throttles").unwrap();
    let first =
        std::thread::spawn(move || Error::from(first.batch_execute("LOCK TABLE throttles").err()?).outage());
    let second =
        second.batch_execute("LOCK TABLE offices").err().and_then(|error| Error::from(error).outage());
    let ends = [first.join().unwrap(), second];
    assert!(ends.contains(&Some(Outage::Deadlock)), "{ends:?}");
}

#[test]
fn serialization_failures_are_reported_as_such() {
    let database = Database::from_template();
    let (mut first, mut second) = (database.connect(), database.connect());
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT probed_at FROM write_probe";
    first.batch_execute(begin).unwrap();
    second.batch_execute(begin).unwrap();
    let change = "UPDATE write_probe SET probed_at = now()";
    first.batch_execute(&format!("{change}; COMMIT")).unwrap();
    assert_eq!(outage(&mut second, change), Some(Outage::SerializationFailure));
}

/// What Postgres rolled back for the sake of another is done once more; nobody knows of any other failure whether it took effect.
#[actix_web::test]
async fn work_that_gave_way_is_done_once_more_and_no_other_is() {
    let database = Database::from_template();
    let db = pool(&database.url(), 2);
    for (code, message, attempts) in [
        ("40P01", "deadlock detected", 2),
        ("40001", "could not serialize access due to concurrent update", 2),
        ("55P03", "canceling statement due to lock timeout", 1),
    ] {
        for in_transaction in [true, false] {
            let counted = Arc::new(AtomicUsize::new(0));
            let count = counted.clone();
            let work = move |c: &mut PgConnection| -> Result<(), Error> {
                let fail =
                    format!("DO $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'; END $$");
                if count.fetch_add(1, Ordering::Relaxed) == 0 { Ok(c.batch_execute(&fail)?) } else { Ok(()) }
            };
            let outcome = if in_transaction { db.transaction(work).await } else { db.statement(work).await };
            assert_eq!(
                (outcome.is_ok(), counted.load(Ordering::Relaxed)),
                (attempts == 2, attempts),
                "{message}"
            );
        }
    }
}

#[actix_web::test]
async fn each_kind_of_work_has_its_own_time_limit() {
    let database = Database::from_template();
    let db = pool(&database.url(), 2);
    let sleep = async |db: &Db| db.read(|c| Ok(sql_query("SELECT pg_sleep(4)").execute(c)?)).await;
    let error = sleep(&db).await.unwrap_err();
    assert_eq!(error.outage(), Some(Outage::StatementTimeout));
    assert_eq!(sleep(&db.in_background()).await.unwrap(), 1, "nobody waits for it");
    let error = sleep(&db).await.unwrap_err();
    assert_eq!(error.outage(), Some(Outage::StatementTimeout), "the same connection, hurried again");
    let mut holder = database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE offices").unwrap();
    let error = db.read(|c| Ok(sql_query("SELECT * FROM offices").execute(c)?)).await.unwrap_err();
    assert_eq!(error.outage(), Some(Outage::LockTimeout));
}

#[actix_web::test]
async fn a_limited_number_waits_for_a_connection_and_the_rest_is_refused_at_once() {
    let database = Database::from_template();
    let db = pool(&database.url(), 1);
    let (mut refused, mut waiting) = (0, Vec::new());
    for _ in 0..400 {
        let mut work = Box::pin(db.read(|c| Ok(sql_query("SELECT pg_sleep(1)").execute(c)?)));
        match poll_immediate(&mut work).await {
            None => waiting.push(work),
            Some(outcome) => {
                assert_eq!(outcome.unwrap_err().outage(), Some(Outage::PoolExhausted));
                refused += 1;
            }
        }
    }
    assert!(refused > 300, "{refused}");
    let outcomes = timeout(LONG, join_all(waiting)).await.unwrap();
    assert!(outcomes.iter().any(Result::is_ok));
    assert_eq!(db.usage().waiting, 0);
}

#[actix_web::test]
async fn a_row_that_is_gone_is_no_proof_that_anything_can_be_written() {
    let database = Database::from_template();
    let db = pool(&database.url(), 1);
    let mut owner = database.connect();
    owner.batch_execute("DELETE FROM write_probe").unwrap();
    assert_eq!(db.examine().await, Ok(()), "it is written again");
    owner.batch_execute("DELETE FROM write_probe").unwrap();
    owner.batch_execute("CREATE RULE nothing AS ON INSERT TO write_probe DO INSTEAD NOTHING").unwrap();
    sleep(Duration::from_millis(600)).await;
    assert!(matches!(db.examine().await, Err(Unfit::ReadOnly(_))), "nothing was");
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

#[actix_web::test]
async fn a_server_that_stands_still_costs_seconds_and_not_the_node() {
    let folder = tempfile::tempdir().unwrap();
    let server = PrivatePostgres::start(Options { data_dir: folder.path().into(), durable: false }).unwrap();
    migrate::run(&server.url()).unwrap();
    let db = pool(&server.url(), 2);
    let work = || db.read(|c| Ok(sql_query("SELECT 1").execute(c)?));
    work().await.unwrap();
    db.examine().await.unwrap();
    let backends =
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let mut asking = PgConnection::establish(&server.url()).unwrap();
    let pids: Vec<Backend> = sql_query(backends).load(&mut asking).unwrap();
    assert!(pids.len() >= 2);
    let signal = |signal| {
        for backend in &pids {
            kill_process(Pid::from_raw(backend.pid).unwrap(), signal).unwrap();
        }
    };
    signal(Signal::STOP);
    sleep(Duration::from_millis(600)).await;
    let found = timeout(LONG, db.examine()).await;
    assert_eq!(found.unwrap(), Err(Unfit::Away(Outage::NoAnswer)));
    let outcomes = timeout(LONG, join_all((0..6).map(|_| work()))).await.unwrap();
    let outages: Vec<_> =
        outcomes.iter().map(|outcome| outcome.as_ref().err().and_then(Error::outage)).collect();
    assert!(outages.contains(&Some(Outage::NoAnswer)), "{outages:?}");
    signal(Signal::CONT);
    let recovered = async {
        while work().await.is_err() || db.examine().await.is_err() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(LONG, recovered).await.expect("it is well again");
}

#[actix_web::test]
async fn a_commit_that_no_standby_has_is_not_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let server = PrivatePostgres::start(Options { data_dir: folder.path().into(), durable: true }).unwrap();
    migrate::run(&server.url()).unwrap();
    let db = pool(&server.url(), 1);
    let change = || {
        let change =
            "INSERT INTO job_schedules VALUES ('test', 1) ON CONFLICT (kind) DO UPDATE SET period = 2";
        db.write(move |c| Ok(sql_query(change).execute(c)?))
    };
    assert_eq!(change().await.unwrap(), 1);
    let mut owner = PgConnection::establish(&server.url()).unwrap();
    for statement in ["ALTER SYSTEM SET synchronous_standby_names = 'away'", "SELECT pg_reload_conf()"] {
        sql_query(statement).execute(&mut owner).unwrap();
    }
    // Until each process of the server has read it.
    until_some("a commit waits for the standby", async || {
        (db.examine().await == Err(Unfit::Away(Outage::NoAnswer))).then_some(())
    })
    .await;
    let error = timeout(LONG, change()).await.unwrap().unwrap_err();
    assert_eq!(error.outage(), Some(Outage::NoAnswer), "it is written, and no standby has it");
}
