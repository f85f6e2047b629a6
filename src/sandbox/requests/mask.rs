//! Secrets, and how they are hidden: by the name of their member, and by their form wherever they stand.

use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::person::Cnp;

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
}

/// What stands in the place of a secret.
pub(super) const HIDDEN: &str = "***";

/// Parts of names of members whose values are secrets.
const SECRET: [&str; 8] =
    ["password", "token", "secret", "assertion", "otp", "nonce", "qr_svg", "redirect_url"];
/// Names that only look like those of secrets.
const OPEN: [&str; 3] = ["token_type", "password_set", "recovery_codes_left"];
/// The length of a CNP.
const CNP: usize = 13;

/// Returns whether a member, a parameter or a field of this name is a secret.
fn is_secret(side: Side, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if OPEN.contains(&name.as_str()) {
        return false;
    }
    let is_code = name.ends_with("_code") || name.ends_with("_codes");
    let of_requests = side == Side::Request && (name == "code" || name == "state");
    is_code || of_requests || SECRET.iter().any(|part| name.contains(part))
}

/// Hides the secrets of a JSON document; `None` if it is none.
pub(super) fn json(side: Side, bytes: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    serde_json::to_string(&hidden(side, value)).ok()
}

fn hidden(side: Side, value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members_of(side, members)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| hidden(side, item)).collect()),
        Value::String(value) => Value::String(text(&value)),
        Value::Number(number) if Cnp::parse(&number.to_string()).is_ok() => Value::String(HIDDEN.to_owned()),
        other => other,
    }
}

fn members_of(side: Side, members: Map<String, Value>) -> Map<String, Value> {
    let member = |(name, value): (String, Value)| {
        let value = match value {
            Value::Null | Value::Bool(_) => value,
            _ if is_secret(side, &name) => Value::String(HIDDEN.to_owned()),
            // The codes of problems, rules and reasons are words; a code that opens something is none.
            Value::String(code) if name == "code" && !is_word(&code) => Value::String(HIDDEN.to_owned()),
            value => hidden(side, value),
        };
        (text(&name), value)
    };
    members.into_iter().map(member).collect()
}

fn is_word(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-')
}

