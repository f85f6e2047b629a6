//! The consent page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::{respond, way_back, who_asks};
use crate::oauth::consent::LogInShown;
use crate::oauth::pending::Pending;
use crate::oauth::words;
use crate::state::AppState;

/// Shows the consent page.
pub(in crate::oauth) fn consent(state: &AppState, pending: &Pending, email: &str) -> HttpResponse {
    let (locale, client) = (pending.request.locale, &pending.client);
    let heading = format!("{} {}", client.name, locale.pick("vă cere accesul", "asks for access"));
    let body = html! {
        (who_asks(client, locale))
        h1 { (heading) }
        p { (locale.pick("Sunteți autentificat ca", "You are logged in as")) " " strong { (email) } "." }
        p { (locale.pick("Dacă sunteți de acord, va putea:", "If you agree, it will be able to:")) }
        ul { @for scope in pending.request.scopes() { li { (words::scope(scope, locale)) } } }
        p { (locale.pick(
            "Puteți retrage accesul oricând, în contul dumneavoastră.",
            "You can revoke the access at any time, in your account.",
        )) }
        form method="post" action="/oauth/consent" {
            input type="hidden" name="request" value=(pending.request.id);
            @if let Some(shown) = LogInShown::of(&pending.request) {
                input type="hidden" name="log_in" value=(shown.value());
            }
            button type="submit" name="decision" value="allow" { (locale.pick("Sunt de acord", "I agree")) }
        }
        (way_back(pending, locale))
    };
    respond(StatusCode::OK, state, locale, (&heading, None), &body, Some(pending))
}
