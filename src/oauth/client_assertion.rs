//! A client proves who it is by a signature: `private_key_jwt` (OpenID Connect Core, section 9; RFC 7523, sections 2.2 and 3). Each
//! assertion is for us alone, short-lived, and works once.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde_json::Value;

use super::limits;
use super::refusal::{Failure, Refusal};
use crate::accounts::token::digest_of;
use crate::clients::Client;
use crate::clients::key_store::{self, ClientKey};
use crate::db::schema::client_assertions;
use crate::error::Result;
use crate::rate_limit;
use crate::state::AppState;
use crate::trace;

/// The value of `client_assertion_type` (RFC 7523, section 2.2).
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The algorithms that we verify: that of the keys which clients register.
pub(super) const ALGORITHMS: [&str; 1] = ["ES256"];
/// What the header's `typ` may be: any JWT's, or that of an assertion.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];
/// How far ahead an assertion may expire: it is made to be shown at once.
const LONGEST_LIFE: TimeDelta = TimeDelta::minutes(10);
/// The accepted difference between clocks.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// An assertion whose claims fit; nothing says yet that the client signed it.
pub(super) struct Assertion {
    /// The client that it names.
    pub(super) client_id: String,
    signed: String,
    signature: Vec<u8>,
    id: String,
    expires_at: DateTime<Utc>,
}

impl Assertion {
    /// Parses an assertion. Its audience is the issuer and nobody else: one that a client makes for a false server, which names our token
    /// endpoint as its own, opens nothing here (draft-ietf-oauth-rfc7523bis; RFC 7523 and RFC 9126 took the endpoints' addresses too).
    pub(super) fn parse(jwt: &str, issuer: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let (signed, signature) = jwt.rsplit_once('.').ok_or(NO_JWT)?;
        let (header, claims) = signed.split_once('.').ok_or(NO_JWT)?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| NO_JWT)?;
        check_header(&object(header)?)?;
        let claims = object(claims)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let client_id = text("sub").filter(|sub| text("iss") == Some(sub));
        let client_id = client_id.ok_or(refused("iss and sub of the assertion are not the client_id"))?;
        if !is_audience(claims.get("aud"), issuer) {
            return Err(refused("aud of the assertion is not the issuer alone"));
        }
        let id = text("jti").filter(|id| (1..=200).contains(&id.len()));
        let id = id.ok_or(refused("the assertion has no jti of at most 200 octets"))?;
        Ok(Self {
            client_id: client_id.to_owned(),
            expires_at: expiry(&claims, now)?,
            id: id.to_owned(),
            signed: signed.to_owned(),
            signature,
        })
    }

    /// Proves that a key of the client signed the assertion, and that nobody showed it before.
    pub(super) async fn prove(self, state: &AppState, client: &Client) -> Result<(), Failure> {
        let id = client.id.clone();
        let keys = state.db.read(move |c| key_store::of_client(c, &id)).await?;
        // Verified without holding a connection: anybody can send unsigned assertions.
        let keys = keys.iter().map(ClientKey::key).collect::<Result<Vec<_>>>()?;
        if !keys.iter().any(|key| key.verifies(self.signed.as_bytes(), &self.signature)) {
            return Err(refused("no key of the client signed the assertion").into());
        }
        trace::acts_through(&client.id);
        let row = (
            client_assertions::client_id.eq(client.id.clone()),
            client_assertions::digest.eq(digest_of(&self.id)),
            // As long as the clocks let anybody take it.
            client_assertions::expires_at.eq(self.expires_at + SKEW),
        );
        let (counted, now) = (limits::of_assertions(&state.keyring, client), state.clock.now());
        let show = move |c: &mut PgConnection| -> Result<bool> {
            let insert = diesel::insert_into(client_assertions::table).values(row.clone());
            let is_new = insert.on_conflict_do_nothing().execute(c)? == 1;
            // Whoever shows one again uses up nothing of the client's.
            if is_new {
                rate_limit::count_in_order(c, std::slice::from_ref(&counted), now)?;
            }
            Ok(is_new)
        };
        let is_new = state.db.transaction(show).await?;
        if is_new { Ok(()) } else { Err(refused("the assertion was shown before").into()) }
    }
}

