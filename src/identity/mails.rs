//! The mails of this room, except those of the counter.

use crate::config::Title;
use crate::http::Locale;
use crate::notify::Mail;

/// Tells the owner that an identity provider proved the account's person, in case it was somebody else.
pub(super) fn verified(to: &str, locale: Locale, provider: &Title) -> Mail {
    let subject = locale.pick("Identitatea a fost verificată", "Your identity was verified");
    let text = match locale {
        Locale::Ro => format!(
            "Identitatea v-a fost verificată prin {}. De acum puteți cere certificate online, la orice oră.",
            provider.ro
        ),
        Locale::En => format!(
            "Your identity was verified through {}. From now on you can ask for certificates online, at any hour.",
            provider.en
        ),
    };
    let after = locale.pick(
        "Dacă nu ați fost dumneavoastră, schimbați parola și luați imediat legătura cu serviciul de asistență.",
        "If it was not you, change your password, and contact the help desk at once.",
    );
    Mail::new(to, locale, subject).paragraph(&text).paragraph(after).with_help_desk()
}
