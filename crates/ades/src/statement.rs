//! Statements by several signers: a JWS with its payload, in the general JSON serialization (RFC 7515, section 7.2.1).
//! Each signature names in `typ` the type of statement that it is for, so that no other signature of the same key counts.

use data_encoding::BASE64URL_NOPAD;
use der::Decode;
use serde::{Deserialize, Serialize};
use spki::SubjectPublicKeyInfoOwned;

use crate::algorithm::{Encoding, PublicKey, Scheme};
use crate::certificate::Certificate;
use crate::key::{PrivateKey, SignError};
use crate::malformed::Malformed;

/// A larger statement is refused unread, in bytes.
const MAX_BYTES: usize = 1024 * 1024;
/// More signatures are refused: each costs a verifier time.
const MAX_SIGNATURES: usize = 8;

/// A payload with signatures. Until [`Statement::is_signed_by`] is asked, none of them is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// In base64url.
    payload: String,
    signatures: Vec<One>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    protected: String,
    signature: String,
}

/// The protected header. Refuses repeated and unknown members, such as `crit`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
}

/// A public key that is trusted without a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedKey(SubjectPublicKeyInfoOwned);

impl PinnedKey {
    /// Reads a `PUBLIC KEY` in PEM (RFC 7468, section 13), as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// When the text is not a public key, or of a kind that is not accepted.
    pub fn from_pem(text: &str) -> Result<Self, Malformed> {
        let block = pem::parse(text).map_err(|_| Malformed::Profile("not a PUBLIC KEY in PEM"))?;
        if block.tag() != "PUBLIC KEY" {
            return Err(Malformed::Profile("not a PUBLIC KEY in PEM"));
        }
        let info = SubjectPublicKeyInfoOwned::from_der(block.contents())?;
        PublicKey::of(&info).ok_or(Malformed::Algorithm)?;
        Ok(Self(info))
    }

    fn public_key(&self) -> Option<PublicKey<'_>> {
        PublicKey::of(&self.0)
    }
}

