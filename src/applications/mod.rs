//! Applications: the services and their reasons, the prefilled form, and the steps from a wish to a certificate.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `services`, `form`, `prefill`, `company_form` | what can be applied for, and the forms |
//! | `apply` | the request: decides at once, or keeps the application for others to go on with |
//! | `about`, `ask`, `draft` | whom it is about; what the registers say and what follows; the certificate, made and signed |
//! | `life` | where an application can stand, and every step between |
//! | `issue`, `finish` | the statements that issue: at once, and after a wait |
//! | `waiting_room` | goes on with applications that await a register |
//! | `review`, `matter` | officers: the queue, the claim, the decision, and what there is to decide |
//! | `correction`, `revocation` | a certificate is corrected, and superseded; or taken back |
//! | `undoing` | all that an account obtained in the name of a person that it was not is taken back |
//! | `stream`, `streams` | server-sent events for a front end that waits; those that are open on a node |
//! | `view` | an application as its owner sees it |
//! | `withdraw` | the applicant takes an application back |

mod about;
mod apply;
mod ask;
mod company_form;
mod correction;
mod draft;
mod eu_states;
mod finish;
mod form;
mod handlers;
mod issue;
mod life;
mod mails;
mod matter;
mod prefill;
mod review;
mod revocation;
pub mod services;
mod store;
mod stream;
mod streams;
mod types;
pub(crate) mod undoing;
mod view;
mod waiting_room;
mod withdraw;

pub use issue::ISSUE_STATEMENT;
pub use streams::Streams;
#[cfg(test)]
pub(crate) use types::doors as detail_door;
pub use waiting_room::WaitingRoom;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::list_services)
        .service(handlers::list_reasons)
        .service(handlers::get_prefill)
        .service(company_form::get_mandate_prefill)
        .service(handlers::create_application)
        .service(handlers::list_applications)
        .service(handlers::get_application)
        .service(withdraw::withdraw_application)
        .service(stream::stream_application)
        .service(correction::create_correction)
        .service(revocation::revoke_certificate)
        .configure(review::configure);
}
