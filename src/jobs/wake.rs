//! The connection that listens: a worker begins what a person waits for at once, and looks at the queue now and then
//! for everything else. A notification that is lost (the connection broke, the server was restarted, a pooler stands
//! between) costs half a second and no job.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::pg::PgConnection;
use diesel::{QueryResult, RunQueryDsl, sql_query};
use tokio::sync::Notify;

use crate::db::Db;
use crate::error::Result;

/// How often the connection's buffer is looked at. That asks the server nothing: it is one read of a socket.
const LOOK: Duration = Duration::from_millis(25);
/// Looks between two tries to connect.
const LOOKS_BETWEEN_TRIES: u32 = 80;

/// Wakes the workers of all nodes when the surrounding transaction commits.
pub(super) fn notify(connection: &mut PgConnection) -> Result<()> {
    sql_query("NOTIFY jobs").execute(connection)?;
    Ok(())
}

/// Listens on a thread of its own until `stopping`.
pub(super) fn listen(db: &Db, awake: &Arc<Notify>, stopping: &Arc<AtomicBool>) {
    let (db, awake, stopping) = (db.clone(), awake.clone(), stopping.clone());
    let listening = move || {
        let mut told = false;
        while !stopping.load(Ordering::Relaxed) {
            if follow(&db, &awake, &stopping).is_err() && !std::mem::replace(&mut told, true) {
                log::warn!("jobs: the database cannot be listened to; looking at the queue now and then");
            }
            for _ in 0..LOOKS_BETWEEN_TRIES {
                if !stopping.load(Ordering::Relaxed) {
                    std::thread::sleep(LOOK);
                }
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("jobs-listen".into()).spawn(listening) {
        log::warn!("jobs: no thread to listen on: {error}");
    }
}

fn follow(db: &Db, awake: &Notify, stopping: &AtomicBool) -> Result<()> {
    let mut connection = db.connect_alone()?;
    sql_query("LISTEN jobs").execute(&mut connection)?;
    // What was asked for while nobody listened.
    awake.notify_one();
    while !stopping.load(Ordering::Relaxed) {
        let heard: Vec<_> = connection.notifications_iter().collect::<QueryResult<_>>()?;
        if !heard.is_empty() {
            awake.notify_one();
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}
