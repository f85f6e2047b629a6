//! Path building: from a certificate to a trust anchor, the profile of RFC 5280, section 6, that signatures need.

use chrono::{DateTime, Utc};

use crate::certificate::{Certificate, Purpose};

/// CA certificates allowed between the first certificate and the anchor. Bounds the depth of the search.
const MAX_INTERMEDIATES: usize = 3;

/// Signatures that are verified in one search at most: a file full of certificates with the same name must not keep
/// a verifier busy.
const MAX_SIGNATURES: usize = 64;

/// Why there is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPath {
    /// None leads to an anchor.
    NotFound,
    /// One would, but for an algorithm that is not accepted.
    Algorithm,
    /// Too many were tried.
    Exhausted,
}

/// A path: every certificate was issued by the next one, the last by the anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path<'a> {
    certificates: Vec<&'a Certificate>,
    anchor: &'a Certificate,
}

impl<'a> Path<'a> {
    /// All of it, from the first certificate to the anchor.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &'a Certificate> {
        self.certificates.iter().copied().chain(std::iter::once(self.anchor))
    }

    /// Each certificate with its issuer.
    pub(crate) fn links(&self) -> impl Iterator<Item = (&'a Certificate, &'a Certificate)> {
        let issuers = self.certificates.iter().skip(1).copied().chain(std::iter::once(self.anchor));
        self.certificates.iter().copied().zip(issuers)
    }
}

/// A search among untrusted candidates. Its budget is shared by all paths that are looked for with it.
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

    /// Looks for a path from `first`, used for `purpose`, its issuers all valid at `at`. The first certificate's own
    /// validity is not asked about.
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

    /// Depth first; leaves the path as it was when there is no way on.
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

    /// The signature comes last, being the costly part.
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
