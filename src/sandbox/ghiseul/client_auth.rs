//! Authenticates the client at the token endpoint (RFC 6749, section 2.3.1).

use url::form_urlencoded;

use super::provider::{Client, GhiseulSimulator};
use super::random::same_secret;
use super::token_request::{TokenError, TokenRequest};
use crate::text::base64;

/// Returns the client, by `client_secret_basic` or `client_secret_post`, never by both.
pub(super) fn authenticate<'a>(
    simulator: &'a GhiseulSimulator,
    authorization: Option<&str>,
    request: &TokenRequest,
) -> Result<&'a Client, TokenError> {
    let (client_id, secret) = match (authorization, &request.client_secret) {
        (Some(_), Some(_)) => return Err(TokenError::InvalidRequest("the client authenticates twice")),
        (Some(header), None) => basic(header).ok_or(TokenError::InvalidClient)?,
        (None, Some(secret)) => (request.client_id.clone().ok_or(TokenError::InvalidClient)?, secret.clone()),
        (None, None) => return Err(TokenError::InvalidClient),
    };
    if request.client_id.as_ref().is_some_and(|stated| *stated != client_id) {
        return Err(TokenError::InvalidRequest("client_id is not the client that authenticates"));
    }
    let client = simulator.client(&client_id).ok_or(TokenError::InvalidClient)?;
    if same_secret(&client.client_secret, &secret) { Ok(client) } else { Err(TokenError::InvalidClient) }
}

/// Parses `Basic base64(id:secret)`, with both form-encoded, unlike in plain HTTP Basic.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = String::from_utf8(base64::decode(credentials.trim())?).ok()?;
    let (id, secret) = credentials.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

/// Decodes a form-encoded value.
fn form_decode(value: &str) -> Option<String> {
    if value.contains(['&', '=']) {
        return None;
    }
    form_urlencoded::parse(value.as_bytes()).next().map(|(decoded, _)| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::basic;

    fn header(credentials: &str) -> String {
        format!("Basic {}", BASE64.encode(credentials.as_bytes()))
    }

    #[test]
    fn credentials_are_form_decoded() {
        assert_eq!(basic(&header("hub:s%3Aec+ret%2B")), Some(("hub".into(), "s:ec ret+".into())));
        assert_eq!(
            basic(&header("hub:plain").replace("Basic", "basic")),
            Some(("hub".into(), "plain".into()))
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for header in [
            "",
            "Basic",
            "Basic ???",
            "Bearer aHViOng=",
            "Basic aHViOng",
            "Basic aA==dWI6eA==",
            &header("no-colon"),
            &header("a:b&c"),
        ] {
            assert_eq!(basic(header), None, "{header}");
        }
    }
}
