//! The client of the houses: every answer of an operation is compared with the contract.

mod document;
mod rules;

use http::Extensions;
use reqwest::header::{CONTENT_TYPE, TRANSFER_ENCODING};
use reqwest::{Request, Response, ResponseBuilderExt};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next, Result};

use document::{DOCUMENT, Documented, essence};

/// Wraps a client so that an answer which the contract does not describe fails the test.
pub fn conforming(client: reqwest::Client) -> ClientWithMiddleware {
    ClientBuilder::new(client).with(Conformity).build()
}

struct Conformity;

#[async_trait::async_trait]
impl Middleware for Conformity {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = next.run(request, extensions).await?;
        match DOCUMENT.operation(&method, &path) {
            Some(operation) => checked(operation, response).await,
            None => Ok(response),
        }
    }
}

/// The same answer, once it was compared. What is sent while it is made is compared without its content: it may have no
/// end, or be cut.
async fn checked(operation: &Documented, response: Response) -> Result<Response> {
    let status = response.status().as_u16();
    let media_type =
        response.headers().get(CONTENT_TYPE).map(|value| essence(value.to_str().unwrap()).to_owned());
    operation.check_head(status, media_type.as_deref(), response.headers());
    if response.headers().contains_key(TRANSFER_ENCODING) {
        return Ok(response);
    }
    let mut copy = http::Response::builder().status(status).version(response.version());
    copy.headers_mut().unwrap().clone_from(response.headers());
    let copy = copy.url(response.url().clone());
    let content = response.bytes().await?;
    operation.check_content(status, media_type.as_deref(), &content);
    Ok(copy.body(content).unwrap().into())
}
