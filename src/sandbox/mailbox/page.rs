//! The mailbox as a page: its mails, each as mail programs show it.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{HttpRequest, HttpResponse, get, web};
use diesel::prelude::*;
use maud::html;
use uuid::Uuid;

use super::{DeliveredMail, MailboxQuery, Row, decrypt, mails, newest};
use crate::error::{Code, Result};
use crate::http::Query;
use crate::sandbox::locale::Locale;
use crate::sandbox::page::{self, Site, is_asked_by_person};
use crate::state::State;

const MAILBOX: Site = Site {
    name: "Mailbox",
    title: "Mailbox (sandbox)",
    kind: ("Mediu de test", "Test environment"),
    warning: (
        "Mesajele mediului de test; nimic nu pleacă de aici.",
        "The mails of the sandbox; none of them leaves it.",
    ),
};

/// Mails have inline styles.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Shows the newest mails to a person (`GET /sandbox/mailbox`).
#[get("/sandbox/mailbox", guard = "is_asked_by_person")]
pub(in crate::sandbox) async fn show_mailbox(
    state: State,
    query: Query<MailboxQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let locale = Locale::of_request(&request);
    let mails = newest(&state, query.0.to.as_deref()).await?;
    let title = locale.pick("Căsuța poștală", "Mailbox");
    let body = html! {
        h1 { (title) }
        @if mails.is_empty() { p { (locale.pick("Niciun mesaj încă.", "No mails yet.")) } }
        ul.cast {
            @for mail in &mails {
                li {
                    a href={ "/sandbox/mailbox/" (mail.id) } { (mail.subject) } br;
                    span.hint { (mail.to) " · " (mail.sent_at.format("%F %T UTC")) }
                }
            }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src '{}'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        page::style_hash()
    );
    let corner = html! { nav { a href="/sandbox" { (locale.pick("Prima pagină", "Start page")) } } };
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(page::page(&MAILBOX, locale, title, &corner, &body).into_string()))
}

/// Shows a mail as mail programs do (`GET /sandbox/mailbox/{id}`).
#[get("/sandbox/mailbox/{id}")]
pub(in crate::sandbox) async fn show_mail(state: State, id: web::Path<Uuid>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let find = move |c: &mut PgConnection| {
        let row = mails::table.find(id).select((mails::id, mails::mail, mails::sent_at)).first::<Row>(c);
        Ok(row.optional()?)
    };
    let (id, encrypted, sent_at) = state.db.read(find).await?.ok_or(Code::NotFound)?;
    let DeliveredMail { html, .. } = decrypt(&state.keyring, id, &encrypted, sent_at)?;
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .body(html))
}
