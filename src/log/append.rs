//! The job that appends what was committed since its last run, in batches, each under a checkpoint of its own. Whatever a
//! transaction queued is taken once it is committed, however late: the queue, not a number, says what is still missing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::Connection;
use diesel::pg::PgConnection;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::checkpoint::Checkpoint;
use super::commitment::{AuditRow, CertificateRow, LeafKind};
use super::keys::{LogKeys, salt};
use super::memory::Signed;
use super::merkle::{Frontier, Hash, leaf_hash};
use super::proof::Head;
use super::store::{self, Leaf, Node, Queued, StoredCheckpoint};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::jobs::{Handler, Outcome, Schedule};
use crate::person::IndexChain;
use crate::time::Clock;

/// The kind of job, and when it runs.
pub const SCHEDULE: Schedule =
    Schedule { kind: "log", every: TimeDelta::minutes(1), offset: TimeDelta::zero() };
/// Leaves in one transaction.
const BATCH: i64 = 500;

/// Why nothing is appended.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    /// Somebody else wrote the checkpoint, or its row was changed.
    #[error("log: the newest checkpoint is not what one of our keys has signed; see docs/runbook.md")]
    Foreign,
    /// The operating system has no random octets, or the tree is too large for its columns.
    #[error("log: a leaf cannot be made")]
    Leaf,
}

/// The job.
pub struct AppendToLog {
    /// The database.
    pub db: Db,
    /// Signs the checkpoints.
    pub keys: Arc<LogKeys>,
    /// Time.
    pub clock: Clock,
}

impl Handler for AppendToLog {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn at_once(&self) -> usize {
        1
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            loop {
                let (keys, now) = (self.keys.clone(), self.clock.now());
                match self.db.transaction(move |c| append_batch(c, &keys, now)).await {
                    Ok(true) => {}
                    Ok(false) => return Outcome::Done,
                    Err(error) => {
                        log::error!("log: nothing can be appended: {error}");
                        return Outcome::Retry("nothing can be appended");
                    }
                }
            }
        }
        .boxed_local()
    }
}

/// Appends everything that is committed now, for tests: they have a connection and no worker.
///
/// # Errors
/// As `append_batch`.
pub fn append_all(connection: &mut PgConnection, keys: &LogKeys, now: DateTime<Utc>) -> Result<()> {
    while connection.transaction(|c| append_batch(c, keys, now))? {}
    Ok(())
}

/// Appends a batch, inside the caller's transaction; returns whether there may be more.
///
/// # Errors
/// Fails if the newest checkpoint is not ours, or does not go on from what this process has seen signed: the tree below it
/// may be another, and is not signed.
pub fn append_batch(connection: &mut PgConnection, keys: &LogKeys, now: DateTime<Utc>) -> Result<bool> {
    let remembered = keys.memory().signed();
    store::lock(connection)?;
    let (mut tree, before) = newest(connection, keys, remembered.as_ref())?;
    let queued = store::queued(connection, BATCH)?;
    let commitments = commit_all(connection, &queued, keys.chain())?;
    store::take(connection, &queued)?;
    if commitments.is_empty() && before.is_some() {
        return Ok(!queued.is_empty());
    }
    let (leaves, nodes) = grow(&mut tree, &commitments, now).ok_or_else(impossible)?;
    let checkpoint = StoredCheckpoint {
        size: i64::try_from(tree.size()).map_err(Error::internal)?,
        note: keys.sign(head(&tree), before.as_ref()).ok_or_else(impossible)?,
        subtrees: tree.subtrees().concat(),
        made_at: now,
    };
    store::append(connection, &leaves, &nodes, &checkpoint)?;
    Ok(!queued.is_empty())
}

/// Returns the tree as it stands, and the checkpoint over it; the empty tree at the beginning.
fn newest(
    connection: &mut PgConnection,
    keys: &LogKeys,
    remembered: Option<&Signed>,
) -> Result<(Frontier, Option<Checkpoint>)> {
    let row = store::newest(connection)?;
    keys.compare(connection, remembered, row.as_ref().map(|row| row.note.clone()))??;
    let Some(row) = row else { return Ok((Frontier::default(), None)) };
    let ours = keys.open(&row.note).zip(row.frontier());
    let ours = ours.filter(|(checkpoint, tree)| checkpoint.head == head(tree));
    let (checkpoint, tree) = ours.ok_or_else(|| Error::internal(Refusal::Foreign))?;
    Ok((tree, Some(checkpoint)))
}

