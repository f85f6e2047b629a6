//! Accounts and sessions: registration by e-mail, log-in with rotating tokens, and [`Caller`], the authenticated
//! caller.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `registration`, `confirmation`, `address`, `contact` | how an account gets its address, and what is mailed there |
//! | `new_address` | how it gets another one |
//! | `front_end` | the front end by which its owner came, to which links in mails lead |
//! | `session`, `refresh`, `token`, `agent` | log-in and log-out, rotating tokens, known programs |
//! | `allowance`, `device` | how many passwords may be tried; devices that logged in before, which have their own allowance |
//! | `lifetime`, `session_store` | how long a session lasts at most; rows of sessions and their tokens |
//! | `caller`, `role`, `scope` | the authenticated caller of a request; what a client's token may do |
//! | `stream_token` | one-time tokens for event streams, whose clients send no header |
//! | `owner`, `proved` | rights of the proved person, checked at the time of use |
//! | `staff`, `appointment`, `decision` | officers and operators: idle time, shift, step-up; appointing; rules for decisions |
//! | `passwords`, `second_factor`, `presence` | credentials; proof that the owner is present, before they change |
//! | `ending` | ends sessions at an operator's command |
//! | `deletion` | erases an account at its owner's wish |
//! | `export` | what the export of everything about a person takes from here |
//! | `retention` | how long rows are kept |

pub(crate) mod address;
pub(crate) mod agent;
mod allowance;
pub mod appointment;
mod caller;
mod confirmation;
mod contact;
pub(crate) mod decision;
pub(crate) mod deletion;
pub(crate) mod device;
pub mod ending;
pub(crate) mod export;
pub(crate) mod front_end;
mod handlers;
pub(crate) mod lifetime;
mod mails;
pub mod new_address;
pub(crate) mod owner;
pub(crate) mod passwords;
pub(crate) mod presence;
pub(crate) mod proved;
pub(crate) mod refresh;
mod registration;
mod retention;
mod role;
mod scope;
pub(crate) mod second_factor;
pub(crate) mod session;
pub(crate) mod session_store;
mod staff;
pub(crate) mod store;
pub(crate) mod stream_token;
pub mod token;
pub(crate) mod types;
pub(crate) mod view;

pub use caller::{Caller, MaybeCaller};
pub(crate) use caller::{authenticate, of_stream_token};
pub(crate) use contact::{Contact, contact, contact_of_person};
pub(crate) use retention::RETENTION;
pub use role::Role;
pub use staff::{Officer, Operator};
pub use token::Token;
pub(crate) use types::{PersonResponse, SessionResponse, SessionTokensResponse};
pub(crate) use view::{shown, shown_person};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::create_account)
        .service(handlers::confirm_email)
        .service(handlers::get_account)
        .service(handlers::update_account)
        .service(handlers::create_session)
        .service(handlers::refresh_session)
        .service(handlers::list_sessions)
        .service(handlers::end_current_session)
        .service(handlers::end_session)
        .configure(new_address::configure)
        .configure(passwords::configure)
        .configure(second_factor::configure);
}
