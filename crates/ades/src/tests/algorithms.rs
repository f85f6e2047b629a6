//! Signatures of every accepted algorithm, made by OpenSSL, verify; others are refused before they are computed.

use std::path::Path;
use std::process::Command;

use der::Decode;
use der::asn1::AnyRef;
use spki::AlgorithmIdentifierRef;

use super::*;
use crate::algorithm::Scheme;
use crate::{Digest, Malformed, Outcome, SubIndication, Verdict};

/// Makes a root with a key of one kind, a seal below it with a key of another, and signs the payload.
pub(super) struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    pub(super) fn new(root: &str, seal: &str) -> Self {
        let case = Self { folder: tempfile::tempdir().unwrap() };
        let (seal_extensions, root_extensions) = (
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n",
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n",
        );
        std::fs::write(case.path().join("seal.ext"), seal_extensions).unwrap();
        std::fs::write(case.path().join("root.ext"), root_extensions).unwrap();
        std::fs::write(case.path().join("payload"), PAYLOAD).unwrap();
        case.openssl(&format!("genpkey -out root.key {root}"));
        case.openssl(&format!("genpkey -out seal.key {seal}"));
        for name in ["root", "seal"] {
            case.openssl(&format!("req -new -key {name}.key -out {name}.csr -subj /CN={name}"));
        }
        case.openssl("x509 -req -in root.csr -signkey root.key -extfile root.ext -days 30 -out root.pem");
        case
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl").current_dir(self.path()).args(arguments.split(' ')).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub(super) fn certify(&self, options: &str) {
        let command =
            "x509 -req -in seal.csr -CA root.pem -CAkey root.key -set_serial 7 -extfile seal.ext -days 9";
        self.openssl(&format!("{command} -out seal.pem{options}"));
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap()
    }

    /// A CAdES signature over the payload.
    pub(super) fn sign(&self, options: &str) -> Vec<u8> {
        self.openssl(&format!(
            "cms -sign -binary -cades -nosmimecap -in payload -signer seal.pem -inkey seal.key -outform DER -out p7s{options}"
        ));
        self.read("p7s")
    }

    /// CAdES by pyHanko and JAdES by jwcrypto over the payload.
    pub(super) fn sign_by_strangers(&self, algorithm: &str) -> [Vec<u8>; 2] {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/run");
        let arguments = ["sign.py", algorithm, "seal.key", "seal.pem", "payload", "p7s", "jws"];
        let output = Command::new(script).current_dir(self.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{algorithm}: {}", String::from_utf8_lossy(&output.stderr));
        [self.read("p7s"), self.read("jws")]
    }

    /// Trusts the root.
    fn verifier(&self) -> Verifier {
        let root = String::from_utf8(self.read("root.pem")).unwrap();
        Verifier::new(Certificate::all_from_pem(&root).unwrap(), Vec::new())
    }

    fn verify(&self, options: &str) -> Result<Verdict, Malformed> {
        self.verifier().verify(&self.sign(options), PAYLOAD, Utc::now())
    }
}

pub(super) const P256: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
pub(super) const P384: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-384";
pub(super) const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
const RSA_3072: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:3072";
pub(super) const ED25519: &str = "-algorithm ED25519";

/// PSS with a salt as long as the hash.
pub(super) fn pss(hash: &str, salt: u8) -> String {
    format!(" -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:{salt} -md {hash}")
}

#[test]
fn every_accepted_algorithm_verifies() {
    for (root, seal, options) in [
        (P256, P256, " -md sha256"),
        (P384, P384, " -md sha384"),
        (RSA, P384, " -md sha256"),
        (P384, RSA, " -md sha256"),
        (ED25519, RSA_3072, " -md sha512"),
        (P256, RSA_3072, &pss("sha256", 32)),
        (P256, RSA, &pss("sha384", 48)),
        (P256, RSA, &pss("sha512", 64)),
    ] {
        let case = Case::new(root, seal);
        case.certify("");
        let verdict = case.verify(options).unwrap();
        assert_eq!(verdict.outcome(), Outcome::TotalPassed, "{seal} under {root}{options}");
    }
}

