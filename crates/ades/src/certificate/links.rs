//! Where a certificate says that its revocation is published.

use der::oid::db::rfc5280::ID_AD_OCSP;
use x509_cert::ext::pkix::AccessDescription;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CrlDistributionPoints};

use super::Certificate;

impl Certificate {
    /// Addresses of the issuer's CRLs (RFC 5280, section 4.2.1.13).
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

    /// Addresses of the OCSP responders that answer for the issuer (RFC 6960, section 3.1).
    #[must_use]
    pub fn ocsp_urls(&self) -> Vec<String> {
        let access = self.extension::<AuthorityInfoAccessSyntax>().ok().flatten();
        let access = access.into_iter().flat_map(|access| access.0);
        let responders = access.filter(|access| access.access_method == ID_AD_OCSP);
        responders.filter_map(|access| http(&access.access_location)).collect()
    }

    /// Whether the certificate names any address where its revocation would be published. An issuer that names none
    /// publishes nothing; a signer cannot remove an address from its own certificate.
    #[must_use]
    pub fn publishes_revocation(&self) -> bool {
        let lists = self.extension::<CrlDistributionPoints>();
        let access = self.extension::<AuthorityInfoAccessSyntax>();
        let is_responder = |access: &AccessDescription| access.access_method == ID_AD_OCSP;
        // An extension that cannot be read counts as an address.
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
