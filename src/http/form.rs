//! HTML forms, parsed as strictly as JSON bodies: known fields only, each once, every broken rule named.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::{json, query};
use crate::error::{Code, Error, Result};

/// A parsed form.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = has_form_type(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Code::UnsupportedMediaType.into());
            }
            let bytes = bytes.await.map_err(|error| json::unreadable(&error))?;
            query::pairs(&bytes).map(Self)
        })
    }
}

fn has_form_type(request: &HttpRequest) -> bool {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = value.and_then(|value| value.parse::<mime::Mime>().ok());
    kind.is_some_and(|kind| kind.essence_str() == mime::APPLICATION_WWW_FORM_URLENCODED.essence_str())
}
