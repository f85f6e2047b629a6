//! What an operator says of a client when registering it, and the rules between its values.

use super::id::ClientId;
use super::scope::Scope;
use crate::text::{At, Line, Rule, coded};
use crate::web::{Origin, RedirectForm, RedirectUri};

coded! {
    /// What a client is.
    #[derive(clap::ValueEnum)]
    #[clap(rename_all = "snake_case")]
    pub enum ClientKind in "clients.kind" {
        /// A front end on a server, which keeps a secret.
        Web = "web",
        /// Pages that call from the browser alone, and keep no secret.
        Browser = "browser",
        /// An app of a phone or a computer, which keeps no secret.
        Native = "native",
        /// A relying party's system, by which no person logs in; it keeps a secret.
        System = "system",
    }
}

impl ClientKind {
    /// Returns whether it can keep a secret (RFC 6749, section 2.1).
    #[must_use]
    pub fn is_confidential(self) -> bool {
        matches!(self, Self::Web | Self::System)
    }
}

coded! {
    /// How much one sender may do in a client's name.
    #[derive(clap::ValueEnum)]
    #[clap(rename_all = "snake_case")]
    pub enum RateClass in "clients.rate_class" {
        /// As people from one office do.
        Standard = "standard",
        /// Many people share the sender's address, such as behind a portal's server.
        High = "high",
    }
}

coded! {
    /// The kind of installation that takes a client.
    #[derive(Default, clap::ValueEnum)]
    #[clap(rename_all = "snake_case")]
    pub enum Environment in "clients.environment" {
        /// A sandbox.
        Sandbox = "sandbox",
        /// The live service.
        #[default]
        Live = "live",
    }
}

impl Environment {
    /// Returns the environment of an installation.
    #[must_use]
    pub fn of(sandbox: bool) -> Self {
        if sandbox { Self::Sandbox } else { Self::Live }
    }
}

const REDIRECT_URI_MISSING: Rule = Rule::new(
    "redirect_uri_missing",
    "A client by which people log in has at least one redirect URI",
    "Un client prin care se autentifică oameni are cel puțin o adresă de redirecționare",
);
const REDIRECT_URI_OF_KIND: Rule = Rule::new(
    "redirect_uri_of_kind",
    "Only an app has loopback addresses (`127.0.0.1`, `[::1]`) and schemes of its own; `localhost` is for pages in a sandbox; a system has no redirect URI",
    "Numai o aplicație are adrese de loopback (`127.0.0.1`, `[::1]`) și scheme proprii; `localhost` este pentru pagini din mediul de test; un sistem nu are adrese de redirecționare",
);
const HTTPS_NEEDED: Rule = Rule::new(
    "https_needed",
    "Outside a sandbox the address begins with https://",
    "În afara mediului de test, adresa începe cu https://",
);
const TOO_MANY_ADDRESSES: Rule = Rule::new(
    "too_many_addresses",
    "A client has at most 20 origins and 20 redirect URIs",
    "Un client are cel mult 20 de origini și 20 de adrese de redirecționare",
);

const FIRST_PARTY_OF_KIND: Rule = Rule::new(
    "first_party_of_kind",
    "A system is not first-party: nobody logs in by it",
    "Un sistem nu este interfață proprie: nimeni nu se autentifică prin el",
);
const MAIL_LINKS_OF_FIRST_PARTY: Rule = Rule::new(
    "mail_links_of_first_party",
    "Links in mails lead only to a first-party client, whose pages take passwords",
    "Legăturile din mesaje duc numai la o interfață proprie, ale cărei pagini cer parole",
);

const SCOPES_MISSING: Rule = Rule::new(
    "scopes_missing",
    "A client by which people log in may ask for at least one scope",
    "Un client prin care se autentifică oameni poate cere cel puțin un drept",
);

/// The most origins, and the most redirect URIs.
const MOST: usize = 20;

