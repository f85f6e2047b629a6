//! Which certificates a CRL covers: its `IssuingDistributionPoint` (RFC 5280, section 5.2.5), compared with the
//! certificate as section 6.3.3 (b) and (d) ask.

use der::Decode;
use der::asn1::ObjectIdentifier;
use x509_cert::crl::TbsCertList;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{BasicConstraints, CrlDistributionPoints};
use x509_cert::name::{Name, RdnSequence};

use crate::certificate::Certificate;

/// `id-ce-issuingDistributionPoint`, as RFC 5280 writes it. The constant of `x509-cert` 0.3.0 is that of
/// subjectInfoAccess.
pub(super) const ID_CE_ISSUING_DISTRIBUTION_POINT: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.5.29.28");

/// What a CRL covers of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The certificate is listed if it was revoked, whatever the reason.
    Complete,
    /// The certificate is listed if it was revoked for some reasons; if it is not listed, nothing is known.
    SomeReasons,
    /// The CRL covers other certificates.
    Elsewhere,
}

/// The scope of `list` for `certificate`. A CRL that cannot be read, or breaks the standard, is [`Scope::Elsewhere`]: it
/// proves nothing.
pub(super) fn scope(list: &TbsCertList, certificate: &Certificate) -> Scope {
    let extensions = list.crl_extensions.iter().flatten();
    let mut points = extensions.filter(|one| one.extn_id == ID_CE_ISSUING_DISTRIBUTION_POINT);
    let scope = match (points.next(), points.next()) {
        (None, _) => by_name(None, certificate),
        (Some(point), None) => IssuingDistributionPoint::from_der(point.extn_value.as_bytes())
            .ok()
            .and_then(|point| of_point(&point, certificate)),
        (Some(_), Some(_)) => None,
    };
    scope.unwrap_or(Scope::Elsewhere)
}

/// `None` if the certificate cannot be read.
fn of_point(point: &IssuingDistributionPoint, certificate: &Certificate) -> Option<Scope> {
    let is_authority = certificate.extension::<BasicConstraints>().ok()?.is_some_and(|basic| basic.ca);
    let left_out = if is_authority { point.only_contains_user_certs } else { point.only_contains_ca_certs };
    // An indirect CRL holds certificates of other issuers too, which its entries name; those are not read.
    if left_out || point.only_contains_attribute_certs || point.indirect_crl {
        return Some(Scope::Elsewhere);
    }
    Some(match by_name(point.distribution_point.as_ref(), certificate)? {
        Scope::Complete if point.only_some_reasons.is_some() => Scope::SomeReasons,
        by_name => by_name,
    })
}

/// Compares the names of the CRL with the distribution points of the certificate; a CRL without a name fits all of them.
/// A certificate without distribution points is on the CRL that is named like its issuer (RFC 5280, section 6.3.3, at
/// its end). A distribution point can be for some reasons alone, whatever the CRL says.
fn by_name(name: Option<&DistributionPointName>, certificate: &Certificate) -> Option<Scope> {
    let issuer = certificate.fields().issuer();
    let wanted = name.map(|name| names(name, issuer));
    let mut points =
        certificate.extension::<CrlDistributionPoints>().ok()?.map_or_else(Vec::new, |all| all.0);
    // CRLs of other issuers.
    points.retain(|point| point.crl_issuer.is_none());
    if points.is_empty() {
        let by_issuer = PointName::Directory(issuer.as_ref().clone());
        let is_issuer = wanted.is_none_or(|wanted| wanted.contains(&by_issuer));
        return Some(if is_issuer { Scope::Complete } else { Scope::Elsewhere });
    }
    points.retain(|point| {
        let found = || point.distribution_point.iter().flat_map(|name| names(name, issuer));
        wanted.as_ref().is_none_or(|wanted| found().any(|name| wanted.contains(&name)))
    });
    Some(if points.is_empty() {
        Scope::Elsewhere
    } else if points.iter().any(|point| point.reasons.is_none()) {
        Scope::Complete
    } else {
        Scope::SomeReasons
    })
}

/// A name of a distribution point, in the one form in which names are compared.
#[derive(PartialEq, Eq)]
enum PointName {
    /// `directoryName`, or the issuer's name with what is relative to it.
    Directory(RdnSequence),
    /// Mostly a `uniformResourceIdentifier`, compared to the letter.
    General(GeneralName),
}

fn names(name: &DistributionPointName, issuer: &Name) -> Vec<PointName> {
    match name {
        DistributionPointName::FullName(names) => names
            .iter()
            .map(|name| match name {
                GeneralName::DirectoryName(name) => PointName::Directory(name.as_ref().clone()),
                name => PointName::General(name.clone()),
            })
            .collect(),
        DistributionPointName::NameRelativeToCRLIssuer(relative) => {
            let mut name = issuer.as_ref().clone();
            name.push(relative.clone());
            vec![PointName::Directory(name)]
        }
    }
}
