//! HTTP concerns that every operation shares: bodies, problems, request ids, languages, idempotency.

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
pub mod request_id;
mod status;
pub mod streams;
pub mod validation;

pub use form::Form;
pub use json::Json;
pub use locale::Locale;
pub use query::Query;
pub use request_id::RequestId;
pub use status::status_of;
