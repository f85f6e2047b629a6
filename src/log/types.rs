//! Wire types of the log.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::text::Rule;

pub(super) const ONE_PROOF: Rule = Rule::new(
    "one_of_index_from",
    "Send exactly one of `index` and `from`",
    "Trimiteți exact unul dintre `index` și `from`",
);

/// What is to be proved.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogProofQuery {
    /// The leaf that is in the tree, from 0.
    #[param(example = 0)]
    pub(crate) index: Option<u64>,
    /// The size of the older tree.
    pub(crate) from: Option<u64>,
    /// The size of the tree; by default, of the newest checkpoint.
    pub(crate) size: Option<u64>,
}

/// A proof about the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogProof {
    /// The leaf that is in the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<u64>,
    /// The size of the older tree, which is the beginning of the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<u64>,
    /// The size of the tree.
    pub(crate) size: u64,
    /// The hashes of the proof, base64.
    #[schema(example = json!(["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c="]))]
    pub(crate) hashes: Vec<String>,
    /// The signed checkpoint over the tree; null if none was signed at this size.
    #[schema(
        example = "api.example/v1/log\n2\n+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=\n\n— api.example/v1/log …\n"
    )]
    pub(crate) checkpoint: Option<String>,
}

/// Where a certificate is in the tamper-evident log, and the proof of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogInclusion {
    /// The entry of the leaf: a commitment to the certificate, base64.
    #[schema(example = "2l0sHjQBdPKP1h4mF6vN2sF0rV4nD2sGQe0oVx1dZ0E=")]
    pub(crate) entry: String,
    /// The place of the leaf, from 0.
    #[schema(example = 5)]
    pub(crate) index: u64,
    /// The size of the tree.
    #[schema(example = 8)]
    pub(crate) size: u64,
    /// The hashes of the proof of inclusion (RFC 9162, section 2.1.3), base64.
    #[schema(example = json!(["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c="]))]
    pub(crate) hashes: Vec<String>,
    /// The signed checkpoint over the tree.
    #[schema(
        example = "api.example/v1/log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— api.example/v1/log …\n"
    )]
    pub(crate) checkpoint: String,
}
