//! What a malicious provider, or whoever stands in its place, may answer: nobody is proved by any of it.

use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::{Value, json};

use super::provider::{Answer, Begun, Provider, Signed, begin, come_back};
use crate::support::{Citizen, House, json_of};

/// A change of a good token.
type Change = fn(&mut Value, &mut Value);

/// Header and claims of a good token for this attempt.
fn good(provider: &Provider, begun: &Begun) -> (Value, Value) {
    let now = Utc::now().timestamp();
    let header = json!({"alg": "ES256", "kid": "good"});
    let claims = json!({
        "iss": provider.issuer, "sub": "person-1", "aud": "cazier", "nonce": begun.nonce,
        "iat": now, "exp": now + 300, "acr": provider.acr,
        "cnp": "2880514121171", "family_name": "Popescu", "given_name": "Andreea",
        "birthdate": "1988-05-14", "gender": "female",
    });
    (header, claims)
}

/// Lets the provider answer with this token.
fn hand_out(provider: &Provider, token: &str) {
    let body = json!({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token});
    provider.says_token(Answer::json(&body));
}

const CHANGES: &[(&str, Change, Signed)] = &[
    ("alg none", |header, _| header["alg"] = json!("none"), Signed::NotAtAll),
    ("alg None", |header, _| header["alg"] = json!("None"), Signed::NotAtAll),
    ("alg nOnE", |header, _| header["alg"] = json!("nOnE"), Signed::NotAtAll),
    ("alg empty", |header, _| header["alg"] = json!(""), Signed::NotAtAll),
    ("no alg", |header, _| drop(header.as_object_mut().unwrap().remove("alg")), Signed::Well),
    ("alg null", |header, _| header["alg"] = Value::Null, Signed::Well),
    ("alg a list", |header, _| header["alg"] = json!(["ES256"]), Signed::Well),
    ("no signature", |_, _| {}, Signed::NotAtAll),
    ("zeros as signature", |_, _| {}, Signed::WithZeros),
    ("signature cut off", |_, _| {}, Signed::CutOff),
    ("another key", |_, _| {}, Signed::ByOtherKey),
    ("HS256 with the public key", |header, _| header["alg"] = json!("HS256"), Signed::WithPublicKeyAsSecret),
    ("HS512 with the public key", |header, _| header["alg"] = json!("HS512"), Signed::WithPublicKeyAsSecret),
    ("ES256 with the public key", |_, _| {}, Signed::WithPublicKeyAsSecret),
    ("alg of another kind of key", |header, _| header["alg"] = json!("RS256"), Signed::Well),
    ("alg that is not allowed", |header, _| header["alg"] = json!("ES512"), Signed::Well),
    ("kid of a file", |header, _| header["kid"] = json!("../../../../dev/null"), Signed::ByOtherKey),
    ("kid with SQL", |header, _| header["kid"] = json!("x' UNION SELECT 'key"), Signed::ByOtherKey),
    ("kid of a megabyte", |header, _| header["kid"] = json!("k".repeat(150_000)), Signed::ByOtherKey),
    ("kid unknown", |header, _| header["kid"] = json!("unknown"), Signed::Well),
    ("typ of an assertion", |header, _| header["typ"] = json!("handoff+jwt"), Signed::Well),
    ("typ of an access token", |header, _| header["typ"] = json!("at+jwt"), Signed::Well),
    ("critical extension", |header, _| header["crit"] = json!(["x"]), Signed::Well),
    (
        "payload not encoded",
        |header, _| {
            header["b64"] = json!(false);
            header["crit"] = json!(["b64"]);
        },
        Signed::Well,
    ),
    ("compressed", |header, _| header["zip"] = json!("DEF"), Signed::ByOtherKey),
    ("encrypted", |header, _| header["enc"] = json!("A256GCM"), Signed::ByOtherKey),
    ("no iss", |_, claims| drop(claims.as_object_mut().unwrap().remove("iss")), Signed::Well),
    ("iss of another", |_, claims| claims["iss"] = json!("https://idp.evil.example"), Signed::Well),
    (
        "iss with a slash",
        |_, claims| {
            claims["iss"] = json!(format!("{}/", claims["iss"].as_str().unwrap()));
        },
        Signed::Well,
    ),
    ("iss a list", |_, claims| claims["iss"] = json!([claims["iss"], "x"]), Signed::Well),
    ("no aud", |_, claims| drop(claims.as_object_mut().unwrap().remove("aud")), Signed::Well),
    ("aud of another", |_, claims| claims["aud"] = json!("portal"), Signed::Well),
    ("aud empty", |_, claims| claims["aud"] = json!([]), Signed::Well),
    ("aud of several", |_, claims| claims["aud"] = json!(["cazier", "portal"]), Signed::Well),
    ("aud in other case", |_, claims| claims["aud"] = json!("CAZIER"), Signed::Well),
    ("azp of another", |_, claims| claims["azp"] = json!("portal"), Signed::Well),
    ("azp a number", |_, claims| claims["azp"] = json!(7), Signed::Well),
    ("no nonce", |_, claims| drop(claims.as_object_mut().unwrap().remove("nonce")), Signed::Well),
    ("nonce of another", |_, claims| claims["nonce"] = json!("other"), Signed::Well),
    ("nonce empty", |_, claims| claims["nonce"] = json!(""), Signed::Well),
    ("nonce null", |_, claims| claims["nonce"] = Value::Null, Signed::Well),
    ("no exp", |_, claims| drop(claims.as_object_mut().unwrap().remove("exp")), Signed::Well),
    ("expired", |_, claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 300), Signed::Well),
    ("exp a text", |_, claims| claims["exp"] = json!("99999999999"), Signed::Well),
    ("exp negative", |_, claims| claims["exp"] = json!(-1), Signed::Well),
    ("exp beyond all numbers", |_, claims| claims["exp"] = json!(1e300), Signed::Well),
    ("no iat", |_, claims| drop(claims.as_object_mut().unwrap().remove("iat")), Signed::Well),
    (
        "iat in an hour",
        |_, claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 3600),
        Signed::Well,
    ),
    (
        "not yet valid",
        |_, claims| claims["nbf"] = json!(claims["iat"].as_i64().unwrap() + 3600),
        Signed::Well,
    ),
    ("no sub", |_, claims| drop(claims.as_object_mut().unwrap().remove("sub")), Signed::Well),
    ("no acr", |_, claims| drop(claims.as_object_mut().unwrap().remove("acr")), Signed::Well),
    ("lower acr", |_, claims| claims["acr"] = json!("low"), Signed::Well),
    ("acr a list", |_, claims| claims["acr"] = json!([claims["acr"]]), Signed::Well),
    ("no CNP", |_, claims| drop(claims.as_object_mut().unwrap().remove("cnp")), Signed::Well),
    ("CNP of a wrong sum", |_, claims| claims["cnp"] = json!("2880514121172"), Signed::Well),
    ("CNP a number", |_, claims| claims["cnp"] = json!(2_880_514_121_171_i64), Signed::Well),
    ("CNP of other digits", |_, claims| claims["cnp"] = json!("２８８０５１４１２１１７１"), Signed::Well),
    ("CNPs", |_, claims| claims["cnp"] = json!(["2880514121171"]), Signed::Well),
    ("birth date of another", |_, claims| claims["birthdate"] = json!("1988-05-15"), Signed::Well),
    ("sex of another", |_, claims| claims["gender"] = json!("male"), Signed::Well),
    (
        "name of control characters",
        |_, claims| claims["family_name"] = json!("Pop\u{202e}escu"),
        Signed::Well,
    ),
    (
        "no names",
        |_, claims| {
            claims.as_object_mut().unwrap().retain(|name, _| !name.ends_with("_name"));
        },
        Signed::Well,
    ),
    ("names of a megabyte", |_, claims| claims["family_name"] = json!("a".repeat(150_000)), Signed::Well),
];

