//! The pages of log-in and consent: plain HTML without scripts, in the style of the verification page.

mod consent;
mod log_in;
mod second_factor;
mod stop;

pub(super) use self::consent::consent;
pub(super) use self::log_in::{LogIn, Problem, log_in};
pub(super) use self::second_factor::second_factor;
pub(super) use self::stop::{Stop, failed, for_error, logged_out, pending, stop};

use std::net::Ipv4Addr;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, X_FRAME_OPTIONS};
use maud::{DOCTYPE, Markup, html};
use url::{Host, Url};

use super::pending::Pending;
use crate::clients::Client;
use crate::http::Locale;
use crate::state::AppState;

/// Who asks, and where the person goes afterwards.
fn who_asks(client: &Client, locale: Locale) -> Markup {
    html! {
        p.notice {
            @if let Some(logo) = &client.logo_text { strong aria-hidden="true" { (logo) } " " }
            strong { (client.name) } " "
            (locale.pick("vă cere accesul la contul de cazier judiciar.", "asks for access to your criminal-record account."))
        }
    }
}

fn way_back(pending: &Pending, locale: Locale) -> Markup {
    html! {
        form method="post" action="/oauth/consent" {
            input type="hidden" name="request" value=(pending.request.id);
            button.button type="submit" name="decision" value="deny" {
                (locale.pick("Nu, înapoi la", "No, back to")) " " (pending.client.name)
            }
        }
    }
}

/// Redirects a browser; 303, so that no form is posted again (RFC 9700, section 4.12).
pub(super) fn see_other(url: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, url)).finish()
}

/// The content security policy: nothing external, no script, no frame. Browsers apply `form-action` to the whole chain after a form,
/// so it names the address that the decision leads to.
fn policy(pending: Option<&Pending>) -> String {
    let onward = pending.and_then(|pending| source(&pending.request.redirect_uri)).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {onward}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

fn source(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    match url.scheme() {
        // The policy's grammar has no IPv6 addresses, and of IPv4 only 127.0.0.1.
        scheme @ ("http" | "https") if is_no_name(&url) => Some(format!("{scheme}:")),
        "http" | "https" => Some(url.origin().ascii_serialization()),
        scheme => Some(format!("{scheme}:")),
    }
}

fn is_no_name(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv6(_)) => true,
        Some(Host::Ipv4(address)) => address != Ipv4Addr::LOCALHOST,
        _ => false,
    }
}

fn respond(
    status: StatusCode,
    state: &AppState,
    locale: Locale,
    (title, other): (&str, Option<&str>),
    body: &Markup,
    pending: Option<&Pending>,
) -> HttpResponse {
    let site = locale.pick("Cazier judiciar", "Criminal record");
    let page = html! {
        (DOCTYPE)
        html lang=(locale.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (site) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/verify/page.css";
            }
            body {
                header {
                    p.site { (site) }
                    @if let Some(other) = other {
                        nav aria-label=(locale.pick("Limba", "Language")) {
                            @let (tag, name) = match locale { Locale::Ro => ("en", "English"), Locale::En => ("ro", "Română") };
                            a href=(other) lang=(tag) hreflang=(tag) { (name) }
                        }
                    }
                }
                @if state.sandbox {
                    aside.test aria-label=(locale.pick("Mediu de test", "Test environment")) {
                        strong { (locale.pick("Mediu de test:", "Test environment:")) } " "
                        (locale.pick("certificatele nu au valoare juridică.", "the certificates have no legal value."))
                    }
                }
                main { (body) }
            }
        }
    };
    HttpResponse::build(status)
        .insert_header((CONTENT_SECURITY_POLICY, policy(pending)))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((CONTENT_LANGUAGE, locale.as_str()))
        .content_type("text/html; charset=utf-8")
        .body(page.into_string())
}
