//! The job that delivers a mail, by whatever delivers here: a mail server, or the visible mailbox of the sandbox.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::{JOB, Mail};
use crate::jobs::{Handler, Outcome};

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

/// The job that delivers.
pub struct MailJob(pub Box<dyn Delivery>);

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
