//! What the tokens of a client may do: each operation of the contract names the scopes that it needs (`security(("oauth" = […]))`),
//! and a client's token does nothing that names none.

use actix_web::dev::ServiceRequest;
use actix_web::web;

use super::Caller;
use crate::clients::Scope;
use crate::error::{Code, Error, Result};
use crate::http::operations::Operations;

/// Returns the caller if the session's scopes allow the operation that the request asks for; sessions of the owner's own may do
/// everything.
///
/// # Errors
/// `insufficient_scope`, with what the operation needs.
pub(super) fn confine(caller: Caller, request: &ServiceRequest) -> Result<Caller> {
    if caller.session.scopes.is_none() {
        return Ok(caller);
    }
    let operations = request.app_data::<web::Data<Operations>>();
    let route = request.match_pattern();
    let needed = operations.zip(route).and_then(|(operations, route)| {
        operations.scopes(request.method().as_str(), &route).map(<[String]>::to_vec)
    });
    let Some(needed) = needed else { return Err(Code::InsufficientScope.into()) };
    if needed.iter().all(|scope| caller.holds(scope)) {
        return Ok(caller);
    }
    Err(Error::from(Code::InsufficientScope).with("scope", needed.join(" ")))
}

impl Caller {
    /// Returns whether the session may do what this scope names.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.session.scopes.is_none() || self.holds(scope.as_str())
    }

    fn holds(&self, scope: &str) -> bool {
        self.session.scopes.iter().flatten().flatten().any(|code| code == scope)
    }
}
