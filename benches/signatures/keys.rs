//! A key of each kind, certified under a hierarchy for tests, as the service knows it and as ring does.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use ades::development_pki::DevelopmentPki;
use ades::{Certificate, SigningKey};
use chrono::Utc;
use ring::rand::SystemRandom;
use ring::signature::{self as ring_signature, EcdsaKeyPair, KeyPair, RsaKeyPair, UnparsedPublicKey};

use super::Result;

/// The kinds that are measured, in the order of the columns.
pub const KINDS: [Kind; 3] = [
    Kind { name: "P-256", options: "EC -pkeyopt ec_paramgen_curve:P-256", speed: ("F4", "256") },
    Kind { name: "P-384", options: "EC -pkeyopt ec_paramgen_curve:P-384", speed: ("F4", "384") },
    Kind { name: "RSA-3072", options: "RSA -pkeyopt rsa_keygen_bits:3072", speed: ("F2", "3072") },
];

/// A kind of key.
pub struct Kind {
    pub name: &'static str,
    /// How `openssl genpkey` is asked for one.
    options: &'static str,
    /// How `openssl speed -mr` marks its line: the group of algorithms, and the length of the key.
    pub speed: (&'static str, &'static str),
}

/// A key, both ways.
pub struct Key {
    pub ours: Arc<SigningKey>,
    raw: Raw,
    random: SystemRandom,
}

enum Raw {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
}

impl Key {
    /// Makes one, with a certificate of the hierarchy's issuing CA.
    pub fn of(kind: &Kind, pki: &DevelopmentPki) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let extensions = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n";
        for (name, text) in
            [("issuing.pem", &*pki.issuing_pem), ("issuing.key", &*pki.issuing_key_pem), ("ext", extensions)]
        {
            std::fs::write(folder.path().join(name), text)?;
        }
        openssl(folder.path(), &format!("genpkey -algorithm {} -out key", kind.options))?;
        openssl(folder.path(), "req -new -key key -out csr -subj /CN=seal")?;
        openssl(
            folder.path(),
            "x509 -req -in csr -CA issuing.pem -CAkey issuing.key -set_serial 7 -extfile ext -days 30 -out pem",
        )?;
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name));
        let (key, chain) = (read("key")?, read("pem")? + &pki.issuing_pem);
        let ours = Arc::new(SigningKey::from_pem(&key, &chain, Utc::now())?);
        let random = SystemRandom::new();
        Ok(Self { ours, raw: Raw::of(kind, pem::parse(key)?.contents(), &random)?, random })
    }

    /// What ring alone does. RSA signs by PSS, as the service does unless it is told otherwise.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let refused = |_| "ring does not sign";
        match &self.raw {
            Raw::P256(pair) | Raw::P384(pair) => {
                Ok(pair.sign(&self.random, message).map_err(refused)?.as_ref().to_vec())
            }
            Raw::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let scheme = &ring_signature::RSA_PSS_SHA256;
                pair.sign(scheme, &self.random, message, &mut signature).map_err(refused)?;
                Ok(signature)
            }
        }
    }

    /// The same for verifying.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        let outcome = match &self.raw {
            Raw::P256(pair) => {
                UnparsedPublicKey::new(&ring_signature::ECDSA_P256_SHA256_FIXED, pair.public_key())
                    .verify(message, signature)
            }
            Raw::P384(pair) => {
                UnparsedPublicKey::new(&ring_signature::ECDSA_P384_SHA384_FIXED, pair.public_key())
                    .verify(message, signature)
            }
            Raw::Rsa(pair) => {
                UnparsedPublicKey::new(&ring_signature::RSA_PSS_2048_8192_SHA256, pair.public_key())
                    .verify(message, signature)
            }
        };
        outcome.map_err(|_| "ring does not verify".into())
    }
}

impl Raw {
    fn of(kind: &Kind, pkcs8: &[u8], random: &SystemRandom) -> Result<Self> {
        let refused = |error: ring::error::KeyRejected| error.to_string();
        let ecdsa = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, random).map_err(refused);
        Ok(match kind.name {
            "P-256" => Self::P256(ecdsa(&ring_signature::ECDSA_P256_SHA256_FIXED_SIGNING)?),
            "P-384" => Self::P384(ecdsa(&ring_signature::ECDSA_P384_SHA384_FIXED_SIGNING)?),
            _ => Self::Rsa(Box::new(RsaKeyPair::from_pkcs8(pkcs8).map_err(refused)?)),
        })
    }
}

/// The root of a hierarchy.
pub fn anchors(pki: &DevelopmentPki) -> Result<Vec<Certificate>> {
    Ok(Certificate::all_from_pem(&pki.root_pem)?)
}

fn openssl(folder: &Path, arguments: &str) -> Result<()> {
    let output = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(said.into()) }
}

/// Signatures and verifications a second for each kind, by `openssl speed`.
pub fn openssl_speed() -> Result<[(f64, f64); 3]> {
    let arguments = "speed -mr -seconds 1 ecdsap256 ecdsap384 rsa3072";
    let output = Command::new("openssl").args(arguments.split(' ')).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut rates = [(0.0, 0.0); 3];
    for (kind, rate) in KINDS.iter().zip(&mut rates) {
        let (group, bits) = kind.speed;
        let of_kind = |line: &&str| {
            let mut parts = line.trim_start_matches('+').split(':');
            parts.next() == Some(group) && parts.nth(1) == Some(bits)
        };
        let line = text.lines().find(of_kind).ok_or("openssl speed says nothing")?;
        let values: Vec<f64> =
            line.split(':').skip(3).map(str::parse).collect::<std::result::Result<_, _>>()?;
        // How many a second, or, in older versions, how many seconds for one.
        let a_second = |value: f64| if value > 1.0 { value } else { 1.0 / value };
        match values[..] {
            [sign, verify, ..] => *rate = (a_second(sign), a_second(verify)),
            _ => return Err("openssl speed says something else".into()),
        }
    }
    Ok(rates)
}
