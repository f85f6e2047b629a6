//! Webhooks (Standard Webhooks): clients are told what happens to people who granted them something.
//!
//! Messages are written by triggers of the database, in the transaction of the change, for each endpoint whose client may know: no
//! statement can forget them, and those on the path that issues cost one look at an empty table where nobody listens. They hold
//! ids and times alone. Whether the client still may know is asked again when a message is leased to be sent, and a message goes
//! with its grant.
//!
//! An attempt connects to an address that was checked for this connection, follows no redirect, and reads no body. Failures are retried
//! for three days; an endpoint that takes nothing for one is paused, and its owner told.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `caller` | who calls: a client that shows its secret |
//! | `url` | the address of an endpoint |
//! | `event`, `states` | types of events, and the message about one; how endpoints, messages and attempts stand |
//! | `signature` | secrets, and what they sign |
//! | `reach` | which addresses may be connected to |
//! | `sender` | sends one message |
//! | `delivery`, `round` | the job: what is due, when it is tried again; how many attempts at once, and when a round ends |
//! | `health` | pauses endpoints, and tells their owners |
//! | `messages`, `message_store` | tests, the log, replays; rows of messages |
//! | `watch` | what whoever runs the installation sees of endpoints, and how they stop one |
//! | `retention` | how long rows are kept |

mod caller;
mod delivery;
mod event;
mod handlers;
mod health;
mod mails;
mod message_store;
mod messages;
mod reach;
mod retention;
mod round;
mod sender;
mod signature;
mod states;
mod store;
mod types;
mod url;
mod watch;

pub use delivery::{Deliveries, SCHEDULE};
pub(crate) use event::Event;
pub use health::Waiting;
pub use reach::{Looking, Lookup, Reach};
pub(crate) use retention::RETENTION;
pub use watch::{Watched, disable, list_all};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of the contract.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_webhook_endpoint)
        .service(handlers::list_webhook_endpoints)
        .service(handlers::delete_webhook_endpoint)
        .service(handlers::rotate_webhook_secret)
        .service(handlers::resume_webhook_endpoint)
        .service(messages::test_webhook_endpoint)
        .service(messages::list_webhook_messages)
        .service(messages::replay_webhook_message)
        .service(messages::replay_webhook_messages);
}
