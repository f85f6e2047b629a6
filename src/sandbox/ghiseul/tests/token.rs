//! `/token`, metadata and keys.

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::test::{self, TestRequest};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

use super::{
    CLIENT_ID, ISSUER, NOON, TestClock, a_code, authorize_uri, claims, exchange, location, post_token,
    returned, simulator, started,
};
use crate::sandbox::ghiseul::ACR_CARD_3DS;
use crate::sandbox::persons;

fn changed<'a>(code: &'a str, name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    exchange(code)
        .into_iter()
        .map(|(key, kept)| if key == name { (key, value) } else { (key, kept) })
        .collect()
}

#[actix_web::test]
async fn the_id_token_says_who_confirmed_what_for_whom() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let (status, body) = post_token(&app, &exchange(&a_code(&app, "success").await)).await;
    assert_eq!((status, &body["token_type"]), (200, &"Bearer".into()));
    let claims = claims(&body["id_token"]);
    let clean = persons::by_id("clean").unwrap();
    for (name, value) in [
        ("iss", ISSUER),
        ("aud", CLIENT_ID),
        ("azp", CLIENT_ID),
        ("nonce", "nonce-1"),
        ("acr", ACR_CARD_3DS),
        ("cnp", clean.cnp),
        ("family_name", clean.family_name),
        ("given_name", clean.given_name),
        ("birthdate", "1988-05-14"),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!((claims["iat"].as_i64(), claims["auth_time"].as_i64()), (Some(NOON), Some(NOON)));
    assert_eq!(claims["exp"].as_i64(), Some(NOON + 300));
    assert!(!claims["sub"].as_str().unwrap().contains(clean.cnp));
    assert!(claims["jti"].is_string() && claims["amr"].as_array().unwrap().contains(&"mfa".into()));
}

#[actix_web::test]
async fn only_what_the_scope_asks_is_told() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let uri = authorize_uri(&[("scope", Some("openid")), ("login_hint", Some("clean:success"))]);
    let response = test::call_service(&app, TestRequest::get().uri(&uri).to_request()).await;
    let code = returned(&location(&response), "code").unwrap();
    let (_, body) = post_token(&app, &exchange(&code)).await;
    let claims = claims(&body["id_token"]);
    for name in ["cnp", "family_name", "given_name", "birthdate"] {
        assert!(claims.get(name).is_none(), "{name}");
    }
}

#[actix_web::test]
async fn the_signature_verifies_against_the_published_key() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let (_, body) = post_token(&app, &exchange(&a_code(&app, "success").await)).await;
    let request = TestRequest::get().uri("/oidc/jwks").to_request();
    let jwks: Value = test::call_and_read_body_json(&app, request).await;
    let jwk = &jwks["keys"][0];
    let decode = |value: &str| BASE64URL_NOPAD.decode(value.as_bytes()).unwrap();
    let point = [&[4][..], &decode(jwk["x"].as_str().unwrap()), &decode(jwk["y"].as_str().unwrap())].concat();
    let (signed, signature) = body["id_token"].as_str().unwrap().rsplit_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(signed.split('.').next().unwrap())).unwrap();
    assert_eq!((&header["alg"], &header["kid"]), (&"ES256".into(), &jwk["kid"]));
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decode(signature)).unwrap();
    assert!(key.verify(format!("{signed}x").as_bytes(), &decode(signature)).is_err());
    assert!(jwk.get("d").is_none());
}

#[actix_web::test]
async fn a_code_works_once_and_for_a_minute() {
    let clock = TestClock::at_noon();
    let app = started(simulator(&clock)).await;
    let code = a_code(&app, "success").await;
    assert_eq!(post_token(&app, &exchange(&code)).await.0, 200);
    let (status, body) = post_token(&app, &exchange(&code)).await;
    assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()));
    let code = a_code(&app, "success").await;
    clock.pass(60);
    assert_eq!(post_token(&app, &exchange(&code)).await.1["error"], "invalid_grant");
}

#[actix_web::test]
async fn the_parameters_of_an_exchange_must_match_its_code() {
    let app = started(simulator(&TestClock::at_noon())).await;
    for (name, value, status, error) in [
        ("code_verifier", "another-verifier-of-at-least-forty-three-chars", 400, "invalid_grant"),
        ("code_verifier", "", 400, "invalid_grant"),
        ("redirect_uri", "https://hub.test/callback", 400, "invalid_grant"),
        ("code", "guess", 400, "invalid_grant"),
        ("grant_type", "refresh_token", 400, "unsupported_grant_type"),
        ("client_secret", "guess", 401, "invalid_client"),
        ("client_id", "nobody", 401, "invalid_client"),
        ("client_id", "other", 400, "invalid_grant"),
    ] {
        let code = a_code(&app, "success").await;
        let (answered, body) = post_token(&app, &changed(&code, name, value)).await;
        assert_eq!((answered, &body["error"]), (status, &error.into()), "{name}={value}");
    }
}

#[actix_web::test]
async fn a_wrong_verifier_burns_the_code() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let code = a_code(&app, "success").await;
    post_token(&app, &changed(&code, "code_verifier", "guess")).await;
    assert_eq!(post_token(&app, &exchange(&code)).await.1["error"], "invalid_grant");
}

#[actix_web::test]
async fn the_client_may_authenticate_by_basic_but_not_twice() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let basic = format!("Basic {}", BASE64.encode(b"hub:s%3Aecret%2F%2B"));
    for (left_out, status) in [("client_secret", 200), ("", 400)] {
        let code = a_code(&app, "success").await;
        let form: Vec<_> = exchange(&code).into_iter().filter(|(name, _)| *name != left_out).collect();
        let request = TestRequest::post()
            .uri("/oidc/token")
            .insert_header((AUTHORIZATION, basic.clone()))
            .set_form(form);
        let response = test::call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().get(CACHE_CONTROL).unwrap(), "no-store");
    }
}

#[actix_web::test]
async fn a_client_that_fails_to_authenticate_learns_how_to() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let request = TestRequest::post().uri("/oidc/token").set_form([("grant_type", "authorization_code")]);
    let response = test::call_service(&app, request.to_request()).await;
    assert_eq!(response.status(), 401);
    assert!(response.headers().get(WWW_AUTHENTICATE).unwrap().to_str().unwrap().starts_with("Basic "));
    let request = TestRequest::post().uri("/oidc/token").set_payload("not a form");
    assert_eq!(test::call_service(&app, request.to_request()).await.status(), 400);
}

#[actix_web::test]
async fn the_metadata_name_this_issuer_and_its_addresses() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let request = TestRequest::get().uri("/oidc/.well-known/openid-configuration").to_request();
    let metadata: Value = test::call_and_read_body_json(&app, request).await;
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(metadata["token_endpoint"], format!("{ISSUER}/token"));
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}
