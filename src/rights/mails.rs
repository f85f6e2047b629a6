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
