use std::sync::LazyLock;

use super::trust::{ISSUING_PEM, ROOT_PEM};
use ades::{Certificate, claims_device, claims_qualified, is_development, live_kind, ordered_chain};

/// The certificates that the authorities issued.
const GOOD: [&[u8]; 4] = [
    include_bytes!("../../seeds/certificate/seal.der"),
    include_bytes!("../../seeds/certificate/root.der"),
    include_bytes!("../../seeds/certificate/time-stamp.der"),
    include_bytes!("../../seeds/certificate/responder.der"),
];

/// Issuing CA, then root.
static AUTHORITIES: LazyLock<Vec<Certificate>> =
    LazyLock::new(|| ordered_chain(&format!("{ISSUING_PEM}{ROOT_PEM}")).unwrap());

/// X.509: every question about a certificate has an answer, and no certificate but the issued ones passes as issued.
pub fn certificate(bytes: &[u8]) {
    let Ok(certificate) = Certificate::from_der(bytes) else { return };
    let _ =
        (certificate.check_signer(), certificate.check_authority(0), certificate.check_timestamp_authority());
    let _ = (certificate.subject(), certificate.issuer(), certificate.serial(), certificate.algorithm());
    let _ = (certificate.not_before(), certificate.not_after(), certificate.is_self_issued());
    let _ = (certificate.crl_urls(), certificate.ocsp_urls(), certificate.publishes_revocation());
    let _ = (claims_qualified(&certificate), claims_device(&certificate), live_kind(&certificate, None));
    let _ = is_development(&certificate);
    let issued = AUTHORITIES.iter().any(|authority| certificate.is_issued_by(authority));
    assert!(!issued || GOOD.contains(&bytes) || AUTHORITIES.contains(&certificate), "{certificate:?}");
}
