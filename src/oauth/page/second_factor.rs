//! The page that asks for a second factor after an identity provider's log-in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::log_in::{Problem, code_field, told};
use super::{respond, way_back, who_asks};
use crate::oauth::pending::Pending;
use crate::state::AppState;

/// Asks for the second factor; `arrival` is the code with which the browser came back.
pub(in crate::oauth) fn second_factor(
    state: &AppState,
    pending: &Pending,
    arrival: &str,
    problem: Option<Problem>,
) -> HttpResponse {
    let locale = pending.request.locale;
    let heading = locale.pick("Al doilea factor", "Second factor");
    let title = if problem.is_some() {
        locale.pick("Eroare: al doilea factor", "Error: second factor")
    } else {
        heading
    };
    let body = html! {
        (who_asks(&pending.client, locale))
        h1 { (heading) }
        @if let Some(problem) = problem {
            div.summary role="alert" { p { (told(problem, locale)) } }
        }
        p { (locale.pick(
            "Contul dumneavoastră cere și un cod, oricum v-ați autentifica.",
            "Your account asks for a code too, whichever way you log in.",
        )) }
        form method="post" action="/oauth/second-factor" {
            input type="hidden" name="request" value=(pending.request.id);
            input type="hidden" name="arrival" value=(arrival);
            (code_field(locale))
            button type="submit" { (locale.pick("Continuă", "Continue")) }
        }
        (way_back(pending, locale))
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(Problem::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(Problem::Blocked) => StatusCode::FORBIDDEN,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    respond(status, state, locale, (title, None), &body, Some(pending))
}
