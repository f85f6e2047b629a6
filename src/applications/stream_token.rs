//! Makes the tokens that open a stream without a header ([`crate::accounts::stream_token`]).

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::accounts::stream_token::{self, LIVES};
use crate::accounts::{Caller, Token};
use crate::error::{Code, Result};
use crate::state::State;

/// A token that opens one stream.
#[derive(Serialize, ToSchema)]
pub(super) struct StreamTokenResponse {
    /// The token, shown here once.
    #[schema(example = "czs_mZ3p0Yq6bVd1TtC8nXwR5sKfJ2hLgA9uEoI7rPvB4xk")]
    stream_token: String,
    /// The address of the stream with the token in it, for `EventSource`.
    #[schema(
        format = "uri-reference",
        example = "/v1/applications/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/stream?stream_token=czs_mZ3p0Yq6bVd1TtC8nXwR5sKfJ2hLgA9uEoI7rPvB4xk"
    )]
    url: String,
    /// Seconds in which it must be used.
    #[schema(example = 60)]
    expires_in: i64,
}

/// Get a token for the stream of an application
///
/// For `EventSource` of browsers, which sends no `Authorization`: open `url` within a minute. The token works once. The
/// stream's events carry in their ids what resumes it: `EventSource` sends it back as `Last-Event-ID` whenever it
/// reconnects to the same address, for an hour, as long as the session goes on and its access token is refreshed. After
/// that it gets 401 and stops: ask for a new token. A session has at most ten; an eleventh ends the oldest.
#[utoipa::path(
    tag = "applications",
    security(("bearer" = []), ("oauth" = ["applications:read"])),
    params(("id" = Uuid, Path, description = "The application's id")),
    responses((status = 201, description = "The token", body = StreamTokenResponse)),
)]
#[post("/v1/applications/{id}/stream-tokens")]
pub(crate) async fn create_stream_token(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let (viewer, session, now, id) =
        (caller.viewer(), caller.session.id, state.clock.now(), path.into_inner());
    let token = Token::generate("czs_")?;
    let shown = token.reveal().to_owned();
    let work = move |c: &mut diesel::PgConnection| {
        store::find(c, viewer, id)?.ok_or(Code::NotFound)?;
        stream_token::insert(c, (session, id), &token, now)
    };
    caller.transaction(&state, work).await?;
    let url = format!("/v1/applications/{id}/stream?stream_token={shown}");
    let expires_in = LIVES.num_seconds();
    Ok(HttpResponse::Created().json(StreamTokenResponse { stream_token: shown, url, expires_in }))
}
