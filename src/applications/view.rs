//! An application as its owner sees it: its status, its events, its certificate.

use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::apply;
use super::store::{self, Application, Event};
use super::types::{ApplicationEvent, ApplicationResponse};
use crate::accounts::owner::Viewer;
use crate::certificates::{self, CertificateResponse};
use crate::error::Result;
use crate::http::etag;
use crate::state::AppState;
use crate::time::civil_date;

/// The rows of an application.
pub(super) struct View {
    pub(super) application: Application,
    events: Vec<Event>,
    certificate: Option<certificates::store::Certificate>,
}

impl View {
    /// Reads an application of the viewer's; `None` for any other. A step between two statements would be seen by the
    /// second alone, so everything is read again then: status and events are of one moment.
    pub(super) fn load(connection: &mut PgConnection, viewer: Viewer, id: Uuid) -> Result<Option<Self>> {
        let mut before = store::find(connection, viewer, id)?;
        while let Some(seen) = before {
            let events = store::events(connection, viewer, id)?;
            let certificate = certificates::store::find_by_application(connection, viewer, id)?;
            match store::find(connection, viewer, id)? {
                Some(application) if application.status == seen.status => {
                    return Ok(Some(Self { application, events, certificate }));
                }
                // Each step leads towards an end, so this happens a few times at most.
                after => before = after,
            }
        }
        Ok(None)
    }
}

impl View {
    /// Returns the id of the newest event.
    pub(super) fn newest_event(&self) -> Option<String> {
        self.events.last().map(|event| event.id.to_string())
    }

    /// Returns whether the status is final.
    pub(super) fn is_final(&self) -> bool {
        self.application.status.is_final()
    }
}

/// Shows an event to the owner.
pub(super) fn event(event: &Event) -> ApplicationEvent {
    ApplicationEvent { status: event.status, actor: event.actor, at: event.at, reason: event.reason }
}

/// Builds the response.
pub(super) fn response(state: &AppState, view: View) -> Result<ApplicationResponse> {
    let today = civil_date::today(state.clock.now());
    let certificate =
        view.certificate.map(|row| CertificateResponse::of_row(&state.keyring, row, today)).transpose()?;
    let events = view.events.iter().map(event).collect();
    Ok(ApplicationResponse { events: Some(events), ..apply::response(&view.application, certificate) })
}

/// Answers with JSON and its validator (RFC 9110, section 8.8.3); 304 if the client has it already.
pub(super) fn if_changed(request: &HttpRequest, json: Vec<u8>) -> HttpResponse {
    let tag = etag::of(&json);
    if etag::is_known(request, &tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag.to_string())).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, tag.to_string())).content_type("application/json").body(json)
}
