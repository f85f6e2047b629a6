//! The mail of this room: the outcome of a mandate. It names no company and no CUI: others can read mail on its way.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use url::Url;

use super::store::Mandate;
use super::types::MandateStatus;
use crate::accounts::{self, Contact};
use crate::error::Result;
use crate::notify::{self, Mail};
use crate::person::Keyring;

/// Mails the mandate's new status to the holder's current account, inside the transaction that changed it.
pub(super) fn send(
    connection: &mut PgConnection,
    (keyring, front_end): (&Keyring, &Url),
    row: &Mandate,
    now: DateTime<Utc>,
) -> Result<()> {
    let contact = accounts::contact_of_person(connection, keyring, &row.person_index)?;
    let Some(contact) = contact else { return Ok(()) };
    let front_end = contact.front_end.as_ref().unwrap_or(front_end);
    let mail = mail(&contact, front_end, row, row.status);
    notify::post(connection, keyring, Some(&mail), now)
}

fn mail(contact: &Contact, front_end: &Url, row: &Mandate, status: MandateStatus) -> Mail {
    let locale = contact.locale;
    let mut link = front_end.clone();
    link.set_path(&format!("/mandates/{}", row.id));
    let (subject, text) = match status {
        MandateStatus::Pending => (
            locale.pick("Mandatul este analizat de un ofițer", "An officer is reviewing your mandate"),
            locale.pick(
                "Ați cerut să reprezentați o persoană juridică. Registrul comerțului nu vă numește, așa că un ofițer vă verifică actele. Stadiul îl vedeți aici:",
                "You asked to represent a legal person. The company register does not name you, so an officer is checking your papers. Track your mandate here:",
            ),
        ),
        MandateStatus::Confirmed => (
            locale.pick("Mandatul este confirmat", "Your mandate is confirmed"),
            locale.pick(
                "De acum puteți cere certificate pentru persoana juridică pe care o reprezentați. Dacă nu ați cerut dumneavoastră acest mandat, renunțați la el aici și luați legătura cu serviciul de asistență:",
                "From now on you can apply for certificates of the legal person that you represent. If you did not ask for this mandate, end it here and contact the help desk:",
            ),
        ),
        MandateStatus::Refused => (
            locale.pick("Mandatul nu a fost confirmat", "Your mandate was not confirmed"),
            locale.pick("Aici vedeți motivul și ce puteți face:", "See here why, and what you can do:"),
        ),
        MandateStatus::Ended => (
            locale.pick("Mandatul a încetat", "Your mandate has ended"),
            locale.pick(
                "Nu mai puteți cere certificate pentru persoana juridică pe care ați reprezentat-o. Motivul îl vedeți aici:",
                "You can no longer apply for certificates of the legal person that you represented. See why here:",
            ),
        ),
    };
    let label = locale.pick("Vedeți mandatul", "View the mandate");
    let mail = Mail::new(&contact.email, locale, subject).paragraph(text).action(label, &link);
    if status == MandateStatus::Confirmed { mail.with_help_desk() } else { mail }
}
