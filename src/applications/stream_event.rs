//! The events of a stream, in the contract: the fields of each (WHATWG HTML, section 9.2), and what is in its data.
//!
//! OpenAPI 3.1 has no word for a stream of events. JSON Schema has one for text with something in it (`contentSchema`): the
//! stream is text with a list of events in it, and the data of an event is text with JSON in it.

use serde_json::{Value, json};
use utoipa::openapi::schema::{Discriminator, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::types::ApplicationResponse;

const EVENT: &str = "StreamEvent";
const STATUS: &str = "StreamedStatus";
const RECONNECT: &str = "StreamedReconnect";
/// How the data of an event begins.
const DATA: &str = r#"{"id":"0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f","status":"awaiting_register"}"#;

/// A stream of events.
pub(super) struct EventStream;

impl PartialSchema for EventStream {
    fn schema() -> RefOr<Schema> {
        let events = json!({"type": "array", "items": Ref::from_schema_name(EVENT)});
        text("The events, with comments in between.", "text/event-stream", events).into()
    }
}

impl ToSchema for EventStream {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let kinds = [("status", STATUS), ("reconnect", RECONNECT)];
        let location = |name: &str| Ref::from_schema_name(name).ref_location;
        let mapping = kinds.map(|(event, name)| (event, location(name)));
        let event =
            kinds.iter().fold(OneOfBuilder::new(), |event, (_, name)| event.item(Ref::new(location(name))));
        let event = event
            .description(Some("An event of a stream: its fields."))
            .discriminator(Some(Discriminator::with_mapping("event", mapping)));
        let application = json!(Ref::from_schema_name(ApplicationResponse::name()));
        let id = "Send it back as `Last-Event-ID` to receive what you missed. It is opaque; that of a stream which was opened by a token resumes it too.";
        let status = named("status", "The application at first, and after each change.")
            .property("id", string(id).examples([json!("0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f")]))
            .property(
                "data",
                text("The application.", "application/json", application).examples([json!(DATA)]),
            )
            .required("id")
            .required("data");
        let retry = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(500))
            .description(Some("How many milliseconds to wait before the stream is opened anew."));
        let nothing = json!({"type": "object", "maxProperties": 0});
        let reconnect =
            named("reconnect", "The node is stopping: the stream ends, and another node goes on with it.")
                .property("retry", retry)
                .property("data", text("Nothing.", "application/json", nothing).examples([json!("{}")]))
                .required("retry")
                .required("data");
        schemas.push((EVENT.to_owned(), event.into()));
        schemas.push((STATUS.to_owned(), status.into()));
        schemas.push((RECONNECT.to_owned(), reconnect.into()));
        schemas.push((ApplicationResponse::name().into_owned(), ApplicationResponse::schema()));
        ApplicationResponse::schemas(schemas);
    }
}

/// An event of this name.
fn named(event: &str, told: &str) -> ObjectBuilder {
    let name = string("The name that listeners listen to.").enum_values(Some([event]));
    ObjectBuilder::new().description(Some(told)).property("event", name).required("event")
}

fn string(told: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(told))
}

/// Text with something of this media type and schema in it.
fn text(told: &str, media_type: &str, content: Value) -> ObjectBuilder {
    let content = [("contentSchema", content)].into_iter().collect();
    string(told).content_media_type(media_type).extensions(Some(content))
}
