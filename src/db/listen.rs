//! Connections that listen (`LISTEN`): what one node commits wakes what waits on all of them. A notification that is lost
//! (the connection broke, the server was restarted, a pooler stands between) must cost whoever waits some time and nothing
//! else: they look by themselves now and then.

use std::time::Duration;

use diesel::pg::PgConnection;
use diesel::{QueryResult, RunQueryDsl, sql_query};

use super::Db;
use crate::error::Result;

/// How often the connection's buffer is looked at. That asks the server nothing: it is one read of a socket.
const LOOK: Duration = Duration::from_millis(25);
/// Looks between two tries to connect.
const LOOKS_BETWEEN_TRIES: u32 = 80;

/// Whoever waits for what is told on a channel.
pub(crate) trait Listener: Send + 'static {
    /// The channel.
    const CHANNEL: &'static str;

    /// Whether to go on.
    fn wants_more(&self) -> bool;

    /// Something was told; `None` after a pause in which anything may have been.
    fn hear(&self, payload: Option<&str>);
}

/// Listens on a thread of its own for as long as the listener wants.
pub(crate) fn listen<L: Listener>(db: &Db, listener: L) {
    let db = db.clone();
    let listening = move || {
        let mut is_told = false;
        while listener.wants_more() {
            if follow(&db, &listener, &mut is_told).is_err() && !std::mem::replace(&mut is_told, true) {
                log::warn!("{}: the database cannot be listened to; looking now and then", L::CHANNEL);
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
        log::warn!("{}: no thread to listen on: {error}", L::CHANNEL);
    }
}

/// `is_told` is whether the log says that nothing can be listened to.
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
