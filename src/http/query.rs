//! Query strings, parsed as strictly as bodies: known parameters only, each once, an invalid one named as `?name`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::violations::violation;
use crate::error::{Error, Result, Violation};

/// A query that was parsed.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T> {
    pairs(query.as_bytes()).map_err(|mut violation| {
        violation.pointer = violation.pointer.replacen('/', "?", 1);
        Error::violations(vec![violation])
    })
}

/// Parses form-encoded `name=value` pairs; names an invalid field by its JSON pointer.
pub(super) fn pairs<T: DeserializeOwned>(encoded: &[u8]) -> Result<T, Violation> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(encoded));
    serde_path_to_error::deserialize(pairs)
        .map_err(|error| violation(error.path(), &error.inner().to_string()))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::error::{Error, Result};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[allow(dead_code)]
        name: String,
        #[allow(dead_code)]
        limit: Option<i64>,
    }

    fn broken(query: &str) -> (String, String) {
        let outcome: Result<Wanted> = parse(query);
        match outcome {
            Err(Error::Problem(problem)) => {
                (problem.errors[0].pointer.clone(), problem.errors[0].code.to_string())
            }
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn each_broken_parameter_is_named() {
        assert!(parse::<Wanted>("name=a&limit=2").is_ok());
        assert_eq!(broken(""), ("?name".into(), "missing".into()));
        assert_eq!(broken("name=a&x=1"), ("?x".into(), "unknown_field".into()));
        assert_eq!(broken("name=a&name=b"), ("?name".into(), "duplicate_field".into()));
        assert_eq!(broken("name=a&limit=ten"), ("?limit".into(), "wrong_value".into()));
    }
}
