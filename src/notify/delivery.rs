//! How a mail leaves: by SMTP, or, in the sandbox, into the visible mailbox.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::SmtpTransport;
use lettre::{Message, Transport};
use uuid::Uuid;

use super::{JOB, Mail};
use crate::jobs::{Handler, Outcome};

/// How long a mail server may take for one step.
const DEADLINE: Duration = Duration::from_secs(20);

/// Why a mail did not leave.
#[derive(Debug, Clone, Copy)]
pub enum DeliveryError {
    /// Worth another try.
    Later(&'static str),
    /// No try will help.
    Never(&'static str),
}

/// Something that delivers mails.
pub trait Delivery {
    /// Delivers one; the id is the same for each try, so that a duplicate can be known by its Message-ID.
    ///
    /// # Errors
    /// Says whether another try makes sense.
    fn deliver(&self, id: Uuid, mail: Mail) -> LocalBoxFuture<'_, Result<(), DeliveryError>>;
}

/// Delivery by a mail server.
pub struct Smtp {
    transport: Arc<SmtpTransport>,
    from: Mailbox,
}

impl Smtp {
    /// From `smtps://user:password@host` or `smtp://host:port`, and the sender.
    ///
    /// # Errors
    /// Names the setting that cannot be used, never its value.
    pub fn new(url: &str, from: &str) -> Result<Self, &'static str> {
        let transport = SmtpTransport::from_url(url).map_err(|_| "CAZIER_SMTP_URL is not an SMTP address")?;
        let from = from.parse().map_err(|_| "CAZIER_MAIL_FROM is not a mail address")?;
        Ok(Self { transport: Arc::new(transport.timeout(Some(DEADLINE)).build()), from })
    }

    fn message(&self, id: Uuid, mail: &Mail) -> Option<Message> {
        let domain = self.from.email.domain();
        let built = Message::builder()
            .from(self.from.clone())
            .to(mail.to.parse().ok()?)
            .subject(mail.subject.as_str())
            .message_id(Some(format!("<{id}@{domain}>")))
            .multipart(MultiPart::alternative_plain_html(mail.text(), mail.html()));
        built.ok()
    }
}

impl Delivery for Smtp {
    fn deliver(&self, id: Uuid, mail: Mail) -> LocalBoxFuture<'_, Result<(), DeliveryError>> {
        async move {
            let message =
                self.message(id, &mail).ok_or(DeliveryError::Never("the mail cannot be written"))?;
            let transport = self.transport.clone();
            let sent = web::block(move || transport.send(&message).map(drop)).await;
            match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) if error.is_permanent() => {
                    Err(DeliveryError::Never("the mail server refuses it"))
                }
                _ => Err(DeliveryError::Later("the mail server does not take it now")),
            }
        }
        .boxed_local()
    }
}

/// The job that delivers.
pub struct MailJob(pub Box<dyn Delivery>);

impl Handler for MailJob {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run(&self, id: Uuid, payload: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            let Ok(mail) = serde_json::from_slice::<Mail>(&payload) else {
                return Outcome::GiveUp("the payload is no mail");
            };
            match self.0.deliver(id, mail).await {
                Ok(()) => Outcome::Done,
                Err(DeliveryError::Later(why)) => Outcome::Retry(why),
                Err(DeliveryError::Never(why)) => Outcome::GiveUp(why),
            }
        }
        .boxed_local()
    }
}
