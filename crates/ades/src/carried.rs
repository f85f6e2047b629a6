//! The certificates that a file carries.

use crate::certificate::Certificate;
use crate::limits::MAX_CERTIFICATES;
use crate::malformed::Malformed;

/// Decodes the certificates that a file carries: at most [`MAX_CERTIFICATES`], none twice.
pub(crate) fn decode_certificates(encoded: &[impl AsRef<[u8]>]) -> Result<Vec<Certificate>, Malformed> {
    if encoded.len() > MAX_CERTIFICATES {
        return Err(Malformed::Profile("too many certificates"));
    }
    let mut certificates: Vec<Certificate> = Vec::with_capacity(encoded.len());
    for der in encoded {
        let certificate = Certificate::from_der(der.as_ref())?;
        if certificates.contains(&certificate) {
            return Err(Malformed::Profile("a certificate is repeated"));
        }
        certificates.push(certificate);
    }
    Ok(certificates)
}
