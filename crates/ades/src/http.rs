//! Small answers over HTTP, from places that may be slow, broken or hostile.

use reqwest::{RequestBuilder, StatusCode};

/// Sends a request and reads at most `limit` bytes of a 200. The client's deadline covers the body too.
///
/// # Errors
/// Says in words what went wrong, without the address: it can hold a password.
pub(crate) async fn fetch(request: RequestBuilder, limit: usize) -> Result<Vec<u8>, String> {
    let words = |error: reqwest::Error| error.without_url().to_string();
    let mut response = request.send().await.map_err(words)?;
    if response.status() != StatusCode::OK {
        return Err(format!("HTTP status {}", response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(words)? {
        if body.len() + chunk.len() > limit {
            return Err(format!("more than {limit} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
