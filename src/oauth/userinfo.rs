//! What a client learns of a person (OpenID Connect Core, section 5.3).

use actix_web::{HttpResponse, get, post};

use super::types::UserInfo;
use crate::accounts::{Caller, view};
use crate::clients::Scope;
use crate::error::Result;
use crate::http::RequestId;
use crate::state::{AppState, State};

/// Show whose token it is
///
/// For clients (OpenID Connect `userinfo`): `profile` tells address, phone and language, `identity` the proved names, birth date and
/// CNP. A token of a log-in of the owner's own tells everything.
#[utoipa::path(
    tag = "grants",
    security(("bearer" = []), ("oauth" = ["openid"])),
    responses((status = 200, description = "The claims that the token's scopes allow", body = UserInfo)),
)]
#[get("/oauth/userinfo")]
pub(crate) async fn get_userinfo(state: State, caller: Caller, id: RequestId) -> Result<HttpResponse> {
    told(&state, &caller, &id).await
}

/// Show whose token it is, asked by POST
///
/// The same as `GET /oauth/userinfo`, for libraries that ask in this way. The token is in the header, and there is no body.
#[utoipa::path(
    tag = "grants",
    security(("bearer" = []), ("oauth" = ["openid"])),
    responses((status = 200, description = "The claims that the token's scopes allow", body = UserInfo)),
)]
#[post("/oauth/userinfo")]
pub(crate) async fn post_userinfo(state: State, caller: Caller, id: RequestId) -> Result<HttpResponse> {
    told(&state, &caller, &id).await
}

async fn told(state: &AppState, caller: &Caller, id: &RequestId) -> Result<HttpResponse> {
    let account = view::account(&state.keyring, &caller.account)?;
    let mut told = UserInfo { sub: account.id, ..UserInfo::default() };
    if caller.may(Scope::Profile) {
        told.email_verified = Some(account.email_confirmed);
        // As mail programs send to it: programs compare addresses, people read them.
        told.email = view::email(&state.keyring, &caller.account)?;
        told.phone_number = account.phone;
        told.locale = Some(account.locale);
    }
    if caller.may(Scope::Identity) {
        told.identity_verified = Some(account.identity.person.is_some());
        if let Some(person) = account.identity.person {
            view::record_read(state, caller, id).await?;
            told.given_name = Some(person.given_name);
            told.family_name = Some(person.family_name);
            told.birthdate = Some(person.birth_date);
            told.cnp = Some(person.cnp);
        }
    }
    Ok(HttpResponse::Ok().json(told))
}
