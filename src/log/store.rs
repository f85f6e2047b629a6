//! The rows of the log.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use super::commitment::{AuditRow, CertificateRow, LeafKind};
use super::merkle::{Frontier, Hash, Place, root_of};
use super::proof::Span;
use super::tile::{Level, Tile};
use crate::db::schema::{
    audit_events, certificates, log_checkpoints, log_leaves, log_nodes, log_queue, log_turn,
};
use crate::error::{Error, Result};

/// What waits to be logged.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = log_queue)]
pub(super) struct Queued {
    pub(super) id: i64,
    pub(super) kind: LeafKind,
    pub(super) audit_event_id: Option<i64>,
    pub(super) certificate_id: Option<Uuid>,
}

/// A leaf as it is stored.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = log_leaves)]
pub(super) struct Leaf {
    pub(super) leaf_index: i64,
    pub(super) kind: LeafKind,
    pub(super) audit_event_id: Option<i64>,
    pub(super) certificate_id: Option<Uuid>,
    pub(super) commitment: Vec<u8>,
    pub(super) salt: Option<Vec<u8>>,
    pub(super) rest: Option<Vec<u8>>,
    pub(super) logged_at: DateTime<Utc>,
    pub(super) erased_at: Option<DateTime<Utc>>,
}

/// A node of the tree as it is stored.
#[derive(Debug, Insertable)]
#[diesel(table_name = log_nodes)]
pub(super) struct Node {
    position: i64,
    hash: Vec<u8>,
}

/// A row that a signed tree must have is not there.
#[derive(Debug, thiserror::Error)]
#[error("log: a node of the tree is missing; see docs/runbook.md")]
struct NodeMissing;

impl Node {
    /// Makes a row. `None` beyond what the columns hold, which no tree reaches.
    pub(super) fn new(place: Place, hash: Hash) -> Option<Self> {
        Some(Self { position: position(place)?, hash: hash.to_vec() })
    }
}

/// Returns the position of a node among all, in order from left to right: a leaf and its neighbours above are near.
fn position(place: Place) -> Option<i64> {
    let middle = place.index.checked_mul(2)?.checked_add(1)?.checked_mul(1_u64.checked_shl(place.level)?)?;
    i64::try_from(middle - 1).ok()
}

/// A checkpoint as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = log_checkpoints)]
pub(super) struct StoredCheckpoint {
    pub(super) size: i64,
    pub(super) note: String,
    pub(super) subtrees: Vec<u8>,
    pub(super) made_at: DateTime<Utc>,
}

impl StoredCheckpoint {
    /// Returns the right edge of its tree. `None` if the row is not intact.
    pub(super) fn frontier(&self) -> Option<Frontier> {
        let (hashes, rest) = self.subtrees.as_chunks::<32>();
        let size = u64::try_from(self.size).ok().filter(|_| rest.is_empty())?;
        Frontier::new(size, hashes.to_vec())
    }
}

/// Waits for whoever else appends; holds them off to the end of the transaction. Only a worker may lock that row.
///
/// # Errors
/// Fails if the row is gone: then nobody would be held off.
pub(super) fn lock(connection: &mut PgConnection) -> Result<()> {
    let _: i16 = log_turn::table.select(log_turn::turn).for_update().first(connection)?;
    Ok(())
}

/// Finds the newest checkpoint.
pub(super) fn newest(connection: &mut PgConnection) -> Result<Option<StoredCheckpoint>> {
    let newest = log_checkpoints::table.order(log_checkpoints::size.desc());
    Ok(newest.select(StoredCheckpoint::as_select()).first(connection).optional()?)
}

/// Finds the note of the newest checkpoint.
pub(super) fn newest_note(connection: &mut PgConnection) -> Result<Option<String>> {
    Ok(newest(connection)?.map(|row| row.note))
}

/// Finds the checkpoint of a size.
pub(super) fn checkpoint(connection: &mut PgConnection, size: u64) -> Result<Option<StoredCheckpoint>> {
    let Ok(size) = i64::try_from(size) else { return Ok(None) };
    let found = log_checkpoints::table.find(size).select(StoredCheckpoint::as_select());
    Ok(found.first(connection).optional()?)
}

/// Returns the hashes of spans of a tree that is signed.
///
/// # Errors
/// Fails if a node is missing.
pub(super) fn prove(connection: &mut PgConnection, spans: &[Span]) -> Result<Vec<Hash>> {
    hashes(connection, spans)?.ok_or_else(|| Error::internal(NodeMissing))
}

