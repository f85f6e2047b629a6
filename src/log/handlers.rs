//! The endpoints of this room: public, in the forms that witnesses and monitors of transparency logs read.

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use data_encoding::BASE64;

use super::keys::LogKeys;
use super::proof::{consistency, inclusion};
use super::store;
use super::tile::Tile;
use super::types::{LogProof, LogProofQuery, ONE_PROOF};
use crate::error::{Code, Error, Result};
use crate::http::Query;
use crate::http::binary::Binary;
use crate::state::State;

/// Fetch the newest checkpoint of the log
///
/// The size and the root hash of the tamper-evident log, signed (C2SP `tlog-checkpoint`). Its leaves are commitments to
/// audit events and to the issue, revocation and replacement of certificates: they say nothing about anybody. 404 until
/// the log has begun; 503 `database_unavailable` while the log does not go on from what was signed before.
#[utoipa::path(
    tag = "log",
    security(()),
    responses(
        (status = 200, description = "A signed note", body = String, content_type = "text/plain; charset=utf-8"),
    ),
    extensions(("x-problems" = json!([Code::NotFound]))),
)]
#[get("/v1/log/checkpoint")]
pub(crate) async fn get_log_checkpoint(state: State, keys: web::Data<LogKeys>) -> Result<HttpResponse> {
    let keys = keys.into_inner();
    let find = move |c: &mut _| {
        let before = keys.memory().signed();
        let newest = store::newest(c)?;
        let compared = keys.compare(c, before.as_ref(), newest.as_ref().map(|row| row.note.clone()))?;
        compared.map_err(|_| unknown())?;
        Ok(newest)
    };
    let newest = state.db.read(find).await?.ok_or(Code::NotFound)?;
    let cache = (CACHE_CONTROL, "public, max-age=5");
    Ok(HttpResponse::Ok().insert_header(cache).content_type("text/plain; charset=utf-8").body(newest.note))
}

/// What is answered instead of an answer from a log that is in doubt.
pub(crate) fn unknown() -> Error {
    Error::from(Code::DatabaseUnavailable).retry_after(Duration::from_secs(60))
}

/// Fetch a tile of the log
///
/// 256 hashes of the tree, or fewer at its right edge (C2SP `tlog-tiles`): `tile/<L>/<N>`, `tile/<L>/<N>.p/<W>`. Instead
/// of a level, `entries` gives the leaves themselves. 404 if the tree is not that large.
#[utoipa::path(
    tag = "log",
    security(()),
    params(
        ("level" = String, Path, description = "0 to 63, or `entries`", example = "0"),
        ("index" = String, Path, description = "The number of the tile in elements of three digits, all but the last after an `x` (`x001/x234/067`); `.p/<W>` after it for a tile of W hashes", example = "000.p/1"),
    ),
    responses((status = 200, description = "Hashes, or entries after their lengths", body = inline(Binary),
        content_type = "application/octet-stream"))
)]
#[get("/v1/log/tile/{level}/{index:.*}")]
pub(crate) async fn get_log_tile(state: State, path: web::Path<(String, String)>) -> Result<HttpResponse> {
    let (level, index) = path.into_inner();
    let tile = Tile::parse(&format!("{level}/{index}")).ok_or(Code::NotFound)?;
    let content = state.db.read(move |c| store::tile(c, tile)).await?.ok_or(Code::NotFound)?;
    // Once a tile is in a signed tree, it never changes.
    let cache = (CACHE_CONTROL, "public, max-age=31536000, immutable");
    Ok(HttpResponse::Ok().insert_header(cache).content_type("application/octet-stream").body(content))
}

/// Prove something about the log
///
/// With `index`: that the tree of `size` leaves has that leaf. With `from`: that the tree of `from` leaves is the
/// beginning of the tree of `size` leaves. The hashes are those of RFC 9162 (sections 2.1.3 and 2.1.4). 404 if the log
/// has no such leaf or size.
#[utoipa::path(
    tag = "log",
    security(()),
    params(LogProofQuery),
    responses(
        (status = 200, description = "The proof", body = LogProof),
    ),
    extensions(
        ("x-problems" = json!([Code::NotFound])),
        ("x-rules" = json!([("?index", ONE_PROOF)])),
    ),
)]
#[get("/v1/log/proof")]
pub(crate) async fn get_log_proof(state: State, query: Query<LogProofQuery>) -> Result<HttpResponse> {
    let LogProofQuery { index, from, size } = query.0;
    if index.is_some() == from.is_some() {
        return Err(Error::invalid("?index", &ONE_PROOF));
    }
    let prove = move |c: &mut _| {
        let Some(newest) = store::newest(c)?.and_then(|row| u64::try_from(row.size).ok()) else {
            return Ok(None);
        };
        let size = size.unwrap_or(newest);
        let spans = match (index, from) {
            _ if size > newest => None,
            (Some(index), _) => inclusion(index, size),
            (None, from) => consistency(from.unwrap_or_default(), size),
        };
        let Some(spans) = spans else { return Ok(None) };
        let hashes = store::prove(c, &spans)?.iter().map(|hash| BASE64.encode(hash)).collect();
        let checkpoint = store::checkpoint(c, size)?.map(|row| row.note);
        Ok(Some(LogProof { index, from, size, hashes, checkpoint }))
    };
    let proof = state.db.read(prove).await?.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=5")).json(proof))
}
