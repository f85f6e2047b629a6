//! The mail of this room.

use uuid::Uuid;

use super::states::EndpointStatus;
use crate::http::Locale;
use crate::notify::Mail;
use crate::person::Email;

/// Tells the owner of an endpoint that messages are not sent to it any more.
pub(super) fn stopped(contact: &Email, client: &str, endpoint: Uuid, status: EndpointStatus) -> Mail {
    let locale = Locale::default();
    let subject = locale.pick(
        "Notificările automate către sistemul dumneavoastră s-au oprit",
        "Webhooks to your system have stopped",
    );
    let why = match status {
        EndpointStatus::Disabled => locale.pick(
            "Sistemul a răspuns 410 (Gone), adică nu mai dorește mesaje. Până la reluare nu mai înregistrăm evenimente pentru el.",
            "It answered 410 (Gone): it wants no messages any more. Until it is resumed, we record no events for it.",
        ),
        _ => locale.pick(
            "De o zi nu a mai primit niciun mesaj cu succes. Mesajele noi așteaptă până la reluare, cel mult 30 de zile.",
            "For a day, it has taken no message. New messages wait until it is resumed, for 30 days at most.",
        ),
    };
    let next = locale.pick(
        "După ce ați remediat problema, reluați trimiterea prin API: POST /v1/webhooks/endpoints/{endpoint_id}/resume. Jurnalul livrărilor arată ce a răspuns sistemul.",
        "Once it is mended, resume it by the API: POST /v1/webhooks/endpoints/{endpoint_id}/resume. The delivery log says what it answered.",
    );
    Mail::new(contact.as_str(), locale, subject)
        .fact(locale.pick("Client", "Client"), client)
        .fact(locale.pick("Adresa de notificare", "Endpoint"), &endpoint.to_string())
        .paragraph(why)
        .paragraph(next)
        .with_help_desk()
}
