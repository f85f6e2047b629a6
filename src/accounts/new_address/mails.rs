//! The mails of this room.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use url::Url;

use super::tell;
use crate::accounts::store::Account;
use crate::accounts::{Contact, Token, mails};
use crate::error::Result;
use crate::http::Locale;
use crate::notify::Mail;
use crate::person::Keyring;

/// The links of a change, and the front end that they lead to.
pub(super) struct Links<'a> {
    pub(super) front_end: &'a Url,
    pub(super) stop: &'a Token,
    pub(super) confirm: &'a Token,
}

impl Links<'_> {
    /// Builds a link. Its token is in the fragment, which never reaches a server's log.
    fn to(&self, path: &str, token: &Token) -> Url {
        let mut link = self.front_end.clone();
        link.set_path(path);
        link.set_fragment(Some(&format!("token={}", token.reveal())));
        link
    }
}

/// Tells the old address of a change, and asks the new one to confirm it; or tells the owner of the account that the new one
/// has already.
pub(super) fn begun(
    connection: &mut PgConnection,
    keyring: &Keyring,
    (account, new): (&Account, &str),
    (links, taken): (&Links<'_>, bool),
    effective_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let old = Contact::of(keyring, account)?.map(|old| asked(&old.email, old.locale, links, effective_at));
    let new = if taken {
        mails::already_registered(new, account.locale, links.front_end)
    } else {
        confirm(new, account.locale, links, effective_at)
    };
    tell(connection, keyring, old.into_iter().chain([new]), now)
}

fn shown(at: DateTime<Utc>, locale: Locale) -> String {
    let at = at.with_timezone(&chrono_tz::Europe::Bucharest);
    at.format(locale.pick("%d.%m.%Y, ora %H:%M (ora României)", "%-d %B %Y, %H:%M (Romanian time)"))
        .to_string()
}

/// Tells the old address that another one was asked for, with the link that stops it.
fn asked(to: &str, locale: Locale, links: &Links<'_>, at: DateTime<Utc>) -> Mail {
    let subject = locale.pick("Adresa contului va fi schimbată", "The address of your account will change");
    let before = locale.pick(
        "Cineva, probabil dumneavoastră, a cerut altă adresă de e-mail pentru contul dumneavoastră. Dacă noua adresă este confirmată, ea o va înlocui pe aceasta după momentul de mai jos:",
        "Somebody, probably you, asked for another e-mail address for your account. If the new address is confirmed, it will replace this one after this time:",
    );
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, opriți schimbarea cu această legătură, apoi alegeți imediat o parolă nouă: cineva vă cunoaște parola sau are o sesiune deschisă.",
        "If it was not you, stop the change with this link, and choose a new password at once: somebody knows your password or has an open session.",
    );
    Mail::new(to, locale, subject)
        .paragraph(&format!("{before} {}.", shown(at, locale)))
        .paragraph(after)
        .action(
            locale.pick("Opriți schimbarea", "Stop the change"),
            &links.to("/stop-email-change", links.stop),
        )
        .with_help_desk()
}

/// Asks the new address to confirm that it is the owner's.
fn confirm(to: &str, locale: Locale, links: &Links<'_>, at: DateTime<Utc>) -> Mail {
    let subject = locale.pick("Confirmați noua adresă de e-mail", "Confirm your new e-mail address");
    let before = locale.pick(
        "Această adresă a fost indicată ca adresă nouă a unui cont al serviciului de cazier judiciar online. Deschideți legătura numai dacă este contul dumneavoastră; vi se cere să fiți autentificat.",
        "This address was given as the new one of an account at the online criminal-record service. Open the link only if the account is yours; you need to be logged in.",
    );
    let after = locale.pick(
        "După confirmare, adresa va aparține contului de la momentul:",
        "Once confirmed, the address belongs to the account from this time:",
    );
    let ignore = locale.pick(
        "Dacă nu este contul dumneavoastră, nu deschideți legătura: fără confirmare nu se schimbă nimic.",
        "If it is not your account, do not open the link: nothing changes without the confirmation.",
    );
    Mail::new(to, locale, subject)
        .paragraph(before)
        .action(
            locale.pick("Confirmați adresa", "Confirm the address"),
            &links.to("/confirm-email", links.confirm),
        )
        .paragraph(&format!("{after} {}.", shown(at, locale)))
        .paragraph(ignore)
}

/// Tells both addresses that the change was carried out.
pub(super) fn changed(to: &str, locale: Locale) -> Mail {
    let subject = locale.pick("Adresa contului a fost schimbată", "The address of your account was changed");
    let text = locale.pick(
        "Contul dumneavoastră are de acum o adresă de e-mail nouă: cu ea vă autentificați și acolo vă scriem. Adresa veche nu mai aparține contului. Dacă nu ați cerut dumneavoastră această schimbare, luați imediat legătura cu serviciul de asistență.",
        "Your account has a new e-mail address from now on: log in with it, and our mails go there. The old address no longer belongs to the account. If you did not ask for this change, contact the help desk at once.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}

/// Tells the old address that nothing was changed.
pub(super) fn not_changed(to: &str, locale: Locale) -> Mail {
    let subject =
        locale.pick("Adresa contului nu a fost schimbată", "The address of your account was not changed");
    let text = locale.pick(
        "Noua adresă de e-mail pe care ați cerut-o aparține între timp altui cont. Adresa contului dumneavoastră rămâne aceasta.",
        "The new e-mail address that you asked for belongs to another account by now. The address of your account stays this one.",
    );
    Mail::new(to, locale, subject).paragraph(text).with_help_desk()
}
