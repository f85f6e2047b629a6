//! Persons made after this provider started.

use actix_web::HttpRequest;

use crate::sandbox::persons::made;
use crate::state::State;

/// Reads the made person of this hint, id or CNP, if there is one. One who cannot be read is unknown, as anybody else.
pub(super) async fn learn(request: &HttpRequest, name: &str) {
    if let Some(state) = request.app_data::<State>()
        && let Err(error) = made::learn(&state.db, &state.keyring, name).await
    {
        log::warn!("made persons cannot be read: {error}");
    }
}
