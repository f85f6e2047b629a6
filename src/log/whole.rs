//! Checks that the log is whole, against the database alone: every row has its leaf, every leaf its row, the tree is that
//! of the leaves, and every checkpoint, stored or saved elsewhere, is of this tree.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;

use super::LOGGED_WITHIN;
use super::checkpoint::Checkpoint;
use super::commitment::{CertificateRow, LeafKind};
pub use super::fault::Fault;
use super::merkle::{Frontier, Place, leaf_hash};
use super::proof::Head;
use super::store::{self, Leaf, StoredCheckpoint};
use crate::error::Result;
use crate::person::IndexChain;

/// Leaves that are read at once.
const BATCH: i64 = 1_000;
/// Faults that are named; more are counted.
const NAMED: usize = 100;

/// Opens a note that a trusted key has signed.
pub type Opener<'a> = &'a dyn Fn(&str) -> Option<Checkpoint>;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Leaves in the tree.
    pub leaves: u64,
    /// Checkpoints over it.
    pub checkpoints: u64,
    /// Leaves whose salts are erased.
    pub erased: u64,
    /// Rows that wait for their leaves.
    pub waiting: i64,
    /// The newest stored checkpoint that a trusted key has signed.
    pub newest: Option<String>,
    /// The first faults.
    pub faults: Vec<Fault>,
    /// The number of all faults.
    pub fault_count: usize,
}

impl Report {
    /// Returns whether everything is as it was logged.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.fault_count == 0
    }

    fn add(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < NAMED {
            self.faults.push(fault);
        }
    }
}

/// What must be true of the log.
pub struct Expected<'a> {
    /// Opens what a trusted key has signed.
    pub open: Opener<'a>,
    /// Recalls what leaves commit to of rows whose hashes were made anew; needed if [`needs_index_keys`].
    pub chain: Option<&'a IndexChain>,
    /// Earlier checkpoints of this log, saved elsewhere and opened already.
    pub saved: &'a [Head],
    /// The leaves that are known to be erased, by their numbers.
    pub erased: &'a [u64],
    /// Now.
    pub now: DateTime<Utc>,
}

/// Returns whether hashes of some rows were made anew, so that only the index keys recall what was logged of them.
///
/// # Errors
/// Fails if the database is away.
pub fn needs_index_keys(connection: &mut PgConnection) -> Result<bool> {
    store::were_made_anew(connection)
}

/// Checks everything, on one snapshot of the database.
///
/// # Errors
/// Fails if the database is away: that says nothing about the log.
pub fn check(connection: &mut PgConnection, expected: &Expected<'_>) -> Result<Report> {
    connection.build_transaction().read_only().repeatable_read().run(|c| {
        let known: BTreeSet<u64> = expected.erased.iter().copied().collect();
        let mut walk =
            Walk { tree: Frontier::default(), nodes: 0, report: Report::default(), known, expected };
        walk.compare_saved();
        walk.compare_checkpoints(store::checkpoints(c, 0, 0)?);
        let mut after = -1;
        loop {
            let leaves = store::leaves(c, after, BATCH)?;
            let Some(last) = leaves.last() else { break };
            after = last.leaf_index;
            walk.take(c, &leaves)?;
        }
        walk.finish(c)
    })
}

/// The leaves from left to right.
struct Walk<'a> {
    tree: Frontier,
    nodes: u64,
    report: Report,
    /// Leaves that are known to be erased and have not been met.
    known: BTreeSet<u64>,
    expected: &'a Expected<'a>,
}

