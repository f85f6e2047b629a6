//! Private keys: in encrypted files, and faulty ones.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::signature::{Curve, FileKey, KeyError, PrivateKey, SealError, SignError};

/// The seal's key as `openssl pkcs8 -topk8` encrypts it.
fn encrypted(pki: &DevelopmentPki, options: &str, passphrase: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.pem"), &pki.seal_key_pem).unwrap();
    let mut command = Command::new("openssl");
    command.current_dir(folder.path()).args("pkcs8 -topk8 -in key.pem -out out.pem".split(' '));
    let output =
        command.args(options.split(' ')).args(["-passout", &format!("pass:{passphrase}")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(folder.path().join("out.pem")).unwrap()
}

#[test]
fn a_key_that_openssl_encrypted_opens_with_its_passphrase_alone() {
    let pki = new_pki();
    for options in
        ["-v2 aes-256-cbc", "-v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 20000", "-scrypt -scrypt_N 1024"]
    {
        let key = encrypted(&pki, options, "a long one");
        assert!(key.contains("ENCRYPTED PRIVATE KEY"));
        let open =
            |passphrase| FileKey::from_pem(&key, passphrase).map(|key| Box::new(key) as Box<dyn PrivateKey>);
        let sealing = SigningKey::new(open(Some("a long one")).unwrap(), &pki.seal_chain_pem, now()).unwrap();
        let sealed = seal(&Sealer::new(Arc::new(sealing)).unwrap());
        assert!(verifier(&pki).verify_cades(&sealed.cades, PAYLOAD, now()).unwrap().is_valid(), "{options}");
        assert!(matches!(open(Some("another one")).err(), Some(KeyError::Passphrase)));
        assert!(matches!(open(None).err(), Some(KeyError::NoPassphrase)));
    }
}

#[test]
fn old_ways_of_encrypting_a_key_are_refused() {
    let key = encrypted(&new_pki(), "-v1 PBE-SHA1-3DES", "a long one");
    assert!(FileKey::from_pem(&key, Some("a long one")).is_err());
}

#[test]
fn p384_keys_sign_too() {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let key = FileKey::from_pem(&pair.serialize_pem(), None).unwrap();
    assert_eq!(key.curve(), Curve::P384);
    let signature = key.sign(b"message").unwrap();
    assert_eq!(signature.len(), 96);
    assert!(Curve::P384.verify(key.point(), b"message", &signature));
    assert!(!Curve::P384.verify(key.point(), b"massage", &signature));
}

/// A key whose signatures can be made wrong, as by faulty memory.
struct Faulty {
    key: FileKey,
    wrong: Arc<AtomicBool>,
}

impl PrivateKey for Faulty {
    fn curve(&self) -> Curve {
        self.key.curve()
    }

    fn point(&self) -> &[u8] {
        self.key.point()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = self.key.sign(message)?;
        signature[20] ^= u8::from(self.wrong.load(Ordering::Relaxed));
        Ok(signature)
    }
}

fn faulty(pki: &DevelopmentPki, wrong: &Arc<AtomicBool>) -> Result<SigningKey, KeyError> {
    let key = FileKey::from_pem(&pki.seal_key_pem, None).unwrap();
    SigningKey::new(Box::new(Faulty { key, wrong: Arc::clone(wrong) }), &pki.seal_chain_pem, now())
}

#[test]
fn one_wrong_signature_stops_a_key_for_good() {
    let (pki, wrong) = (new_pki(), Arc::new(AtomicBool::new(false)));
    let sealer = Sealer::new(Arc::new(faulty(&pki, &wrong).unwrap())).unwrap();
    let seal = || sealer.seal(PAYLOAD, &mime::APPLICATION_JSON, now());
    assert!(seal().is_ok() && sealer.key().ping().is_ok());
    wrong.store(true, Ordering::Relaxed);
    assert!(matches!(seal(), Err(SealError::Unsound)));
    wrong.store(false, Ordering::Relaxed);
    assert!(matches!(seal(), Err(SealError::Sign(SignError::Stopped))), "even when it would be right again");
    assert!(matches!(sealer.key().ping(), Err(SignError::Stopped)));
    assert!(sealer.key().is_stopped());
}

#[test]
fn a_key_that_signs_wrongly_is_not_taken() {
    let wrong = Arc::new(AtomicBool::new(true));
    assert!(matches!(faulty(&new_pki(), &wrong), Err(KeyError::Unsound)));
}