/// The rules between the values of a registration.
pub const RULES: [At; 10] = [
    ("/redirect_uris", REDIRECT_URI_MISSING),
    ("/redirect_uris", REDIRECT_URI_OF_KIND),
    ("/redirect_uris", TOO_MANY_ADDRESSES),
    ("/origins", HTTPS_NEEDED),
    ("/origins", TOO_MANY_ADDRESSES),
    ("/initiate_login_uri", HTTPS_NEEDED),
    ("/mail_link_base", HTTPS_NEEDED),
    ("/mail_link_base", MAIL_LINKS_OF_FIRST_PARTY),
    ("/first_party", FIRST_PARTY_OF_KIND),
    ("/scopes", SCOPES_MISSING),
];

/// A client to be registered; its values are parsed, [`check`](Self::check) looks at what is between them.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its id.
    pub id: ClientId,
    /// Its name, as people see it where they consent.
    pub name: Line<100>,
    /// Whom the operator asks.
    pub contact: Line<200>,
    /// Up to four characters in place of a logo.
    pub logo_text: Option<Line<4>>,
    /// What it is.
    pub kind: ClientKind,
    /// Whether it is a front end of the service itself: its pages take passwords, and its sessions do everything.
    pub first_party: bool,
    /// The origins of its pages.
    pub origins: Vec<Origin>,
    /// Where redirects may return to.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a log-in that a third party begins is sent.
    pub initiate_login_uri: Option<RedirectUri>,
    /// Where links in mails lead to.
    pub mail_link_base: Option<Origin>,
    /// How much one sender may do in its name.
    pub rate_class: RateClass,
    /// What it may ask people for.
    pub scopes: Vec<Scope>,
    /// The kind of installation that takes it.
    pub environment: Environment,
}

impl Registration {
    /// Checks the rules between the values.
    ///
    /// # Errors
    /// The pointer of a value, and the rule that it breaks.
    pub fn check(&self) -> Result<(), (&'static str, &'static Rule)> {
        if self.redirect_uris.len() > MOST {
            return Err(("/redirect_uris", &TOO_MANY_ADDRESSES));
        }
        if self.origins.len() > MOST {
            return Err(("/origins", &TOO_MANY_ADDRESSES));
        }
        if self.kind != ClientKind::System && self.redirect_uris.is_empty() {
            return Err(("/redirect_uris", &REDIRECT_URI_MISSING));
        }
        if self.kind != ClientKind::System && self.scopes.is_empty() {
            return Err(("/scopes", &SCOPES_MISSING));
        }
        if !self.redirect_uris.iter().all(|uri| self.takes(uri.form())) {
            return Err(("/redirect_uris", &REDIRECT_URI_OF_KIND));
        }
        let is_live = self.environment == Environment::Live;
        if is_live && !self.origins.iter().all(Origin::is_secure) {
            return Err(("/origins", &HTTPS_NEEDED));
        }
        if is_live && self.mail_link_base.as_ref().is_some_and(|base| !base.is_secure()) {
            return Err(("/mail_link_base", &HTTPS_NEEDED));
        }
        if self.first_party && self.kind == ClientKind::System {
            return Err(("/first_party", &FIRST_PARTY_OF_KIND));
        }
        if self.mail_link_base.is_some() && !self.first_party {
            return Err(("/mail_link_base", &MAIL_LINKS_OF_FIRST_PARTY));
        }
        match self.initiate_login_uri.as_ref().map(RedirectUri::form) {
            None | Some(RedirectForm::Https) => Ok(()),
            Some(RedirectForm::Loopback | RedirectForm::Localhost) if !is_live => Ok(()),
            Some(_) => Err(("/initiate_login_uri", &HTTPS_NEEDED)),
        }
    }

