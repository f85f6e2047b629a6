//! The mails of this room.

use url::Url;

use crate::accounts::Token;
use crate::http::Locale;
use crate::notify::Mail;

/// Builds the link to the front end's page for the new password. Its token is in the fragment, which never reaches a
/// server's log.
fn link(front_end: &Url, token: &Token) -> Url {
    let mut link = front_end.clone();
    link.set_path("/reset-password");
    link.set_fragment(Some(&format!("token={}", token.reveal())));
    link
}

const fn choose(locale: Locale) -> &'static str {
    locale.pick("Alegeți parola", "Choose the password")
}

/// Writes the mail with the link that replaces a forgotten password.
pub(super) fn reset(to: &str, locale: Locale, front_end: &Url, token: &Token) -> Mail {
    let subject = locale.pick("Alegeți o parolă nouă", "Choose a new password");
    let before = locale.pick(
        "Cineva, probabil dumneavoastră, a cerut o parolă nouă pentru contul cu această adresă. Deschideți legătura pentru a o alege:",
        "Somebody, probably you, asked for a new password for the account with this address. Open the link to choose it:",
    );
    let after = locale.pick(
        "Legătura este valabilă o oră și funcționează o singură dată. Dacă nu ați cerut-o, ignorați acest mesaj: parola rămâne cea de acum.",
        "The link is valid for one hour and works once. If you did not ask for it, ignore this mail: the password stays as it is.",
    );
    Mail::new(to, locale, subject)
        .paragraph(before)
        .action(choose(locale), &link(front_end, token))
        .paragraph(after)
}

/// Writes the mail with the link by which an officer or operator sets the first password.
pub(super) fn invitation(to: &str, locale: Locale, front_end: &Url, token: &Token) -> Mail {
    let subject = locale.pick("Contul dumneavoastră de serviciu", "Your staff account");
    let before = locale.pick(
        "Aveți un cont de serviciu la cazierul judiciar online. Deschideți legătura pentru a-i alege parola; apoi configurați al doilea factor:",
        "You have a staff account at the online criminal-record service. Open the link to choose its password; then set up the second factor:",
    );
    let after = locale.pick(
        "Legătura este valabilă trei zile și funcționează o singură dată.",
        "The link is valid for three days and works once.",
    );
    Mail::new(to, locale, subject)
        .paragraph(before)
        .action(choose(locale), &link(front_end, token))
        .paragraph(after)
}

/// Tells the owner that the password was changed.
pub(super) fn changed(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Parola a fost schimbată", "The password was changed");
    let text = locale.pick(
        "Parola contului dumneavoastră a fost schimbată, iar celelalte sesiuni au fost încheiate. Dacă nu ați schimbat-o dumneavoastră, cereți imediat o parolă nouă și luați legătura cu serviciul de asistență.",
        "The password of your account was changed, and the other sessions have ended. If it was not you, ask for a new password at once and contact the help desk.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}
