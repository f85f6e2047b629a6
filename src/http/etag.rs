//! Strong validators (RFC 9110, section 8.8.3): a client that holds the current bytes gets 304 instead of the body.

use actix_web::HttpRequest;
use actix_web::http::header::{EntityTag, Header, IF_NONE_MATCH, IfNoneMatch};
use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};

/// Returns the validator of these bytes: their SHA-256.
pub(crate) fn of(bytes: &[u8]) -> EntityTag {
    EntityTag::new_strong(HEXLOWER.encode(digest(&SHA256, bytes).as_ref()))
}

/// Returns whether `If-None-Match` names this tag.
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
