//! Group commit: what several callers write at the same moment is written together, by one statement and one commit.
//!
//! A row that comes alone is written alone, at once. While a group is being written, others wait and become the next: so
//! groups grow with the load, and nobody waits for company. Each caller is answered after the commit that holds its row.
//!
//! A group fails or succeeds as one statement. If it fails, each of its rows is written alone, so that one row's fault is
//! told to its own caller and to nobody else. After a lost connection nobody knows what was written: all are told so.

use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, OnceLock};
use std::thread;

use diesel::pg::PgConnection;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::ANSWERED_WITHIN;
use super::door::Db;
use crate::error::{Error, Outage, Result};

/// The largest group. Groups have a power of two rows, so that a connection prepares few statements.
const LARGEST: usize = 32;

/// Rows that may wait; further ones are refused at once. A hundredth of a second each would already be slow.
const MOST_WAITING: usize = 1024;

/// A row that can be written together with others of its kind.
pub(crate) trait Grouped: Send + 'static {
    /// What its caller is told.
    type Outcome: Send + 'static;

    /// Returns what only one row of a group may have: the keys of the rows that the statement changes or locks.
    fn claims(&self) -> Vec<&[u8]>;

    /// Writes these rows by one statement, and returns the outcome of each in their order.
    ///
    /// # Errors
    /// None of the rows is written.
    fn write(connection: &mut PgConnection, rows: &[&Self]) -> Result<Vec<Result<Self::Outcome>>>;
}

/// Writes rows of one kind. Its thread and its connection begin with the first row, and end with it.
pub(crate) struct GroupWriter<R: Grouped> {
    db: Db,
    thread: OnceLock<Sender<Waiting<R>>>,
    waiting: Arc<AtomicUsize>,
}

/// A row, and whom to tell.
struct Waiting<R: Grouped> {
    row: R,
    tell: oneshot::Sender<Result<R::Outcome>>,
    _place: Place,
}

/// One place among the rows that wait; freed when dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<R: Grouped> GroupWriter<R> {
    /// Prepares to write to this database.
    #[must_use]
    pub(crate) fn new(db: &Db) -> Self {
        Self { db: db.clone(), thread: OnceLock::new(), waiting: Arc::default() }
    }

    /// Writes a row; returns once it is committed. If the caller goes away before it is written, it is not.
    ///
    /// # Errors
    /// The row's own; `database_unavailable` with the [`Outage`].
    pub(crate) async fn write(&self, row: R) -> Result<R::Outcome> {
        let place = self.enter()?;
        let (tell, told) = oneshot::channel();
        let gone = |_| Error::from(Outage::NoAnswer);
        self.thread().send(Waiting { row, tell, _place: place }).map_err(|_| gone(()))?;
        match timeout(ANSWERED_WITHIN, told).await {
            Ok(outcome) => outcome.map_err(|_| gone(()))?,
            Err(_) => Err(gone(())),
        }
    }

    fn enter(&self) -> Result<Place> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Place(self.waiting.clone());
        if before < MOST_WAITING { Ok(place) } else { Err(Outage::PoolExhausted.into()) }
    }

    fn thread(&self) -> &Sender<Waiting<R>> {
        self.thread.get_or_init(|| {
            let (send, receive) = mpsc::channel();
            let db = self.db.for_groups();
            thread::spawn(move || serve(&db, &receive));
            send
        })
    }
}

/// Writes groups until nobody can send rows any more.
fn serve<R: Grouped>(db: &Db, rows: &Receiver<Waiting<R>>) {
    let mut queue = VecDeque::new();
    while let Ok(first) = rows.recv() {
        queue.push_back(first);
        while !queue.is_empty() {
            queue.extend(rows.try_iter());
            queue.retain(|waiting: &Waiting<R>| !waiting.tell.is_closed());
            let group = take(&mut queue);
            // Callers whose group panicked are told nothing, which they take for no answer.
            let _ = catch_unwind(AssertUnwindSafe(|| write(db, group)));
        }
    }
}

/// Takes the next group: the oldest rows, of which no two share a claim. The others stay, in their order.
fn take<R: Grouped>(queue: &mut VecDeque<Waiting<R>>) -> Vec<Waiting<R>> {
    let (mut claimed, mut chosen) = (HashSet::new(), Vec::new());
    for (at, waiting) in queue.iter().enumerate() {
        let claims = waiting.row.claims();
        if chosen.len() < LARGEST && claims.iter().all(|claim| !claimed.contains(*claim)) {
            claimed.extend(claims.into_iter().map(<[u8]>::to_vec));
            chosen.push(at);
        }
    }
    chosen.truncate(chosen.len().checked_ilog2().map_or(0, |log| 1 << log));
    let mut group: Vec<_> = chosen.into_iter().rev().filter_map(|at| queue.remove(at)).collect();
    group.reverse();
    group
}

