//! Headers and body of one side, as they are shown.

use std::collections::BTreeMap;

use actix_web::http::header::HeaderMap;
use serde::Serialize;

use super::mask::{self, Side};

/// The longest body that is read, in bytes: a longer one is named with its length.
pub(super) const LONGEST_READ: usize = crate::http::json::MAX_BYTES;
/// How much of a body is shown, in bytes.
pub(super) const LONGEST_SHOWN: usize = 4096;
/// How much of a header is shown, in characters.
const LONGEST_HEADER: usize = 256;

/// The headers that are shown; others may hold what nobody has thought of.
const SHOWN: [&str; 24] = [
    "accept",
    "accept-language",
    "allow",
    "authorization",
    "cache-control",
    "cazier-device",
    "content-disposition",
    "content-language",
    "content-type",
    "cookie",
    "etag",
    "host",
    "idempotency-key",
    "idempotency-replayed",
    "if-match",
    "if-none-match",
    "last-event-id",
    "location",
    "origin",
    "retry-after",
    "set-cookie",
    "user-agent",
    "www-authenticate",
    "x-request-id",
];

/// A body: its text if it is JSON or a form, otherwise only what it is and how long.
#[derive(Debug, Serialize)]
pub(super) struct Body {
    pub(super) media_type: String,
    pub(super) bytes: usize,
    /// Without secrets, and cut at 4096 bytes.
    pub(super) text: Option<String>,
    pub(super) is_cut: bool,
}

/// One side of an exchange.
#[derive(Debug, Default, Serialize)]
pub(super) struct Message {
    pub(super) headers: BTreeMap<&'static str, String>,
    pub(super) body: Option<Body>,
}

impl Message {
    pub(super) fn of_headers(side: Side, headers: &HeaderMap) -> Self {
        let shown = SHOWN.iter().filter_map(|name| {
            let values = headers.get_all(*name).map(|value| value.to_str().unwrap_or(mask::HIDDEN));
            let values: Vec<String> = values.map(|value| header(side, name, value)).collect();
            (!values.is_empty()).then(|| (*name, cut(values.join(", "), LONGEST_HEADER).0))
        });
        Self { headers: shown.collect(), body: None }
    }

    /// Adds the body, of which this is the beginning.
    pub(super) fn with_body(mut self, side: Side, media_type: &str, beginning: &[u8], length: usize) -> Self {
        if length == 0 {
            return self;
        }
        let whole = Some(beginning).filter(|beginning| beginning.len() == length);
        let text = whole.and_then(|bytes| readable(side, media_type, bytes));
        let (text, is_cut) = match text.map(|text| cut(text, LONGEST_SHOWN)) {
            Some((text, is_cut)) => (Some(text), is_cut),
            None => (None, false),
        };
        let media_type = cut(mask::text(media_type), LONGEST_HEADER).0;
        self.body = Some(Body { media_type, bytes: length, text, is_cut });
        self
    }

    pub(super) fn size(&self) -> usize {
        let headers = self.headers.values().map(String::len).sum::<usize>();
        let body = self.body.as_ref();
        let body = body.map_or(0, |body| body.media_type.len() + body.text.as_ref().map_or(0, String::len));
        headers + body
    }
}

fn header(side: Side, name: &str, value: &str) -> String {
    match (name, side) {
        ("authorization", _) => mask::credentials(value),
        ("cazier-device", _) => mask::HIDDEN.to_owned(),
        ("cookie" | "set-cookie", _) => mask::cookies(value),
        _ => mask::text(value),
    }
}

/// Returns the text of a body that can be shown without its secrets; what cannot be parsed could hide one.
fn readable(side: Side, media_type: &str, bytes: &[u8]) -> Option<String> {
    match media_type {
        "application/json" | "application/problem+json" => mask::json(side, bytes),
        "application/x-www-form-urlencoded" => std::str::from_utf8(bytes).ok().map(mask::pairs),
        _ => None,
    }
}

/// Cuts a text after this many bytes, at a character; says whether anything is missing.
fn cut(mut text: String, longest: usize) -> (String, bool) {
    let is_cut = text.len() > longest;
    if is_cut {
        text.truncate((0..=longest).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
    }
    (text, is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(media_type: &str, bytes: &[u8]) -> Body {
        Message::default().with_body(Side::Request, media_type, bytes, bytes.len()).body.unwrap()
    }

    #[test]
    fn a_body_is_cut_at_a_character_and_a_long_or_binary_one_is_only_named() {
        let text = format!(r#"{{"message":"{}"}}"#, "ș".repeat(LONGEST_SHOWN));
        let shown = body("application/json", text.as_bytes());
        let cut = shown.text.unwrap();
        assert!(shown.is_cut && cut.len() <= LONGEST_SHOWN && cut.len() > LONGEST_SHOWN - 4);
        assert_eq!(shown.bytes, text.len());
        for (media_type, bytes) in
            [("application/pdf", &b"%PDF-1.7"[..]), ("application/json", b"{\"a\":\xff}")]
        {
            let named = body(media_type, bytes);
            assert_eq!((named.text, named.bytes, named.is_cut), (None, bytes.len(), false), "{media_type}");
        }
        let begun = Message::default().with_body(Side::Request, "application/json", b"{}", LONGEST_READ + 1);
        assert!(begun.body.unwrap().text.is_none());
        assert!(Message::default().with_body(Side::Request, "", b"", 0).body.is_none());
    }

    #[test]
    fn headers_are_shown_without_credentials() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer cza_SECRET7SECRET7"),
            ("cookie", "cazier_login=SECRET7; other=SECRET7"),
            ("cazier-device", "SECRET7"),
            ("x-forwarded-for", "SECRET7"),
            ("origin", "http://localhost:5173"),
        ] {
            headers.insert(name.parse().unwrap(), value.parse().unwrap());
        }
        let shown = Message::of_headers(Side::Request, &headers).headers;
        assert!(!format!("{shown:?}").contains("SECRET7"), "{shown:?}");
        assert_eq!(shown["authorization"], "Bearer ***");
        assert_eq!(shown["cookie"], "cazier_login=***; other=***");
        assert_eq!(shown["origin"], "http://localhost:5173");
    }
}
