//! A sample front end: the start page of the sandbox, and the pages that links in mails lead to. It is made like any front
//! end, with the API alone: pages without data, whose script calls the operations of the contract.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `start` | `/`: what runs where, test persons, switches, a walk by hand |
//! | `account` | registration, log-in, and what the links with tokens ask for |
//! | `requests` | application, certificate, mandate, counters, help desk |
//! | `frame` | the frame of these pages, their security policy, their script |
//! | `form` | fields, forms, and places for what the script shows |

mod account;
mod form;
mod frame;
mod requests;
mod start;

use actix_web::web::ServiceConfig;

/// Registers the pages, on the API's own address: their script calls it there.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(frame::get_script)
        .service(start::show_start)
        .service(account::show_registration)
        .service(account::show_log_in)
        .service(account::show_confirmation)
        .service(account::show_new_password)
        .service(account::show_stop_of_address)
        .service(account::show_stop_of_second_factor)
        .service(requests::show_new_application)
        .service(requests::show_application)
        .service(requests::show_certificate)
        .service(requests::show_mandate)
        .service(requests::show_counters)
        .service(requests::show_help_desk)
        .service(requests::show_support_request);
}
