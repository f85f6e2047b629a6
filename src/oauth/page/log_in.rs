//! The log-in page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::{Markup, html};
use url::form_urlencoded;

use super::{respond, way_back, who_asks};
use crate::http::Locale;
use crate::identity::IdentityProviders;
use crate::identity::log_in_page::Refusal;
use crate::oauth::pending::Pending;
use crate::state::AppState;

/// What is wrong with a log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::oauth) enum Problem {
    Credentials,
    CodeNeeded,
    Code,
    TooMany,
    /// Codes of the app are refused for a while.
    Blocked,
    Staff,
    /// The code alone is asked for.
    OnlyCode,
    /// The identity provider's log-in proved nobody.
    Unproved(Refusal),
}

/// What the log-in page shows.
pub(in crate::oauth) struct LogIn<'a> {
    pub(in crate::oauth) email: &'a str,
    pub(in crate::oauth) problem: Option<Problem>,
    pub(in crate::oauth) asks_code: bool,
    /// The query of the request, with which the page is shown in the other language.
    pub(in crate::oauth) query: Option<&'a str>,
    /// The identity providers through which the person can go on.
    pub(in crate::oauth) providers: &'a IdentityProviders,
}

impl<'a> LogIn<'a> {
    /// The page with nothing filled in.
    pub(in crate::oauth) fn empty(providers: &'a IdentityProviders) -> Self {
        Self { email: "", problem: None, asks_code: false, query: None, providers }
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
        @if !shown.asks_code { (through(pending, shown.providers)) }
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

/// The ways through identity providers. Links, because a policy for forms would have to name every address on such a way.
fn through(pending: &Pending, providers: &IdentityProviders) -> Markup {
    let (locale, request) = (pending.request.locale, pending.request.id);
    html! {
        @for provider in providers.all() {
            p { a.button href=(format!("/oauth/log-in/{}?request={request}", provider.name())) {
                (locale.pick("Continuați cu", "Continue with")) " " (provider.title(locale))
            } }
        }
        @if !providers.all().is_empty() { p.or { (locale.pick("sau", "or")) } }
    }
}

pub(super) fn code_field(locale: Locale) -> Markup {
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

pub(super) const fn told(problem: Problem, locale: Locale) -> &'static str {
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
            "S-a încercat de prea multe ori. Reveniți mai târziu.",
            "There were too many attempts. Come back later.",
        ),
        Problem::Blocked => locale.pick(
            "S-au scris prea multe coduri greșite, iar codurile din aplicație sunt refuzate. Folosiți un cod de rezervă sau cereți o parolă nouă.",
            "Too many wrong codes were entered, and codes of the app are refused. Use a recovery code, or ask for a new password.",
        ),
        Problem::OnlyCode => locale.pick(
            "Codul nu este corect. Scrieți codul următor.",
            "The code is not right. Enter the next one.",
        ),
        Problem::Unproved(refusal) => unproved(refusal, locale),
        Problem::Staff => locale
            .pick("Conturile de serviciu nu dau acces altora.", "Staff accounts give no access to others."),
    }
}

const fn unproved(refusal: Refusal, locale: Locale) -> &'static str {
    match refusal {
        Refusal::Abandoned => locale.pick(
            "Ați renunțat pe drum. Puteți încerca din nou, sau vă autentificați cu parola.",
            "You cancelled on the way. Try again, or log in with your password.",
        ),
        Refusal::CardRefused | Refusal::ThreeDSecureFailed => locale.pick(
            "Banca nu a confirmat că sunteți dumneavoastră. Încercați din nou, sau autentificați-vă cu parola.",
            "The bank did not confirm that it is you. Try again, or log in with your password.",
        ),
        Refusal::ProviderUnavailable | Refusal::TemporarilyUnavailable => locale.pick(
            "Pe acolo nu se poate continua acum. Încercați mai târziu, sau autentificați-vă cu parola.",
            "That way does not work now. Try later, or log in with your password.",
        ),
        Refusal::StaffAccount => told(Problem::Staff, locale),
        _ => locale.pick(
            "Răspunsul primit nu dovedește cine sunteți. Încercați din nou, sau autentificați-vă cu parola.",
            "The answer does not prove who you are. Try again, or log in with your password.",
        ),
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
