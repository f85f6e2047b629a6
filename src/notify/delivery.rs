//! The job that delivers a mail: through a mail server, or to the sandbox's mailbox.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::{JOB, Mail};
use crate::config::HelpDesk;
use crate::jobs::{Handler, Outcome};

/// Why a mail was not delivered.
#[derive(Debug, Clone, Copy)]
pub enum DeliveryError {
    /// A retry may help.
    Later(&'static str),
    /// No retry will help.
    Never(&'static str),
}

/// A way to deliver mails.
pub trait Delivery {
    /// Delivers a mail. The id is the same in each attempt, so the Message-ID reveals a duplicate.
    ///
    /// # Errors
    /// Says whether a retry makes sense.
    fn deliver(&self, id: Uuid, mail: Mail) -> LocalBoxFuture<'_, Result<(), DeliveryError>>;
}

/// The job that delivers mails.
pub struct MailJob {
    /// How they leave.
    pub delivery: Box<dyn Delivery>,
    /// Whom people ask for help, for the mails that say so.
    pub help_desk: HelpDesk,
}

impl Handler for MailJob {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn at_once(&self) -> usize {
        8
    }

    fn run(&self, id: Uuid, payload: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            let Ok(mail) = serde_json::from_slice::<Mail>(&payload) else {
                return Outcome::GiveUp("the payload is not a mail");
            };
            match self.delivery.deliver(id, mail.complete(&self.help_desk)).await {
                Ok(()) => Outcome::Done,
                Err(DeliveryError::Later(why)) => Outcome::Retry(why),
                Err(DeliveryError::Never(why)) => Outcome::GiveUp(why),
            }
        }
        .boxed_local()
    }
}
