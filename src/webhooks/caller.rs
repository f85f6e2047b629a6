//! Who calls: a registered client that keeps a secret, by HTTP Basic, as at the token endpoint.

use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use utoipa::PartialSchema;
use validator::Validate;

use crate::clients::Client;
use crate::error::{Code, Result};
use crate::http::Json;
use crate::oauth::authenticate_by_header;
use crate::state::AppState;

/// Returns the client that calls.
///
/// # Errors
/// `client_unauthenticated`.
pub(super) async fn client(state: &AppState, http: &HttpRequest) -> Result<Client> {
    let client = authenticate_by_header(state, http).await?;
    client.ok_or_else(|| Code::ClientUnauthenticated.into())
}

/// Reads the body of a client that is known by then: one that is not learns nothing of its faults.
///
/// # Errors
/// Those of [`Json`].
pub(super) async fn body<T>(http: &HttpRequest, payload: web::Payload) -> Result<Json<T>>
where
    T: DeserializeOwned + PartialSchema + Validate,
{
    Json::from_request(http, &mut payload.into_inner()).await
}
