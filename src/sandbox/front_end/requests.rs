//! Application, certificate, mandate, counters, help desk.

use actix_web::{HttpRequest, HttpResponse, get, web};
use maud::{Markup, html};
use uuid::Uuid;

use super::form::{Call, answer_of, choice, done, failure, field, form};
use super::frame::respond;
use crate::sandbox::locale::Locale;

/// The only service that a natural person applies for.
const SERVICE: &str = "criminal-record-certificate";

/// Shows the proof of identity and the form of an application (`GET /applications/new`).
#[get("/applications/new")]
pub(super) async fn show_new_application(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let apply = Call {
        path: "/v1/applications",
        with_token: false,
        then: "application",
        button: ("Depuneți cererea", "Apply"),
    };
    let reasons = format!("/v1/services/{SERVICE}/reasons");
    let fields = html! {
        input type="hidden" name="service" value=(SERVICE);
        (choice("reason", locale.pick("Motivul", "Reason"), &reasons))
        (field("reason_detail", "text", "off", (locale.pick("Detalii, la unele motive", "Details, for some reasons"), false)))
        label.check {
            input type="checkbox" name="declaration" required;
            (locale.pick("Declar că datele sunt adevărate", "I declare that the data are true"))
        }
    };
    let body = html! {
        (failure(locale))
        (identity(locale))
        h2 { (locale.pick("Cererea", "The application")) }
        (form(locale, &apply, &fields))
    };
    respond(locale, locale.pick("Cerere nouă", "New application"), &body)
}

/// Renders the proof of identity, which sends the browser to Ghișeul and back here.
fn identity(locale: Locale) -> Markup {
    let prove = Call {
        path: "/v1/identity-verifications",
        with_token: false,
        then: "redirect",
        button: (
            "Dovediți cine sunteți la Ghișeul.ro (simulat)",
            "Prove who you are at Ghișeul.ro (simulated)",
        ),
    };
    let fields = html! {
        input type="hidden" name="method" value="ghiseul";
        input type="hidden" name="return_url" data-here;
    };
    html! {
        h2 { (locale.pick("Contul", "The account")) }
        div.answer id="came" hidden {}
        (answer_of("/v1/accounts/me"))
        (form(locale, &prove, &fields))
    }
}

/// Shows an application (`GET /applications/{id}`).
#[get("/applications/{id}")]
pub(super) async fn show_application(request: HttpRequest, id: web::Path<Uuid>) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let body = html! {
        (failure(locale))
        (answer_of(&format!("/v1/applications/{id}")))
        p { a id="certificate" hidden { (locale.pick("Vedeți certificatul", "View the certificate")) } }
    };
    respond(locale, locale.pick("Cererea", "The application"), &body)
}

/// Shows a certificate, its files, and the way to its verification (`GET /certificates/{id}`).
#[get("/certificates/{id}")]
pub(super) async fn show_certificate(request: HttpRequest, id: web::Path<Uuid>) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let file = |part: &str, name: &str, label: &str| {
        html! { button.quiet type="button" data-file={ "/v1/certificates/" (id) "/" (part) } data-name=(name) { (label) } }
    };
    let body = html! {
        (failure(locale))
        (answer_of(&format!("/v1/certificates/{id}")))
        div.buttons {
            (file("document", "certificate.pdf", "PDF"))
            (file("payload", "certificate.json", "JSON"))
            (file("signature?format=cades", "certificate.p7s", "CAdES"))
            (file("container", "certificate.asice", "ASiC-E"))
        }
        p { a id="verify" hidden { (locale.pick("Verificați-l ca un angajator", "Verify it as an employer would")) } }
    };
    respond(locale, locale.pick("Certificatul", "The certificate"), &body)
}

/// Shows a mandate (`GET /mandates/{id}`).
#[get("/mandates/{id}")]
pub(super) async fn show_mandate(request: HttpRequest, id: web::Path<Uuid>) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let body = html! { (failure(locale)) (answer_of(&format!("/v1/mandates/{id}"))) };
    respond(locale, locale.pick("Mandatul", "The mandate"), &body)
}

/// Shows the counters (`GET /counters`).
#[get("/counters")]
pub(super) async fn show_counters(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let body = html! { (failure(locale)) (answer_of("/v1/counters")) };
    respond(locale, locale.pick("Ghișeele", "The counters"), &body)
}

/// Shows how to get help, with the form of a request (`GET /support`).
#[get("/support")]
pub(super) async fn show_help_desk(request: HttpRequest) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let send =
        Call {
            path: "/v1/support/requests", with_token: false, then: "done", button: ("Trimiteți", "Send")
        };
    let message = locale.pick("Mesajul", "Message");
    let email = locale.pick("Adresa de e-mail, fără cont", "E-mail address, without an account");
    let fields = html! {
        (choice("topic", locale.pick("Subiectul", "Topic"), "/v1/support"))
        div.field { label for="message" { (message) } textarea id="message" name="message" rows="4" required {} }
        (field("email", "email", "email", (email, false)))
    };
    let body = html! {
        (failure(locale))
        (answer_of("/v1/support"))
        (form(locale, &send, &fields))
        (done(locale.pick("Am primit solicitarea.", "We have received the request."), &html! {}))
    };
    respond(locale, locale.pick("Asistență", "Help"), &body)
}

/// Shows a request to the help desk, with its answers (`GET /support/requests/{id}`).
#[get("/support/requests/{id}")]
pub(super) async fn show_support_request(request: HttpRequest, id: web::Path<Uuid>) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let path = format!("/v1/accounts/me/support-requests/{id}");
    let body = html! { (failure(locale)) (answer_of(&path)) };
    respond(locale, locale.pick("Solicitarea dumneavoastră", "Your request"), &body)
}
