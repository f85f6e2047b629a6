//! The fields `RateLimit-Policy` and `RateLimit` of answers, as structured fields (RFC 9651), in the form of
//! `draft-ietf-httpapi-ratelimit-headers` since its eighth version: `"verifications";q=1200;w=600` is a limit, and
//! `"verifications";r=1187;t=412` how much of it is left, and for how many seconds.

use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

use crate::error::{Error, Quota};

/// The field with the limits.
const POLICY: &str = "ratelimit-policy";
/// The field with what is left of them.
const LEFT: &str = "ratelimit";

/// Says what is left of these limits.
pub(crate) fn tell(headers: &mut HeaderMap, quotas: &[Quota]) {
    if quotas.is_empty() {
        return;
    }
    for (name, value) in [(POLICY, joined(quotas, policy)), (LEFT, joined(quotas, left))] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// Says of an error when to come again, and which limit was reached.
pub(crate) fn tell_of(headers: &mut HeaderMap, error: &Error) {
    let Error::Problem(problem) = error else { return };
    if let Some(wait) = problem.retry_after {
        headers.insert(RETRY_AFTER, whole_seconds(wait).into());
    }
    tell(headers, problem.quota.as_slice());
}

/// Returns a wait in seconds, rounded up: whoever comes back after it must not be early.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

fn joined(quotas: &[Quota], item: impl Fn(&Quota) -> String) -> String {
    quotas.iter().map(item).collect::<Vec<_>>().join(", ")
}

fn policy(quota: &Quota) -> String {
    let Quota { name, most, window, .. } = quota;
    match window {
        Some(window) => format!("\"{name}\";q={most};w={}", whole_seconds(*window)),
        None => format!("\"{name}\";q={most};qu=\"concurrent-requests\""),
    }
}

fn left(Quota { name, left, resets_in, .. }: &Quota) -> String {
    format!("\"{name}\";r={left};t={}", whole_seconds(*resets_in))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: Quota = Quota {
        name: "files",
        most: 300,
        window: Some(Duration::from_secs(600)),
        left: 12,
        resets_in: Duration::from_millis(1_001),
    };

    fn told(tell: impl Fn(&mut HeaderMap)) -> [Option<String>; 3] {
        let mut headers = HeaderMap::new();
        tell(&mut headers);
        [POLICY, LEFT, "retry-after"].map(|name| Some(headers.get(name)?.to_str().unwrap().to_owned()))
    }

    #[test]
    fn limits_and_what_is_left_are_lists_in_the_same_order() {
        let at_once = Quota { name: "at-once", most: 8, window: None, left: 3, ..FILES };
        let [policy, left, wait] = told(|headers| tell(headers, &[FILES, at_once]));
        assert_eq!(policy.unwrap(), r#""files";q=300;w=600, "at-once";q=8;qu="concurrent-requests""#);
        assert_eq!(left.unwrap(), r#""files";r=12;t=2, "at-once";r=3;t=2"#);
        assert_eq!(wait, None);
        assert_eq!(told(|headers| tell(headers, &[])), [const { None }; 3]);
    }

    #[test]
    fn nothing_is_left_of_a_limit_that_was_reached() {
        let [policy, left, wait] = told(|headers| tell_of(headers, &Error::exhausted(FILES)));
        assert_eq!(policy.unwrap(), r#""files";q=300;w=600"#);
        assert_eq!(left.unwrap(), r#""files";r=0;t=2"#);
        assert_eq!(wait.unwrap(), "2", "the same wait");
    }

    #[test]
    fn whoever_waits_as_told_is_not_early() {
        for (millis, seconds) in
            [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (3_599_500, 3_600), (3_600_000, 3_600)]
        {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds, "{millis} ms");
        }
    }
}
