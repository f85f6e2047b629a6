//! The mails of this room. They repeat nothing that the person wrote: it may contain a CNP.

use url::Url;

use super::store::SupportRequest;
use crate::http::Locale;
use crate::notify::Mail;

/// Acknowledges a request.
pub(super) fn received(to: &str, locale: Locale, front_end: &Url, request: &SupportRequest) -> Mail {
    let subject = locale.pick("Am primit solicitarea dumneavoastră", "We have received your request");
    let text = locale.pick(
        "Un coleg o citește și vă răspunde la această adresă. Dacă ne sunați, menționați numărul de mai jos.",
        "A colleague will read it and answer to this address. If you call us, mention the number below.",
    );
    let closing = locale.pick(
        "Dacă nu ați scris dumneavoastră serviciului de asistență, ignorați acest mesaj.",
        "If it was not you who wrote to the help desk, ignore this message.",
    );
    let mail = Mail::new(to, locale, subject).paragraph(text);
    with_place(mail, locale, front_end, request).paragraph(closing)
}

/// Delivers an answer.
pub(super) fn answered(
    to: &str,
    locale: Locale,
    front_end: &Url,
    request: &SupportRequest,
    answer: &str,
) -> Mail {
    let subject = locale.pick("Răspuns la solicitarea dumneavoastră", "Answer to your request");
    let closing = locale.pick(
        "Dacă mai aveți întrebări, scrieți-ne din nou prin pagina de asistență și menționați acest număr.",
        "If you have more questions, write to us again through the help page and mention this number.",
    );
    let mail = Mail::new(to, locale, subject).paragraph(answer).paragraph(closing);
    with_place(mail, locale, front_end, request)
}

/// Adds the request's number, and a link to it or to the help page.
fn with_place(mail: Mail, locale: Locale, front_end: &Url, request: &SupportRequest) -> Mail {
    let mut link = front_end.clone();
    let label = match request.account_id {
        Some(_) => {
            link.set_path(&format!("/support/requests/{}", request.id));
            locale.pick("Vedeți solicitarea", "View your request")
        }
        None => {
            link.set_path("/support");
            locale.pick("Pagina de asistență", "Help page")
        }
    };
    mail.fact(locale.pick("Numărul solicitării", "Number of the request"), &request.reference)
        .action(label, &link)
}
