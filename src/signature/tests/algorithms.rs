//! Signatures of every accepted algorithm, made by OpenSSL, verify; others are refused before they are computed.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::signature::{Malformed, Outcome, SubIndication, Verdict};

/// Makes a root with a key of one kind, a seal below it with a key of another, and signs the payload.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new(root: &str, seal: &str) -> Self {
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

    fn certify(&self, options: &str) {
        let command =
            "x509 -req -in seal.csr -CA root.pem -CAkey root.key -set_serial 7 -extfile seal.ext -days 9";
        self.openssl(&format!("{command} -out seal.pem{options}"));
    }

    fn verify(&self, options: &str) -> Result<Verdict, Malformed> {
        self.openssl(&format!(
            "cms -sign -binary -cades -nosmimecap -in payload -signer seal.pem -inkey seal.key -outform DER -out p7s{options}"
        ));
        let read = |name: &str| std::fs::read(self.path().join(name)).unwrap();
        let root = String::from_utf8(read("root.pem")).unwrap();
        let verifier = Verifier::new(Certificate::all_from_pem(&root).unwrap(), Vec::new());
        verifier.verify(&read("p7s"), PAYLOAD, Utc::now())
    }
}

const P256: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const P384: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-384";
const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
const ED25519: &str = "-algorithm ED25519";

#[test]
fn every_accepted_algorithm_verifies() {
    let pss = " -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32 -md sha256";
    for (root, seal, options) in [
        (P256, P256, " -md sha256"),
        (P384, P384, " -md sha384"),
        (RSA, P384, " -md sha256"),
        (P384, RSA, " -md sha256"),
        (ED25519, RSA, " -md sha512"),
        (P256, RSA, pss),
    ] {
        let case = Case::new(root, seal);
        case.certify("");
        let verdict = case.verify(options).unwrap();
        assert_eq!(verdict.outcome(), Outcome::TotalPassed, "{seal} under {root}{options}");
    }
}

#[test]
fn sha_1_and_short_rsa_are_refused_in_signatures() {
    let refused = Outcome::Indeterminate(SubIndication::CryptoConstraintsFailure);
    let case = Case::new(P256, RSA);
    case.certify("");
    assert_eq!(case.verify(" -md sha1").unwrap_err().outcome(), refused);
    let pss = " -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20 -md sha256";
    assert_eq!(case.verify(pss).unwrap_err().outcome(), refused, "a salt of another length");
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
