//! What a verifier trusts and knows.

use crate::certificate::Certificate;
use crate::realm::{Realm, is_development};
use crate::revocation::Evidence;

/// Trust anchors, and what may help to reach them.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    /// Anchors of signers.
    pub(super) anchors: Vec<Certificate>,
    /// Anchors of time-stamp authorities.
    pub(super) timestamp_anchors: Vec<Certificate>,
    /// Untrusted certificates that may fill gaps in what signatures carry.
    pub(super) intermediates: Vec<Certificate>,
    /// Revocation data beyond what signatures carry.
    pub(super) evidence: Vec<Evidence>,
    /// The realm that every path must belong to, if any.
    pub(super) realm: Option<Realm>,
}

impl Trust {
    /// Restricts anchors and paths to one realm.
    pub(super) fn restrict(&mut self, realm: Realm) {
        let belongs = |anchor: &Certificate| is_development(anchor) == (realm == Realm::Development);
        self.anchors.retain(belongs);
        self.timestamp_anchors.retain(belongs);
        self.realm = Some(realm);
    }

    /// Whether `certificate` is an anchor, of signers or of time-stamp authorities.
    pub(super) fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.anchors.contains(certificate) || self.timestamp_anchors.contains(certificate)
    }

    /// Whether a path belongs to the realm, if there is one.
    pub(super) fn admits<'a>(&self, path: impl IntoIterator<Item = &'a Certificate>) -> bool {
        self.realm.is_none_or(|realm| realm.check(path).is_ok())
    }
}
