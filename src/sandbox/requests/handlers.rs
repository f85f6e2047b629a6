//! `GET /sandbox/requests`.

use std::sync::Arc;

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};

use super::ring::{Exchange, Filter, MOST, RequestLog};
use crate::http::Query;

/// The number of requests that are shown unless the query says another.
const SHOWN: usize = 50;

/// Selects requests by the status of their answer, and by the beginning of their path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestsQuery {
    pub(super) status: Option<u16>,
    pub(super) path: Option<String>,
    limit: Option<usize>,
}

impl RequestsQuery {
    /// Returns the selected requests, newest first.
    pub(super) fn of(&self, log: &RequestLog) -> Vec<Arc<Exchange>> {
        let filter = Filter { status: self.status, path: self.path.as_deref() };
        log.newest(&filter, self.limit.unwrap_or(SHOWN).min(MOST))
    }
}

#[derive(Serialize)]
struct Exchanges<'a> {
    items: Vec<&'a Exchange>,
}

/// Lists the requests that this node has answered, newest first (`GET /sandbox/requests?status=&path=&limit=`).
#[get("/sandbox/requests")]
pub(in crate::sandbox) async fn list_requests(
    log: web::Data<RequestLog>,
    query: Query<RequestsQuery>,
) -> HttpResponse {
    let exchanges = query.0.of(&log);
    HttpResponse::Ok().json(Exchanges { items: exchanges.iter().map(AsRef::as_ref).collect() })
}
