//! Wire types of endpoints and messages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::delivery::header_id;
use super::event::{EventType, Family};
use super::message_store::Message;
use super::states::{EndpointStatus, MessageStatus, Outcome};
use super::store::Endpoint;
use super::url::EndpointUrl;
use crate::http::page::{Cursor, Limit};

/// Adds an endpoint.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://portal.city.example/hooks/cazier",
    "events": ["application.*", "certificate.*"]
}))]
pub(crate) struct CreateWebhookEndpointRequest {
    /// Where messages are sent.
    pub(super) url: EndpointUrl,
    /// What it is told of, of people who granted you the scope that covers it.
    #[schema(min_items = 1, max_items = 4)]
    pub(super) events: Vec<Family>,
}

/// Where you are told of events.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
pub(crate) struct EndpointResponse {
    /// UUIDv7.
    id: Uuid,
    /// Where messages are sent.
    #[schema(format = "uri", example = "https://portal.city.example/hooks/cazier")]
    url: String,
    /// What it is told of.
    events: Vec<Family>,
    /// Whether messages are sent to it.
    status: EndpointStatus,
    /// Time of the first failure after the last success; a day later it is paused.
    failing_since: Option<DateTime<Utc>>,
    /// When it was added.
    created_at: DateTime<Utc>,
    /// When it got its status.
    status_changed_at: DateTime<Utc>,
}

impl From<Endpoint> for EndpointResponse {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            events: endpoint.events(),
            url: endpoint.url,
            status: endpoint.status,
            failing_since: endpoint.failing_since,
            created_at: endpoint.created_at,
            status_changed_at: endpoint.status_changed_at,
        }
    }
}

/// An endpoint that was added, with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedWebhookEndpoint {
    /// The endpoint.
    pub(super) endpoint: EndpointResponse,
    /// The secret that its messages are signed with, shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    pub(super) secret: String,
}

/// Your endpoints.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookEndpointList {
    /// The endpoints, oldest first.
    pub(super) items: Vec<EndpointResponse>,
    /// Always null: the list is complete.
    #[schema(example = json!(null))]
    pub(super) next_cursor: Option<String>,
}

/// Gives an endpoint a new secret.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"end_others": false}))]
pub(crate) struct RotateWebhookSecretRequest {
    /// Whether the earlier secret stops signing at once, as after a leak; by default it signs beside the new one for a day.
    #[serde(default)]
    pub(super) end_others: bool,
}

/// A new secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookSecret {
    /// The secret, shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    pub(super) secret: String,
}

/// Selects messages of an endpoint.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessagesQuery {
    /// Only messages with this status.
    #[param(inline)]
    pub(super) status: Option<MessageStatus>,
    /// The largest number of items to return.
    #[param(inline, example = 20)]
    pub(super) limit: Option<Limit>,
    /// The `next_cursor` of the previous page.
    #[param(inline)]
    pub(super) cursor: Option<Cursor>,
}

/// A message, and how its delivery goes.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookMessage)]
pub(crate) struct MessageResponse {
    /// UUIDv7.
    id: Uuid,
    /// Its header `webhook-id`, the same in all attempts and replays.
    #[schema(example = "msg_019ac0de0000700080000000000000c1")]
    webhook_id: String,
    /// What happened.
    event_type: EventType,
    /// To which application, certificate, account, grant or endpoint.
    subject_id: Uuid,
    /// Whom it is about: the `sub` of your ID tokens. Null in a test.
    account_id: Option<Uuid>,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// How its delivery goes.
    status: MessageStatus,
    /// Attempts since it was recorded or replayed.
    #[schema(minimum = 0)]
    attempts: i32,
    /// The earliest time of the next attempt; null unless it is pending. A time that has passed: as soon as possible.
    next_attempt_at: Option<DateTime<Utc>>,
    /// When the last attempt ended.
    last_attempt_at: Option<DateTime<Utc>>,
    /// How it ended.
    last_outcome: Option<Outcome>,
    /// The status of your answer, if there was one.
    #[schema(example = 503)]
    last_response_status: Option<i32>,
}

impl From<Message> for MessageResponse {
    fn from(message: Message) -> Self {
        let waits = message.status == MessageStatus::Pending;
        Self {
            id: message.id,
            webhook_id: header_id(message.id),
            event_type: message.event_type,
            subject_id: message.subject_id,
            account_id: message.account_id,
            occurred_at: message.occurred_at,
            status: message.status,
            attempts: message.attempts,
            next_attempt_at: waits.then_some(message.next_attempt_at),
            last_attempt_at: message.last_attempt_at,
            last_outcome: message.last_outcome,
            last_response_status: message.last_response_status,
        }
    }
}

/// Messages to an endpoint.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookMessagePage {
    /// The messages, newest first.
    pub(super) items: Vec<MessageResponse>,
    /// For the next page; null on the last.
    #[schema(example = "AZAAAAAAcACAAAAAAAAAAA")]
    pub(super) next_cursor: Option<String>,
}

/// Replays failed messages.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"since": "2026-11-29T00:00:00Z"}))]
pub(crate) struct ReplayWebhookMessagesRequest {
    /// Only messages about events of this instant or later.
    pub(super) since: DateTime<Utc>,
}

/// How many messages will be sent again.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplayedWebhookMessages {
    /// Their number.
    #[schema(minimum = 0, maximum = 5000)]
    pub(super) messages: usize,
    /// Whether there can be more: then ask again.
    pub(super) more: bool,
}
