//! The pages where nothing goes on.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use maud::html;
use uuid::Uuid;

use super::respond;
use crate::audit::marks;
use crate::clients::Client;
use crate::error::{Code, Error};
use crate::http::{Locale, quotas, status_of};
use crate::oauth::pending::Pending;
use crate::state::AppState;

/// Why nothing goes on, and nobody is sent anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::oauth) enum Stop {
    /// A parameter is sent twice.
    Request,
    /// The client is not registered.
    Client,
    /// The address is not one of the client's.
    RedirectUri,
    /// The reference to a pushed request is unknown or over.
    Pushed,
    /// No ID token says which session a log-out is to end.
    NoHint,
    /// The request is over, or begun in another browser.
    Form,
}

/// Says why nothing goes on; sends nobody anywhere.
pub(in crate::oauth) fn stop(state: &AppState, locale: Locale, why: Stop) -> HttpResponse {
    let text = match why {
        Stop::Request => locale.pick(
            "Cererea cu care ați fost trimis aici nu este întreagă.",
            "The request with which you were sent here is not whole.",
        ),
        Stop::Client => locale.pick(
            "Cel care v-a trimis aici nu este înregistrat la acest serviciu.",
            "Whoever sent you here is not registered with this service.",
        ),
        Stop::RedirectUri => locale.pick(
            "Adresa la care ați fi trimis înapoi nu este înregistrată pentru cel care v-a trimis aici.",
            "The address that you would go back to is not registered for whoever sent you here.",
        ),
        Stop::Pushed => locale.pick(
            "Cererea cu care ați fost trimis aici a expirat. Mergeți înapoi de unde ați venit și începeți din nou.",
            "The request with which you were sent here has expired. Go back to where you came from and begin again.",
        ),
        Stop::NoHint => locale.pick(
            "Nu s-a încheiat nimic: cel care v-a trimis aici nu a spus ce sesiune să se încheie. Ieșiți din cont la el; accesul lui se retrage din contul de cazier judiciar.",
            "Nothing was ended: whoever sent you here did not say which session to end. Log out there; take its access away in your criminal-record account.",
        ),
        Stop::Form => locale.pick(
            "Pagina nu mai este valabilă, sau cererea a început în alt browser. Mergeți înapoi de unde ați venit și începeți din nou.",
            "The page is no longer valid, or the request was begun in another browser. Go back to where you came from and begin again.",
        ),
    };
    let heading = locale.pick("Nu putem continua", "We cannot go on");
    let body = html! { h1 { (heading) } p { (text) } };
    let status = if why == Stop::Form { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
    respond(status, state, locale, (heading, None), &body, None)
}

/// Says that the person is logged out of a client.
pub(in crate::oauth) fn logged_out(state: &AppState, client: &Client, locale: Locale) -> HttpResponse {
    let heading = locale.pick("Ați ieșit din cont", "You are logged out");
    let body = html! {
        h1 { (heading) }
        p {
            strong { (client.name) } " "
            (locale.pick(
                "nu mai are acces până vă autentificați din nou acolo. Puteți închide pagina.",
                "has no access until you log in there again. You can close this page.",
            ))
        }
    };
    respond(StatusCode::OK, state, locale, (heading, None), &body, None)
}

/// Finds the open request of a form that one of our pages sent; without one, makes the page that says so.
pub(in crate::oauth) async fn pending(
    state: &AppState,
    http: &HttpRequest,
    reader: Locale,
    id: Uuid,
) -> Result<Pending, HttpResponse> {
    match Pending::find(state, http, id).await {
        Ok(Some(pending)) => Ok(pending),
        Ok(None) => Err(stop(state, reader, Stop::Form)),
        Err(error) => Err(failed(state, reader, &error)),
    }
}

/// Says that something failed.
pub(in crate::oauth) fn failed(state: &AppState, locale: Locale, error: &Error) -> HttpResponse {
    if let Error::Internal(fault) = error {
        log::error!("oauth: {fault}");
    }
    let is_busy = error.code() == Code::TooManyRequests;
    let heading = locale.pick("Nu putem continua acum", "We cannot go on now");
    let text = if is_busy {
        locale.pick(
            "S-a încercat de prea multe ori. Reveniți mai târziu.",
            "There were too many attempts. Come back later.",
        )
    } else {
        locale.pick(
            "Serviciul nu răspunde acum. Încercați din nou peste puțin timp.",
            "The service does not answer now. Try again in a little while.",
        )
    };
    let body = html! { h1 { (heading) } p { (text) } };
    for_error(respond(status_of(error.code()), state, locale, (heading, None), &body, None), error)
}

/// Turns a page into the answer to an error: adds `Retry-After` and the limit that was reached, if there are such, and leaves
/// the mark of a refusal.
pub(in crate::oauth) fn for_error(mut response: HttpResponse, error: &Error) -> HttpResponse {
    quotas::tell_of(response.headers_mut(), error);
    marks::leave(response, error)
}
