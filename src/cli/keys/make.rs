//! Generates keys, and the requests for their certificates. Never overwrites a file.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use clap::ValueEnum;

use super::super::Failure;
use crate::config::Config;
use crate::server::assembly;
use ades::{SignatureAlgorithm, certificate_request, generate_encrypted};

/// A curve, by its name on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum CurveName {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
}

/// Generates a key in an encrypted file.
pub(super) fn key(config: &Config, path: &Path, curve: CurveName) -> Result<(), Failure> {
    let missing = "CAZIER_SEAL_KEY_PASSPHRASE is not set: a key is never written unencrypted";
    let passphrase = config.seal_key_passphrase.as_ref().ok_or(missing)?;
    let curve = match curve {
        CurveName::P256 => SignatureAlgorithm::EcdsaP256Sha256,
        CurveName::P384 => SignatureAlgorithm::EcdsaP384Sha384,
    };
    write_new(path, &generate_encrypted(curve, passphrase)?)
}

/// Prints a certificate request.
pub(super) fn request(config: &Config, key: &str, subject: &str) -> Result<(), Failure> {
    let key = assembly::seal_key(config, key)?.open()?;
    Ok(std::io::stdout().write_all(certificate_request(key.as_ref(), subject)?.as_bytes())?)
}

/// Writes a new file, readable only by its owner.
pub(in crate::cli) fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file.write_all(text.as_bytes())?)
}
