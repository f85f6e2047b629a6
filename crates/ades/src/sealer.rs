//! Signs, verifies the signature, then releases it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use mime::Mime;
use thiserror::Error;

use crate::asic::{self, ContainerError, DataObject};
use crate::cades::SigningTime;
use crate::key::{SignError, SigningKey};
use crate::malformed::Malformed;
use crate::pades::{Draft, PdfError, SignatureField, SignedPdf};
use crate::statement::{Speaker, Statement};
use crate::{cades, jades};

/// Bytes reserved for a signature in a PDF: about 2 KiB at level B-B, mostly certificates. The rest is for a time-stamp,
/// which carries the certificates of its authority.
const PDF_SIGNATURE_BYTES: usize = 16 * 1024;

/// Signs in all formats with one key. Can be shared by threads.
#[derive(Debug)]
pub struct Sealer {
    key: Arc<SigningKey>,
    cades: cades::Signer,
    jades: jades::Signer,
    pdf_field: SignatureField,
}

/// The two signatures over one payload, verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Detached CAdES B-B, DER (`application/pkcs7-signature`).
    pub cades: Vec<u8>,
    /// Detached JAdES B-B, compact JWS (`application/jose`).
    pub jades: String,
}

/// Why no signature was released.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealError {
    /// The certificate is not in its validity period: nobody could accept the signature.
    #[error("the signing time is outside of the certificate's validity period")]
    OutOfValidity,
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The signature cannot be read back.
    #[error("the signature just made is malformed")]
    Malformed(#[from] Malformed),
    /// The PDF cannot be signed.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The files cannot be put into a container.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The signature does not verify: a faulty device, or faulty memory. A faulty ECDSA signature can betray the key,
    /// so it must not be released.
    #[error("the signature just made does not verify")]
    Unsound,
}

impl Sealer {
    /// Encodes the parts that all signatures share.
    ///
    /// # Errors
    /// When a part of the signatures cannot be encoded.
    pub fn new(key: Arc<SigningKey>) -> Result<Self, SignError> {
        let (cades, jades) = (cades::Signer::new(Arc::clone(&key))?, jades::Signer::new(Arc::clone(&key))?);
        Ok(Self { key, cades, jades, pdf_field: SignatureField::default() })
    }

    /// Names the form field of signatures in PDF.
    #[must_use]
    pub fn with_pdf_field(mut self, field: SignatureField) -> Self {
        self.pdf_field = field;
        self
    }

    /// The signing key.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Signs `payload` as CAdES and JAdES, and verifies both with the certificate's public key. Builds no path: the key
    /// was checked when it was loaded.
    ///
    /// # Errors
    /// When the certificate is not valid at `signing_time`, or a signature could not be made or does not verify; then
    /// neither is released. A signature that does not verify stops the key ([`SigningKey::stop`]).
    pub fn seal(
        &self,
        payload: &[u8],
        mime_type: &Mime,
        signing_time: DateTime<Utc>,
    ) -> Result<Sealed, SealError> {
        let leaf = self.key.leaf();
        if !leaf.is_valid_at(signing_time) {
            return Err(SealError::OutOfValidity);
        }
        let cades = self.cades.sign_detached(payload, mime_type, signing_time)?;
        let jades = self.jades.sign_detached(payload, mime_type, signing_time)?;
        let sealed = Sealed { cades, jades };
        self.released(self.is_sound(&sealed, payload))?;
        Ok(sealed)
    }

    /// Signs a statement of type `typ`, and verifies the signature with the certificate's public key.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal_statement(
        &self,
        payload: &[u8],
        typ: &str,
        signing_time: DateTime<Utc>,
    ) -> Result<Statement, SealError> {
        let leaf = self.key.leaf();
        if !leaf.is_valid_at(signing_time) {
            return Err(SealError::OutOfValidity);
        }
        let mut statement = Statement::new(payload);
        self.key.sign_statement(&mut statement, typ)?;
        self.released(Ok(statement.is_signed_by(Speaker::Certificate(leaf), typ)))?;
        Ok(statement)
    }

    /// Releases nothing that is not sound, and stops the key that made it.
    fn released(&self, sound: Result<bool, Malformed>) -> Result<(), SealError> {
        if let Ok(true) = sound {
            return Ok(());
        }
        self.key.stop();
        sound?;
        Err(SealError::Unsound)
    }

    fn is_sound(&self, sealed: &Sealed, payload: &[u8]) -> Result<bool, Malformed> {
        let leaf = self.key.leaf();
        Ok(cades::is_sound(&sealed.cades, payload, leaf)?
            && jades::is_sound(sealed.jades.as_bytes(), payload, leaf)?)
    }

    /// Signs a PDF that is not signed yet (PAdES B-B), and verifies the signature with the certificate's public key.
    ///
    /// # Errors
    /// As [`Sealer::seal`]; also when the file is not a PDF that can be signed.
    pub fn seal_pdf(&self, pdf: &[u8], signing_time: DateTime<Utc>) -> Result<Vec<u8>, SealError> {
        let leaf = self.key.leaf();
        if !leaf.is_valid_at(signing_time) {
            return Err(SealError::OutOfValidity);
        }
        let draft = Draft::new(pdf, &self.pdf_field, signing_time, PDF_SIGNATURE_BYTES)?;
        let covered = draft.signed_bytes();
        let cms = self.cades.sign_for_pdf(&covered)?;
        self.released(cades::is_sound_as(&cms, &covered, leaf, SigningTime::Elsewhere(signing_time)))?;
        let pdf = draft.complete(&cms)?;
        // A hostile file can make a reader find another update than the one just written.
        let read = SignedPdf::read(&pdf)?;
        if read.covered == covered && read.cms == cms { Ok(pdf) } else { Err(SealError::Unsound) }
    }

    /// Puts files into a container and signs it (ASiC-E with CAdES B-B), and verifies the signature with the
    /// certificate's public key.
    ///
    /// # Errors
    /// As [`Sealer::seal`]; also when the files are not such as a container may hold.
    pub fn seal_container(
        &self,
        objects: &[DataObject],
        signing_time: DateTime<Utc>,
    ) -> Result<Vec<u8>, SealError> {
        let leaf = self.key.leaf();
        if !leaf.is_valid_at(signing_time) {
            return Err(SealError::OutOfValidity);
        }
        let manifest = asic::manifest(objects);
        let cms = self.cades.sign_detached(&manifest, &mime::TEXT_XML, signing_time)?;
        self.released(cades::is_sound(&cms, &manifest, leaf))?;
        Ok(asic::write(objects, &manifest, &cms)?)
    }
}
