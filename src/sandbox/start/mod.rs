//! The start page of the sandbox, `/sandbox`: what runs where, test persons, switches. Its script calls the sandbox's own
//! operations.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `page` | what the page shows |
//! | `frame` | its frame, its security policy, its script |
//! | `form` | forms, and places for what the script shows |

mod form;
mod frame;
mod page;

use actix_web::web::ServiceConfig;

/// Registers the page, on the API's own address: its script calls it there.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(frame::get_script).service(page::show_start);
}
