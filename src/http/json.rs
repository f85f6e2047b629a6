//! JSON bodies, parsed strictly: one document, known fields only, each once, every broken rule named by its pointer.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use ring::digest;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};
use validator::Validate;

use super::unique::Unique;
use super::violations::{Broken, MISSING, WRONG_TYPE, broken, pointer_of};
use super::{recovery, validation};
use crate::connections::body;
use crate::error::{Code, Error, Result, Violation};

/// The largest accepted body, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// A parsed body: its types hold to the rules of their values, `validator` has checked those between its fields (`#[validate(schema(…))]`).
#[derive(Debug)]
pub struct Json<T> {
    /// The parsed body.
    pub body: T,
    /// SHA-256 of the bytes as sent: tells a repeated request from a different one.
    pub digest: [u8; 32],
}

impl<T: DeserializeOwned + PartialSchema + Validate> FromRequest for Json<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = has_json_type(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Code::UnsupportedMediaType.into());
            }
            let bytes = bytes.await.map_err(|error| unreadable(&error))?;
            let body = parse(&bytes)?;
            validation::check(&body)?;
            Ok(Self { body, digest: sha256(&bytes) })
        })
    }
}

fn has_json_type(request: &HttpRequest) -> bool {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = value.and_then(|value| value.parse::<mime::Mime>().ok());
    kind.is_some_and(|kind| {
        let is_utf8 = kind.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8);
        kind.essence_str() == mime::APPLICATION_JSON.essence_str() && is_utf8
    })
}

pub(super) fn unreadable(error: &actix_web::Error) -> Error {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Code::PayloadTooLarge.into(),
        Some(error) if body::is_too_slow(error) => Code::RequestTimeout.into(),
        _ if error.as_response_error().status_code().as_u16() == 413 => Code::PayloadTooLarge.into(),
        _ => Code::MalformedRequest.into(),
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// Parses one document; trailing bytes are an error. A fault of its shape is reported alone, broken rules all together.
pub(crate) fn parse<T: DeserializeOwned + PartialSchema>(bytes: &[u8]) -> Result<T> {
    // serde would also take an array as an object, its items in the order of the members.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Error::invalid("", &WRONG_TYPE));
    }
    match read(bytes)? {
        Ok(body) => Ok(body),
        Err(Broken::Shape(fault)) => Err(Error::violations(vec![fault])),
        Err(first) => Err(every::<T>(bytes, first)?),
    }
}

/// Reads the document; the outer error is for what is not JSON.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<Result<T, Broken>> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => reader.end().map(|()| Ok(value)).map_err(|error| malformed(&error)),
        Err(error) if error.inner().classify() == Category::Data => {
            Ok(Err(broken(error.path(), &error.inner().to_string())))
        }
        Err(error) => Err(malformed(error.inner())),
    }
}

/// Returns the error for a document in which a rule is broken, and perhaps more.
fn every<T: DeserializeOwned + PartialSchema>(bytes: &[u8], first: Broken) -> Result<Error> {
    let fault = match read::<Unique>(bytes)? {
        Ok(Unique(body)) => match missing::<T>(&body) {
            Some(fault) => fault,
            None => return Ok(recovery::every::<T>(body, first)),
        },
        Err(Broken::Shape(fault) | Broken::Rule(fault)) => fault,
    };
    Ok(Error::violations(vec![fault]))
}

/// Returns the first required member that the body lacks. serde looks for it after it has read all others.
fn missing<T: PartialSchema>(body: &Value) -> Option<Violation> {
    let RefOr::T(Schema::Object(object)) = T::schema() else { return None };
    let name = object.required.iter().find(|name| body.get(name.as_str()).is_none())?;
    Some(Violation::new(pointer_of(name), &MISSING))
}

fn malformed(error: &serde_json::Error) -> Error {
    Error::from(Code::MalformedJson).with("line", error.line()).with("column", error.column())
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::error::{Code, Error};
    use crate::time::civil_date::CivilDate;
    use serde::Deserialize;
    use utoipa::ToSchema;

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        name: String,
        #[allow(dead_code)]
        #[schema(value_type = Option<String>)]
        day: Option<CivilDate>,
        #[allow(dead_code)]
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code)]
        kind: Kind,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Known,
    }

    fn broken(text: &str) -> (String, String) {
        match parse::<Outer>(text.as_bytes()) {
            Err(Error::Problem(problem)) if problem.code == Code::InvalidInput => {
                (problem.errors[0].pointer.clone(), problem.errors[0].code.to_string())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_broken_rule_is_named_at_its_place() {
        assert_eq!(broken(r#"{}"#), ("/name".into(), "missing".into()));
        assert_eq!(broken(r#"{"name":"a","extra":1}"#), ("/extra".into(), "unknown_field".into()));
        assert_eq!(broken(r#"{"name":"a","name":"b"}"#), ("/name".into(), "duplicate_field".into()));
        assert_eq!(broken(r#"{"name":7}"#), ("/name".into(), "wrong_type".into()));
        assert_eq!(broken(r#"{"name":"a","inner":{}}"#), ("/inner/kind".into(), "missing".into()));
        assert_eq!(broken(r#"{"name":"a","inner":{"kind":"x"}}"#).1, "unknown_value");
        assert_eq!(
            broken(r#"{"name":"a","inner":{"kind":"known","b/c":1}}"#),
            ("/inner/b~1c".into(), "unknown_field".into())
        );
        assert_eq!(broken(r#"{"name":"a","day":"2024-5-1"}"#), ("/day".into(), "date_format".into()));
        assert_eq!(broken("[1]").1, "wrong_type");
    }

    #[test]
    fn invalid_json_is_reported_with_its_place() {
        for text in ["", "{", "{\"name\":\"a\"} x", "\u{feff}{}", "{'name':1}"] {
            let Err(error) = parse::<Outer>(text.as_bytes()) else { panic!("{text} was read") };
            assert_eq!(error.code(), Code::MalformedJson, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(parse::<Outer>(deep.as_bytes()).is_err());
        assert!(parse::<Outer>(b"{\"name\":\"\xff\"}").is_err());
    }
}
