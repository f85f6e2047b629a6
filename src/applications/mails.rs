//! The mails of this room: the progress of an application. None says anything about a criminal record.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use url::Url;

use super::store::Application;
use crate::accounts::Contact;
use crate::accounts::store::Account;
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
    let Some(mail) = written(keyring, front_end, about, news)? else { return Ok(()) };
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
                "Un registru nu răspunde acum. Cererea dumneavoastră este păstrată și merge mai departe singură, de îndată ce registrul răspunde; nu trebuie să faceți nimic. Vă scriem când este gata. Unde se află acum vedeți aici:",
                "A register does not answer now. Your application is kept and goes on by itself as soon as the register answers; there is nothing for you to do. We write to you when it is ready. Where it stands you see here:",
            ),
        ),
        News::Referred => (
            locale.pick("Cererea este la un lucrător", "An officer has your application"),
            locale.pick(
                "Cererea dumneavoastră are nevoie de un lucrător al poliției. Pașii următori îi vedeți aici:",
                "Your application needs an officer. What comes next you see here:",
            ),
        ),
        News::AnswerUnusable => (
            locale.pick("Cererea este analizată de un ofițer", "An officer has your application"),
            locale.pick(
                "Răspunsul unui registru la cererea dumneavoastră nu a putut fi folosit, deși l-am cerut de mai multe ori. Cererea este păstrată și o preia un ofițer; nu trebuie să faceți nimic. Vă scriem când este gata. Stadiul îl vedeți aici:",
                "A register's answer to your application could not be used, although we asked for it several times. The application is kept and an officer takes it on; there is nothing for you to do. We write to you when it is decided. Track your application here:",
            ),
        ),
        News::Ready => (
            locale.pick("Certificatul este gata", "Your certificate is ready"),
            locale.pick(
                "Certificatul cerut este emis și semnat. Îl găsiți aici, pe toată durata lui de valabilitate:",
                "The certificate that you applied for is issued and signed. You find it here for as long as it is valid:",
            ),
        ),
        News::Refused => (
            locale.pick("Cererea nu a putut fi aprobată", "Your application could not be granted"),
            locale.pick(
                "Certificatul nu poate fi eliberat online. Motivul și ce puteți face vedeți aici:",
                "The certificate cannot be issued online. Why, and what you can do, you see here:",
            ),
        ),
    };
    Mail::new(to, locale, subject).paragraph(text).link(&link)
}
