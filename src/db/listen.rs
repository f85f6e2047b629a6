//! Connections that listen (`LISTEN`): a commit on one node wakes the waiting tasks of all nodes. A lost notification
//! (a broken connection, a restarted server, a pooler in between) may cost time and nothing else: listeners also poll.

use std::time::Duration;

use diesel::pg::PgConnection;
use diesel::{QueryResult, RunQueryDsl, sql_query};

use super::Db;
use crate::error::Result;

/// How often the connection's buffer is read. This asks the server nothing: it is one read of a socket.
const LOOK: Duration = Duration::from_millis(25);
/// Reads between two attempts to connect.
const LOOKS_BETWEEN_TRIES: u32 = 80;

/// Receives the notifications of a channel.
pub(crate) trait Listener: Send + 'static {
    /// The channel's name.
    const CHANNEL: &'static str;

    /// Returns whether to continue.
    fn wants_more(&self) -> bool;

    /// Handles a notification; `None` after a gap in which notifications may have been lost.
    fn hear(&self, payload: Option<&str>);
}

/// Listens on its own thread for as long as the listener wants.
pub(crate) fn listen<L: Listener>(db: &Db, listener: L) {
    let db = db.clone();
    let listening = move || {
        let mut is_told = false;
        while listener.wants_more() {
            if follow(&db, &listener, &mut is_told).is_err() && !std::mem::replace(&mut is_told, true) {
                log::warn!("{}: cannot listen to the database; polling instead", L::CHANNEL);
            }
            for _ in 0..LOOKS_BETWEEN_TRIES {
                if listener.wants_more() {
                    std::thread::sleep(LOOK);
                }
            }
        }
    };
    let name = format!("{}-listen", L::CHANNEL);
    if let Err(error) = std::thread::Builder::new().name(name).spawn(listening) {
        log::warn!("{}: cannot start the listening thread: {error}", L::CHANNEL);
    }
}

/// Listens until an error. `is_told` says whether the log already reports that listening fails.
fn follow<L: Listener>(db: &Db, listener: &L, is_told: &mut bool) -> Result<()> {
    let mut connection = db.connect_alone()?;
    sql_query(format!("LISTEN {}", L::CHANNEL)).execute(&mut connection)?;
    if std::mem::take(is_told) {
        log::info!("{}: listening to the database again", L::CHANNEL);
    }
    listener.hear(None);
    while listener.wants_more() {
        for payload in heard(&mut connection)? {
            listener.hear(Some(&payload));
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

fn heard(connection: &mut PgConnection) -> Result<Vec<String>> {
    let told = connection.notifications_iter().collect::<QueryResult<Vec<_>>>()?;
    Ok(told.into_iter().map(|notification| notification.payload).collect())
}