const NO_JWT: Refusal = refused("the assertion is not a signed JWT");

const fn refused(description: &'static str) -> Refusal {
    Refusal::new("invalid_client", description)
}

/// Decodes a part of a JWT: a JSON object.
fn object(part: &str) -> Result<serde_json::Map<String, Value>, Refusal> {
    let octets = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| NO_JWT)?;
    serde_json::from_slice(&octets).map_err(|_| NO_JWT)
}

fn check_header(header: &serde_json::Map<String, Value>) -> Result<(), Refusal> {
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    if !text("alg").is_some_and(|alg| ALGORITHMS.contains(&alg)) {
        return Err(refused("alg of the assertion is not ES256"));
    }
    // A media type may leave its prefix out (RFC 7515, section 4.1.9).
    let short = |typ: &str| typ.strip_prefix("application/").unwrap_or(typ).to_owned();
    let is_type = |typ: &str| TYPES.iter().any(|known| known.eq_ignore_ascii_case(&short(typ)));
    let fits = header.get("typ").is_none_or(|typ| typ.as_str().is_some_and(is_type));
    // Extensions that must be understood (RFC 7515, section 4.1.11): we understand none.
    if fits && !header.contains_key("crit") {
        Ok(())
    } else {
        Err(refused("typ or crit of the assertion is not supported"))
    }
}

/// Returns whether an audience is the issuer, and nobody besides.
fn is_audience(aud: Option<&Value>, issuer: &str) -> bool {
    let one = match aud {
        Some(Value::Array(many)) if many.len() == 1 => many.first(),
        aud => aud,
    };
    one.and_then(Value::as_str) == Some(issuer)
}

/// Checks the times of an assertion, and returns when it expires.
fn expiry(claims: &serde_json::Map<String, Value>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    const UNFIT: Refusal = refused("exp, nbf or iat of the assertion is not a time");
    let time = |name: &str| {
        // NumericDate may have a fraction (RFC 7519, section 2).
        let time = |value: &Value| match value.as_i64() {
            Some(seconds) => DateTime::from_timestamp(seconds, 0),
            None => DateTime::from_timestamp_millis(milliseconds(value.as_f64()?)?),
        };
        claims.get(name).map(|value| time(value).ok_or(UNFIT)).transpose()
    };
    let expires_at = time("exp")?.ok_or(refused("the assertion has no exp"))?;
    let begins = time("nbf")?.max(time("iat")?);
    if expires_at <= now - SKEW {
        return Err(refused("the assertion has expired"));
    }
    if begins.is_some_and(|begins| begins > now + SKEW) {
        return Err(refused("nbf or iat of the assertion is in the future"));
    }
    if expires_at > now + LONGEST_LIFE + SKEW {
        return Err(refused("exp of the assertion is more than ten minutes ahead"));
    }
    Ok(expires_at)
}

