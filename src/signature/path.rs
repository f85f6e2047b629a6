//! Path building: from the signer's certificate to a trust anchor, a simple profile of RFC 5280, section 6.

use chrono::{DateTime, Utc};

use super::certificate::Certificate;

/// CA certificates allowed between the signer's certificate and the anchor. Bounds the search.
const MAX_INTERMEDIATES: usize = 3;

/// Looks for a path from `signer` through `candidates` to one of `anchors`, all of them valid at `at`.
/// Returns the path without the anchor, signer first. The signer's own validity is not asked about.
pub(super) fn build<'a>(
    signer: &'a Certificate,
    candidates: &[&'a Certificate],
    anchors: &[Certificate],
    at: DateTime<Utc>,
) -> Option<Vec<&'a Certificate>> {
    let mut path = vec![signer];
    (signer.check_signer().is_ok() && extend(&mut path, candidates, anchors, at)).then_some(path)
}

fn extend<'a>(
    path: &mut Vec<&'a Certificate>,
    candidates: &[&'a Certificate],
    anchors: &[Certificate],
    at: DateTime<Utc>,
) -> bool {
    let below = path.len().saturating_sub(1);
    let Some(&tip) = path.last() else { return false };
    if anchors.iter().any(|anchor| may_issue(anchor, tip, below, at)) {
        return true;
    }
    if below == MAX_INTERMEDIATES {
        return false;
    }
    for &candidate in candidates {
        if !path.contains(&candidate) && may_issue(candidate, tip, below, at) {
            path.push(candidate);
            if extend(path, candidates, anchors, at) {
                return true;
            }
            path.pop();
        }
    }
    false
}

/// The signature comes last, being the costly part.
fn may_issue(issuer: &Certificate, subject: &Certificate, below: usize, at: DateTime<Utc>) -> bool {
    issuer.is_valid_at(at) && issuer.check_authority(below).is_ok() && subject.is_issued_by(issuer)
}
