//! The fields that say how much is left of limits (`draft-ietf-httpapi-ratelimit-headers`).

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The parameters of an item, such as `q` and `w`.
type Parameters<'a> = BTreeMap<&'a str, &'a str>;

/// Fails unless both fields are there or neither, and name the same limits, each with what the draft asks for. An answer that
/// refuses names one, with nothing left until `Retry-After`.
pub fn check(operation: &str, status: u16, headers: &HeaderMap) {
    let field = |name: &str| headers.get(name).map(|value| items(value.to_str().unwrap()));
    let (policies, left) = (field("ratelimit-policy"), field("ratelimit"));
    let what = format!("{operation} {status}: {policies:?} {left:?}");
    assert_eq!(policies.is_some(), left.is_some(), "{what}");
    assert!(status != 429 || policies.is_some(), "{what}");
    let (policies, left) = (policies.unwrap_or_default(), left.unwrap_or_default());
    assert!(policies.iter().map(|(name, _)| name).eq(left.iter().map(|(name, _)| name)), "{what}");
    for ((_, policy), (_, left)) in policies.iter().zip(&left) {
        let is_at_once = policy.get("qu") == Some(&"\"concurrent-requests\"");
        assert!(number(policy, "q") >= number(left, "r") && number(left, "t") >= 1, "{what}");
        assert!(
            is_at_once != (policy.contains_key("w") && number(policy, "w") >= number(left, "t")),
            "{what}"
        );
        assert!(status < 400 || number(left, "r") == 0, "{what}");
    }
    if status >= 400 && !left.is_empty() {
        assert!(status == 429 && left.len() == 1, "{what}");
        assert_eq!(left[0].1["t"], headers[RETRY_AFTER].to_str().unwrap(), "{what}");
    }
}

fn number(parameters: &Parameters<'_>, name: &str) -> u32 {
    parameters[name].parse().unwrap()
}

/// The items of a list: names in quotes, each with its parameters (RFC 9651, section 3.1).
fn items(field: &str) -> Vec<(&str, Parameters<'_>)> {
    field.split(", ").map(item).collect()
}

fn item(item: &str) -> (&str, Parameters<'_>) {
    let (name, parameters) = item.strip_prefix('"').unwrap().split_once("\";").unwrap();
    assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{item}");
    (name, parameters.split(';').map(|parameter| parameter.split_once('=').unwrap()).collect())
}