fn head(tree: &Frontier) -> Head {
    Head { size: tree.size(), root: tree.root() }
}

fn impossible() -> Error {
    Error::internal(Refusal::Leaf)
}

/// Appends leaves to a tree; returns the rows of the leaves and of all subtrees that are complete now.
fn grow(
    tree: &mut Frontier,
    commitments: &[(&Queued, Commitment)],
    now: DateTime<Utc>,
) -> Option<(Vec<Leaf>, Vec<Node>)> {
    let (mut leaves, mut nodes) = (Vec::new(), Vec::new());
    for (queued, commitment) in commitments {
        leaves.push(commitment.leaf(queued, tree.size(), now)?);
        tree.push(leaf_hash(&commitment.commitment), |place, hash| nodes.push(Node::new(place, hash)));
    }
    Some((leaves, nodes.into_iter().collect::<Option<_>>()?))
}

/// A commitment, and what it was made with.
struct Commitment {
    commitment: Hash,
    salt: [u8; 32],
    rest: Option<Hash>,
}

impl Commitment {
    fn leaf(&self, queued: &Queued, index: u64, now: DateTime<Utc>) -> Option<Leaf> {
        Some(Leaf {
            leaf_index: i64::try_from(index).ok()?,
            kind: queued.kind,
            audit_event_id: queued.audit_event_id,
            certificate_id: queued.certificate_id,
            commitment: self.commitment.to_vec(),
            salt: Some(self.salt.to_vec()),
            rest: self.rest.map(|rest| rest.to_vec()),
            logged_at: now,
            erased_at: None,
        })
    }
}

impl Commitment {
    /// Commits to a row under a new salt. `None` if the row is not as it was queued.
    fn to(queued: &Queued, rows: &Rows, chain: &IndexChain) -> Result<Option<Self>> {
        let salt = salt().ok_or_else(impossible)?;
        let event = queued.audit_event_id.and_then(|id| rows.events.get(&id));
        let certificate = queued.certificate_id.and_then(|id| rows.certificates.get(&id));
        let commitment = match (event, certificate) {
            (Some(event), _) => Some(event.commit(&salt)),
            (None, Some(certificate)) => certificate.commit(queued.kind, &salt, Some(chain)),
            (None, None) => None,
        };
        let rest = certificate.filter(|_| queued.kind == LeafKind::Issued).map(CertificateRow::rest);
        Ok(commitment.map(|commitment| Self { commitment, salt, rest }))
    }
}

/// The rows that a part of the queue is about.
struct Rows {
    events: HashMap<i64, AuditRow>,
    certificates: HashMap<Uuid, CertificateRow>,
}

/// Commits to the rows of a part of the queue, in its order. Leaves out what is logged already, and rows that are gone.
fn commit_all<'a>(
    connection: &mut PgConnection,
    queued: &'a [Queued],
    chain: &IndexChain,
) -> Result<Vec<(&'a Queued, Commitment)>> {
    let events: Vec<i64> = queued.iter().filter_map(|queued| queued.audit_event_id).collect();
    let certificates: Vec<Uuid> = queued.iter().filter_map(|queued| queued.certificate_id).collect();
    let mut logged: HashSet<_> = store::logged(connection, &events, &certificates)?.into_iter().collect();
    let events = store::audit_rows(connection, &events)?.into_iter().map(|row| (row.id, row));
    let certificates =
        store::certificate_rows(connection, &certificates)?.into_iter().map(|row| (row.id, row));
    let rows = Rows { events: events.collect(), certificates: certificates.collect() };
    let mut commitments = Vec::new();
    for entry in queued {
        if !logged.insert((entry.kind, entry.audit_event_id, entry.certificate_id)) {
            continue;
        }
        match Commitment::to(entry, &rows, chain)? {
            Some(commitment) => commitments.push((entry, commitment)),
            None => log::error!("log: a row ({}) was changed before it was logged", entry.kind.as_str()),
        }
    }
    Ok(commitments)
}