impl Walk<'_> {
    /// Takes the next leaves.
    fn take(&mut self, connection: &mut PgConnection, leaves: &[Leaf]) -> Result<()> {
        let (from, to) = (leaves.first(), leaves.last());
        let (from, to) = (from.map_or(0, |leaf| leaf.leaf_index), to.map_or(0, |leaf| leaf.leaf_index));
        let mut checkpoints: HashMap<i64, StoredCheckpoint> =
            store::checkpoints(connection, from + 1, to + 1)?
                .into_iter()
                .map(|row| (row.size, row))
                .collect();
        self.compare_rows(connection, leaves)?;
        let mut made = Vec::new();
        for leaf in leaves {
            if u64::try_from(leaf.leaf_index) != Ok(self.tree.size()) {
                self.report.add(Fault::Gap(leaf.leaf_index));
            }
            self.tree.push(leaf_hash(&leaf.commitment), |place, hash| made.push((place, hash)));
            self.compare_saved();
            let size = i64::try_from(self.tree.size()).unwrap_or(i64::MAX);
            self.compare_checkpoints(checkpoints.remove(&size));
        }
        self.report.leaves = self.tree.size();
        self.nodes += made.len() as u64;
        let stored = store::nodes(connection, made.iter().map(|(place, _)| place))?;
        for (place, hash) in made {
            if stored.get(&place) != Some(&hash) {
                let Place { level, index } = place;
                self.report.add(Fault::Node(level, index));
            }
        }
        // What is left is of a size that the numbers of the leaves do not reach.
        checkpoints.into_keys().for_each(|size| self.report.add(Fault::OtherTree(size)));
        Ok(())
    }

    fn head(&self) -> Head {
        Head { size: self.tree.size(), root: self.tree.root() }
    }

    /// Compares the checkpoints that were saved at the present size.
    fn compare_saved(&mut self) {
        let size = self.tree.size();
        let mut same_size = self.expected.saved.iter().filter(|head| head.size == size).peekable();
        if same_size.peek().is_some() {
            let head = self.head();
            if same_size.any(|saved| *saved != head) {
                self.report.add(Fault::Saved(size));
            }
        }
    }

    /// Compares stored checkpoints of the present size.
    fn compare_checkpoints(&mut self, rows: impl IntoIterator<Item = StoredCheckpoint>) {
        for row in rows {
            self.report.checkpoints += 1;
            let is_of_tree = row.frontier().as_ref() == Some(&self.tree);
            match (self.expected.open)(&row.note) {
                None => self.report.add(Fault::Unsigned(row.size)),
                Some(checkpoint) if checkpoint.head == self.head() && is_of_tree => {
                    self.report.newest = Some(row.note);
                }
                Some(_) => self.report.add(Fault::OtherTree(row.size)),
            }
        }
    }

    /// Compares leaves with their rows.
    fn compare_rows(&mut self, connection: &mut PgConnection, leaves: &[Leaf]) -> Result<()> {
        let events: Vec<_> = leaves.iter().filter_map(|leaf| leaf.audit_event_id).collect();
        let certificates: Vec<_> = leaves.iter().filter_map(|leaf| leaf.certificate_id).collect();
        let events: HashMap<_, _> =
            store::audit_rows(connection, &events)?.into_iter().map(|row| (row.id, row)).collect();
        let certificates: HashMap<_, _> = store::certificate_rows(connection, &certificates)?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        for leaf in leaves {
            let event = leaf.audit_event_id.and_then(|id| events.get(&id));
            let certificate = leaf.certificate_id.and_then(|id| certificates.get(&id));
            let Some(salt) = &leaf.salt else {
                self.take_erased(leaf, certificate);
                continue;
            };
            let commitment = match (event, certificate) {
                (Some(event), _) => Some(event.commit(salt)),
                (None, Some(certificate)) => self.commit(leaf, certificate, salt),
                (None, None) => {
                    self.report.add(Fault::RowGone(leaf.leaf_index, subject(leaf)));
                    continue;
                }
            };
            if commitment.map(|hash| hash.to_vec()).as_ref() != Some(&leaf.commitment) {
                self.report.add(Fault::RowChanged(leaf.leaf_index, subject(leaf)));
            }
        }
        Ok(())
    }

    /// Takes a leaf without a salt. What it stood for cannot be told, but that a certificate had ended stands beside it.
    fn take_erased(&mut self, leaf: &Leaf, certificate: Option<&CertificateRow>) {
        self.report.erased += 1;
        if !u64::try_from(leaf.leaf_index).is_ok_and(|index| self.known.remove(&index)) {
            self.report.add(Fault::Erased(leaf.leaf_index));
        }
        if certificate.is_some_and(|row| !row.is_told_of_by(leaf.kind)) {
            self.report.add(Fault::RowChanged(leaf.leaf_index, subject(leaf)));
        }
    }

    /// Commits to a certificate as a leaf must have; reports a digest beside the leaf that is not the certificate's.
    fn commit(&mut self, leaf: &Leaf, row: &CertificateRow, salt: &[u8]) -> Option<super::Hash> {
        if leaf.kind == LeafKind::Issued && leaf.rest.as_deref() != Some(&row.rest()[..]) {
            self.report.add(Fault::RowChanged(leaf.leaf_index, subject(leaf)));
        }
        row.commit(leaf.kind, salt, self.expected.chain)
    }

    /// Compares what is known only at the end.
    fn finish(mut self, connection: &mut PgConnection) -> Result<Report> {
        let size = self.tree.size();
        for saved in self.expected.saved.iter().filter(|saved| saved.size > size) {
            self.report.add(Fault::Saved(saved.size));
        }
        let stored = store::node_count(connection)?;
        let more = stored - i64::try_from(self.nodes).unwrap_or(i64::MAX);
        if more > 0 {
            self.report.add(Fault::MoreNodes(more));
        }
        let end = i64::try_from(size).unwrap_or(i64::MAX);
        for row in store::checkpoints(connection, end.saturating_add(1), i64::MAX)? {
            self.report.add(Fault::OtherTree(row.size));
        }
        let newest = self.report.newest.as_deref().and_then(self.expected.open);
        if size > 0 && newest.is_none_or(|newest| newest.head.size != size) {
            self.report.add(Fault::NoCheckpoint);
        }
        if size == 0 {
            self.report.add(Fault::Empty);
        }
        for index in std::mem::take(&mut self.known) {
            self.report.add(Fault::NotErased(index));
        }
        self.compare_queue(connection)?;
        Ok(self.report)
    }

    /// Looks for rows without a leaf.
    fn compare_queue(&mut self, connection: &mut PgConnection) -> Result<()> {
        for what in store::not_logged(connection)? {
            self.report.add(Fault::NotLogged(what));
        }
        let (waiting, since) = store::waiting(connection)?;
        self.report.waiting = waiting;
        if let Some(since) = since.filter(|since| self.expected.now - *since > LOGGED_WITHIN) {
            self.report.add(Fault::Waits(since));
        }
        Ok(())
    }
}

/// Names the row of a leaf.
fn subject(leaf: &Leaf) -> String {
    match (leaf.audit_event_id, leaf.certificate_id) {
        (Some(id), _) => format!("audit event {id}"),
        (None, Some(id)) => format!("certificate {id} ({})", leaf.kind.as_str()),
        (None, None) => "a row without an id".to_owned(),
    }
}
