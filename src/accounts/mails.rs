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
        "Cineva, probabil dumneavoastră, a cerut cu această adresă un cont la serviciul de cazier judiciar online și a ales o parolă. Deschideți legătura numai dacă ați fost dumneavoastră: contul se activează cu parola aleasă atunci, pe care pagina o cere din nou.",
        "Somebody, probably you, asked for an account at the online criminal-record service with this address, and chose a password. Open the link only if it was you: the account is activated with the password that was chosen then, which the page asks for again.",
    );
    let after = locale.pick(
        "Legătura este valabilă 24 de ore. Dacă nu ați cerut contul, nu o deschideți: fără confirmare nu se creează nimic, iar cine a ales parola nu poate intra. Dacă doriți un cont, înregistrați-vă dumneavoastră; veți primi altă legătură.",
        "The link is valid for 24 hours. If you did not ask for the account, do not open it: nothing is created without the confirmation, and whoever chose the password cannot log in. If you want an account, register yourself; you will get another link.",
    );
    Mail::new(to, locale, subject).paragraph(before).action(confirm(locale), &link).paragraph(after)
}

const fn confirm(locale: Locale) -> &'static str {
    locale.pick("Confirmați adresa", "Confirm the address")
}

/// Writes the mail with the link that confirms the address of an account that was created without one.
pub(crate) fn confirm_address(to: &str, locale: Locale, front_end: &Url, token: &Token) -> Mail {
    let mut link = front_end.clone();
    link.set_path("/confirm-email");
    link.set_fragment(Some(&format!("token={}", token.reveal())));
    let subject = locale.pick("Confirmați adresa de e-mail", "Confirm your e-mail address");
    let before = locale.pick(
        "Această adresă a fost indicată pentru un cont al serviciului de cazier judiciar online, deschis prin furnizorul de identitate. Deschideți legătura numai dacă este contul dumneavoastră: adresa va aparține contului, iar mesajele lui și legăturile pentru parole noi vor veni aici.",
        "This address was given for an account at the online criminal-record service, opened through an identity provider. Open the link only if the account is yours: the address will belong to the account, and its mails and the links to new passwords will come here.",
    );
    let after = locale.pick(
        "Legătura este valabilă 24 de ore. Dacă nu este contul dumneavoastră, nu o deschideți: fără confirmare adresa nu se leagă de niciun cont.",
        "The link is valid for 24 hours. If it is not your account, do not open it: without the confirmation the address belongs to no account.",
    );
    Mail::new(to, locale, subject).paragraph(before).action(confirm(locale), &link).paragraph(after)
}

/// Tells the owner of an account that somebody tried to register its address again.
pub(crate) fn already_registered(to: &str, locale: Locale, front_end: &Url) -> Mail {
    let mut link = front_end.clone();
    link.set_path("/login");
    let subject = locale.pick("Aveți deja un cont", "You already have an account");
    let before = locale.pick(
        "Cineva, probabil dumneavoastră, a cerut un cont nou. Există deja un cont cu această adresă; vă puteți autentifica aici:",
        "Somebody, probably you, asked for a new account. There is already an account with this address; you can log in here:",
    );
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, nu trebuie să faceți nimic: contul nu s-a schimbat.",
        "If it was not you, you need not do anything: the account has not changed.",
    );
    Mail::new(to, locale, subject)
        .paragraph(before)
        .action(locale.pick("Autentificați-vă", "Log in"), &link)
        .paragraph(after)
}

/// Tells the owner that the second factor was set up or removed.
pub(crate) fn second_factor_changed(to: &str, locale: Locale, set_up: bool) -> Mail {
    let (subject, text) = if set_up {
        (
            locale.pick("Al doilea factor este activ", "The second factor is active"),
            locale.pick(
                "De acum înainte, contul dumneavoastră cere la fiecare autentificare și codul din aplicație. Celelalte sesiuni au fost încheiate. Păstrați codurile de rezervă la loc sigur. Dacă nu ați făcut dumneavoastră această schimbare, luați imediat legătura cu serviciul de asistență.",
                "From now on your account asks for the app's code at each log-in. The other sessions have ended. Keep the recovery codes in a safe place. If it was not you, contact the help desk at once.",
            ),
        )
    } else {
        (
            locale.pick("Al doilea factor a fost eliminat", "The second factor was removed"),
            locale.pick(
                "Contul dumneavoastră nu mai cere al doilea factor la autentificare. Celelalte sesiuni au fost încheiate. Dacă nu ați făcut dumneavoastră această schimbare, cereți imediat o parolă nouă și luați legătura cu serviciul de asistență.",
                "Your account asks for no second factor at log-in any more. The other sessions have ended. If it was not you, ask for a new password at once and contact the help desk.",
            ),
        )
    };
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}

