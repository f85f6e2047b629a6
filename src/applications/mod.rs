//! Applications: the prefilled form, and the steps from a request to a certificate.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `form`, `prefill`, `company_form` | the prefilled forms |
//! | `apply` | the request: decides at once, or stores the application for later |
//! | `eu_states` | the states whose nationals are asked about through ECRIS |
//! | `about`, `ask`, `draft` | the subject; the registers' answers and their consequence; the signed certificate |
//! | `life`, `step`, `event` | the statuses of an application, and every step between them; taking a step; who took it, and why |
//! | `issue`, `finish`, `certificate` | the statements that issue: at once, and after a wait; the certificate in both |
//! | `waiting_room` | processes applications that await a register |
//! | `behalf` | how many applications on behalf of others, and for whom |
//! | `review`, `matter` | officers: the queue, the claim, the decision, and its matter |
//! | `correction`, `revocation` | correcting (superseding) and revoking a certificate |
//! | `undoing` | takes back what an account obtained in the name of the wrong person |
//! | `stream`, `stream_event`, `follower`, `stream_token` | server-sent events for a waiting front end; their form in the contract; an open stream; tokens that open one |
//! | `view` | an application as its owner sees it |
//! | `export`, `deletion` | applications in the export of everything about a person; those that stand against the end of an account |
//! | `withdraw` | the applicant withdraws an application |

mod about;
mod apply;
mod ask;
mod behalf;
mod certificate;
mod company_form;
mod correction;
pub(crate) mod deletion;
mod draft;
mod eu_states;
mod event;
pub(crate) mod export;
mod finish;
mod follower;
mod form;
mod handlers;
mod issue;
mod life;
mod mails;
mod matter;
mod prefill;
mod review;
mod revocation;
mod step;
mod store;
mod stream;
mod stream_event;
mod stream_token;
mod types;
pub(crate) mod undoing;
mod view;
mod waiting_room;
mod withdraw;

pub use issue::{IssueWriter, issue_statement};
#[cfg(test)]
pub(crate) use life::ApplicationStatus;
#[cfg(test)]
pub(crate) use types::doors as detail_door;
pub use waiting_room::WaitingRoom;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::get_prefill)
        .service(company_form::get_mandate_prefill)
        .service(handlers::create_application)
        .service(handlers::list_applications)
        .service(handlers::get_application)
        .service(withdraw::withdraw_application)
        .service(stream::stream_application)
        .service(stream_token::create_stream_token)
        .service(correction::create_correction)
        .service(revocation::revoke_certificate)
        .configure(review::configure);
}
