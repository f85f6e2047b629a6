use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::trust::{PAYLOAD, VERIFIER, now};
use ades::jades;

const BASIC: &str = include_str!("../../seeds/jws/good-b-b.jws");
const STAMPED: &str = include_str!("../../seeds/jws/good-b-t.jws");

/// JAdES: only the good files are accepted. Base64 is opaque to a fuzzer, so the bytes are also used as the JSON inside
/// it: as the protected header of a good signature, and as a member of `etsiU`.
pub fn jws(bytes: &[u8]) {
    check(bytes);
    let encoded = BASE64URL_NOPAD.encode(bytes);
    let (header, value) = BASIC.split_once("..").unwrap();
    check(format!("{encoded}..{value}").as_bytes());
    let stamped = json!({ "protected": header, "signature": value, "header": { "etsiU": [encoded] } });
    check(stamped.to_string().as_bytes());
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = jades::signature_value(text);
    }
}

fn check(bytes: &[u8]) {
    if let Ok(verdict) = VERIFIER.verify_jades(bytes, PAYLOAD, now()) {
        let says = said(bytes);
        assert!(!verdict.is_valid() || [BASIC, STAMPED].iter().any(|good| says == said(good.as_bytes())));
    }
}

/// The content of a signature, however its JSON is written: white space, the order of members and an outer object make no
/// difference.
fn said(bytes: &[u8]) -> Option<(String, String, Vec<Value>)> {
    let text = std::str::from_utf8(bytes).ok()?;
    if let Some((header, value)) = text.split_once("..") {
        return Some((header.to_owned(), value.to_owned(), Vec::new()));
    }
    let json: Value = serde_json::from_str(text).ok()?;
    let member = |name: &str| json[name].as_str().map(str::to_owned);
    let inner = |encoded: &Value| {
        let bytes = BASE64URL_NOPAD.decode(encoded.as_str()?.as_bytes()).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let unprotected = json["header"]["etsiU"].as_array().into_iter().flatten().filter_map(inner).collect();
    Some((member("protected")?, member("signature")?, unprotected))
}
