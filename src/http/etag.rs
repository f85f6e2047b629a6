//! Strong validators (RFC 9110, section 8.8.3): an answer that the caller has already is not sent again.

use actix_web::HttpRequest;
use actix_web::http::header::{EntityTag, Header, IF_NONE_MATCH, IfNoneMatch};
use ring::digest::{SHA256, digest};

/// The validator of these bytes: their digest.
pub(crate) fn of(bytes: &[u8]) -> EntityTag {
    let hex: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    EntityTag::new_strong(hex)
}

/// Whether the caller says that it has what this stands for.
pub(crate) fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