async fn assert_proves_nobody(what: &str, citizen: &Citizen<'_>, begun: &Begun) {
    let asked = Instant::now();
    let (status, reason) = come_back(citizen.house, begun).await;
    println!("{what}: {status} {reason:?} in {:?}", asked.elapsed());
    assert_eq!(status, "failed", "{what}");
    assert!(asked.elapsed() < Duration::from_secs(10), "{what}");
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["status"], "unverified", "{what}");
}

/// The honest token proves its person: otherwise the refusals would say nothing.
async fn assert_good_proves(provider: &Provider, house: &House) {
    let citizen = Citizen::registered(house).await;
    let begun = begin(&citizen).await.unwrap();
    let (header, claims) = good(provider, &begun);
    hand_out(provider, &provider.token(&header.to_string(), &claims.to_string(), Signed::Well));
    assert_eq!(come_back(house, &begun).await, ("verified".to_owned(), None));
    house.database.execute(
        "UPDATE accounts SET person_index = NULL, person = NULL, identity_method = NULL, identity_verified_at = NULL",
    );
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_changed_token_proves_anybody() {
    let provider = Provider::start();
    let house = provider.house().await;
    assert_good_proves(&provider, &house).await;
    let citizen = Citizen::registered(&house).await;
    for (what, change, signed) in CHANGES {
        let begun = begin(&citizen).await.unwrap();
        let (mut header, mut claims) = good(&provider, &begun);
        change(&mut header, &mut claims);
        hand_out(&provider, &provider.token(&header.to_string(), &claims.to_string(), *signed));
        assert_proves_nobody(what, &citizen, &begun).await;
    }
    assert_good_proves(&provider, &house).await;
}

/// Tokens that bring a key of their own, or say something twice, or are none.
fn odd_tokens(provider: &Provider, begun: &Begun) -> Vec<(&'static str, String)> {
    let (header, claims) = good(provider, begun);
    let claims = claims.to_string();
    let brings = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        provider.token(&header.to_string(), &claims, Signed::ByOtherKey)
    };
    let twice = |name: &str, first: &str| claims.replacen('{', &format!("{{\"{name}\":\"{first}\","), 1);
    let well = |claims: &str| provider.token(&header.to_string(), claims, Signed::Well);
    let honest = well(&claims);
    let (unsigned, _) = honest.rsplit_once('.').unwrap();
    let keys = json!({"keys": [provider.other_jwk()]});
    vec![
        ("jwk in the header", brings("jwk", provider.other_jwk())),
        ("jku in the header", brings("jku", json!("http://127.0.0.1:9/jwks"))),
        ("jku of itself", brings("jku", json!(format!("data:application/json,{keys}")))),
        ("x5u in the header", brings("x5u", json!("http://127.0.0.1:9/certificate.pem"))),
        ("x5c in the header", brings("x5c", json!(["MIIB"]))),
        ("CNP twice", well(&twice("cnp", "1800101221144"))),
        ("iss twice", well(&twice("iss", "https://idp.evil.example"))),
        ("aud twice", well(&twice("aud", "portal"))),
        (
            "alg twice",
            provider.token(r#"{"alg":"none","alg":"ES256","kid":"good"}"#, &claims, Signed::NotAtAll),
        ),
        ("two parts", unsigned.to_owned()),
        ("four parts", format!("{honest}.x")),
        ("five parts", format!("{honest}.x.y")),
        ("padding", format!("{honest}==")),
        ("line end", format!("{honest}\n")),
        ("claims a list", well("[]")),
        ("claims null", well("null")),
        ("claims empty", well("")),
        ("claims deep", well(&format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)))),
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("a million dots", ".".repeat(200_000)),
    ]
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_odd_token_proves_anybody() {
    let provider = Provider::start();
    let house = provider.house().await;
    let citizen = Citizen::registered(&house).await;
    let count = odd_tokens(&provider, &begin(&citizen).await.unwrap()).len();
    for number in 0..count {
        let begun = begin(&citizen).await.unwrap();
        let (what, token) = odd_tokens(&provider, &begun).swap_remove(number);
        hand_out(&provider, &token);
        assert_proves_nobody(what, &citizen, &begun).await;
    }
    assert_good_proves(&provider, &house).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_answer_of_the_token_endpoint_does_harm() {
    let elsewhere = Provider::start();
    let redirect = |status| Answer {
        status,
        headers: vec![("location", format!("{}/token", elsewhere.issuer))],
        ..Answer::json(&json!({}))
    };
    let plain = |body: &str| Answer { body: body.to_owned(), ..Answer::json(&json!({})) };
    for (what, answer) in [
        ("a redirect", redirect(302)),
        ("a redirect with its body", redirect(307)),
        ("a redirect for ever", redirect(308)),
        ("no JSON", plain("nonsense")),
        ("no octets", plain("")),
        ("a list", plain("[]")),
        ("ten megabytes", plain(&" ".repeat(10_000_000))),
        ("deep JSON", plain(&"[".repeat(200_000))),
        ("no ID token", plain(r#"{"access_token":"x","token_type":"Bearer"}"#)),
        (
            "an error that says much",
            Answer { status: 400, ..plain(&format!("{{\"error\":\"{}\"}}", "e".repeat(100_000))) },
        ),
        ("an answer that is late", Answer { pause: Duration::from_secs(60), ..plain("{}") }),
        ("a fault", Answer { status: 500, ..plain("{}") }),
        ("no content", Answer { status: 204, ..plain("") }),
    ] {
        // A house for each: what is away is not asked again for a while.
        let provider = Provider::start();
        let house = provider.house().await;
        let citizen = Citizen::registered(&house).await;
        let begun = begin(&citizen).await.unwrap();
        provider.says_token(answer);
        assert_proves_nobody(what, &citizen, &begun).await;
    }
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_metadata_leads_anywhere_else() {
    let elsewhere = Provider::start();
    let other = |path: &str| json!(format!("{}{path}", elsewhere.issuer));
    for (what, name, value) in [
        ("another issuer", "issuer", json!(elsewhere.issuer)),
        ("no issuer", "issuer", Value::Null),
        ("keys elsewhere", "jwks_uri", other("/jwks")),
        ("keys in a file", "jwks_uri", json!("file:///etc/passwd")),
        ("keys at the machine's own service", "jwks_uri", json!("http://169.254.169.254/latest/meta-data")),
        ("keys in the address", "jwks_uri", json!("data:application/json,{}")),
    ] {
        let provider = Provider::start();
        let mut metadata = Provider::metadata(&provider.issuer);
        metadata[name] = value;
        provider.says.lock().unwrap().metadata = Answer::json(&metadata);
        let house = provider.house().await;
        let citizen = Citizen::registered(&house).await;
        let asked = Instant::now();
        assert!(begin(&citizen).await.is_none(), "{what}");
        println!("{what}: in {:?}", asked.elapsed());
        assert!(asked.elapsed() < Duration::from_secs(10), "{what}");
    }
    let provider = Provider::start();
    let mut metadata = Provider::metadata(&provider.issuer);
    metadata["token_endpoint"] = other("/token");
    provider.says.lock().unwrap().metadata = Answer::json(&metadata);
    let house = provider.house().await;
    let citizen = Citizen::registered(&house).await;
    let begun = begin(&citizen).await.unwrap();
    assert_proves_nobody("a token endpoint elsewhere", &citizen, &begun).await;
}
