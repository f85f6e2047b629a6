//! Scopes in the words of the consent page.

use crate::clients::Scope;
use crate::http::Locale;

/// Tells a person what a scope lets a client do.
pub(super) const fn scope(scope: Scope, locale: Locale) -> &'static str {
    match scope {
        Scope::OpenId => locale.pick("să știe că sunteți dumneavoastră", "know that it is you"),
        Scope::Profile => locale.pick(
            "să vadă adresa de e-mail, numărul de telefon și limba contului",
            "see your e-mail address, phone number and language",
        ),
        Scope::Identity => locale.pick(
            "să vadă cine sunteți: numele, data nașterii și CNP-ul, dacă identitatea a fost verificată",
            "see who you are: name, birth date and CNP, if your identity was verified",
        ),
        Scope::ApplicationsRead => locale.pick(
            "să vadă cererile și mandatele dumneavoastră și stadiul lor",
            "see your applications and mandates, and where they stand",
        ),
        Scope::ApplicationsWrite => locale.pick(
            "să depună cereri de cazier în numele dumneavoastră, să ceară corecturi și să retragă cereri",
            "apply for certificates in your name, ask for corrections and withdraw applications",
        ),
        Scope::CertificatesRead => locale.pick(
            "să vadă și să descarce certificatele dumneavoastră de cazier judiciar",
            "see and download your criminal-record certificates",
        ),
    }
}
