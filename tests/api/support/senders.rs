//! Requests of several senders: the tests are a trusted proxy.

use reqwest::Method;
use reqwest_middleware::RequestBuilder;
use serde_json::Value;

use super::house::House;

/// A house that believes the tests who sends a request.
pub async fn house_behind_proxy() -> House {
    House::with().setting("CAZIER_TRUSTED_PROXIES", "127.0.0.1").start().await
}

/// A request of this sender.
pub fn post_from(house: &House, sender: &str, path: &str, body: &Value) -> RequestBuilder {
    house.request(Method::POST, path).header("x-forwarded-for", sender).json(body)
}
