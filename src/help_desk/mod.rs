//! The help desk: contact data, requests with or without an account, and the officers who answer them.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `handlers` | contact data, new requests, your own requests |
//! | `queue` | the officers' side: list, read, answer, close |
//! | `request` | storing a new request |
//! | `topic` | topics and statuses of requests |
//! | `reference` | a request's number, for the phone |
//! | `export`, `deletion` | requests in the export of everything about a person; erased with the account |
//! | `leak` | identifiers that a mailed answer must not contain |

pub(crate) mod deletion;
pub(crate) mod export;
mod handlers;
mod leak;
mod mails;
mod queue;
mod reference;
mod request;
mod store;
mod topic;
mod types;
mod view;

pub(crate) use types::SupportRequestResponse;

use chrono::TimeDelta;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::db::retention::Rule;
use crate::text::Message;

/// A message or an answer.
type SupportText = Message<4000>;

/// Support requests are kept this long after they are closed.
const KEPT: TimeDelta = TimeDelta::days(365);

/// Closed support requests.
pub(crate) const RETENTION: &[Rule] = &[Rule::delete("support_requests", "closed_at < $1", KEPT)];

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::get_support)
        .service(handlers::create_support_request)
        .service(handlers::list_own_support_requests)
        .service(handlers::get_own_support_request)
        .service(queue::list_support_requests)
        .service(queue::get_support_request)
        .service(queue::answer_support_request)
        .service(queue::close_support_request);
}
