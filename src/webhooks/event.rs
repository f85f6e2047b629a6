//! What clients are told of: types of events, and the message about one. By reference: ids, types, times, no personal data; who
//! wants more reads it with the person's grant.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::text::coded;

coded! {
    /// A family of events, which an endpoint is told of if the person granted the client the scope that covers it.
    #[schema(as = WebhookEventFamily)]
    pub(crate) enum Family {
        /// Steps of applications; needs `applications:read`.
        Application = "application.*",
        /// Certificates; needs `certificates:read`.
        Certificate = "certificate.*",
        /// The proof of identity; needs `identity`.
        Identity = "identity.*",
        /// What was granted to the client itself; needs any grant.
        Grant = "grant.*",
    }
}

coded! {
    /// What happened. More types may come: ignore unknown ones.
    #[schema(as = WebhookEventType)]
    pub(crate) enum EventType in "webhook_messages.event_type" {
        /// The person applied.
        ApplicationSubmitted = "application.submitted",
        /// The application waits for a register.
        ApplicationAwaitingRegister = "application.awaiting_register",
        /// The home state of an EU national was asked.
        ApplicationAwaitingEcris = "application.awaiting_ecris",
        /// An officer must decide.
        ApplicationReferred = "application.referred",
        /// An officer has claimed it.
        ApplicationInReview = "application.in_review",
        /// The certificate was issued.
        ApplicationIssued = "application.issued",
        /// No certificate will be issued.
        ApplicationRejected = "application.rejected",
        /// The person withdrew it.
        ApplicationWithdrawn = "application.withdrawn",
        /// Its certificate was revoked.
        ApplicationRevoked = "application.revoked",
        /// A certificate was issued.
        CertificateIssued = "certificate.issued",
        /// A certificate was revoked.
        CertificateRevoked = "certificate.revoked",
        /// A corrected certificate took the place of one.
        CertificateSuperseded = "certificate.superseded",
        /// The person's identity was proved.
        IdentityVerified = "identity.verified",
        /// The proof of identity was undone.
        IdentityUndone = "identity.undone",
        /// The person granted the client something for the first time.
        GrantGiven = "grant.given",
        /// The person granted it more.
        GrantChanged = "grant.changed",
        /// The grant ended; the client is told nothing about this person any more.
        GrantRevoked = "grant.revoked",
        /// A test, which the client asked for.
        Test = "webhook.test",
    }
}

/// The body of a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEvent)]
pub(crate) struct Event {
    /// What happened.
    #[serde(rename = "type")]
    event_type: EventType,
    /// When it happened; messages can arrive in another order.
    #[schema(format = "date-time", example = "2026-11-29T10:15:00.000Z", value_type = String)]
    timestamp: String,
    /// To what and to whom.
    data: EventData,
}

/// What an event is about: ids alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEventData)]
pub(crate) struct EventData {
    /// The id of the application, the certificate, the account (`identity.*`), the grant, or the endpoint (`webhook.test`).
    id: Uuid,
    /// Whom it is about: the `sub` of your ID tokens. Null in a test.
    account_id: Option<Uuid>,
}

impl Event {
    /// Makes the body of a message.
    pub(super) fn of(
        event_type: EventType,
        (id, account_id): (Uuid, Option<Uuid>),
        occurred_at: DateTime<Utc>,
    ) -> Self {
        let timestamp = occurred_at.to_rfc3339_opts(SecondsFormat::Millis, true);
        Self { event_type, timestamp, data: EventData { id, account_id } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::ApplicationStatus;

    #[test]
    fn each_status_of_an_application_has_its_event() {
        for status in ApplicationStatus::ALL {
            EventType::parse(&format!("application.{}", status.as_str())).unwrap();
        }
    }

    #[test]
    fn a_body_holds_ids_and_times_alone() {
        let at = "2026-11-29T10:15:00Z".parse().unwrap();
        let event = Event::of(EventType::CertificateIssued, (Uuid::nil(), Some(Uuid::max())), at);
        let expected = r#"{"type":"certificate.issued","timestamp":"2026-11-29T10:15:00.000Z","data":{"id":"00000000-0000-0000-0000-000000000000","account_id":"ffffffff-ffff-ffff-ffff-ffffffffffff"}}"#;
        assert_eq!(serde_json::to_string(&event).unwrap(), expected);
    }
}
