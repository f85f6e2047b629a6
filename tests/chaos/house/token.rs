//! A device that holds the seal's key: SoftHSM, the one that Debian has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::nodes::Node;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "271828";

pub struct Token {
    configuration: PathBuf,
    tokens: PathBuf,
}

impl Token {
    /// A token with this key; None where SoftHSM is not installed.
    pub fn make(folder: &Path, key_pem: &str) -> Option<Self> {
        let token = Self { configuration: folder.join("softhsm2.conf"), tokens: folder.join("tokens") };
        let key = folder.join("token-key.pem");
        fs::create_dir_all(&token.tokens).unwrap();
        fs::write(&key, key_pem).unwrap();
        let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", token.tokens.display());
        fs::write(&token.configuration, text).unwrap();
        let key = key.to_str().unwrap();
        let made = token.softhsm(&[
            "--init-token",
            "--free",
            "--label",
            "seal",
            "--pin",
            PIN,
            "--so-pin",
            "31415926",
        ]) && token
            .softhsm(&["--import", key, "--token", "seal", "--label", "key", "--id", "01", "--pin", PIN]);
        made.then_some(token)
    }

    fn softhsm(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("softhsm2-util");
        let output = command.args(arguments).env("SOFTHSM2_CONF", &self.configuration).output();
        output.is_ok_and(|output| output.status.success())
    }

    /// From its next start on this node has its key here.
    pub fn give_to(&self, node: &mut Node) {
        node.set("SOFTHSM2_CONF", self.configuration.to_str());
        let key = format!("pkcs11:token=seal;object=key?module-path={MODULE}");
        node.set("CAZIER_SEAL_KEY", Some(&key));
        node.set("CAZIER_SEAL_PIN", Some(PIN));
    }

    /// Takes the device away, or puts it back.
    pub fn pull(&self, away: bool) -> bool {
        let elsewhere = self.tokens.with_extension("away");
        let (from, to) = if away { (&self.tokens, &elsewhere) } else { (&elsewhere, &self.tokens) };
        fs::rename(from, to).is_ok()
    }
}