fn write<R: Grouped>(db: &Db, group: Vec<Waiting<R>>) {
    if group.len() == 1 {
        return group.into_iter().for_each(|waiting| write_alone(db, waiting));
    }
    match write_together(db, &group.iter().map(|waiting| &waiting.row).collect::<Vec<_>>()) {
        Ok(outcomes) => tell(group, outcomes),
        Err(error) => match error.outage() {
            Some(outage) if is_about_all(outage) => {
                let outcomes: Vec<_> = group.iter().map(|_| Err(outage.into())).collect();
                tell(group, outcomes);
            }
            _ => group.into_iter().for_each(|waiting| write_alone(db, waiting)),
        },
    }
}

/// Tells each caller its outcome. Whoever has gone away meanwhile learns nothing.
fn tell<R: Grouped>(group: Vec<Waiting<R>>, outcomes: Vec<Result<R::Outcome>>) {
    for (waiting, outcome) in group.into_iter().zip(outcomes) {
        let _ = waiting.tell.send(outcome);
    }
}

/// Writes one row; once more if Postgres rolled it back for the sake of another transaction.
fn write_alone<R: Grouped>(db: &Db, waiting: Waiting<R>) {
    let attempt = || write_together(db, &[&waiting.row]);
    let outcomes = match attempt() {
        Err(error) if error.outage().is_some_and(Outage::gave_way) => attempt(),
        outcomes => outcomes,
    };
    let outcome = outcomes.and_then(|outcomes| outcomes.into_iter().next().unwrap_or_else(|| Err(missing())));
    let _ = waiting.tell.send(outcome);
}

fn write_together<R: Grouped>(db: &Db, rows: &[&R]) -> Result<Vec<Result<R::Outcome>>> {
    let outcomes = db.on_this_thread(|connection| R::write(connection, rows))?;
    if outcomes.len() == rows.len() { Ok(outcomes) } else { Err(missing()) }
}

fn missing() -> Error {
    Error::internal("a statement for a group returned another number of rows")
}

/// Returns whether the failure of a group concerns every row of it: the server is away or cannot write. The others, such
/// as a lock, may be due to one row.
const fn is_about_all(outage: Outage) -> bool {
    !outage.gave_way() && !matches!(outage, Outage::LockTimeout | Outage::StatementTimeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row {
        name: &'static str,
        claims: &'static [&'static str],
    }

    impl Grouped for Row {
        type Outcome = ();

        fn claims(&self) -> Vec<&[u8]> {
            self.claims.iter().map(|claim| claim.as_bytes()).collect()
        }

        fn write(_: &mut PgConnection, rows: &[&Self]) -> Result<Vec<Result<()>>> {
            Ok(rows.iter().map(|_| Ok(())).collect())
        }
    }

    /// Takes all groups of a queue.
    fn groups(rows: Vec<Row>) -> Vec<Vec<&'static str>> {
        let waiting = |row| Waiting { row, tell: oneshot::channel().0, _place: Place(Arc::default()) };
        let mut queue: VecDeque<_> = rows.into_iter().map(waiting).collect();
        let mut groups = Vec::new();
        while !queue.is_empty() {
            groups.push(take(&mut queue).into_iter().map(|waiting| waiting.row.name).collect());
        }
        groups
    }

    fn row(name: &'static str, claims: &'static [&'static str]) -> Row {
        Row { name, claims }
    }

    #[test]
    fn a_group_has_the_oldest_rows_and_no_claim_twice() {
        let rows = vec![
            row("first", &["sender 1", "number 1"]),
            row("same number", &["sender 2", "number 1"]),
            row("another", &["sender 3", "number 2"]),
            row("same sender", &["sender 1", "number 3"]),
        ];
        assert_eq!(groups(rows), [vec!["first", "another"], vec!["same number", "same sender"]]);
    }

    #[test]
    fn a_group_has_a_power_of_two_rows_and_at_most_the_largest() {
        let sizes = |rows| {
            let rows = (0..rows).map(|_| row("any", &[])).collect();
            groups(rows).iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(sizes(1), [1]);
        assert_eq!(sizes(7), [4, 2, 1]);
        assert_eq!(sizes(70), [32, 32, 4, 2]);
    }

    #[actix_web::test]
    async fn what_nobody_takes_is_refused_when_too_many_wait() {
        let db = crate::db::connect("postgresql:///nowhere?host=/nonexistent", 1, nobody());
        let writer = GroupWriter::<Row>::new(&db);
        let held: Vec<_> = (0..MOST_WAITING).map(|_| writer.enter().unwrap()).collect();
        let refused = writer.write(row("one more", &[])).await.unwrap_err();
        assert_eq!(refused.outage(), Some(Outage::PoolExhausted));
        drop(held);
        assert!(writer.enter().is_ok(), "places are given back");
    }

    #[actix_web::test]
    async fn an_absent_server_is_told_as_such() {
        let db = crate::db::connect("postgresql:///nowhere?host=/nonexistent", 1, nobody());
        let refused = GroupWriter::<Row>::new(&db).write(row("lonely", &[])).await.unwrap_err();
        assert!(matches!(refused.outage(), Some(Outage::ConnectionLost | Outage::PoolExhausted)));
    }

    fn nobody() -> crate::db::Installation {
        crate::db::Installation { sandbox: true, index_key_digest: Vec::new(), older_digests: Vec::new() }
    }
}