    fn takes(&self, form: RedirectForm) -> bool {
        let in_sandbox = self.environment == Environment::Sandbox;
        match (self.kind, form) {
            (ClientKind::System, _) => false,
            (_, RedirectForm::Https)
            | (ClientKind::Native, RedirectForm::Loopback | RedirectForm::PrivateUse) => true,
            (ClientKind::Web | ClientKind::Browser, RedirectForm::Loopback | RedirectForm::Localhost) => {
                in_sandbox
            }
            (ClientKind::Native, RedirectForm::Localhost)
            | (ClientKind::Web | ClientKind::Browser, RedirectForm::PrivateUse) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ClientKind, environment: Environment, uris: &[&str]) -> Registration {
        Registration {
            id: ClientId::parse("city").unwrap(),
            name: Line::parse("The city").unwrap(),
            contact: Line::parse("it@city.example").unwrap(),
            logo_text: None,
            kind,
            first_party: false,
            origins: vec![Origin::parse("https://city.example").unwrap()],
            redirect_uris: uris.iter().map(|uri| RedirectUri::parse(uri).unwrap()).collect(),
            initiate_login_uri: None,
            mail_link_base: None,
            rate_class: RateClass::Standard,
            scopes: Scope::ALL.to_vec(),
            environment,
        }
    }

    #[test]
    fn each_kind_has_its_own_redirect_uris() {
        use ClientKind::{Browser, Native, System, Web};
        use Environment::{Live, Sandbox};
        const WEB: &str = "https://city.example/done";
        for (kind, environment, uri, fits) in [
            (Web, Live, WEB, true),
            (Browser, Live, WEB, true),
            (Native, Live, WEB, true),
            (System, Live, WEB, false),
            (Native, Live, "http://127.0.0.1/done", true),
            (Native, Live, "ro.city.app:/done", true),
            (Native, Sandbox, "http://localhost/done", false),
            (Web, Live, "http://localhost:3000/done", false),
            (Web, Live, "http://127.0.0.1:3000/done", false),
            (Browser, Sandbox, "http://localhost:3000/done", true),
            (Browser, Sandbox, "ro.city.app:/done", false),
        ] {
            let checked = of(kind, environment, &[uri]).check();
            assert_eq!(checked.is_ok(), fits, "{kind:?} {environment:?} {uri}: {checked:?}");
        }
        assert_eq!(of(Web, Live, &[]).check(), Err(("/redirect_uris", &REDIRECT_URI_MISSING)));
        assert_eq!(of(System, Live, &[]).check(), Ok(()));
    }

    #[test]
    fn mails_lead_only_where_passwords_are_typed_and_nobody_types_one_in_a_system() {
        let client = of(ClientKind::Web, Environment::Live, &["https://city.example/done"]);
        let base = Some(Origin::parse("https://city.example").unwrap());
        let mails = Registration { mail_link_base: base, ..client };
        assert_eq!(mails.check(), Err(("/mail_link_base", &MAIL_LINKS_OF_FIRST_PARTY)));
        assert_eq!(Registration { first_party: true, ..mails }.check(), Ok(()));
        let system = of(ClientKind::System, Environment::Live, &[]);
        let system = Registration { first_party: true, ..system };
        assert_eq!(system.check(), Err(("/first_party", &FIRST_PARTY_OF_KIND)));
    }

    #[test]
    fn the_live_service_takes_no_plain_http() {
        let local = Origin::parse("http://localhost:3000").unwrap();
        for environment in Environment::ALL {
            let client = of(ClientKind::Web, environment, &["https://city.example/done"]);
            let pages = Registration { origins: vec![local.clone()], ..client.clone() };
            let mails =
                Registration { mail_link_base: Some(local.clone()), first_party: true, ..client.clone() };
            let uri = RedirectUri::parse("http://localhost:3000/login").unwrap();
            let login = Registration { initiate_login_uri: Some(uri), ..client };
            for (registration, pointer) in
                [(pages, "/origins"), (mails, "/mail_link_base"), (login, "/initiate_login_uri")]
            {
                let expected = match environment {
                    Environment::Sandbox => Ok(()),
                    Environment::Live => Err((pointer, &HTTPS_NEEDED)),
                };
                assert_eq!(registration.check(), expected);
            }
        }
    }
}
