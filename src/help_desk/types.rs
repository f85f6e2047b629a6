//! Wire types of the help desk.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::SupportText;
use super::leak::AnswerText;
pub(crate) use super::topic::{SupportStatus, Topic};
use crate::http::selection::list_query;
use crate::http::{Locale, RequestId};
use crate::person::Email;

/// How to get help.
#[derive(Serialize, ToSchema)]
pub(crate) struct Support {
    /// Phone number, as people dial it.
    #[schema(example = "+40 21 303 7080")]
    pub(crate) phone: Option<String>,
    /// Address for mail.
    #[schema(example = "suport@hub.example")]
    pub(crate) email: Option<String>,
    /// Help page.
    #[schema(format = "uri", example = "https://hub.example/support")]
    pub(crate) web: Option<String>,
    /// Opening hours, in the caller's language.
    #[schema(example = "Monday to Friday, 8:30 to 16:30")]
    pub(crate) hours: Option<String>,
    /// The topics of requests.
    pub(crate) topics: Vec<TopicLabel>,
}

/// A topic in the caller's language.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopicLabel {
    /// The value for `topic`.
    pub(crate) code: Topic,
    /// Its name for people.
    #[schema(example = "Proof of identity")]
    pub(crate) label: &'static str,
}

/// Asks for help.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "topic": "application",
    "message": "The page says that the register does not answer.",
    "email": "ana.popescu@example.ro",
    "request_id": "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"
}))]
pub(crate) struct CreateSupportRequest {
    /// The topic.
    pub(crate) topic: Topic,
    /// The message; line breaks are kept.
    pub(crate) message: SupportText,
    /// Where to send the answer; required without an account, by default the account's address.
    pub(crate) email: Option<Email>,
    /// The failed call: `instance` of its problem, or its `X-Request-Id`.
    pub(crate) request_id: Option<RequestId>,
}

/// Confirms that a request was received.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportRequestReceived {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// The number to quote on the phone; its last character detects typing errors.
    #[schema(example = "SP-7K3M-Q9ZD-T")]
    pub(crate) reference: String,
    /// `open`.
    pub(crate) status: SupportStatus,
    /// When.
    pub(crate) created_at: DateTime<Utc>,
}

/// An officer's answer.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "The register answers again; please apply once more."}))]
pub(crate) struct AnswerSupportRequest {
    /// Sent by mail: must contain neither a CNP nor a control code.
    pub(crate) text: AnswerText,
}

list_query! {
    /// Selects requests.
    pub(crate) struct SupportRequestsQuery by SupportStatus, such as "open"
}

/// A request with its answers.
#[derive(Serialize, ToSchema)]
#[schema(as = SupportRequest)]
pub(crate) struct SupportRequestResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// The number to quote on the phone.
    #[schema(example = "SP-7K3M-Q9ZD-T")]
    pub(crate) reference: String,
    /// Its topic.
    pub(crate) topic: Topic,
    /// Its status.
    pub(crate) status: SupportStatus,
    /// The message as it was written.
    #[schema(example = "The page says that the register does not answer.")]
    pub(crate) message: String,
    /// The failed call.
    #[schema(example = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f")]
    pub(crate) request_id: Option<String>,
    /// The answers, oldest first.
    pub(crate) answers: Vec<SupportAnswerResponse>,
    /// When it was sent.
    pub(crate) created_at: DateTime<Utc>,
    /// When it was closed.
    pub(crate) closed_at: Option<DateTime<Utc>>,
}

/// One answer.
#[derive(Serialize, ToSchema)]
#[schema(as = SupportAnswer)]
pub(crate) struct SupportAnswerResponse {
    /// Its text.
    #[schema(example = "The register answers again; please apply once more.")]
    pub(crate) text: String,
    /// When it was sent.
    pub(crate) created_at: DateTime<Utc>,
}

/// A request as an officer sees it, with the recipient's address.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportCase {
    /// The request.
    #[serde(flatten)]
    pub(crate) request: SupportRequestResponse,
    /// The recipient's address.
    #[schema(example = "ana.popescu@example.ro")]
    pub(crate) email: String,
    /// Language of the answer.
    pub(crate) locale: Locale,
    /// The account that asked, if there is one.
    pub(crate) account_id: Option<Uuid>,
}

/// A request in the officers' queue, without its message.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportQueueItem {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// The number that the person quotes on the phone.
    #[schema(example = "SP-7K3M-Q9ZD-T")]
    pub(crate) reference: String,
    /// Its topic.
    pub(crate) topic: Topic,
    /// Its status.
    pub(crate) status: SupportStatus,
    /// Whether the request came from an account.
    pub(crate) has_account: bool,
    /// Language of the answer.
    pub(crate) locale: Locale,
    /// When it was sent.
    pub(crate) created_at: DateTime<Utc>,
    /// When it was last answered.
    pub(crate) answered_at: Option<DateTime<Utc>>,
}

/// A page of your requests, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportRequestPage {
    /// The requests.
    pub(crate) items: Vec<SupportRequestResponse>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

/// A page of the officers' queue, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportQueuePage {
    /// The requests.
    pub(crate) items: Vec<SupportQueueItem>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}
