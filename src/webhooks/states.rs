//! How endpoints, messages and attempts stand.

use crate::text::coded;

coded! {
    /// Whether an endpoint is sent messages.
    #[schema(as = WebhookEndpointStatus)]
    pub(crate) enum EndpointStatus in "webhook_endpoints.status" {
        /// It is.
        Active = "active",
        /// It failed for a day: messages wait until it is resumed.
        Paused = "paused",
        /// It answered 410, or an operator stopped it: nothing is recorded for it until it is resumed.
        Disabled = "disabled",
    }
}

coded! {
    /// How the delivery of a message goes.
    #[schema(as = WebhookMessageStatus)]
    pub(crate) enum MessageStatus in "webhook_messages.status" {
        /// It is sent, or will be again.
        Pending = "pending",
        /// The endpoint took it.
        Delivered = "delivered",
        /// It was given up, until you replay it: after three days, or at once when you answered 410.
        Failed = "failed",
    }
}

coded! {
    /// How an attempt ended.
    #[schema(as = WebhookOutcome)]
    pub(crate) enum Outcome in "webhook_messages.last_outcome" {
        /// The endpoint answered 2xx.
        Delivered = "delivered",
        /// It answered something else; a redirect is not followed.
        Refused = "refused",
        /// It answered 410: it wants no message any more.
        Gone = "gone",
        /// It did not answer within ten seconds.
        Timeout = "timeout",
        /// The name is unknown, or nothing answers there as HTTP over a valid TLS certificate.
        Unreachable = "unreachable",
        /// The address is private, or of another special kind.
        AddressNotAllowed = "address_not_allowed",
    }
}
