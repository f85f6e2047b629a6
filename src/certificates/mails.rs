//! The mails of this room. They name a certificate by its public number, and never its control code, its finding or the
//! reason of a revocation.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use url::Url;
use uuid::Uuid;

use crate::accounts;
use crate::db::schema::certificates;
use crate::error::Result;
use crate::http::Locale;
use crate::person::Keyring;
use crate::{jobs, notify};

/// The news about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It expires within 30 days.
    Expiring,
    /// It was revoked.
    Revoked,
    /// A corrected one replaced it.
    Superseded,
}

/// The certificate that a mail is about.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its id, for the link; of a superseded certificate, the id of the new one.
    pub certificate_id: Uuid,
    /// Keyed hash of its owner's CNP.
    pub owner_index: Vec<u8>,
    /// Its public number.
    pub registration_number: String,
    /// When it was issued.
    pub issued_on: NaiveDate,
    /// Last day of its validity.
    pub valid_until: NaiveDate,
}

impl Subject {
    /// Reads the data for a mail about a certificate.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub fn of(connection: &mut PgConnection, certificate: Uuid) -> Result<Self> {
        let columns = (
            certificates::owner_index,
            certificates::registration_number,
            certificates::issued_on,
            certificates::valid_until,
        );
        let row = certificates::table.find(certificate).select(columns).first(connection)?;
        let (owner_index, registration_number, issued_on, valid_until) = row;
        Ok(Self { certificate_id: certificate, owner_index, registration_number, issued_on, valid_until })
    }
}

/// Puts the mail to the owner into the outbox, inside the transaction of its cause; it is sent no sooner than
/// `send_at`. The recipient is the owner's current account; an owner without an account gets no mail.
pub fn send(
    connection: &mut PgConnection,
    keyring: &Keyring,
    front_end: &Url,
    subject: &Subject,
    notice: Notice,
    (send_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let contact = accounts::contact_of_person(connection, keyring, &subject.owner_index)?;
    let Some(contact) = contact else { return Ok(()) };
    let front_end = contact.front_end.as_ref().unwrap_or(front_end);
    let mail = mail(&contact, front_end, subject, notice);
    jobs::enqueue_at(connection, keyring, notify::JOB, &mail, send_at, now)
}

fn mail(contact: &accounts::Contact, front_end: &Url, subject: &Subject, notice: Notice) -> notify::Mail {
    let locale = contact.locale;
    let (title, text) = words(notice, locale);
    let mut link = front_end.clone();
    let label = if notice == Notice::Expiring {
        link.set_path("/applications/new");
        locale.pick("Depuneți o cerere nouă", "Apply for a new one")
    } else {
        link.set_path(&format!("/certificates/{}", subject.certificate_id));
        locale.pick("Vedeți certificatul", "View the certificate")
    };
    notify::Mail::new(&contact.email, locale, title)
        .paragraph(text)
        .fact(locale.pick("Numărul de înregistrare", "Registration number"), &subject.registration_number)
        .fact(locale.pick("Eliberat la", "Issued on"), &locale.date(subject.issued_on))
        .fact(
            locale.pick("Ultima zi de valabilitate", "Last day of validity"),
            &locale.date(subject.valid_until),
        )
        .action(label, &link)
}

const fn words(notice: Notice, locale: Locale) -> (&'static str, &'static str) {
    match notice {
        Notice::Expiring => (
            locale.pick("Un certificat expiră în curând", "A certificate is about to expire"),
            locale.pick(
                "Certificatul de cazier judiciar de mai jos expiră în cel mult 30 de zile. Dacă mai aveți nevoie de unul, puteți depune o cerere nouă oricând; este gratuit. Dacă nu, nu trebuie să faceți nimic.",
                "The criminal-record certificate below expires within 30 days. If you still need one, you can apply for a new one at any time, free of charge. If not, you need not do anything.",
            ),
        ),
        Notice::Revoked => (
            locale.pick("Un certificat a fost revocat", "A certificate was revoked"),
            locale.pick(
                "Certificatul de cazier judiciar de mai jos a fost revocat: cine îl verifică de acum înainte află că nu mai este valabil. Motivul îl găsiți în cont.",
                "The criminal-record certificate below was revoked: whoever verifies it from now on learns that it is no longer valid. You will find the reason in your account.",
            ),
        ),
        Notice::Superseded => (
            locale.pick("Un certificat a fost înlocuit", "A certificate was replaced"),
            locale.pick(
                "Certificatul de cazier judiciar de mai jos a fost înlocuit de unul corectat. Folosiți-l pe cel nou: cine îl verifică pe cel vechi află că a fost înlocuit.",
                "The criminal-record certificate below was replaced by a corrected one. Use the new one: whoever verifies the old one learns that it was replaced.",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_name_the_certificate_and_lead_to_the_front_end() {
        let subject = Subject {
            certificate_id: Uuid::nil(),
            owner_index: Vec::new(),
            registration_number: "CJ-2026-7K3M-Q9ZD-T".into(),
            issued_on: "2026-05-24".parse().unwrap(),
            valid_until: "2026-11-24".parse().unwrap(),
        };
        let front_end = Url::parse("https://hub.example").unwrap();
        for (locale, day) in [(Locale::Ro, "24.11.2026"), (Locale::En, "24 November 2026")] {
            let contact = accounts::Contact { email: "ana@example.ro".into(), locale, front_end: None };
            for notice in [Notice::Expiring, Notice::Revoked, Notice::Superseded] {
                let text = mail(&contact, &front_end, &subject, notice).text();
                assert!(text.contains("CJ-2026-7K3M-Q9ZD-T") && text.contains(day), "{text}");
                assert!(text.lines().any(|line| line.starts_with("https://hub.example/")), "{text}");
            }
        }
    }
}
