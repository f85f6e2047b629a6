//! Where a certificate says that its revocation can be looked up.

use der::oid::db::rfc5280::ID_AD_OCSP;
use x509_cert::ext::pkix::AccessDescription;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CrlDistributionPoints};

use super::Certificate;

impl Certificate {
    /// Addresses of the issuer's lists of revoked certificates (RFC 5280, section 4.2.1.13).
    #[must_use]
    pub fn crl_urls(&self) -> Vec<String> {
        let points = self.extension::<CrlDistributionPoints>().ok().flatten();
        let points = points.into_iter().flat_map(|points| points.0);
        let names = points.filter_map(|point| match point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(names),
            _ => None,
        });
        names.flatten().filter_map(|name| http(&name)).collect()
    }

    /// Addresses of the responders that answer for the issuer (RFC 6960, section 3.1).
    #[must_use]
    pub fn ocsp_urls(&self) -> Vec<String> {
        let access = self.extension::<AuthorityInfoAccessSyntax>().ok().flatten();
        let access = access.into_iter().flat_map(|access| access.0);
        let responders = access.filter(|access| access.access_method == ID_AD_OCSP);
        responders.filter_map(|access| http(&access.access_location)).collect()
    }

    /// Whether the issuer says anywhere how to find out that this was revoked. Who names no place publishes nothing,
    /// so that there is nothing to ask for; a signer cannot take a place out of its own certificate.
    #[must_use]
    pub fn publishes_revocation(&self) -> bool {
        let lists = self.extension::<CrlDistributionPoints>();
        let access = self.extension::<AuthorityInfoAccessSyntax>();
        let is_responder = |access: &AccessDescription| access.access_method == ID_AD_OCSP;
        // What cannot be read counts as a place.
        lists.map_or(true, |lists| lists.is_some())
            || access.map_or(true, |access| access.is_some_and(|access| access.0.iter().any(is_responder)))
    }
}

fn http(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(url) => {
            let text = url.as_str();
            (text.starts_with("http://") || text.starts_with("https://")).then(|| text.to_owned())
        }
        _ => None,
    }
}
