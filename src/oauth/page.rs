//! The pages of log-in and consent: plain HTML without scripts, in the style of the verification page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, RETRY_AFTER, X_FRAME_OPTIONS,
};
use maud::{DOCTYPE, Markup, html};
use url::{Url, form_urlencoded};

use super::pending::Pending;
use super::words;
use crate::clients::Client;
use crate::error::{Code, Error};
use crate::http::{Locale, status_of};
use crate::state::AppState;

/// Why nothing goes on, and nobody is sent anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A parameter is sent twice.
    Request,
    /// The client is not registered.
    Client,
    /// The address is not one of the client's.
    RedirectUri,
    /// The request is over, or begun in another browser.
    Form,
}

/// What is wrong with a log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    Credentials,
    CodeNeeded,
    Code,
    TooMany,
    Staff,
}

/// What the log-in page shows.
pub(super) struct LogIn<'a> {
    pub(super) email: &'a str,
    pub(super) problem: Option<Problem>,
    pub(super) asks_code: bool,
    /// The query of the request, with which the page is shown in the other language.
    pub(super) query: Option<&'a str>,
}

impl<'a> LogIn<'a> {
    /// The page as it is shown first.
    pub(super) fn first(hint: Option<&'a str>, query: &'a str) -> Self {
        Self { email: hint.unwrap_or_default(), problem: None, asks_code: false, query: Some(query) }
    }
}

/// Shows the log-in page.
pub(super) fn log_in(state: &AppState, pending: &Pending, shown: &LogIn<'_>) -> HttpResponse {
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

/// Shows the consent page.
pub(super) fn consent(state: &AppState, pending: &Pending, email: &str) -> HttpResponse {
    let (locale, client) = (pending.request.locale, &pending.client);
    let heading = format!("{} {}", client.name, locale.pick("vă cere accesul", "asks for access"));
    let body = html! {
        (who_asks(client, locale))
        h1 { (heading) }
        p { (locale.pick("Sunteți autentificat ca", "You are logged in as")) " " strong { (email) } "." }
        p { (locale.pick("Dacă sunteți de acord, va putea:", "If you agree, it will be able to:")) }
        ul { @for scope in pending.request.scopes() { li { (words::scope(scope, locale)) } } }
        p { (locale.pick(
            "Accesul ține până îl retrageți, în contul dumneavoastră.",
            "Access lasts until you revoke it, in your account.",
        )) }
        form method="post" action="/oauth/consent" {
            input type="hidden" name="request" value=(pending.request.id);
            button type="submit" name="decision" value="allow" { (locale.pick("Sunt de acord", "I agree")) }
        }
        (way_back(pending, locale))
    };
    respond(StatusCode::OK, state, locale, (&heading, None), &body, Some(pending))
}

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

/// Says why nothing goes on; sends nobody anywhere.
pub(super) fn stop(state: &AppState, locale: Locale, why: Stop) -> HttpResponse {
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

/// Says that something failed.
pub(super) fn failed(state: &AppState, locale: Locale, error: &Error) -> HttpResponse {
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
    let mut response = respond(status_of(error.code()), state, locale, (heading, None), &body, None);
    if let Error::Problem(problem) = error
        && let Some(wait) = problem.retry_after
    {
        response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
    }
    response
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
        "http" | "https" => Some(url.origin().ascii_serialization()),
        scheme => Some(format!("{scheme}:")),
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