#[test]
fn what_strangers_sign_by_every_accepted_algorithm_verifies() {
    for (key, algorithms) in [
        (ED25519, &["EdDSA"][..]),
        (P256, &["ES256"]),
        (P384, &["ES384"]),
        (RSA_3072, &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
    ] {
        let case = Case::new(P384, key);
        case.certify("");
        for algorithm in algorithms {
            let verify = |signature: &[u8], payload| case.verifier().verify(signature, payload, Utc::now());
            let [cades, jades] = case.sign_by_strangers(algorithm);
            assert!(verify(&jades, PAYLOAD).unwrap().is_valid(), "{algorithm}");
            assert!(!verify(&jades, b"{}").unwrap().signature_valid, "{algorithm}");
            if algorithm.starts_with("PS") {
                // pyHanko's salt is as long as the key allows, which is not the one of RFC 4056.
                assert!(matches!(verify(&cades, PAYLOAD), Err(Malformed::Algorithm)), "{algorithm}");
            } else {
                assert!(verify(&cades, PAYLOAD).unwrap().is_valid(), "{algorithm}");
                assert!(!verify(&cades, b"{}").unwrap().intact, "{algorithm}");
            }
        }
    }
}

#[test]
fn sha_1_and_short_rsa_are_refused_in_signatures() {
    let refused = Outcome::Indeterminate(SubIndication::CryptoConstraintsFailure);
    let case = Case::new(P256, RSA);
    case.certify("");
    assert_eq!(case.verify(" -md sha1").unwrap_err().outcome(), refused);
    assert_eq!(case.verify(&pss("sha256", 20)).unwrap_err().outcome(), refused, "a salt of another length");
    let short = Case::new(P256, "-algorithm RSA -pkeyopt rsa_keygen_bits:1024");
    short.certify("");
    assert_eq!(short.verify(" -md sha256").unwrap_err().outcome(), refused);
}

#[test]
fn sha_1_and_short_rsa_are_refused_in_certificates() {
    let refused = Outcome::Indeterminate(SubIndication::CryptoConstraintsFailure);
    let case = Case::new(RSA, P256);
    case.certify(" -sha1");
    assert_eq!(case.verify(" -md sha256").unwrap().outcome(), refused);
    let short = Case::new("-algorithm RSA -pkeyopt rsa_keygen_bits:1024", P256);
    short.certify("");
    let outcome = short.verify(" -md sha256").unwrap().outcome();
    assert_eq!(outcome, Outcome::Indeterminate(SubIndication::NoCertificateChainFound));
}

#[test]
fn a_p384_key_seals_in_both_formats() {
    let case = Case::new(P384, P384);
    case.certify("");
    let read = |name: &str| std::fs::read_to_string(case.path().join(name)).unwrap();
    let key = SigningKey::from_pem(&read("seal.key"), &read("seal.pem"), Utc::now()).unwrap();
    let sealed = seal(&Sealer::new(Arc::new(key)).unwrap());
    let verifier = Verifier::new(Certificate::all_from_pem(&read("root.pem")).unwrap(), Vec::new());
    for signature in [&sealed.cades, sealed.jades.as_bytes()] {
        assert!(verifier.verify(signature, PAYLOAD, Utc::now()).unwrap().is_valid());
    }
    std::fs::write(case.path().join("sealed"), &sealed.cades).unwrap();
    case.openssl("cms -verify -binary -cades -purpose any -inform DER -in sealed -content payload -CAfile root.pem -out out");
}

#[test]
fn identifiers_of_algorithms_have_their_parameters_and_agree_with_each_other() {
    let id = |oid: &str, parameters: &'static [u8]| {
        let parameters = (!parameters.is_empty()).then(|| AnyRef::from_der(parameters).unwrap());
        AlgorithmIdentifierRef { oid: oid.parse().unwrap(), parameters }
    };
    let (ecdsa_256, ecdsa_384, ed25519) = ("1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.3.101.112");
    let (rsa_256, rsa, sha_256) = ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1", "2.16.840.1.101.3.4.2.1");
    const NULL: &[u8] = &[5, 0];
    const OTHER: &[u8] = &[4, 0];
    for (oid, good, bad) in
        [(ecdsa_256, &[][..], NULL), (ecdsa_384, &[], NULL), (rsa_256, NULL, &[]), (ed25519, &[], NULL)]
    {
        assert!(Scheme::named(id(oid, good)).is_some() && Scheme::named(id(oid, bad)).is_none(), "{oid}");
    }
    assert!(Digest::named(id(sha_256, &[])).is_some() && Digest::named(id(sha_256, NULL)).is_some());
    assert!(Digest::named(id(sha_256, OTHER)).is_none());
    for (oid, parameters, digest, agree) in [
        (ecdsa_256, &[][..], Digest::Sha256, true),
        (ecdsa_384, &[], Digest::Sha256, false),
        (rsa_256, NULL, Digest::Sha512, false),
        (rsa, NULL, Digest::Sha384, true),
        (rsa, &[], Digest::Sha384, false),
        (ed25519, &[], Digest::Sha512, true),
        (ed25519, &[], Digest::Sha256, false),
    ] {
        let scheme = Scheme::of_signer_info(id(oid, parameters), digest);
        assert_eq!(scheme.is_some(), agree, "{oid} with {digest:?}");
    }
}

#[test]
fn pss_goes_with_one_hash_and_its_mask_and_a_salt_of_its_length() {
    let digest = |last: u8| [0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last];
    let parameters = |hash: u8, mask: u8, function: u8, salt: u8| {
        let mgf = [&[0x30, 24, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, function], &digest(mask)[..]];
        let parts = [&[0xa0, 13][..], &digest(hash), &[0xa1, 26], &mgf.concat(), &[0xa2, 3, 2, 1, salt]];
        let content = parts.concat();
        [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    };
    let accepted = |hash, mask, function, salt| {
        let parameters = parameters(hash, mask, function, salt);
        let parameters = Some(AnyRef::from_der(&parameters).unwrap());
        Scheme::named(AlgorithmIdentifierRef { oid: "1.2.840.113549.1.1.10".parse().unwrap(), parameters })
            .is_some()
    };
    // SHA-256 is 1, MGF1 is 8.
    assert!(accepted(1, 1, 8, 32));
    assert!(!accepted(1, 2, 8, 32) && !accepted(1, 1, 9, 32) && !accepted(1, 1, 8, 20));
}
