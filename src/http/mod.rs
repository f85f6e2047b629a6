//! HTTP concerns that every operation shares: bodies, problems, request ids, languages, idempotency.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `frame`, `request_id` | the layer around every request: request id, problems, access log |
//! | `security_headers` | what every response tells browsers |
//! | `json`, `form`, `query` | what is sent to us, parsed strictly |
//! | `validation` | the rules between the fields of a body |
//! | `violations`, `recovery`, `unique` | errors of serde as broken rules; every broken rule of an input |
//! | `problem`, `status`, `outages` | errors as problem documents, their HTTP status, the log of outages |
//! | `quotas` | what answers say of limits |
//! | `locale` | the caller's language |
//! | `idempotency` | `Idempotency-Key` |
//! | `page`, `selection` | paged lists; filters of lists |
//! | `binary` | files in the contract |
//! | `etag`, `asset` | `ETag` and 304; files that are the same for everybody |
//! | `streams` | open event streams |
//! | `fallback`, `operations` | requests that no route matches; routes as operation ids |
//! | `favicon` | the icon of every page |

pub(crate) mod asset;
pub(crate) mod binary;
pub(crate) mod etag;
pub mod fallback;
pub(crate) mod favicon;
pub mod form;
pub mod frame;
pub mod idempotency;
pub mod json;
pub mod locale;
pub mod operations;
mod outages;
pub mod page;
pub mod problem;
pub mod query;
pub(crate) mod quotas;
mod recovery;
pub mod request_id;
pub(crate) mod security_headers;
pub mod selection;
mod status;
pub mod streams;
mod unique;
pub(crate) mod validation;
pub(crate) mod violations;

pub use form::Form;
pub use json::Json;
pub use locale::Locale;
#[cfg(feature = "sandbox")]
pub(crate) use problem::page::is_wanted as is_for_person;
pub use query::Query;
pub(crate) use quotas::whole_seconds;
pub use request_id::RequestId;
pub use status::status_of;
