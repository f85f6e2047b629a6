//! The links from an answer to what is done next with it (OpenAPI 3.1, section 4.8.20): the whole walk, from the
//! registration to the verification.

use utoipa::openapi::link::{Link, LinkBuilder};
use utoipa::openapi::{OpenApi, RefOr};

use super::operations;

/// The id in the answer.
const ID: (&str, &str) = ("id", "$response.body#/id");
/// The id that was asked for.
const SAME: (&str, &str) = ("id", "$request.path.id");
/// The id of the certificate that an application got at once.
const CERTIFICATE: (&str, &str) = ("id", "$response.body#/certificate/id");
/// The token of an answer that opens one stream.
const STREAM_TOKEN: (&str, &str) = ("stream_token", "$response.body#/stream_token");
/// The first service of the list.
const SERVICE: (&str, &str) = ("service", "$response.body#/items/0/id");

/// An operation, what its answers lead to, and how.
type Leads = (&'static str, &'static str, &'static [To]);
/// An operation that follows, its parameters, and what else it takes.
type To = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// All links: of an operation with a status. Each bears the name of the operation that it leads to.
const LINKS: &[Leads] = &[
    (
        "create_account",
        "202",
        &[("confirm_email", &[], "With the token that was mailed, and the password of the registration.")],
    ),
    ("confirm_email", "200", &[("create_session", &[], "With the address and the password.")]),
    (
        "request_password_reset",
        "202",
        &[("reset_password", &[], "With the token that was mailed, and a new password.")],
    ),
    (
        "create_session",
        "201",
        &[
            ("get_account", &[], "With the access token."),
            ("refresh_session", &[], "With the refresh token, before the access token expires."),
            ("create_identity_verification", &[], "To prove who the person is."),
        ],
    ),
    (
        "create_redirect_login",
        "201",
        &[("exchange_session_code", &[], "With the `code` that the browser brings back to `return_url`.")],
    ),
    (
        "exchange_session_code",
        "201",
        &[
            ("get_account", &[], "With the access token."),
            ("refresh_session", &[], "With the refresh token, before the access token expires."),
            ("get_prefill", &[], "The person's identity is proved: the form can be filled in."),
        ],
    ),
    (
        "create_presence_redirect",
        "201",
        &[("prove_presence", &[], "With the `code` that the browser brings back to `return_url`.")],
    ),
    ("create_identity_verification", "201", &[("get_identity_verification", &[ID], "What became of it.")]),
    ("create_totp", "201", &[("confirm_totp", &[], "With the first code that the app shows.")]),
    (
        "open_counter_verification",
        "200",
        &[("decide_counter_verification", &[ID], "The officer's decision.")],
    ),
    ("decide_counter_verification", "200", &[("undo_counter_verification", &[SAME], "Within 24 hours.")]),
    ("list_services", "200", &[("list_reasons", &[SERVICE], "The reasons of the first service.")]),
    ("get_prefill", "200", &[("create_application", &[], "With the declaration that the form is right.")]),
    ("create_mandate", "201", &[("get_mandate_prefill", &[ID], "The form of the legal person.")]),
    ("create_mandate", "202", &[("get_mandate", &[ID], "What an officer decided.")]),
    ("get_mandate_prefill", "200", &[("create_application", &[], "With `mandate_id`, and the declaration.")]),
    (
        "create_application",
        "201",
        &[
            ("get_application", &[ID], "The application, with its events."),
            ("get_certificate", &[CERTIFICATE], "The certificate."),
            ("get_certificate_document", &[CERTIFICATE], "The signed PDF."),
        ],
    ),
    (
        "create_application",
        "202",
        &[
            ("get_application", &[ID], "Its status."),
            ("stream_application", &[ID], "Its status, as it changes."),
            ("create_stream_token", &[ID], "For a browser's `EventSource`, which sends no headers."),
            ("withdraw_application", &[ID], "While it is not decided."),
        ],
    ),
    (
        "create_stream_token",
        "201",
        &[("stream_application", &[SAME, STREAM_TOKEN], "Without another log-in.")],
    ),
    (
        "get_certificate",
        "200",
        &[
            ("get_certificate_payload", &[ID], "The signed bytes."),
            ("get_certificate_signature", &[ID], "The signature over them."),
            ("get_certificate_document", &[ID], "The signed PDF."),
            ("get_certificate_container", &[ID], "Both in one file."),
            ("create_correction", &[ID], "If something in it is wrong."),
            ("verify_certificate", &[], "With its number, and the control code or the holder's CNP or CUI."),
        ],
    ),
    (
        "get_certificate_document",
        "200",
        &[("verify_signature", &[], "With the file as the part `document`.")],
    ),
    (
        "get_certificate_container",
        "200",
        &[("verify_signature", &[], "With the file as the part `container`.")],
    ),
    ("create_correction", "202", &[("get_application", &[ID], "The application for the correction.")]),
    ("claim_review", "200", &[("decide_review", &[SAME], "The officer's decision.")]),
    ("claim_mandate", "200", &[("decide_mandate", &[SAME], "The officer's decision.")]),
];

/// Adds the links to the answers that the contract has.
pub(super) fn add(contract: &mut OpenApi) {
    let known: Vec<_> =
        operations(&mut contract.paths).filter_map(|operation| operation.operation_id.clone()).collect();
    for operation in operations(&mut contract.paths) {
        let own = |(from, ..): &&Leads| operation.operation_id.as_deref() == Some(*from);
        for (_, status, leads) in LINKS.iter().filter(own) {
            let Some(RefOr::T(response)) = operation.responses.responses.get_mut(*status) else { continue };
            // A node that verifies alone has few operations.
            let leads = leads.iter().filter(|(to, ..)| known.iter().any(|known| known == to));
            response.links.extend(leads.map(|to| (to.0.to_owned(), RefOr::T(link(to)))));
        }
    }
}

fn link((to, parameters, description): &To) -> Link {
    let link = LinkBuilder::new().operation_id(*to).description(*description);
    parameters.iter().fold(link, |link, (name, value)| link.parameter(*name, *value)).build()
}
