//! How a person logged in, as ID tokens tell it (`acr`, `amr`), and how a client wants it (`acr_values`, `login_hint`).
//!
//! The names are those of others where a standard has them: a password by SAML's authentication contexts, a second factor by the
//! REFEDS MFA profile. What an identity provider's log-in is worth is the provider's to say, and no level of assurance (eIDAS) is
//! claimed for it: its name here only tells which one it was.

use super::fields::Fields;
use crate::identity::{IdentityProvider, IdentityProviders, log_in_page};
use crate::state::AppState;
use crate::text::coded;

/// Log-in by password, over TLS.
const PASSWORD_ACR: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
/// Log-in by password and a second factor.
const MFA_ACR: &str = "https://refeds.org/profile/mfa";
/// How the database has a log-in by password; identity providers are there by name.
const PASSWORD: &str = "password";

coded! {
    /// A second factor that was shown.
    pub(super) enum SecondFactor in "oauth_requests.second_factor" {
        /// A code of the authenticator.
        Totp = "totp",
        /// A recovery code.
        RecoveryCode = "recovery_code",
    }
}

/// How a person logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authentication {
    /// `password`, or the name of an identity provider.
    pub(super) by: String,
    pub(super) second_factor: Option<SecondFactor>,
}

impl Authentication {
    /// By password.
    pub(super) fn by_password(second_factor: Option<SecondFactor>) -> Self {
        Self { by: PASSWORD.to_owned(), second_factor }
    }

    /// Returns the authentication context (OpenID Connect Core, section 2).
    pub(super) fn acr(&self, issuer: &str) -> String {
        match (self.by.as_str(), self.second_factor) {
            (PASSWORD, None) => PASSWORD_ACR.to_owned(),
            (PASSWORD, Some(_)) => MFA_ACR.to_owned(),
            (provider, _) => acr_of(issuer, provider),
        }
    }

    /// Returns the methods (RFC 8176; an identity provider by its own name).
    pub(super) fn amr(&self) -> Vec<&str> {
        let first = if self.by == PASSWORD { "pwd" } else { self.by.as_str() };
        match self.second_factor {
            None => vec![first],
            Some(SecondFactor::Totp) => vec![first, "otp", "mfa"],
            Some(SecondFactor::RecoveryCode) => vec![first, "mfa"],
        }
    }
}

/// Returns the authentication context of log-ins through a provider.
fn acr_of(issuer: &str, provider: &str) -> String {
    format!("{issuer}/acr/{provider}")
}

/// Returns every authentication context of this installation.
pub(super) fn acr_values(state: &AppState, providers: &IdentityProviders) -> Vec<String> {
    let through = providers.all().iter().map(|provider| acr_of(state.addresses.issuer(), provider.name()));
    [PASSWORD_ACR, MFA_ACR].map(str::to_owned).into_iter().chain(through).collect()
}

/// How a client wants its person to log in.
pub(super) enum Wish<'a> {
    /// On the page: as the person likes.
    Page,
    /// Through this provider.
    Through(&'a IdentityProvider),
    /// By the code that a handoff of the provider left with this browser.
    Arrived(&'a str),
}

impl<'a> Wish<'a> {
    /// Reads `login_hint`, which names a person or a provider, or else the first of `acr_values` that is known.
    pub(super) fn of(state: &AppState, fields: &'a Fields, providers: &'a IdentityProviders) -> Self {
        let hint = fields.get("login_hint").unwrap_or_default();
        if hint.starts_with(log_in_page::CODE_PREFIX) {
            return Self::Arrived(hint);
        }
        if let Some(provider) = providers.find(hint) {
            return Self::Through(provider);
        }
        let known = acr_values(state, providers);
        let mut wanted = fields.get("acr_values").unwrap_or_default().split(' ');
        let first = wanted.find(|wanted| known.iter().any(|acr| acr == wanted));
        let is_it = |provider: &&IdentityProvider| {
            first == Some(acr_of(state.addresses.issuer(), provider.name()).as_str())
        };
        providers.all().iter().find(is_it).map_or(Self::Page, Self::Through)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_is_told_as_it_was() {
        let told = |by: &str, second_factor| {
            let log_in = Authentication { by: by.to_owned(), second_factor };
            (log_in.acr("https://hub.example"), log_in.amr().join(" "))
        };
        let pair = |acr: &str, amr: &str| (acr.to_owned(), amr.to_owned());
        let ghiseul = "https://hub.example/acr/ghiseul";
        assert_eq!(told("password", None), pair(PASSWORD_ACR, "pwd"));
        assert_eq!(told("password", Some(SecondFactor::Totp)), pair(MFA_ACR, "pwd otp mfa"));
        assert_eq!(told("password", Some(SecondFactor::RecoveryCode)), pair(MFA_ACR, "pwd mfa"));
        assert_eq!(told("ghiseul", None), pair(ghiseul, "ghiseul"));
        assert_eq!(told("ghiseul", Some(SecondFactor::Totp)), pair(ghiseul, "ghiseul otp mfa"));
    }
}
