//! Requests for certificates, read by OpenSSL.

use std::io::Write;
use std::process::{Command, Stdio};

use super::keys::made_by_openssl;
use crate::{FileKey, RequestError, certificate_request};

const SUBJECT: &str = r"CN=Siegel für Tests,2.5.4.97=VATAT-4267095,O=Behörde\, für Tests,C=AT";

fn openssl(request: &str) -> String {
    let mut command = Command::new("openssl");
    command.args("req -verify -noout -text -nameopt utf8,sep_comma_plus,-esc_msb,show_type,sname".split(' '));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(request.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn openssl_reads_and_verifies_a_request() {
    for (options, name) in [
        ("ec -pkeyopt ec_paramgen_curve:P-256", "prime256v1"),
        ("ec -pkeyopt ec_paramgen_curve:P-384", "secp384r1"),
        ("rsa:2048", "rsassaPss"),
    ] {
        let key = FileKey::from_pem(&made_by_openssl(options).0, None).unwrap();
        let said = openssl(&certificate_request(&key, SUBJECT).unwrap());
        assert!(said.contains("verify OK"), "{said}");
        assert!(said.contains(name), "{said}");
        assert!(said.contains("CN=UTF8STRING:Siegel für Tests"), "{said}");
        assert!(said.contains("C=PRINTABLESTRING:AT"), "{said}");
        assert!(said.contains("VATAT-4267095"), "{said}");
    }
}

#[test]
fn invalid_names_are_refused() {
    let pair = rcgen::KeyPair::generate().unwrap();
    let key = FileKey::from_pem(&pair.serialize_pem(), None).unwrap();
    for subject in ["", "Seal", "CN=a,C=ROU", "CN=a,C=rö", "CN=a,X=b"] {
        assert!(matches!(certificate_request(&key, subject), Err(RequestError::Subject)), "{subject}");
    }
}
