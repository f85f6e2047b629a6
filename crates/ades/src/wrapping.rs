//! Removes what mail programs, editors and other software put around a detached signature, none of which was signed.

use std::borrow::Cow;

/// Labels of a CMS signature in PEM (RFC 7468, section 8, and older ones).
const CMS_LABELS: [&str; 3] = ["CMS", "PKCS7", "PKCS #7 SIGNED DATA"];

/// The signature in `file`: CMS in DER, without the PEM around it, or a JWS, without white space and byte-order mark
/// around it. Anything else is returned as it is, for the readers to refuse.
#[must_use]
pub fn unwrapped(file: &[u8]) -> Cow<'_, [u8]> {
    let text = file.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(file).trim_ascii();
    if text.starts_with(b"-----BEGIN ") {
        return match pem::parse_many(text).as_deref() {
            Ok([block]) if CMS_LABELS.contains(&block.tag()) => Cow::Owned(block.contents().to_vec()),
            _ => Cow::Borrowed(file),
        };
    }
    // A compact JWS begins with its header, which is a JSON object in base64url.
    let is_jws = text.starts_with(b"{") || text.starts_with(b"ey");
    Cow::Borrowed(if is_jws { text } else { file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_signature_is_taken_off() {
        let der = [0x30, 3, 2, 1, 10];
        for label in CMS_LABELS {
            let armoured = pem::encode(&pem::Pem::new(label, der.to_vec()));
            assert_eq!(*unwrapped(armoured.as_bytes()), der, "{label}");
            assert_eq!(*unwrapped(format!("\u{FEFF}\r\n{armoured}\n\n").as_bytes()), der, "{label}");
        }
        for jws in ["eyJh..c2ln", "{\"protected\":\"\"}"] {
            assert_eq!(*unwrapped(format!("\u{FEFF} {jws}\r\n").as_bytes()), *jws.as_bytes());
        }
    }

    #[test]
    fn what_is_no_signature_in_pem_and_what_is_in_der_stays_as_it_is() {
        let certificate = pem::encode(&pem::Pem::new("CERTIFICATE", vec![0x30, 0]));
        let one = pem::encode(&pem::Pem::new("CMS", vec![0x30, 0]));
        let (two, cut) = (format!("{one}{one}"), one.replace("-----END", ""));
        for file in [certificate.as_bytes(), two.as_bytes(), cut.as_bytes(), &[0x30, 1, b'\n'], b" ", b""] {
            assert_eq!(*unwrapped(file), *file);
        }
    }
}