/// Hides the secrets of a query or a form.
pub(super) fn pairs(encoded: &str) -> String {
    let pairs = form_urlencoded::parse(encoded.as_bytes()).map(|(name, value)| {
        let value = if is_secret(Side::Request, &name) { HIDDEN.to_owned() } else { text(&value) };
        format!("{}={value}", text(&name))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Hides the secrets of a path; a long segment is none of ours.
pub(super) fn path(path: &str) -> String {
    text(&path.chars().take(512).collect::<String>())
}

/// Shows the scheme of credentials alone.
pub(super) fn credentials(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) if ["bearer", "basic", "dpop"].contains(&scheme.to_ascii_lowercase().as_str()) => {
            format!("{scheme} {HIDDEN}")
        }
        _ => HIDDEN.to_owned(),
    }
}

/// Shows the names of cookies, and the attributes of one that is set.
pub(super) fn cookies(value: &str) -> String {
    const ATTRIBUTES: [&str; 5] = ["path", "samesite", "max-age", "expires", "domain"];
    let part = |part: &str| match part.trim().split_once('=') {
        Some((name, value)) if ATTRIBUTES.contains(&name.to_ascii_lowercase().as_str()) => {
            format!("{name}={}", text(value))
        }
        Some((name, _)) => format!("{}={HIDDEN}", text(name)),
        None => match part.trim().to_ascii_lowercase().as_str() {
            "httponly" | "secure" => part.trim().to_owned(),
            _ => HIDDEN.to_owned(),
        },
    };
    value.split(';').map(part).collect::<Vec<_>>().join("; ")
}

/// Hides what is a secret by its form, in any text: tokens, CNPs, signed assertions, the query of an address.
pub(super) fn text(text: &str) -> String {
    let text = without_query(text);
    let mut shown = String::with_capacity(text.len());
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    for word in text.split_inclusive(|c: char| !is_of_word(c)) {
        let end = word.trim_end_matches(is_of_word).len();
        let (word, mark) = if end == 0 { (word, "") } else { split_mark(word) };
        shown.push_str(if is_secret_word(word) { HIDDEN } else { word });
        shown.push_str(mark);
    }
    shown
}

/// Splits the character that ends a word from it.
fn split_mark(word: &str) -> (&str, &str) {
    word.char_indices().next_back().map_or((word, ""), |(at, _)| word.split_at(at))
}

fn is_secret_word(word: &str) -> bool {
    let is_token = word.len() >= 12 && word.starts_with("cz") && word.as_bytes().get(3) == Some(&b'_');
    let is_assertion = word.len() >= 12 && word.starts_with("eyJ");
    let is_cnp = |run: &str| run.len() == CNP && Cnp::parse(run).is_ok();
    is_token || is_assertion || word.split(|c: char| !c.is_ascii_digit()).any(is_cnp)
}

/// Cuts the query and the fragment off an address.
fn without_query(text: &str) -> String {
    match text.split_once("://").and_then(|(_, rest)| rest.find(['?', '#'])) {
        Some(_) => {
            let at = text.find(['?', '#']).unwrap_or(text.len());
            let (address, rest) = text.split_at(at);
            format!("{address}{}{HIDDEN}", rest.chars().take(1).collect::<String>())
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "cza_AB-DEF_HIJKLMNOP";

    fn shown(side: Side, body: &Value) -> Value {
        serde_json::from_str(&json(side, body.to_string().as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn members_with_the_names_of_secrets_are_hidden_at_any_depth() {
        for name in [
            "password",
            "current_password",
            "token",
            "access_token",
            "refresh_token",
            "stream_token",
            "totp",
            "recovery_code",
            "activation_code",
            "control_code",
            "share_code",
            "secret",
            "otpauth_url",
            "qr_svg",
            "assertion",
            "redirect_url",
            "code",
        ] {
            let body = serde_json::json!({"a": [{name: "SECRET7"}], "ok": 1});
            let hidden = serde_json::json!({"a": [{name: HIDDEN}], "ok": 1});
            assert_eq!(shown(Side::Request, &body), hidden, "{name}");
            assert_eq!(shown(Side::Response, &body), hidden, "{name}");
            let numbers = serde_json::json!({name: 123_456, "recovery_codes": ["SECRET7"]});
            assert!(!shown(Side::Request, &numbers).to_string().contains(['4', '7']), "{name}");
        }
        let open = serde_json::json!({"token_type": "Bearer", "password_set": true, "code": "invalid_input"});
        assert_eq!(shown(Side::Response, &open), open);
    }

    #[test]
    fn secrets_are_found_by_their_form_wherever_they_stand() {
        let body = serde_json::json!({"message": format!("mine: {TOKEN}, 1800101221144."), "n": 1_800_101_221_144_u64,
            "1800101221144": "eyJhbGciOiJFUzI1NiJ9.e30.x", "no": "1800101221145 and 18001012211440"});
        let said = shown(Side::Request, &body).to_string();
        assert!(
            !said.contains(TOKEN) && !said.contains("1800101221144\"") && !said.contains("eyJ"),
            "{said}"
        );
        assert!(
            said.contains("mine: ***, ***.") && said.contains("1800101221145 and 18001012211440"),
            "{said}"
        );
        assert_eq!(text("https://a.example/x?code=SECRET7#y"), "https://a.example/x?***");
        assert_eq!(path("/v1/x/1800101221144"), "/v1/x/***");
    }

    #[test]
    fn queries_forms_cookies_and_credentials_keep_their_names_alone() {
        assert_eq!(
            pairs("code=SECRET7&state=SECRET7&status=ok&limit=5"),
            "code=***&state=***&status=ok&limit=5"
        );
        assert_eq!(cookies("a=SECRET7; HttpOnly; Path=/; Max-Age=9"), "a=***; HttpOnly; Path=/; Max-Age=9");
        assert_eq!(cookies("SECRET7"), HIDDEN);
        assert_eq!((credentials("Bearer x").as_str(), credentials("x y").as_str()), ("Bearer ***", HIDDEN));
    }

    #[test]
    fn what_is_no_json_is_not_shown() {
        for text in ["{\"password\":\"SECRET7\"", "", "\u{feff}{}", &"[".repeat(500)] {
            assert!(json(Side::Request, text.as_bytes()).is_none(), "{text}");
        }
    }
}
