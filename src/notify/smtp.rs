//! Delivery through a mail server (RFC 5321), with TLS as the URL says.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::response::Category;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::time::timeout;
use uuid::Uuid;

use super::delivery::{Delivery, DeliveryError};
use super::mail::Mail;
use crate::config::Sender;
use crate::person::Email;

/// The longest time for one mail, from connecting to the server's last reply. Then the connection is cut: a server that
/// drips its replies holds up nothing else.
const DEADLINE: Duration = Duration::from_secs(60);

/// Delivers through a mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    deadline: Duration,
}

impl Smtp {
    /// Makes a delivery from `smtps://user:password@host` (TLS from the first byte) or
    /// `smtp://user:password@host:587?tls=required` (STARTTLS), and the sender. The server's certificate is checked
    /// against the authorities that the system trusts.
    ///
    /// # Errors
    /// Names the setting that cannot be used, never its value.
    pub fn new(url: &str, from: &Sender) -> Result<Self, &'static str> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| "CAZIER_SMTP_URL is not an SMTP address")?;
        let address = address(&from.email).ok_or("CAZIER_MAIL_FROM cannot be written in SMTP")?;
        let from = Mailbox::new(from.name.clone(), address);
        Ok(Self { transport: transport.timeout(Some(DEADLINE)).build(), from, deadline: DEADLINE })
    }

    /// Changes the deadline.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    fn message(&self, id: Uuid, mail: &Mail) -> Option<Message> {
        let domain = self.from.email.domain();
        let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.into());
        let built = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address(&Email::parse(&mail.to).ok()?)?))
            .subject(mail.subject.as_str())
            .message_id(Some(format!("<{id}@{domain}>")))
            // No out-of-office answers to it (RFC 3834, section 5).
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", mail.locale.as_str()))
            .multipart(MultiPart::alternative_plain_html(mail.text(), mail.html()));
        built.ok()
    }
}

fn address(email: &Email) -> Option<Address> {
    let (local_part, domain) = email.as_str().rsplit_once('@')?;
    Address::new(local_part, domain).ok()
}

fn is_ascii(address: &Address) -> bool {
    AsRef::<str>::as_ref(address).is_ascii()
}

impl Delivery for Smtp {
    fn deliver(&self, id: Uuid, mail: Mail) -> LocalBoxFuture<'_, Result<(), DeliveryError>> {
        async move {
            let message =
                self.message(id, &mail).ok_or(DeliveryError::Never("the mail cannot be encoded"))?;
            let to_ascii = message.envelope().to().iter().all(is_ascii);
            let sending = async {
                match self.transport.send(message).await {
                    Ok(_) => Ok(()),
                    Err(error) => Err(self.meaning(&error, to_ascii).await),
                }
            };
            let late = DeliveryError::Later("the mail server takes too long");
            timeout(self.deadline, sending).await.unwrap_or(Err(late))
        }
        .boxed_local()
    }
}

impl Smtp {
    /// Tells permanent failures from temporary ones. Permanent: a server that accepts our sender refuses the mail or
    /// its mailbox (55x), or cannot take the address (RFC 6531). Temporary: a refused greeting or password, which we
    /// must mend, and a refused sender, which would hold up every mail.
    async fn meaning(&self, error: &SmtpError, to_ascii: bool) -> DeliveryError {
        let refused =
            error.is_permanent() && error.status().is_some_and(|code| code.category == Category::MailSystem);
        // The client sends nothing if the server did not announce an extension that the mail needs.
        let unsupported = error.is_client();
        if (refused || unsupported) && matches!(self.transport.test_connection().await, Ok(true)) {
            return match (refused, is_ascii(&self.from.email), to_ascii) {
                (true, ..) => DeliveryError::Never("the mail server refuses it"),
                (_, true, false) => DeliveryError::Never(
                    "the mail server takes no address with letters beyond ASCII (SMTPUTF8)",
                ),
                _ => DeliveryError::Later("the mail server does not announce what this mail needs"),
            };
        }
        if error.status().is_some() {
            return DeliveryError::Later("the mail server does not accept it now");
        }
        // Describes the connection and its TLS. A server's own words are not logged: they repeat addresses.
        log::warn!("mail: {error}");
        DeliveryError::Later("the mail server is unreachable, is not trusted, or hung up")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_cannot_be_used_is_named_without_its_value() {
        let error = Smtp::new("http://secret@mail.example", &"a@b.ro".parse().unwrap()).err().unwrap();
        assert!(error.contains("CAZIER_SMTP_URL") && !error.contains("secret"), "{error}");
    }
}