/// Returns the hashes of spans of a tree; `None` if a node is missing.
pub(super) fn hashes(connection: &mut PgConnection, spans: &[Span]) -> Result<Option<Vec<Hash>>> {
    let places: Vec<Vec<Place>> = spans.iter().map(|span| span.places()).collect();
    let nodes = nodes(connection, places.iter().flatten())?;
    let hash = |places: &Vec<Place>| {
        let hashes: Option<Vec<Hash>> = places.iter().map(|place| nodes.get(place).copied()).collect();
        hashes.map(|hashes| root_of(&hashes))
    };
    Ok(places.iter().map(hash).collect())
}

/// Returns the stored hashes of places.
pub(super) fn nodes<'a>(
    connection: &mut PgConnection,
    places: impl Iterator<Item = &'a Place> + Clone,
) -> Result<HashMap<Place, Hash>> {
    let positions: Vec<i64> = places.clone().filter_map(|place| position(*place)).collect();
    let rows = log_nodes::table.filter(log_nodes::position.eq_any(positions));
    let rows: Vec<(i64, Vec<u8>)> = rows.select((log_nodes::position, log_nodes::hash)).load(connection)?;
    let mut hashes: HashMap<i64, Hash> =
        rows.into_iter().filter_map(|(position, hash)| Some((position, hash.try_into().ok()?))).collect();
    Ok(places.filter_map(|place| Some((*place, hashes.remove(&position(*place)?)?))).collect())
}

/// Returns the content of a tile; `None` if the newest signed tree has no such tile.
///
/// # Errors
/// Fails if a row of it is missing.
pub(super) fn tile(connection: &mut PgConnection, tile: Tile) -> Result<Option<Vec<u8>>> {
    let size = log_checkpoints::table.select(diesel::dsl::max(log_checkpoints::size));
    let size: Option<i64> = size.first(connection)?;
    let size = size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
    let Some((first, last)) = tile.places().filter(|_| tile.is_in(size)) else { return Ok(None) };
    let rows: Vec<Vec<u8>> = match tile.level {
        Level::Hashes(_) => {
            let places = (first.index..=last.index).map(|index| Place { index, ..first });
            let positions: Vec<i64> = places.filter_map(position).collect();
            let rows = log_nodes::table.filter(log_nodes::position.eq_any(positions));
            rows.order(log_nodes::position).select(log_nodes::hash).load(connection)?
        }
        Level::Entries => {
            let indexes = (first.index..=last.index).filter_map(|index| i64::try_from(index).ok());
            let rows = log_leaves::table.filter(log_leaves::leaf_index.eq_any(indexes.collect::<Vec<_>>()));
            rows.order(log_leaves::leaf_index).select(log_leaves::commitment).load(connection)?
        }
    };
    if rows.len() as u64 != tile.width {
        return Err(Error::internal(NodeMissing));
    }
    Ok(Some(match tile.level {
        Level::Hashes(_) => rows.concat(),
        Level::Entries => rows.iter().flat_map(|entry| entry_with_length(entry)).collect(),
    }))
}

/// Writes an entry after its length in two octets.
fn entry_with_length(entry: &[u8]) -> Vec<u8> {
    let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), entry].concat()
}

/// Returns what has waited longest to be logged.
pub(super) fn queued(connection: &mut PgConnection, most: i64) -> Result<Vec<Queued>> {
    let oldest = log_queue::table.order(log_queue::id).limit(most);
    Ok(oldest.select(Queued::as_select()).load(connection)?)
}

/// Takes entries out of the queue.
pub(super) fn take(connection: &mut PgConnection, queued: &[Queued]) -> Result<()> {
    let ids: Vec<i64> = queued.iter().map(|queued| queued.id).collect();
    diesel::delete(log_queue::table.filter(log_queue::id.eq_any(ids))).execute(connection)?;
    Ok(())
}

/// Returns the audit events with these ids.
pub(super) fn audit_rows(connection: &mut PgConnection, ids: &[i64]) -> Result<Vec<AuditRow>> {
    let rows = audit_events::table.filter(audit_events::id.eq_any(ids));
    Ok(rows.select(AuditRow::as_select()).load(connection)?)
}

/// Returns whether the hashes of a certificate were made anew since it was logged.
pub(super) fn were_made_anew(connection: &mut PgConnection) -> Result<bool> {
    let anew = certificates::table.filter(certificates::logged_as.is_not_null()).select(certificates::id);
    Ok(diesel::select(diesel::dsl::exists(anew)).get_result(connection)?)
}

