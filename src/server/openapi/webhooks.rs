//! The `webhooks` of the contract (OpenAPI 3.1): the message that we send, for the generators of receivers.

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, OpenApi, PathsBuilder, Ref, Required, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use crate::webhooks::Event;

/// The headers of a message, with what they say.
const HEADERS: [(&str, Type, &str); 3] = [
    ("webhook-id", Type::String, "The message's id, the same in all attempts: ignore one that you have seen"),
    (
        "webhook-timestamp",
        Type::Integer,
        "When this attempt was made, in seconds since 1970: refuse old ones",
    ),
    (
        "webhook-signature",
        Type::String,
        "`v1,` and HMAC-SHA256 over `id.timestamp.body` in base64; several, with spaces between them, while a secret is replaced",
    ),
];

/// Adds the message and its schemas.
pub(super) fn add(contract: &mut OpenApi) {
    let mut schemas = vec![(Event::name().into_owned(), Event::schema())];
    Event::schemas(&mut schemas);
    contract.components.get_or_insert_default().schemas.extend(schemas);
    let content = Content::new(Some(Ref::from_schema_name(Event::name())));
    let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
    let taken = ResponseBuilder::new().description("You took it; the body of your answer is not read");
    let gone = ResponseBuilder::new().description("You want no messages any more: the endpoint is disabled");
    let failed = ResponseBuilder::new().description("Anything else is tried again, for three days");
    let mut operation = OperationBuilder::new()
        .operation_id(Some("receive_event"))
        .tag("webhooks")
        .summary(Some("Receive an event"))
        .description(Some(
            "We send this to your endpoint, signed as Standard Webhooks says. Answer within ten seconds.",
        ))
        .request_body(Some(body.build()))
        .response("2XX", taken.build())
        .response("410", gone.build())
        .response("default", failed.build())
        .securities(Some([]));
    for (name, kind, told) in HEADERS {
        let header = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(told))
            .schema(Some(ObjectBuilder::new().schema_type(kind).build()));
        operation = operation.parameter(header.build());
    }
    let item = PathItem::new(HttpMethod::Post, operation.build());
    contract.webhooks = Some(PathsBuilder::new().path("event", item).build());
}
