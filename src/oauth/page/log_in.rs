//! The log-in page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::{Markup, html};
use url::form_urlencoded;

use super::{respond, way_back, who_asks};
use crate::http::Locale;
use crate::oauth::pending::Pending;
use crate::state::AppState;

/// What is wrong with a log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::oauth) enum Problem {
    Credentials,
    CodeNeeded,
    Code,
    TooMany,
    Staff,
}

/// What the log-in page shows.
pub(in crate::oauth) struct LogIn<'a> {
    pub(in crate::oauth) email: &'a str,
    pub(in crate::oauth) problem: Option<Problem>,
    pub(in crate::oauth) asks_code: bool,
    /// The query of the request, with which the page is shown in the other language.
    pub(in crate::oauth) query: Option<&'a str>,
}

impl<'a> LogIn<'a> {
    /// The page as it is shown first.
    pub(in crate::oauth) fn first(hint: Option<&'a str>, query: &'a str) -> Self {
        Self { email: hint.unwrap_or_default(), problem: None, asks_code: false, query: Some(query) }
    }
}

/// Shows the log-in page.
pub(in crate::oauth) fn log_in(state: &AppState, pending: &Pending, shown: &LogIn<'_>) -> HttpResponse {
    let locale = pending.request.locale;
    let heading = locale.pick("Autentificați-vă", "Log in");
    let wrong = matches!(shown.problem, Some(Problem::Credentials | Problem::Code));
    let title = if wrong { locale.pick("Eroare: autentificare", "Error: log in") } else { heading };
    let body = html! {
        (who_asks(&pending.client, locale))
        h1 { (heading) }
        @if let Some(problem) = shown.problem {
            div.summary role="alert" { p { (told(problem, locale)) } }
        }
        p { (locale.pick(
            "Cu adresa de e-mail și parola contului de cazier judiciar. Parola nu ajunge la cel care vă cere acces.",
            "With the e-mail address and password of your criminal-record account. Whoever asks for access does not get the password.",
        )) }
        form method="post" action="/oauth/log-in" {
            input type="hidden" name="request" value=(pending.request.id);
            div.field {
                label for="email" { (locale.pick("Adresa de e-mail", "E-mail address")) }
                input id="email" name="email" type="email" autocomplete="username" required value=(shown.email);
            }
            div.field {
                label for="password" { (locale.pick("Parola", "Password")) }
                input id="password" name="password" type="password" autocomplete="current-password" required;
            }
            @if shown.asks_code { (code_field(locale)) }
            button type="submit" { (locale.pick("Autentificare", "Log in")) }
        }
        (way_back(pending, locale))
    };
    let other = shown.query.map(|query| in_other_language(query, locale));
    respond(StatusCode::OK, state, locale, (title, other.as_deref()), &body, Some(pending))
}

fn code_field(locale: Locale) -> Markup {
    html! {
        div.field {
            label for="code" { (locale.pick("Codul", "Code")) }
            p.hint id="code-hint" { (locale.pick(
                "Din aplicația de autentificare, sau unul dintre codurile de rezervă",
                "From your authenticator app, or one of your recovery codes",
            )) }
            input id="code" name="code" type="text" autocomplete="one-time-code" required aria-describedby="code-hint";
        }
    }
}

const fn told(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::Credentials => {
            locale.pick("Adresa sau parola nu este corectă.", "The address or the password is not right.")
        }
        Problem::CodeNeeded => locale.pick(
            "Contul are un al doilea factor. Scrieți din nou parola, și codul.",
            "The account has a second factor. Enter your password again, and the code.",
        ),
        Problem::Code => locale.pick(
            "Codul nu este corect. Scrieți din nou parola, și codul următor.",
            "The code is not right. Enter your password again, and the next code.",
        ),
        Problem::TooMany => locale.pick(
            "S-a încercat de prea multe ori. Reveniți peste un sfert de oră.",
            "There were too many attempts. Come back in a quarter of an hour.",
        ),
        Problem::Staff => locale
            .pick("Conturile de serviciu nu dau acces altora.", "Staff accounts give no access to others."),
    }
}

/// Returns the address of the same request in the other language.
fn in_other_language(query: &str, locale: Locale) -> String {
    let other = match locale {
        Locale::Ro => "en",
        Locale::En => "ro",
    };
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "ui_locales");
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(pairs).append_pair("ui_locales", other);
    format!("/oauth/authorize?{}", encoded.finish())
}
