//! Registers of persons whose answers wait until the test lets them go.

use std::sync::Arc;

use cazier::circuit_breaker::Circuit;
use cazier::person::{Cnp, Cui};
use cazier::registry::{
    CivilStatus, CivilStatusRegister, CriminalRecord, CriminalRecordRegister, Known, NoAnswer, Registers,
    Subjects,
};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::sync::watch;

/// Holds answers back while it is closed, and knows how many it holds.
#[derive(Clone)]
pub struct Gate {
    closed: Arc<watch::Sender<bool>>,
    held: Arc<watch::Sender<usize>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { closed: Arc::new(watch::Sender::new(false)), held: Arc::new(watch::Sender::new(0)) }
    }
}

impl Gate {
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    pub fn open(&self) {
        self.closed.send_replace(false);
    }

    /// Returns once the register has been asked and its answer is held.
    pub async fn holds(&self) {
        self.held.subscribe().wait_for(|held| *held > 0).await.unwrap();
    }

    /// Returns once no answer is held any more.
    pub async fn is_empty(&self) {
        self.held.subscribe().wait_for(|held| *held == 0).await.unwrap();
    }

    /// These registers behind the gate.
    pub fn before(&self, registers: Registers) -> Registers {
        let Registers { criminal_records, civil_status, companies, local } = registers;
        Registers {
            criminal_records: Box::new(Gated { gate: self.clone(), register: criminal_records }),
            civil_status: Box::new(Gated { gate: self.clone(), register: civil_status }),
            companies,
            local,
        }
    }

    async fn pass(&self) {
        self.held.send_modify(|held| *held += 1);
        self.closed.subscribe().wait_for(|closed| !closed).await.unwrap();
        self.held.send_modify(|held| *held -= 1);
    }
}

struct Gated<T: ?Sized> {
    gate: Gate,
    register: Box<T>,
}

impl CivilStatusRegister for Gated<dyn CivilStatusRegister> {
    fn civil_status<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<Known<CivilStatus>, NoAnswer>> {
        async move {
            let answer = self.register.civil_status(cnp).await;
            self.gate.pass().await;
            answer
        }
        .boxed_local()
    }

    fn circuit(&self) -> Circuit {
        self.register.circuit()
    }
}

impl CriminalRecordRegister for Gated<dyn CriminalRecordRegister> {
    fn criminal_record<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        async move {
            let answer = self.register.criminal_record(cnp).await;
            self.gate.pass().await;
            answer
        }
        .boxed_local()
    }

    fn company_criminal_record<'a>(
        &'a self,
        cui: &'a Cui,
    ) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        async move {
            let answer = self.register.company_criminal_record(cui).await;
            self.gate.pass().await;
            answer
        }
        .boxed_local()
    }

    fn circuit(&self, subjects: Subjects) -> Circuit {
        self.register.circuit(subjects)
    }
}
