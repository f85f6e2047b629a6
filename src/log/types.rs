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
    #[param(example = json!(null))]
    pub(crate) from: Option<u64>,
    /// The size of the tree; by default, of the newest checkpoint.
    #[param(example = json!(null))]
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
