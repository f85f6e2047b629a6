//! The help desk: where to ask, requests with or without an account, and the officers who answer them.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `handlers` | the desk itself, writing to it, and one's own requests |
//! | `queue` | the officers' side: list, read, answer, close |
//! | `request` | how a request is taken in |
//! | `topic` | what a request is about, and where it stands |
//! | `reference` | the number under which both sides speak of it |
//! | `leak` | what an answer must not carry, for it goes by mail |

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

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
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