/// Tells the owner that the recovery codes were replaced.
pub(crate) fn recovery_codes_replaced(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Coduri de rezervă noi", "New recovery codes");
    let text = locale.pick(
        "Pentru contul dumneavoastră s-au emis coduri de rezervă noi; cele vechi nu mai funcționează. Dacă nu le-ați cerut dumneavoastră, schimbați imediat parola și luați legătura cu serviciul de asistență.",
        "New recovery codes were made for your account; the earlier ones no longer work. If it was not you, change your password at once and contact the help desk.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}

/// Tells the owner that codes are refused after a campaign against the second factor.
pub(crate) fn codes_blocked(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Coduri greșite, de multe ori", "Many wrong codes");
    let text = locale.pick(
        "În ultimele zile, cineva a încercat de cincizeci de ori coduri greșite ale celui de-al doilea factor al contului dumneavoastră. Cine a făcut aceasta vă cunoaște parola, este autentificat la furnizorul de identitate în numele dumneavoastră sau are o sesiune deschisă. De aceea nu mai acceptăm coduri pe acea cale.",
        "In the last days, somebody tried fifty wrong codes of your account's second factor. Whoever it was knows your password, is logged in at the identity provider in your name, or has an open session. So we accept no more codes on that way.",
    );
    let after = locale.pick(
        "Alegeți o parolă nouă: apoi codurile funcționează din nou. Până atunci vă puteți autentifica prin furnizorul de identitate sau cu un cod de rezervă.",
        "Choose a new password: then codes work again. Until then you can log in through the identity provider, or with a recovery code.",
    );
    Mail::new(to, locale, subject).paragraph(text).paragraph(after).with_help_desk()
}

/// Tells the owner that their second factor is going to be removed, with the link that stops it.
pub(crate) fn second_factor_reset_begun(
    to: &str,
    locale: Locale,
    (front_end, token): (&Url, &Token),
    at: DateTime<Utc>,
) -> Mail {
    let mut link = front_end.clone();
    link.set_path("/stop-second-factor-reset");
    link.set_fragment(Some(&format!("token={}", token.reveal())));
    let subject = locale.pick("Al doilea factor va fi eliminat", "The second factor will be removed");
    let before = locale.pick(
        "Cineva, probabil dumneavoastră, și-a dovedit identitatea și a spus că a pierdut al doilea factor al contului. Prima autentificare de după momentul de mai jos îl va elimina:",
        "Somebody, probably you, proved their identity and said that they have lost the second factor of your account. The first log-in after this time will remove it:",
    );
    let at = at.with_timezone(&chrono_tz::Europe::Bucharest);
    let at = at.format(locale.pick("%d.%m.%Y, ora %H:%M (ora României)", "%-d %B %Y, %H:%M (Romanian time)"));
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, opriți eliminarea cu această legătură și luați imediat legătura cu banca și cu serviciul de asistență.",
        "If it was not you, stop it with this link, and contact your bank and the help desk at once.",
    );
    Mail::new(to, locale, subject)
        .paragraph(&format!("{before} {at}."))
        .paragraph(after)
        .action(locale.pick("Opriți eliminarea", "Stop it"), &link)
        .with_help_desk()
}

/// Tells the owner that their second factor stays, because its removal was stopped.
pub(crate) fn second_factor_reset_stopped(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Al doilea factor rămâne activ", "The second factor stays");
    let text = locale.pick(
        "Eliminarea celui de-al doilea factor al contului dumneavoastră a fost oprită. Contul cere în continuare codul din aplicație.",
        "The removal of your account's second factor was stopped. Your account still asks for the app's code.",
    );
    let after = locale.pick(
        "Dacă ați cerut eliminarea și nu ați oprit-o dumneavoastră, altcineva are acces la contul sau la adresa dumneavoastră de e-mail: schimbați parolele și luați imediat legătura cu serviciul de asistență.",
        "If you asked for it and did not stop it, somebody else has access to your account or mailbox: change the passwords and contact the help desk at once.",
    );
    Mail::new(to, locale, subject).paragraph(text).paragraph(after).with_help_desk()
}

/// Tells the owner that a session was ended from another one.
pub(crate) fn session_ended(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("O sesiune a fost încheiată", "A session was ended");
    let text = locale.pick(
        "Una dintre sesiunile contului dumneavoastră a fost încheiată dintr-o altă sesiune. Dacă nu ați făcut-o dumneavoastră, cereți imediat o parolă nouă: astfel se încheie toate sesiunile.",
        "One of the sessions of your account was ended from another session. If it was not you, ask for a new password at once: that ends all sessions.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}

/// Tells the owner that the service ended all sessions.
pub(crate) fn sessions_ended(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Sesiunile au fost încheiate", "Your sessions were ended");
    let text = locale.pick(
        "Am încheiat toate sesiunile contului dumneavoastră, pe toate dispozitivele. Autentificați-vă din nou când aveți nevoie de serviciu. Dacă bănuiți că altcineva v-a folosit contul, cereți o parolă nouă.",
        "We ended all sessions of your account, on all devices. Log in again when you need the service. If you suspect that somebody else used your account, ask for a new password.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}

/// Tells the owner that the phone number was changed.
pub(crate) fn phone_changed(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Numărul de telefon a fost schimbat", "The phone number was changed");
    let text = locale.pick(
        "Numărul de telefon al contului dumneavoastră a fost schimbat sau șters. Dacă nu ați făcut dumneavoastră această schimbare, cereți imediat o parolă nouă și luați legătura cu serviciul de asistență.",
        "The phone number of your account was changed or removed. If it was not you, ask for a new password at once and contact the help desk.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}

/// Tells the owner about a log-in from a new program.
pub(crate) fn new_log_in(to: &str, locale: Locale, at: DateTime<Utc>) -> Mail {
    let subject = locale.pick("Autentificare nouă în cont", "New log-in to your account");
    let at = at.with_timezone(&chrono_tz::Europe::Bucharest);
    let at = at.format(locale.pick("%d.%m.%Y, ora %H:%M (ora României)", "%-d %B %Y, %H:%M (Romanian time)"));
    let text = locale.pick(
        "Cineva, probabil dumneavoastră, s-a autentificat în contul dumneavoastră de pe un dispozitiv sau cu un program nefolosit până acum, la",
        "Somebody, probably you, logged in to your account from a device or program not used before, on",
    );
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, cereți imediat o parolă nouă: astfel se încheie toate sesiunile.",
        "If it was not you, ask for a new password at once: that ends all sessions.",
    );
    Mail::new(to, locale, subject).paragraph(&format!("{text} {at}.")).paragraph(after).with_help_desk()
}
