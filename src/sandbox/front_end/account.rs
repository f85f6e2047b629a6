//! Registration, log-in, and what the links with tokens ask for.

use actix_web::{HttpRequest, HttpResponse, get};
use maud::{Markup, html};

use super::form::{Call, done, failure, field, form};
use super::frame::respond;
use crate::sandbox::locale::Locale;

/// Renders a field for a password that is chosen, or that exists.
fn password(locale: Locale, is_new: bool, required: bool) -> Markup {
    let autocomplete = if is_new { "new-password" } else { "current-password" };
    field("password", "password", autocomplete, (locale.pick("Parola", "Password"), required))
}

fn email(locale: Locale) -> Markup {
    field("email", "email", "email", (locale.pick("Adresa de e-mail", "E-mail address"), true))
}

fn to_log_in(locale: Locale) -> Markup {
    html! { p { a href="/login" { (locale.pick("Autentificați-vă", "Log in")) } } }
}

/// Shows the form of a new account (`GET /register`).
#[get("/register")]
pub(super) async fn show_registration(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let call = Call {
        path: "/v1/accounts",
        with_token: false,
        then: "done",
        button: ("Deschideți contul", "Open the account"),
    };
    let after = html! { p { a href="/sandbox/mailbox" { (locale.pick("Căsuța poștală", "Mailbox")) } } };
    let body = html! {
        (failure(locale))
        (form(locale, &call, &html! { (email(locale)) (password(locale, true, true)) }))
        (done(locale.pick("Mesajul a plecat: deschideți legătura din el.", "The mail is on its way: open its link."), &after))
    };
    respond(locale, locale.pick("Cont nou", "New account"), &body)
}

/// Shows the log-in, by password or through Ghișeul, which sends the browser back here (`GET /login`).
#[get("/login")]
pub(super) async fn show_log_in(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let log_in = Call {
        path: "/v1/sessions",
        with_token: false,
        then: "session",
        button: ("Autentificați-vă", "Log in"),
    };
    let body = html! {
        (failure(locale))
        (form(locale, &log_in, &html! { (email(locale)) (password(locale, false, true)) (second_factor(locale, "password-totp")) }))
        (redirect(locale))
        (exchange(locale))
        p { a href="/register" { (locale.pick("Cont nou", "New account")) } }
        (forgotten(locale))
    };
    respond(locale, locale.pick("Autentificare", "Log in"), &body)
}

fn second_factor(locale: Locale, id: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (locale.pick("Codul din aplicație, dacă contul are unul", "Code of the app, if the account has one")) }
            input.short id=(id) name="totp" autocomplete="one-time-code" inputmode="numeric";
        }
    }
}

fn redirect(locale: Locale) -> Markup {
    let call = Call {
        path: "/v1/sessions/redirect",
        with_token: false,
        then: "redirect",
        button: ("Prin Ghișeul.ro (simulat)", "Through Ghișeul.ro (simulated)"),
    };
    let fields = html! {
        input type="hidden" name="method" value="ghiseul";
        input type="hidden" name="return_url" data-here;
    };
    form(locale, &call, &fields)
}

/// Renders the exchange of the code that the redirect came back with; shown only if a second factor is needed.
fn exchange(locale: Locale) -> Markup {
    html! {
        form id="exchange" hidden data-call="/v1/sessions/exchange" data-then="session" {
            input type="hidden" name="code";
            (second_factor(locale, "exchange-totp"))
            div.buttons { button type="submit" { (locale.pick("Continuați", "Go on")) } }
        }
    }
}

fn forgotten(locale: Locale) -> Markup {
    let call = Call {
        path: "/v1/accounts/password-reset",
        with_token: false,
        then: "done",
        button: ("Cereți o parolă nouă", "Ask for a new password"),
    };
    let label = locale.pick("Adresa contului", "Address of the account");
    let fields = html! {
        div.field {
            label for="forgotten" { (label) }
            input.short id="forgotten" name="email" type="email" autocomplete="email" required;
        }
    };
    let text = locale.pick(
        "Dacă există un cont, mesajul este în căsuța poștală.",
        "If there is an account, the mail is in the mailbox.",
    );
    html! {
        details {
            summary { (locale.pick("Ați uitat parola?", "Forgot the password?")) }
            (form(locale, &call, &fields))
        }
        (done(text, &html! { p { a href="/sandbox/mailbox" { (locale.pick("Căsuța poștală", "Mailbox")) } } }))
    }
}

/// Confirms an address: the page of a new account's link, and of a changed address's (`GET /confirm-email`).
#[get("/confirm-email")]
pub(super) async fn show_confirmation(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let call = Call {
        path: "/v1/accounts/confirm-email",
        with_token: true,
        then: "done",
        button: ("Confirmați", "Confirm"),
    };
    let label = locale.pick("Parola aleasă, la un cont nou", "The chosen password, for a new account");
    let body = html! {
        (failure(locale))
        (form(locale, &call, &field("password", "password", "current-password", (label, false))))
        (done(locale.pick("Adresa este confirmată.", "The address is confirmed."), &to_log_in(locale)))
    };
    respond(locale, locale.pick("Confirmați adresa de e-mail", "Confirm the e-mail address"), &body)
}

/// Sets a password: the page of a forgotten one's link, and of a staff account's (`GET /reset-password`).
#[get("/reset-password")]
pub(super) async fn show_new_password(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let call = Call {
        path: "/v1/accounts/password-reset/confirm",
        with_token: true,
        then: "done",
        button: ("Salvați parola", "Save the password"),
    };
    let body = html! {
        (failure(locale))
        (form(locale, &call, &password(locale, true, true)))
        (done(locale.pick("Parola este schimbată.", "The password is changed."), &to_log_in(locale)))
    };
    respond(locale, locale.pick("Parolă nouă", "New password"), &body)
}

/// Stops the change of an address (`GET /stop-email-change`).
#[get("/stop-email-change")]
pub(super) async fn show_stop_of_address(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let title = locale.pick("Opriți schimbarea adresei", "Stop the change of the address");
    let text = locale.pick("Adresa contului rămâne cea de acum.", "The account keeps its address.");
    stop(locale, "/v1/accounts/email-change/stop", title, text)
}

/// Stops the removal of a second factor (`GET /stop-second-factor-reset`).
#[get("/stop-second-factor-reset")]
pub(super) async fn show_stop_of_second_factor(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let title =
        locale.pick("Opriți eliminarea celui de-al doilea factor", "Stop the removal of the second factor");
    let text = locale.pick("Al doilea factor rămâne activ.", "The second factor stays.");
    stop(locale, "/v1/accounts/second-factor-reset/stop", title, text)
}

fn stop(locale: Locale, path: &'static str, title: &str, text: &str) -> HttpResponse {
    let call = Call { path, with_token: true, then: "done", button: ("Opriți", "Stop it") };
    let body = html! {
        (failure(locale))
        (form(locale, &call, &html! {}))
        (done(text, &to_log_in(locale)))
    };
    respond(locale, title, &body)
}