/// Returns a time in milliseconds, if it is one of the next thousands of years.
fn milliseconds(seconds: f64) -> Option<i64> {
    let is_time = (0.0..1e11).contains(&seconds);
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    is_time.then_some((seconds * 1e3) as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://hub.example";

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn jwt(header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        format!("{}.{}.AAAA", encode(header), encode(claims))
    }

    fn claims() -> Value {
        let now = now().timestamp();
        json!({"iss": "city", "sub": "city", "aud": ISSUER, "jti": "1", "iat": now, "exp": now + 60})
    }

    /// Why an assertion is refused that differs in one claim; an empty text: it is not.
    fn told(name: &str, value: &Value) -> &'static str {
        let mut claims = claims();
        claims[name] = value.clone();
        let assertion = Assertion::parse(&jwt(&json!({"alg": "ES256"}), &claims), ISSUER, now());
        assertion.err().map_or("", |refusal| refusal.description)
    }

    #[test]
    fn an_assertion_is_for_the_issuer_alone() {
        let others = json!([ISSUER, "https://other.example"]);
        for aud in [json!([ISSUER]), json!(ISSUER)] {
            assert_eq!(told("aud", &aud), "");
        }
        for aud in
            [json!("https://hub.example/oauth/token"), others, json!([]), json!(null), json!({ISSUER: 1})]
        {
            assert_eq!(told("aud", &aud), "aud of the assertion is not the issuer alone", "{aud}");
        }
    }

    #[test]
    fn an_assertion_is_short_lived() {
        let now = now().timestamp();
        for (name, value, why) in [
            ("exp", json!(now - 59), ""),
            ("exp", json!(now - 60), "the assertion has expired"),
            ("exp", json!(now + 660), ""),
            ("exp", json!(now + 661), "exp of the assertion is more than ten minutes ahead"),
            ("exp", json!(now as f64 + 59.5), ""),
            ("exp", json!(now as f64 - 60.5), "the assertion has expired"),
            ("exp", json!(1e300), "exp, nbf or iat of the assertion is not a time"),
            ("exp", json!(-1.5), "exp, nbf or iat of the assertion is not a time"),
            ("exp", json!(null), "exp, nbf or iat of the assertion is not a time"),
            ("exp", json!("1"), "exp, nbf or iat of the assertion is not a time"),
            ("exp", json!(i64::MAX), "exp, nbf or iat of the assertion is not a time"),
            ("iat", json!(now + 60), ""),
            ("iat", json!(now + 61), "nbf or iat of the assertion is in the future"),
            ("nbf", json!(now + 61), "nbf or iat of the assertion is in the future"),
            ("nbf", json!(now), ""),
        ] {
            assert_eq!(told(name, &value), why, "{name} {value}");
        }
        let mut endless = claims();
        endless.as_object_mut().unwrap().remove("exp");
        let refusal = Assertion::parse(&jwt(&json!({"alg": "ES256"}), &endless), ISSUER, super::tests::now());
        assert_eq!(refusal.err().unwrap().description, "the assertion has no exp");
    }

    #[test]
    fn an_assertion_names_its_client_and_itself() {
        for (name, value) in
            [("iss", json!("town")), ("sub", json!("town")), ("sub", json!(1)), ("iss", json!(null))]
        {
            assert_eq!(told(name, &value), "iss and sub of the assertion are not the client_id");
        }
        for jti in [json!(null), json!(""), json!(1), json!("x".repeat(201))] {
            assert_eq!(told("jti", &jti), "the assertion has no jti of at most 200 octets");
        }
    }

    #[test]
    fn the_header_is_that_of_a_signed_assertion() {
        let refusal = |header: Value| Assertion::parse(&jwt(&header, &claims()), ISSUER, now()).err();
        for header in [
            json!({"alg": "ES256", "kid": "k1"}),
            json!({"alg": "ES256", "typ": "jwt"}),
            json!({"alg": "ES256", "typ": "client-authentication+jwt"}),
            json!({"alg": "ES256", "typ": "application/client-authentication+jwt"}),
        ] {
            assert_eq!(refusal(header), None);
        }
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "HS256"}),
            json!({"alg": "es256"}),
            json!({}),
            json!({"alg": "ES256", "typ": "at+jwt"}),
            json!({"alg": "ES256", "typ": 1}),
            json!({"alg": "ES256", "crit": ["exp"]}),
        ] {
            assert_eq!(refusal(header.clone()).unwrap().error, "invalid_client", "{header}");
        }
        let fit = jwt(&json!({"alg": "ES256"}), &claims());
        for text in
            ["", "a", "a.b", "..", "a.b.c", &format!("{fit}="), &format!("{fit}.AAAA"), &format!("x{fit}")]
        {
            assert!(Assertion::parse(text, ISSUER, now()).is_err(), "{text}");
        }
    }
}
