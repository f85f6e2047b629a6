//! A sample front end: the start page of the sandbox, and the pages that links in mails lead to. It is made like any front
//! end, with the API alone: pages without data, whose script calls the operations of the contract.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `frame` | the frame of these pages, their security policy, their script |

mod frame;

use actix_web::web::ServiceConfig;

/// Registers the pages, on the API's own address: their script calls it there.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(frame::get_script);
}
