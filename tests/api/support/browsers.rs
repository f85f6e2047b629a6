//! Browsers of people who are sent to Ghișeul: each redirect runs in one of its own, which keeps the cookie that binds it.
//! A request with a `Cookie` of its own, even an empty one, is another browser's.

use std::collections::HashMap;
use std::sync::Mutex;

use http::Extensions;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::{Request, Response, ResponseBuilderExt, StatusCode};
use reqwest_middleware::{Middleware, Next, Result};
use serde_json::Value;
use url::Url;

/// The cookies that bind, by the states and the codes that they bind.
#[derive(Default)]
pub struct Browsers(Mutex<HashMap<String, HeaderValue>>);

impl Browsers {
    fn keep(&self, name: Option<String>, cookie: &HeaderValue) {
        self.0.lock().unwrap().extend(name.map(|name| (name, cookie.clone())));
    }

    fn cookie(&self, name: &str) -> Option<HeaderValue> {
        self.0.lock().unwrap().get(name).cloned()
    }
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The state of a callback, or the code of an exchange.
fn bound(request: &Request) -> Option<String> {
    let body = request.body().and_then(|body| body.as_bytes());
    let code = || Some(serde_json::from_slice::<Value>(body?).ok()?["code"].as_str()?.to_owned());
    parameter(request.url().as_str(), "state").or_else(code)
}

/// The cookie that binds, as a browser sends it back.
fn set(headers: &HeaderMap) -> Option<HeaderValue> {
    let all = headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    let mut bind =
        all.filter(|cookie| cookie.starts_with("cazier_login=") || cookie.starts_with("cazier_browser="));
    bind.next().map(|cookie| cookie.parse().unwrap())
}

#[async_trait::async_trait]
impl Middleware for Browsers {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let cookie = bound(&request).and_then(|name| self.cookie(&name));
        if let Some(cookie) = cookie.filter(|_| !request.headers().contains_key(COOKIE)) {
            request.headers_mut().insert(COOKIE, cookie);
        }
        let sent = request.headers().get(COOKIE).cloned();
        let response = next.run(request, extensions).await?;
        let Some(cookie) = set(response.headers()).or(sent) else { return Ok(response) };
        let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        self.keep(location.and_then(|location| parameter(location, "code")), &cookie);
        if response.status() != StatusCode::CREATED {
            return Ok(response);
        }
        let mut copy = http::Response::builder().status(response.status()).version(response.version());
        copy.headers_mut().unwrap().clone_from(response.headers());
        let copy = copy.url(response.url().clone());
        let content = response.bytes().await?;
        let begun: Value = serde_json::from_slice(&content).unwrap_or_default();
        self.keep(begun["redirect_url"].as_str().and_then(|url| parameter(url, "state")), &cookie);
        Ok(copy.body(content).unwrap().into())
    }
}
