//! PKCS#11 URIs (RFC 7512), which name a key in a device, such as
//! `pkcs11:token=seal;object=2026?module-path=/usr/lib/softhsm/libsofthsm2.so`.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use thiserror::Error;

/// The URI scheme.
const SCHEME: &str = "pkcs11:";

/// The part of RFC 7512 that names a private key and the library that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pkcs11Uri {
    /// `module-path`: the library of the device.
    pub module: PathBuf,
    /// `token`: the label of the token.
    pub token: Option<String>,
    /// `slot-id`: the slot of the token.
    pub slot: Option<u64>,
    /// `object`: the label of the key (`CKA_LABEL`).
    pub object: Option<String>,
    /// `id`: the identifier of the key (`CKA_ID`).
    pub id: Option<Vec<u8>>,
}

/// Why a URI does not name a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Pkcs11UriError {
    /// Another scheme.
    #[error("does not begin with pkcs11:")]
    Scheme,
    /// An attribute that is not understood: it might change which key is meant.
    #[error(
        "attribute \"{0}\" is not understood; known are token, slot-id, object, id, type=private, module-path"
    )]
    Attribute(String),
    /// A PIN in the URI, which is shown where settings are.
    #[error("the PIN must not stand in the URI: it is given apart from it")]
    Pin,
    /// A repeated attribute.
    #[error("attribute \"{0}\" stands there twice")]
    Repeated(String),
    /// A value that cannot be read.
    #[error("the value of \"{0}\" cannot be read")]
    Value(String),
    /// A missing attribute.
    #[error("it lacks {0}")]
    Missing(&'static str),
}

impl Pkcs11Uri {
    /// Whether a text begins like such a URI.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// Reads a URI.
    ///
    /// # Errors
    /// When it is not such a URI, or does not say which key of which token by which library.
    pub fn parse(text: &str) -> Result<Self, Pkcs11UriError> {
        let rest = text.strip_prefix(SCHEME).ok_or(Pkcs11UriError::Scheme)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut found = Attributes::default();
        for attribute in path.split(';').chain(query.split('&')).filter(|attribute| !attribute.is_empty()) {
            found.add(attribute)?;
        }
        let module = found.module.ok_or(Pkcs11UriError::Missing("module-path"))?;
        if found.token.is_none() && found.slot.is_none() {
            return Err(Pkcs11UriError::Missing("token or slot-id"));
        }
        if found.object.is_none() && found.id.is_none() {
            return Err(Pkcs11UriError::Missing("object or id"));
        }
        Ok(Self { module, token: found.token, slot: found.slot, object: found.object, id: found.id })
    }
}

#[derive(Default)]
struct Attributes {
    module: Option<PathBuf>,
    token: Option<String>,
    slot: Option<u64>,
    object: Option<String>,
    id: Option<Vec<u8>>,
}

impl Attributes {
    fn add(&mut self, attribute: &str) -> Result<(), Pkcs11UriError> {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let bytes = percent_decode(value).filter(|bytes| !bytes.is_empty());
        let bytes = bytes.ok_or_else(|| Pkcs11UriError::Value(name.to_owned()))?;
        let text = || String::from_utf8(bytes.clone()).map_err(|_| Pkcs11UriError::Value(name.to_owned()));
        let number = || text()?.parse().map_err(|_| Pkcs11UriError::Value(name.to_owned()));
        match name {
            "module-path" => once(&mut self.module, name, text()?.into()),
            "token" => once(&mut self.token, name, text()?),
            "slot-id" => once(&mut self.slot, name, number()?),
            "object" => once(&mut self.object, name, text()?),
            "id" => once(&mut self.id, name, bytes),
            "type" if value == "private" => Ok(()),
            "pin-value" | "pin-source" => Err(Pkcs11UriError::Pin),
            _ => Err(Pkcs11UriError::Attribute(name.to_owned())),
        }
    }
}

fn once<T>(place: &mut Option<T>, name: &str, value: T) -> Result<(), Pkcs11UriError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Pkcs11UriError::Repeated(name.to_owned())),
    }
}

/// RFC 3986, section 2.1. The library leaves a `%` without two digits as it is; here that is a fault.
fn percent_decode(text: &str) -> Option<Vec<u8>> {
    let is_encoded = |rest: &str| {
        rest.as_bytes().first_chunk::<2>().is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    text.split('%').skip(1).all(is_encoded).then(|| percent_decode_str(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_library_token_and_key() {
        let uri =
            Pkcs11Uri::parse("pkcs11:token=Seal%20keys;object=seal%3B2026;id=%01%ff?module-path=/lib/p11.so");
        let uri = uri.unwrap();
        assert_eq!(uri.module, PathBuf::from("/lib/p11.so"));
        assert_eq!((uri.token.as_deref(), uri.slot), (Some("Seal keys"), None));
        assert_eq!((uri.object.as_deref(), uri.id.as_deref()), (Some("seal;2026"), Some(&[1, 255][..])));
        assert_eq!(
            Pkcs11Uri::parse("pkcs11:slot-id=7;object=a;type=private?module-path=x").unwrap().slot,
            Some(7)
        );
    }

    #[test]
    fn what_is_missing_unknown_or_doubled_is_told() {
        use Pkcs11UriError::{Attribute, Missing, Pin, Repeated, Scheme, Value};
        let error = |text: &str| Pkcs11Uri::parse(text).unwrap_err();
        assert_eq!(error("token=a"), Scheme);
        assert_eq!(error("pkcs11:token=a;object=b"), Missing("module-path"));
        assert_eq!(error("pkcs11:object=b?module-path=x"), Missing("token or slot-id"));
        assert_eq!(error("pkcs11:token=a?module-path=x"), Missing("object or id"));
        assert_eq!(error("pkcs11:token=a;object=b?module-path=x&pin-value=1234"), Pin);
        assert_eq!(error("pkcs11:token=a;serial=1?module-path=x"), Attribute("serial".into()));
        assert_eq!(error("pkcs11:type=public"), Attribute("type".into()));
        assert_eq!(error("pkcs11:token=a;token=b"), Repeated("token".into()));
        for text in ["%", "%4", "%4g", "a%%41", "%+1", "41%"] {
            assert_eq!(error(&format!("pkcs11:token={text}")), Value("token".into()));
        }
        assert_eq!(error("pkcs11:token"), Value("token".into()));
        assert_eq!(error("pkcs11:slot-id=one"), Value("slot-id".into()));
    }
}
