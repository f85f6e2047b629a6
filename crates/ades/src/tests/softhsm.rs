//! Keys in a device, by PKCS#11. The device is SoftHSM2, the one that Debian has.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::keys::{made_by_openssl, sealing_algorithm};
use super::*;
use crate::{KeyError, Pkcs11Error, Pkcs11Uri, PrivateKey, RsaScheme, SignatureAlgorithm, TokenKey};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "271828";
const DEADLINE: Duration = Duration::from_secs(5);

/// Names the folder of the token, in the process that has one.
const FOLDER: &str = "ADES_TEST_TOKEN";

/// Runs `work` with a token of its own. SoftHSM reads its settings from the environment, and an environment can be
/// given to a new process alone: the test of this name runs again in one.
fn with_token(test: &str, work: impl FnOnce(&Path)) {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return work(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let (conf, tokens) = (folder.path().join("softhsm2.conf"), folder.path().join("tokens"));
    std::fs::create_dir(&tokens).unwrap();
    std::fs::write(&conf, format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display()))
        .unwrap();
    let module = module_path!().split_once("::").unwrap().1;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&format!("{module}::{test}"), "--exact", "--nocapture"]);
    let output = command.env("SOFTHSM2_CONF", conf).env(FOLDER, folder.path()).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn softhsm(arguments: &[&str]) {
    let output = Command::new("softhsm2-util").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Makes the token, and puts keys into it: PEM, label, identifier.
fn fill(folder: &Path, keys: &[(&str, &str, &str)]) {
    softhsm(&["--init-token", "--free", "--label", "seal", "--pin", PIN, "--so-pin", "31415926"]);
    for (pem, label, id) in keys {
        let file: PathBuf = folder.join(format!("{id}.pem"));
        std::fs::write(&file, pem).unwrap();
        let file = file.to_str().unwrap();
        softhsm(&["--import", file, "--token", "seal", "--label", label, "--id", id, "--pin", PIN]);
    }
}

fn open(path: &str, pin: &str) -> Result<TokenKey, KeyError> {
    let uri = Pkcs11Uri::parse(&format!("pkcs11:{path}?module-path={MODULE}")).unwrap();
    TokenKey::open(&uri, pin, RsaScheme::Pss, DEADLINE)
}

fn refusal(path: &str, pin: &str) -> String {
    chain(&open(path, pin).err().unwrap())
}

#[test]
fn a_key_in_a_token_seals() {
    with_token("a_key_in_a_token_seals", |folder| {
        let pki = new_pki();
        fill(folder, &[(&pki.seal_key_pem, "2026", "01")]);
        let key = open("token=seal;object=2026", PIN).unwrap();
        assert!(key.is_remote() && key.ping().is_ok());
        let key = SigningKey::new(Box::new(key), &pki.seal_chain_pem, now()).unwrap();
        let sealer = Sealer::new(Arc::new(key)).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let sealed = seal(&sealer);
                    let cades = verifier(&pki).verify_cades(&sealed.cades, PAYLOAD, now()).unwrap();
                    let jades = verifier(&pki).verify_jades(sealed.jades.as_bytes(), PAYLOAD, now()).unwrap();
                    assert!(cades.is_valid() && jades.is_valid());
                });
            }
        });
        let other = open("token=seal;id=%01", PIN).unwrap();
        let error = SigningKey::new(Box::new(other), &new_pki().seal_chain_pem, now());
        assert!(matches!(error, Err(KeyError::Mismatch)));
    });
}

#[test]
fn keys_of_every_kind_in_a_token_seal() {
    with_token("keys_of_every_kind_in_a_token_seal", |folder| {
        let (large, large_chain) = made_by_openssl("ec -pkeyopt ec_paramgen_curve:P-384");
        let (rsa, rsa_chain) = made_by_openssl("rsa:3072");
        fill(folder, &[(&large, "large", "01"), (&rsa, "rsa", "02")]);
        let large = open("token=seal;object=large", PIN).unwrap();
        assert_eq!(sealing_algorithm(Box::new(large), &large_chain), SignatureAlgorithm::EcdsaP384Sha384);
        let uri = Pkcs11Uri::parse(&format!("pkcs11:token=seal;object=rsa?module-path={MODULE}")).unwrap();
        for (scheme, algorithm) in [
            (RsaScheme::Pss, SignatureAlgorithm::RsaPssSha256),
            (RsaScheme::Pkcs1, SignatureAlgorithm::RsaPkcs1Sha256),
        ] {
            let key = TokenKey::open(&uri, PIN, scheme, DEADLINE).unwrap();
            assert_eq!(sealing_algorithm(Box::new(key), &rsa_chain), algorithm);
        }
    });
}

#[test]
fn what_does_not_lead_to_one_key_is_told() {
    with_token("what_does_not_lead_to_one_key_is_told", |folder| {
        let (one, other) = (new_pki(), new_pki());
        fill(folder, &[(&one.seal_key_pem, "twin", "01"), (&other.seal_key_pem, "twin", "02")]);
        let place = "token=seal;object=twin";
        assert_eq!(refusal(place, "999999"), "the device failed: PinIncorrect in Login");
        assert_eq!(refusal("token=other;object=twin", PIN), "the device failed: there is no such token");
        assert_eq!(
            refusal("token=seal;object=one", PIN),
            "the device failed: the token holds no such private key"
        );
        assert!(refusal(place, PIN).contains("more than one such private key"));
        assert!(open("token=seal;object=twin;id=%02", PIN).is_ok());
        let uri = Pkcs11Uri::parse("pkcs11:token=seal;object=twin?module-path=/nowhere.so").unwrap();
        let error = TokenKey::open(&uri, PIN, RsaScheme::Pss, DEADLINE).err().unwrap();
        let KeyError::Device(device) = &error else { panic!("{error:?}") };
        assert!(matches!(device.cause().downcast_ref(), Some(Pkcs11Error::Library(_))), "{}", chain(&error));
    });
}
