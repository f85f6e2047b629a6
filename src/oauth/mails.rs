//! The mail of this room.

use chrono::{DateTime, Utc};

use super::words;
use crate::accounts::Contact;
use crate::clients::Scope;
use crate::notify::Mail;

/// Tells the owner of an account that a client was let in for the first time, or may do more than before: what is new.
pub(super) fn granted(contact: &Contact, client: &str, scopes: &[Scope], at: DateTime<Utc>) -> Mail {
    let locale = contact.locale;
    let subject = locale.pick("Ați dat acces la contul dumneavoastră", "You gave access to your account");
    let at = at.with_timezone(&chrono_tz::Europe::Bucharest);
    let at = at.format(locale.pick("%d.%m.%Y, ora %H:%M (ora României)", "%-d %B %Y, %H:%M (Romanian time)"));
    let intro = locale.pick("De acum poate:", "From now on it can:");
    let list: Vec<&str> = scopes.iter().map(|scope| words::scope(*scope, locale)).collect();
    let after = locale.pick(
        "Accesul îl puteți retrage oricând în contul dumneavoastră. Dacă nu l-ați dat dumneavoastră, cereți imediat o parolă nouă.",
        "You can revoke the access in your account at any time. If it was not you who gave it, ask for a new password at once.",
    );
    Mail::new(&contact.email, locale, subject)
        .fact(locale.pick("Cine", "Who"), client)
        .fact(locale.pick("Când", "When"), &at.to_string())
        .paragraph(&format!("{intro} {}.", list.join("; ")))
        .paragraph(after)
        .with_help_desk()
}
