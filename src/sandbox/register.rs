//! The criminal-record register of the sandbox: the local one, which is late or away for the persons made for that.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::persons::{self, RegisterBehaviour};
use crate::error::{Code, Error, Result};
use crate::person::Cnp;
use crate::registry::{CriminalRecord, CriminalRecordRegister, LocalRegister};

/// How late a late answer is.
const LATE: Duration = Duration::from_secs(1);

/// Asks the local register, and behaves as the test person wants it.
pub struct SimulatedRegister(LocalRegister);

impl SimulatedRegister {
    /// In front of this register.
    #[must_use]
    pub fn new(local: LocalRegister) -> Self {
        Self(local)
    }

    async fn ask(&self, cnp: &Cnp) -> Result<CriminalRecord> {
        match persons::by_cnp(cnp.as_str()).map(|person| person.register) {
            Some(RegisterBehaviour::Away) => {
                Err(Error::from(Code::RegisterUnavailable).retry_after(Duration::from_secs(60)))
            }
            Some(RegisterBehaviour::Slow) => {
                actix_web::rt::time::sleep(LATE).await;
                self.0.criminal_record(cnp).await
            }
            _ => self.0.criminal_record(cnp).await,
        }
    }
}

impl CriminalRecordRegister for SimulatedRegister {
    fn criminal_record<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<CriminalRecord>> {
        self.ask(cnp).boxed_local()
    }
}
