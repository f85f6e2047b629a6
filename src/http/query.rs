//! Query strings, parsed as strictly as bodies: known parameters only, each once, an invalid one named as `?name`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::recovery::{self, Input as _, Pairs};
use crate::error::{Error, Result};

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
    pairs(query.as_bytes()).map_err(|mut error| {
        if let Error::Problem(problem) = &mut error {
            problem
                .errors
                .iter_mut()
                .for_each(|broken| broken.pointer = broken.pointer.replacen('/', "?", 1));
        }
        error
    })
}

/// Parses form-encoded `name=value` pairs; names every invalid field by its JSON pointer.
pub(super) fn pairs<T: DeserializeOwned>(encoded: &[u8]) -> Result<T> {
    let pairs = Pairs(form_urlencoded::parse(encoded).collect());
    pairs.read().map_err(|first| recovery::every::<T>(pairs, first))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::error::{Error, Result};
    use crate::time::civil_date::CivilDate;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[allow(dead_code)]
        name: String,
        #[allow(dead_code)]
        limit: Option<i64>,
        #[allow(dead_code)]
        from: Option<CivilDate>,
        #[allow(dead_code)]
        to: Option<CivilDate>,
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

    #[test]
    fn every_broken_rule_is_named() {
        let Err(Error::Problem(problem)) = parse::<Wanted>("from=1&name=a&to=2") else { panic!() };
        let names: Vec<_> = problem.errors.iter().map(|broken| broken.pointer.as_str()).collect();
        assert_eq!(names, ["?from", "?to"]);
    }
}