/// Returns the certificates with these ids.
pub(super) fn certificate_rows(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<CertificateRow>> {
    let rows = certificates::table.filter(certificates::id.eq_any(ids));
    Ok(rows.select(CertificateRow::as_select()).load(connection)?)
}

/// What a leaf tells of: an audit event, or a certificate.
type Subject = (LeafKind, Option<i64>, Option<Uuid>);

/// Which of these are logged already: audit events, and certificates by kind.
pub(super) fn logged(
    connection: &mut PgConnection,
    audit_events: &[i64],
    certificates: &[Uuid],
) -> Result<Vec<Subject>> {
    let columns = (log_leaves::kind, log_leaves::audit_event_id, log_leaves::certificate_id);
    let events = log_leaves::table.filter(log_leaves::audit_event_id.eq_any(audit_events));
    let mut found = events.select(columns).load(connection)?;
    let ends = log_leaves::table.filter(log_leaves::certificate_id.eq_any(certificates));
    found.extend(ends.select(columns).load::<Subject>(connection)?);
    Ok(found)
}

/// Appends leaves and nodes, and the checkpoint over them.
pub(super) fn append(
    connection: &mut PgConnection,
    leaves: &[Leaf],
    nodes: &[Node],
    checkpoint: &StoredCheckpoint,
) -> Result<()> {
    diesel::insert_into(log_leaves::table).values(leaves).execute(connection)?;
    diesel::insert_into(log_nodes::table).values(nodes).execute(connection)?;
    diesel::insert_into(log_checkpoints::table).values(checkpoint).execute(connection)?;
    Ok(())
}

/// Returns leaves after a place, in order.
pub(super) fn leaves(connection: &mut PgConnection, after: i64, most: i64) -> Result<Vec<Leaf>> {
    let next = log_leaves::table.filter(log_leaves::leaf_index.gt(after)).order(log_leaves::leaf_index);
    Ok(next.limit(most).select(Leaf::as_select()).load(connection)?)
}

/// Returns the checkpoints of these sizes, both included.
pub(super) fn checkpoints(
    connection: &mut PgConnection,
    from: i64,
    to: i64,
) -> Result<Vec<StoredCheckpoint>> {
    let rows = log_checkpoints::table.filter(log_checkpoints::size.between(from, to));
    Ok(rows.order(log_checkpoints::size).select(StoredCheckpoint::as_select()).load(connection)?)
}

/// Counts the nodes.
pub(super) fn node_count(connection: &mut PgConnection) -> Result<i64> {
    Ok(log_nodes::table.count().get_result(connection)?)
}

/// Counts what waits to be logged, and says since when the oldest has.
pub(super) fn waiting(connection: &mut PgConnection) -> Result<(i64, Option<DateTime<Utc>>)> {
    let columns = (diesel::dsl::count_star(), diesel::dsl::min(log_queue::queued_at));
    Ok(log_queue::table.select(columns).first(connection)?)
}

/// How far the log is behind.
#[derive(Debug, Clone, Copy, PartialEq, QueryableByName)]
pub(crate) struct Lag {
    /// Leaves in the newest signed tree.
    #[diesel(sql_type = BigInt)]
    pub(crate) size: i64,
    /// Since when the oldest row waits, in seconds by the clock of the database; 0 if none does.
    #[diesel(sql_type = diesel::sql_types::Double)]
    pub(crate) seconds: f64,
}

/// Reads how far the log is behind: two look-ups in indexes.
pub(crate) fn lag(connection: &mut PgConnection) -> Result<Lag> {
    let lag = diesel::sql_query(
        "SELECT coalesce((SELECT max(size) FROM log_checkpoints), 0) AS size, \
         coalesce((SELECT greatest(0, extract(epoch FROM now() - queued_at))::float8 FROM log_queue ORDER BY id LIMIT 1), 0) AS seconds",
    );
    Ok(lag.get_result(connection)?)
}

#[derive(QueryableByName)]
struct NotLogged {
    #[diesel(sql_type = diesel::sql_types::Text)]
    what: String,
}

/// Names the first rows that are committed, not logged and not queued.
pub(super) fn not_logged(connection: &mut PgConnection) -> Result<Vec<String>> {
    let rows: Vec<NotLogged> = diesel::sql_query(include_str!("not_logged.sql")).load(connection)?;
    Ok(rows.into_iter().map(|row| row.what).collect())
}
