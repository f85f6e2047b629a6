//! The mails of this room.

use chrono::{DateTime, Utc};
use url::Url;

use super::token::Token;
use crate::http::Locale;
use crate::notify::Mail;

/// Writes the mail with the link that opens an account. Its token is in the fragment, which never reaches a server's
/// log.
pub(crate) fn confirm_email(to: &str, locale: Locale, front_end: &Url, token: &Token) -> Mail {
    let mut link = front_end.clone();
    link.set_path("/confirm-email");
    link.set_fragment(Some(&format!("token={}", token.reveal())));
    let subject = locale.pick("Confirmați adresa de e-mail", "Confirm your e-mail address");
    let before = locale.pick(
        "Cineva, probabil dumneavoastră, a cerut un cont la serviciul de cazier judiciar online cu această adresă și a ales o parolă. Deschideți legătura numai dacă ați fost dumneavoastră: contul se activează cu parola aleasă atunci, care vi se poate cere din nou.",
        "Somebody, probably you, asked for an account at the online criminal-record service with this address, and chose a password. Open the link only if it was you: the account opens with the password that was chosen then, and you may be asked for it again.",
    );
    let after = locale.pick(
        "Legătura este valabilă 24 de ore. Dacă nu ați cerut contul, nu o deschideți: fără confirmare nu se creează nimic, iar cine a ales parola nu poate intra. Dacă doriți un cont, înregistrați-vă; veți primi altă legătură.",
        "The link is valid for 24 hours. If you did not ask for the account, do not open it: nothing is created without the confirmation, and whoever chose the password cannot log in. If you want an account, register; you will get another link.",
    );
    Mail::new(to, locale, subject).paragraph(before).link(&link).paragraph(after)
}

/// Writes the mail with the link that confirms the address of an account that was created without one.
pub(crate) fn confirm_address(to: &str, locale: Locale, front_end: &Url, token: &Token) -> Mail {
    let mut link = front_end.clone();
    link.set_path("/confirm-email");
    link.set_fragment(Some(&format!("token={}", token.reveal())));
    let subject = locale.pick("Confirmați adresa de e-mail", "Confirm your e-mail address");
    let before = locale.pick(
        "Un cont de la serviciul de cazier judiciar online, deschis prin furnizorul de identitate, a indicat această adresă. Deschideți legătura numai dacă este contul dumneavoastră: adresa devine a lui, iar mesajele și parolele noi ale contului vor veni aici.",
        "An account at the online criminal-record service, opened through an identity provider, named this address. Open the link only if the account is yours: the address becomes the account's, and its mails and new passwords will come here.",
    );
    let after = locale.pick(
        "Legătura este valabilă 24 de ore. Dacă nu este contul dumneavoastră, nu o deschideți: fără confirmare adresa nu se leagă de nimic.",
        "The link is valid for 24 hours. If it is not your account, do not open it: without the confirmation the address belongs to nothing.",
    );
    Mail::new(to, locale, subject).paragraph(before).link(&link).paragraph(after)
}

/// Tells the owner of an account that somebody tried to register its address again.
pub(crate) fn already_registered(to: &str, locale: Locale, front_end: &Url) -> Mail {
    let mut link = front_end.clone();
    link.set_path("/login");
    let subject = locale.pick("Aveți deja un cont", "You have an account already");
    let before = locale.pick(
        "Cineva, probabil dumneavoastră, a cerut un cont nou cu această adresă. Ea are deja un cont; vă puteți autentifica aici:",
        "Somebody, probably you, asked for a new account with this address. It has one already; you can log in here:",
    );
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, nu trebuie să faceți nimic: contul nu s-a schimbat.",
        "If it was not you, there is nothing to do: the account has not changed.",
    );
    Mail::new(to, locale, subject).paragraph(before).link(&link).paragraph(after)
}

/// Tells the owner that the second factor was set up or removed.
pub(crate) fn second_factor_changed(to: &str, locale: Locale, set_up: bool) -> Mail {
    let (subject, text) = if set_up {
        (
            locale.pick("Al doilea factor este activ", "The second factor is active"),
            locale.pick(
                "De acum înainte, contul dumneavoastră cere la autentificare și codul aplicației. Păstrați codurile de rezervă la loc sigur. Dacă nu ați făcut-o dumneavoastră, scrieți imediat serviciului de suport.",
                "From now on your account asks for the app's code at each log-in. Keep the recovery codes in a safe place. If it was not you, write to the support desk at once.",
            ),
        )
    } else {
        (
            locale.pick("Al doilea factor a fost eliminat", "The second factor was taken away"),
            locale.pick(
                "Contul dumneavoastră cere din nou numai parola. Dacă nu ați făcut-o dumneavoastră, cereți imediat o parolă nouă și scrieți serviciului de suport.",
                "Your account asks for the password alone again. If it was not you, ask for a new password at once and write to the support desk.",
            ),
        )
    };
    Mail::new(to, locale, subject).paragraph(text)
}

/// Tells the owner about a log-in from a new program.
pub(crate) fn new_log_in(to: &str, locale: Locale, at: DateTime<Utc>) -> Mail {
    let subject = locale.pick("Autentificare nouă în cont", "New log-in to your account");
    let at = at.with_timezone(&chrono_tz::Europe::Bucharest).format("%d.%m.%Y %H:%M");
    let text = locale.pick(
        "Cineva, probabil dumneavoastră, s-a autentificat în contul dumneavoastră de pe un dispozitiv sau cu un program care nu a mai fost folosit, la ora României",
        "Somebody, probably you, logged in to your account from a device or program that was not used before, at Romanian time",
    );
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, cereți imediat o parolă nouă: toate sesiunile se încheie atunci.",
        "If it was not you, ask for a new password at once: that ends all sessions.",
    );
    Mail::new(to, locale, subject).paragraph(&format!("{text}: {at}.")).paragraph(after)
}
