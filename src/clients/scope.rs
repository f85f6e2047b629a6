//! What a person can grant a client, and a client may ask for (RFC 6749, section 3.3).

use crate::text::coded;

coded! {
    /// What a person can grant a client.
    pub enum Scope {
        /// To know that it is the person (OpenID Connect).
        OpenId = "openid",
        /// Address, phone, language.
        Profile = "profile",
        /// The proved identity.
        Identity = "identity",
        /// Applications and mandates.
        ApplicationsRead = "applications:read",
        /// To apply and withdraw.
        ApplicationsWrite = "applications:write",
        /// Certificates and their files.
        CertificatesRead = "certificates:read",
    }
}

impl Scope {
    /// Returns the scopes with these codes, in the order of their declaration.
    #[must_use]
    pub fn all_in<'a>(codes: impl Iterator<Item = &'a String>) -> Vec<Self> {
        let codes: Vec<&String> = codes.collect();
        Self::ALL.into_iter().filter(|scope| codes.iter().any(|code| *code == scope.as_str())).collect()
    }
}
