//! The mails of this room: the progress of an application. None says anything about a criminal record.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use url::Url;

use super::store::Application;
use crate::accounts::store::Account;
use crate::accounts::{Contact, front_end};
use crate::error::Result;
use crate::http::Locale;
use crate::jobs;
use crate::notify::{self, Mail};
use crate::person::Keyring;

/// The news about an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// A register does not answer now.
    Waiting,
    /// An officer must decide.
    Referred,
    /// An officer must decide, because a register's answers were unusable for a long time.
    AnswerUnusable,
    /// The certificate was issued.
    Ready,
    /// No certificate will be issued.
    Refused,
}

/// Puts a mail to the applicant into the outbox, inside the transaction of its cause.
pub(super) fn send(
    connection: &mut PgConnection,
    keyring: &Keyring,
    front_end: &Url,
    about: (&Account, &Application),
    news: News,
    now: DateTime<Utc>,
) -> Result<()> {
    let front_end = front_end::of(connection, about.0, front_end)?;
    let Some(mail) = written(keyring, &front_end, about, news)? else { return Ok(()) };
    jobs::enqueue(connection, keyring, notify::JOB, &mail, now)
}

/// Writes the mail to the applicant; `None` for an account without an address.
pub(super) fn written(
    keyring: &Keyring,
    front_end: &Url,
    (account, application): (&Account, &Application),
    news: News,
) -> Result<Option<Mail>> {
    let Some(contact) = Contact::of(keyring, account)? else { return Ok(None) };
    let locale = application.language;
    Ok(Some(mail(&contact.email, locale, front_end, application, news)))
}

fn mail(to: &str, locale: Locale, front_end: &Url, application: &Application, news: News) -> Mail {
    let mut link = front_end.clone();
    link.set_path(&format!("/applications/{}", application.id));
    let (subject, text) = match news {
        News::Waiting => (
            locale.pick("Cererea este înregistrată", "Your application is registered"),
            locale.pick(
                "Un registru nu răspunde acum. Cererea dumneavoastră este păstrată și va continua de la sine, de îndată ce registrul va răspunde; nu trebuie să faceți nimic. Vă scriem când este gata. Stadiul îl vedeți aici:",
                "A register does not answer now. Your application is kept and continues by itself as soon as the register answers; you need not do anything. We will write to you when it is ready. Track your application here:",
            ),
        ),
        News::Referred => (
            locale.pick("Cererea este analizată de un ofițer", "An officer is reviewing your application"),
            locale.pick(
                "Cererea dumneavoastră este analizată de un ofițer. Stadiul și pașii următori îi vedeți aici:",
                "An officer is reviewing your application. See its status and the next steps here:",
            ),
        ),
        News::AnswerUnusable => (
            locale.pick("Cererea este analizată de un ofițer", "An officer is reviewing your application"),
            locale.pick(
                "Răspunsul unui registru la cererea dumneavoastră nu a putut fi folosit, deși l-am cerut de mai multe ori. Cererea este păstrată și o preia un ofițer; nu trebuie să faceți nimic. Vă scriem când este gata. Stadiul îl vedeți aici:",
                "A register's answer to your application could not be used, although we asked for it several times. The application is kept and an officer takes it on; you need not do anything. We will write to you when it is decided. Track your application here:",
            ),
        ),
        News::Ready => (
            locale.pick("Certificatul este gata", "Your certificate is ready"),
            locale.pick(
                "Certificatul cerut a fost eliberat și semnat. Îl găsiți aici pe toată durata lui de valabilitate:",
                "The certificate that you applied for has been issued and signed. You will find it here for as long as it is valid:",
            ),
        ),
        News::Refused => (
            locale.pick("Cererea nu a putut fi aprobată", "Your application could not be granted"),
            locale.pick(
                "Certificatul nu poate fi eliberat online. Aici vedeți motivul și ce puteți face:",
                "The certificate cannot be issued online. See here why, and what you can do:",
            ),
        ),
    };
    Mail::new(to, locale, subject)
        .paragraph(text)
        .action(locale.pick("Vedeți cererea", "View the application"), &link)
}
