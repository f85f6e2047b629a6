//! Private keys: in encrypted files, and faulty ones.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::asic::DataObject;
use crate::{FileKey, KeyError, PrivateKey, RsaScheme, SealError, SignError, SignatureAlgorithm};

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

/// A key that OpenSSL makes, with a certificate that speaks for it.
pub(super) fn made_by_openssl(options: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let request = format!(
        "req -x509 -newkey {options} -nodes -keyout key.pem -out leaf.pem -days 30 -subj /O=somebody/CN=seal \
         -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,nonRepudiation"
    );
    let output =
        Command::new("openssl").current_dir(folder.path()).args(request.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    (read("key.pem"), read("leaf.pem"))
}

fn one_object() -> [DataObject; 1] {
    [DataObject { name: "payload.json".into(), bytes: PAYLOAD.to_vec() }]
}

/// Seals in every format, which verifies what was signed, and answers by which algorithm.
pub(super) fn sealing_algorithm(key: Box<dyn PrivateKey>, chain: &str) -> SignatureAlgorithm {
    let key = SigningKey::new(key, chain, Utc::now()).unwrap();
    let algorithm = key.algorithm();
    let sealer = Sealer::new(Arc::new(key)).unwrap();
    let sealed = sealer.seal(PAYLOAD, &mime::APPLICATION_JSON, Utc::now()).unwrap();
    assert!(sealed.jades.len() > 100);
    let pdf = sealer.seal_pdf(&super::pdf::plain_pdf(), Utc::now()).unwrap();
    let container = sealer.seal_container(&one_object(), Utc::now()).unwrap();
    let trusting = Verifier::new(Vec::new(), Vec::new());
    let (in_container, _) = trusting.verify_container(&container, Utc::now()).unwrap();
    for verdict in [trusting.verify_pdf(&pdf, Utc::now()).unwrap(), in_container] {
        assert!(verdict.intact && verdict.signature_valid, "{algorithm:?}");
    }
    algorithm
}

#[test]
fn keys_of_every_kind_seal() {
    use SignatureAlgorithm::{EcdsaP256Sha256, EcdsaP384Sha384, RsaPkcs1Sha256, RsaPssSha256};
    for (options, scheme, algorithm) in [
        ("ec -pkeyopt ec_paramgen_curve:P-256", RsaScheme::Pss, EcdsaP256Sha256),
        ("ec -pkeyopt ec_paramgen_curve:P-384", RsaScheme::Pkcs1, EcdsaP384Sha384),
        ("rsa:3072", RsaScheme::Pss, RsaPssSha256),
        ("rsa:3072", RsaScheme::Pkcs1, RsaPkcs1Sha256),
    ] {
        let (key, chain) = made_by_openssl(options);
        let key = FileKey::from_pem(&key, None).unwrap().signing_rsa_by(scheme);
        assert_eq!(sealing_algorithm(Box::new(key), &chain), algorithm);
    }
}

#[test]
fn short_rsa_keys_are_refused() {
    let (key, _) = made_by_openssl("rsa:1024");
    assert!(matches!(FileKey::from_pem(&key, None).err(), Some(KeyError::Pkcs8(_))));
}

/// A key whose signatures can be made wrong, as by faulty memory.
struct Faulty {
    key: FileKey,
    wrong: Arc<AtomicBool>,
}

impl PrivateKey for Faulty {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn public_key(&self) -> &[u8] {
        self.key.public_key()
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
fn a_wrong_signature_leaves_in_no_format() {
    type Seal = fn(&Sealer) -> Result<(), SealError>;
    let seals: [(&str, Seal); 3] = [
        ("CAdES and JAdES", |sealer| sealer.seal(PAYLOAD, &mime::APPLICATION_JSON, now()).map(drop)),
        ("PAdES", |sealer| sealer.seal_pdf(&super::pdf::plain_pdf(), now()).map(drop)),
        ("ASiC-E", |sealer| sealer.seal_container(&one_object(), now()).map(drop)),
    ];
    for (format, seal) in seals {
        let (pki, wrong) = (new_pki(), Arc::new(AtomicBool::new(false)));
        let sealer = Sealer::new(Arc::new(faulty(&pki, &wrong).unwrap())).unwrap();
        assert!(seal(&sealer).is_ok(), "{format}");
        wrong.store(true, Ordering::Relaxed);
        assert!(matches!(seal(&sealer), Err(SealError::Unsound)), "{format}");
        assert!(sealer.key().is_stopped(), "{format}");
    }
    let sealer = sealer(&new_pki());
    let late = now() + days(366);
    assert!(matches!(sealer.seal_pdf(&super::pdf::plain_pdf(), late), Err(SealError::OutOfValidity)));
    assert!(matches!(sealer.seal_container(&one_object(), late), Err(SealError::OutOfValidity)));
}

#[test]
fn a_key_that_signs_wrongly_is_not_taken() {
    let wrong = Arc::new(AtomicBool::new(true));
    assert!(matches!(faulty(&new_pki(), &wrong), Err(KeyError::Unsound)));
}
