//! The catalogue of problems, and of the rules that a value can break.

use std::sync::LazyLock;

use actix_web::http::header::{CONTENT_LANGUAGE, VARY};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::Listed;
use crate::error::Code;
use crate::http::Locale;
use crate::http::problem::ProblemExplanation;

static RULES: LazyLock<Vec<Listed>> = LazyLock::new(super::rules);

/// The explanation of a rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleExplanation {
    /// The stable machine code.
    #[schema(example = "cnp_checksum")]
    pub code: &'static str,
    /// The rule as a sentence, in the caller's language.
    #[schema(example = "The check digit of the CNP does not match: look for a mistyped digit")]
    pub message: &'static str,
}

/// The catalogue of problems.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemCatalogue {
    /// Every problem that the API can answer.
    pub items: Vec<ProblemExplanation>,
    /// Every rule that a value can break: the codes in `errors` of `invalid_input`.
    pub rules: Vec<RuleExplanation>,
}

/// List the problems
///
/// The catalogue of every problem that the API can answer, and of every rule that a value can break, in the caller's
/// language. Each operation names those that it can answer.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "The catalogue", headers(("Content-Language" = String)), body = ProblemCatalogue)),
    extensions(("x-without-database" = json!(true))),
)]
#[get("/problems")]
pub(crate) async fn list_problems(locale: Locale) -> HttpResponse {
    let explained = |rule: &'static Listed| RuleExplanation {
        code: &rule.code,
        message: locale.pick(&rule.ro, &rule.en),
    };
    let catalogue = ProblemCatalogue {
        items: Code::ALL.iter().map(|code| ProblemExplanation::of(*code, locale)).collect(),
        rules: RULES.iter().map(explained).collect(),
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_LANGUAGE, locale.as_str()))
        .insert_header((VARY, "Accept-Language"))
        .json(catalogue)
}
