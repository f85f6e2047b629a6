//! An OpenID provider that says what the test wants it to say.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, web};
use cazier::config::IdentityProvider;
use cazier::sandbox::ghiseul::provider_settings;
use data_encoding::BASE64URL_NOPAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::support::{Citizen, House, json_of, location, query};

/// How a token is signed.
#[derive(Debug, Clone, Copy)]
pub enum Signed {
    /// By the provider's key.
    Well,
    /// By a key that is not the provider's.
    ByOtherKey,
    /// Not at all.
    NotAtAll,
    /// By an HMAC under the provider's public key, as it stands in its metadata.
    WithPublicKeyAsSecret,
    /// With r = s = 0, which some verifiers take (CVE-2022-21449).
    WithZeros,
    /// By the provider's key, and cut off by an octet.
    CutOff,
}

/// An answer of the provider, in place of the good one.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub pause: Duration,
}

impl Answer {
    pub fn json(body: &Value) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.to_string(), pause: Duration::ZERO }
    }

    async fn send(self) -> HttpResponse {
        actix_web::rt::time::sleep(self.pause).await;
        let mut response = HttpResponse::build(StatusCode::from_u16(self.status).unwrap());
        response.content_type("application/json");
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        response.body(self.body)
    }
}

/// What the provider answers at its token endpoint, and as its metadata and keys.
#[derive(Debug, Clone)]
pub struct Says {
    pub metadata: Answer,
    pub keys: Answer,
    pub token: Answer,
}

/// The provider, until it is dropped.
pub struct Provider {
    pub issuer: String,
    /// The level of assurance that is asked for.
    pub acr: String,
    pub says: Arc<Mutex<Says>>,
    key: EcdsaKeyPair,
    other_key: EcdsaKeyPair,
    server: ServerHandle,
}

fn key() -> EcdsaKeyPair {
    let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()
}

/// A public key as a JWK.
fn jwk(key: &EcdsaKeyPair) -> Value {
    let point = &key.public_key().as_ref()[1..];
    let coordinate = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "good",
           "x": coordinate(&point[..32]), "y": coordinate(&point[32..])})
}

impl Provider {
    /// Starts an honest one on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = key();
        let says = Says {
            metadata: Answer::json(&Self::metadata(&issuer)),
            keys: Answer::json(&json!({"keys": [jwk(&key)]})),
            token: Answer { status: 400, ..Answer::json(&json!({"error": "invalid_grant"})) },
        };
        let says = Arc::new(Mutex::new(says));
        let data = web::Data::new(Arc::clone(&says));
        let server = HttpServer::new(move || {
            type Shared = web::Data<Arc<Mutex<Says>>>;
            let metadata = async |says: Shared| {
                let answer = says.lock().unwrap().metadata.clone();
                answer.send().await
            };
            let keys = async |says: Shared| {
                let answer = says.lock().unwrap().keys.clone();
                answer.send().await
            };
            let token = async |says: Shared| {
                let answer = says.lock().unwrap().token.clone();
                answer.send().await
            };
            App::new()
                .app_data(data.clone())
                .route("/.well-known/openid-configuration", web::get().to(metadata))
                .route("/jwks", web::get().to(keys))
                .route("/token", web::post().to(token))
        });
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let acr = provider_settings(&issuer, "").acr_values.swap_remove(0);
        Self { issuer, acr, says, key, other_key: self::key(), server: handle }
    }

    /// The metadata of an honest provider.
    pub fn metadata(issuer: &str) -> Value {
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    /// A house whose only provider it is.
    pub async fn house(&self) -> House {
        let issuer = self.issuer.clone();
        let ours = |ghiseul| IdentityProvider { issuer, timeout: Duration::from_secs(3), ..ghiseul };
        House::with().providers(|_, ghiseul| vec![ours(ghiseul)]).start().await
    }

    /// A compact token of these texts.
    pub fn token(&self, header: &str, claims: &str, signed: Signed) -> String {
        let [header, claims] = [header, claims].map(|part| BASE64URL_NOPAD.encode(part.as_bytes()));
        let input = format!("{header}.{claims}");
        let by =
            |key: &EcdsaKeyPair| key.sign(&SystemRandom::new(), input.as_bytes()).unwrap().as_ref().to_vec();
        let signature = match signed {
            Signed::Well => by(&self.key),
            Signed::ByOtherKey => by(&self.other_key),
            Signed::NotAtAll => Vec::new(),
            Signed::WithZeros => vec![0; 64],
            Signed::CutOff => by(&self.key)[..63].to_vec(),
            Signed::WithPublicKeyAsSecret => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, jwk(&self.key).to_string().as_bytes());
                hmac::sign(&secret, input.as_bytes()).as_ref().to_vec()
            }
        };
        format!("{input}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    /// The other key as a JWK, for headers that bring their own.
    pub fn other_jwk(&self) -> Value {
        jwk(&self.other_key)
    }

    /// From now on says this at the token endpoint.
    pub fn says_token(&self, answer: Answer) {
        self.says.lock().unwrap().token = answer;
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Sends the command; nobody waits for it.
        drop(self.server.stop(false));
    }
}

/// A verification that was begun: what a provider learns of it.
pub struct Begun {
    pub nonce: String,
    state: String,
}

/// Begins a verification; `None` if the provider cannot be used.
pub async fn begin(citizen: &Citizen<'_>) -> Option<Begun> {
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    let answer = citizen.post("/v1/identity-verifications", &body).await;
    if answer.status() == 503 {
        return None;
    }
    let begun = json_of(answer, 201).await;
    let redirect = begun["redirect_url"].as_str().unwrap().parse().unwrap();
    Some(Begun { nonce: query(&redirect, "nonce").unwrap(), state: query(&redirect, "state").unwrap() })
}

/// Comes back from the provider; answers the status and reason that the front end is told.
pub async fn come_back(house: &House, begun: &Begun) -> (String, Option<String>) {
    let mut callback = house.api.join("/v1/identity-verifications/ghiseul/callback").unwrap();
    callback.query_pairs_mut().append_pair("code", "x").append_pair("state", &begun.state);
    let back = location(house.http.get(callback).send().await.unwrap());
    (query(&back, "status").unwrap(), query(&back, "reason"))
}
