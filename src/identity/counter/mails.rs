//! The mails of this room.

use chrono::{DateTime, Utc};
use url::Url;

use super::activation_code::ActivationCode;
use crate::http::Locale;
use crate::notify::Mail;
use crate::time::civil_date;

/// Sends the activation code, also as a QR code.
pub(super) fn activation(
    to: &str,
    locale: Locale,
    front_end: &Url,
    code: &ActivationCode,
    expires_at: DateTime<Utc>,
) -> Mail {
    let mut link = front_end.clone();
    link.set_path("/counters");
    let subject = locale.pick("Codul dumneavoastră de activare", "Your activation code");
    let before = locale.pick(
        "Veniți la un ghișeu cu acest cod și cu actul de identitate; un ofițer vă verifică identitatea pe loc, o singură dată:",
        "Come to a counter with this code and your identity document; an officer verifies your identity on the spot, once and for all:",
    );
    let until = locale.date(civil_date::today(expires_at));
    let valid = locale.pick("Codul este valabil până la", "The code is valid until");
    let places = locale.pick("Ghișeele, cu adrese și program:", "The counters, with addresses and hours:");
    Mail::new(to, locale, subject)
        .paragraph(before)
        .fact(locale.pick("Cod de activare", "Activation code"), code.as_str())
        .qr(code.as_str())
        .paragraph(&format!("{valid} {until}."))
        .paragraph(places)
        .action(locale.pick("Vedeți ghișeele", "View the counters"), &link)
}

/// Tells the person that they were certified.
pub(super) fn verified(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Identitatea a fost verificată", "Your identity was verified");
    let text = locale.pick(
        "Un ofițer v-a verificat identitatea la ghișeu. De acum puteți cere certificate online, la orice oră.",
        "An officer verified your identity at the counter. From now on you can ask for certificates online, at any hour.",
    );
    let after = locale.pick(
        "Dacă nu ați fost la ghișeu, luați imediat legătura cu serviciul de asistență.",
        "If you were not at a counter, contact the help desk at once.",
    );
    Mail::new(to, locale, subject).paragraph(text).paragraph(after).with_help_desk()
}

/// Tells the person that they were not certified.
pub(super) fn rejected(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Identitatea nu a fost verificată", "Your identity was not verified");
    let text = locale.pick(
        "La ghișeu nu s-a putut confirma că acest cont vă aparține. Puteți cere un cod nou și puteți reveni cu un act de identitate valabil.",
        "The counter could not confirm that this account is yours. You can ask for a new code and come again with a valid identity document.",
    );
    Mail::new(to, locale, subject).paragraph(text)
}

/// Tells the owner that the person now owns another account, or that a certification was undone.
pub(super) fn identity_taken(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Contul nu mai este verificat", "The account is no longer verified");
    let text = locale.pick(
        "Un ofițer a constatat la ghișeu că persoana din acest cont nu îl mai folosește: identitatea a fost mutată sau verificarea a fost anulată, iar sesiunile au fost încheiate. Certificatele eliberate rămân valabile și aparțin persoanei.",
        "An officer established at a counter that the person of this account no longer uses it: the identity was moved, or the verification undone, and the sessions have ended. The certificates that were issued stay valid and belong to the person.",
    );
    let after = locale.pick(
        "Dacă nu ați cerut dumneavoastră aceasta, mergeți la un ghișeu cu actul de identitate și luați legătura cu serviciul de asistență.",
        "If you did not ask for this, go to a counter with your identity document and contact the help desk.",
    );
    Mail::new(to, locale, subject).paragraph(text).paragraph(after).with_help_desk()
}
