//! Path building: from a certificate to a trust anchor, by the profile of RFC 5280, section 6, that signatures need.

use chrono::{DateTime, Utc};

use crate::certificate::{Certificate, Purpose};

/// CA certificates allowed between the first certificate and the anchor. Bounds the depth of the search.
const MAX_INTERMEDIATES: usize = 3;

/// Most signatures that one search verifies: a file full of certificates of the same name must not keep a verifier
/// busy.
const MAX_SIGNATURES: usize = 64;

/// Why there is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPath {
    /// None leads to an anchor.
    NotFound,
    /// One would, if an algorithm were accepted.
    Algorithm,
    /// Too many signatures were verified.
    Exhausted,
}

/// A path: every certificate was issued by the next one, the last by the anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path<'a> {
    certificates: Vec<&'a Certificate>,
    anchor: &'a Certificate,
}

impl<'a> Path<'a> {
    /// All certificates, from the first to the anchor.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &'a Certificate> {
        self.certificates.iter().copied().chain(std::iter::once(self.anchor))
    }

    /// Each certificate with its issuer.
    pub(crate) fn links(&self) -> impl Iterator<Item = (&'a Certificate, &'a Certificate)> {
        let issuers = self.certificates.iter().skip(1).copied().chain(std::iter::once(self.anchor));
        self.certificates.iter().copied().zip(issuers)
    }
}

/// A search among untrusted candidates. All paths searched with it share one budget.
pub(crate) struct Search<'s, 'a> {
    candidates: &'s [&'a Certificate],
    anchors: &'a [Certificate],
    signatures_left: usize,
    refused_algorithm: bool,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(crate) fn new(candidates: &'s [&'a Certificate], anchors: &'a [Certificate]) -> Self {
        Self { candidates, anchors, signatures_left: MAX_SIGNATURES, refused_algorithm: false }
    }

    /// Finds a path from `first`, used for `purpose`, with issuers that are valid at `at`. Does not check the validity
    /// period of `first` itself.
    pub(crate) fn path(
        &mut self,
        first: &'a Certificate,
        purpose: Purpose,
        at: DateTime<Utc>,
    ) -> Result<Path<'a>, NoPath> {
        let mut certificates = vec![first];
        self.refused_algorithm = false;
        let anchor = match first.check(purpose) {
            Ok(()) => self.extend(&mut certificates, at),
            Err(_) => None,
        };
        match anchor {
            Some(anchor) => Ok(Path { certificates, anchor }),
            None if self.signatures_left == 0 => Err(NoPath::Exhausted),
            None if self.refused_algorithm => Err(NoPath::Algorithm),
            None => Err(NoPath::NotFound),
        }
    }

    /// Extends the path, depth first; leaves it unchanged if no anchor is reached.
    fn extend(&mut self, path: &mut Vec<&'a Certificate>, at: DateTime<Utc>) -> Option<&'a Certificate> {
        let below = path.len().saturating_sub(1);
        let tip = *path.last()?;
        let anchors = self.anchors;
        if let Some(anchor) = anchors.iter().find(|anchor| self.may_issue(anchor, tip, below, at)) {
            return Some(anchor);
        }
        if below == MAX_INTERMEDIATES {
            return None;
        }
        for &candidate in self.candidates {
            if !path.contains(&candidate) && self.may_issue(candidate, tip, below, at) {
                path.push(candidate);
                if let Some(anchor) = self.extend(path, at) {
                    return Some(anchor);
                }
                path.pop();
            }
        }
        None
    }

    /// Whether `issuer` may have issued `subject`. Verifies the signature last, since that is costly.
    fn may_issue(
        &mut self,
        issuer: &Certificate,
        subject: &Certificate,
        below: usize,
        at: DateTime<Utc>,
    ) -> bool {
        let fits = subject.names(issuer) && issuer.is_valid_at(at) && issuer.check_authority(below).is_ok();
        if !fits || self.signatures_left == 0 {
            return false;
        }
        self.signatures_left -= 1;
        let signed = subject.is_signed_by(issuer);
        self.refused_algorithm |= signed.is_none();
        signed == Some(true)
    }
}
