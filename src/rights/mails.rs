//! The mails of this room.

use crate::http::Locale;
use crate::notify::Mail;

/// Tells the owner that everything about them was downloaded.
pub(super) fn exported(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Datele dumneavoastră au fost descărcate", "Your data were downloaded");
    let text = locale.pick(
        "Cineva, probabil dumneavoastră, a descărcat toate datele pe care le păstrăm despre dumneavoastră, cu certificatele și istoricul accesărilor. Dacă nu ați fost dumneavoastră, cereți imediat o parolă nouă și luați legătura cu serviciul de asistență.",
        "Somebody, probably you, downloaded all the data that we keep about you, with your certificates and who looked at them. If it was not you, ask for a new password at once and contact the help desk.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}

/// Tells the owner that the account was deleted.
pub(super) fn deleted(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Contul a fost șters", "The account was deleted");
    let text = locale.pick(
        "Contul dumneavoastră de la serviciul de cazier judiciar online a fost șters. Certificatele eliberate rămân valabile până la termenul lor și pot fi verificate în continuare. Acesta este ultimul mesaj pe care îl primiți la această adresă.",
        "Your account at the online criminal-record service was deleted. Certificates that were issued stay valid until their last day, and can still be verified. This is the last mail that we send to this address.",
    );
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, luați imediat legătura cu serviciul de asistență. Puteți deschide oricând un cont nou; după ce vă dovediți identitatea, veți regăsi certificatele.",
        "If it was not you, contact the help desk at once. You can open a new account at any time; once you have proved your identity, you will find your certificates again.",
    );
    Mail::new(to, locale, subject).paragraph(text).paragraph(after).with_help_desk()
}