/// A possible signer of a statement.
#[derive(Debug, Clone, Copy)]
pub enum Speaker<'a> {
    /// The owner of a certificate's key.
    Certificate(&'a Certificate),
    /// The owner of a key.
    Key(&'a PinnedKey),
}

impl Statement {
    /// A statement without signatures.
    #[must_use]
    pub fn new(payload: &[u8]) -> Self {
        Self { payload: BASE64URL_NOPAD.encode(payload), signatures: Vec::new() }
    }

    /// Reads a statement. Unknown members outside the protected header are ignored, as the standard asks.
    ///
    /// # Errors
    /// When this is not such a JWS, is too large, or has too many signatures.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > MAX_BYTES {
            return Err(Malformed::TooLarge);
        }
        let statement: Self = serde_json::from_slice(bytes).map_err(|_| Malformed::Jws)?;
        if statement.signatures.len() > MAX_SIGNATURES {
            return Err(Malformed::Profile("too many signatures"));
        }
        statement.payload()?;
        Ok(statement)
    }

    /// The payload.
    ///
    /// # Errors
    /// When it is not base64url.
    pub fn payload(&self) -> Result<Vec<u8>, Malformed> {
        BASE64URL_NOPAD.decode(self.payload.as_bytes()).map_err(|_| Malformed::Jws)
    }

    /// Adds the signature of a key, for statements of type `typ`.
    ///
    /// # Errors
    /// When the key refuses.
    pub fn sign(&mut self, key: &dyn PrivateKey, typ: &str) -> Result<(), SignError> {
        let header = Header { alg: key.algorithm().jws().to_owned(), typ: typ.to_owned() };
        let protected = BASE64URL_NOPAD.encode(&serde_json::to_vec(&header)?);
        let value = key.sign(self.covered(&protected).as_bytes())?;
        self.signatures.push(One { protected, signature: BASE64URL_NOPAD.encode(&value) });
        Ok(())
    }

    /// Whether one of the signatures is by this key, for statements of type `typ`.
    #[must_use]
    pub fn is_signed_by(&self, speaker: Speaker<'_>, typ: &str) -> bool {
        let key = match speaker {
            Speaker::Certificate(certificate) => certificate.public_key().ok(),
            Speaker::Key(key) => key.public_key(),
        };
        key.is_some_and(|key| self.signatures.iter().any(|one| self.verifies(one, key, typ)))
    }

    fn verifies(&self, one: &One, key: PublicKey<'_>, typ: &str) -> bool {
        let header = BASE64URL_NOPAD.decode(one.protected.as_bytes()).ok();
        let header = header.and_then(|json| serde_json::from_slice::<Header>(&json).ok());
        let value = BASE64URL_NOPAD.decode(one.signature.as_bytes());
        let (Some(header), Ok(value)) = (header, value) else { return false };
        header.typ == typ
            && Scheme::of_jws(&header.alg).is_some_and(|scheme| {
                key.verify(scheme, Encoding::Fixed, self.covered(&one.protected).as_bytes(), &value)
            })
    }

    /// The signing input (RFC 7515, section 5.1).
    fn covered(&self, protected: &str) -> String {
        format!("{protected}.{}", self.payload)
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::{FileKey, SignatureAlgorithm, generate_encrypted};

    const TYP: &str = "example+jws";

    /// A private key, and its public half by `openssl`.
    fn key() -> (FileKey, PinnedKey) {
        let pem = generate_encrypted(SignatureAlgorithm::EcdsaP256Sha256, "secret").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key.pem"), &pem).unwrap();
        let arguments = ["pkey", "-in", "key.pem", "-passin", "pass:secret", "-pubout"];
        let public = Command::new("openssl").current_dir(folder.path()).args(arguments).output().unwrap();
        let public = String::from_utf8(public.stdout).unwrap();
        (FileKey::from_pem(&pem, Some("secret")).unwrap(), PinnedKey::from_pem(&public).unwrap())
    }

    #[test]
    fn each_signer_is_found_and_others_are_not() {
        let ((first, first_public), (second, second_public), (_, stranger)) = (key(), key(), key());
        let mut statement = Statement::new(b"said");
        assert!(!statement.is_signed_by(Speaker::Key(&first_public), TYP), "nobody signed");
        statement.sign(&first, TYP).unwrap();
        statement.sign(&second, TYP).unwrap();
        let json = serde_json::to_string(&statement).unwrap();
        let read = Statement::from_json(json.as_bytes()).unwrap();
        assert_eq!(read.payload().unwrap(), b"said");
        for public in [&first_public, &second_public] {
            assert!(read.is_signed_by(Speaker::Key(public), TYP));
            assert!(!read.is_signed_by(Speaker::Key(public), "other+jws"), "for another kind of statement");
        }
        assert!(!read.is_signed_by(Speaker::Key(&stranger), TYP));
        let other = Statement { payload: BASE64URL_NOPAD.encode(b"other"), ..read };
        assert!(!other.is_signed_by(Speaker::Key(&first_public), TYP));
    }

    #[test]
    fn a_signature_has_one_text() {
        let (private, public) = key();
        let mut statement = Statement::new(b"said");
        statement.sign(&private, TYP).unwrap();
        let good = statement.signatures[0].signature.clone();
        // 64 octets: the last symbol, one of A, Q, g and w, has four bits to spare.
        let (most, last) = good.split_at(85);
        let other_bits = char::from(last.as_bytes()[0] + 1);
        for other in [format!("{good}=="), format!("{most}{other_bits}")] {
            statement.signatures[0].signature.clone_from(&other);
            assert!(!statement.is_signed_by(Speaker::Key(&public), TYP), "{other}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_signed() {
        let (private, public) = key();
        let mut statement = Statement::new(b"said");
        for header in [
            r#"{"alg":"ES256","typ":"example+jws","crit":["x"],"x":1}"#,
            r#"{"alg":"none","typ":"example+jws"}"#,
        ] {
            let protected = BASE64URL_NOPAD.encode(header.as_bytes());
            let value = private.sign(statement.covered(&protected).as_bytes()).unwrap();
            statement.signatures = vec![One { protected, signature: BASE64URL_NOPAD.encode(&value) }];
            assert!(!statement.is_signed_by(Speaker::Key(&public), TYP), "{header}");
        }
        for json in [
            "{}",
            r#"{"payload":"*","signatures":[]}"#,
            r#"{"payload":"","signatures":[{"signature":""}]}"#,
            r#"{"payload":"QQ==","signatures":[]}"#,
            r#"{"payload":"QR","signatures":[]}"#,
        ] {
            assert!(Statement::from_json(json.as_bytes()).is_err(), "{json}");
        }
    }
}
