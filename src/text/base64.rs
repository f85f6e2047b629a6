//! Padded base64 (RFC 4648, section 4), with one text for each value.

use data_encoding::BASE64;

/// Decodes base64. The library also decodes several encodings in a row (`QQ==QQ==`), which would give one value several
/// texts: padding is accepted at the end alone.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let is_one = !text.trim_end_matches('=').contains('=');
    is_one.then(|| BASE64.decode(text.as_bytes()).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_value_has_one_text() {
        for (text, value) in [("", &b""[..]), ("AQ==", &[1]), ("AQI=", &[1, 2]), ("AQID", &[1, 2, 3])] {
            assert_eq!(decode(text).as_deref(), Some(value), "{text}");
        }
        for other in [
            "AQ", "AQ=", "AQI", "AQ===", "AQ==AQ==", "AQ==AQID", "AQID====", "=", "====", "AR==", "AQJ=",
            "AQ ==", "AQID\n", "AQI-", "AQI_",
        ] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
