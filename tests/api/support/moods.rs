//! A criminal-record register that answers some people badly, and writes down whom it was asked about.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cazier::circuit_breaker::Circuit;
use cazier::person::{Cnp, Cui};
use cazier::registry::{CriminalRecord, CriminalRecordRegister, NoAnswer, Registers, Subjects};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::until::until;

/// How the register answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    #[default]
    Good,
    /// It does not.
    Away,
    /// With what breaks a rule.
    Unusable,
    /// With a failure, while it answers others.
    Failing,
}

/// The moods of a register; a test changes them.
#[derive(Clone, Default)]
pub struct Moods(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    everybody: Mood,
    some: HashMap<String, Mood>,
    /// How its circuit is when asked about natural persons.
    circuit: Option<Circuit>,
    asked: Vec<String>,
    at_once: usize,
    most_at_once: usize,
    delay: Option<Duration>,
    held: bool,
}

impl Moods {
    /// How it answers everybody of whom nothing else is said.
    pub fn set(&self, everybody: Mood) {
        self.0.lock().unwrap().everybody = everybody;
    }

    /// How it answers about one.
    pub fn set_of(&self, subject: &str, mood: Mood) {
        self.0.lock().unwrap().some.insert(subject.to_owned(), mood);
    }

    /// Makes it look as if its circuit was so, for natural persons.
    pub fn set_circuit(&self, circuit: Circuit) {
        self.0.lock().unwrap().circuit = Some(circuit);
    }

    /// Whom it was asked about since the last time that this was taken, in order, and how many at once.
    pub fn take_asked(&self) -> (Vec<String>, usize) {
        let mut state = self.0.lock().unwrap();
        (std::mem::take(&mut state.asked), std::mem::take(&mut state.most_at_once))
    }

    /// How often it was asked since then.
    pub fn asked(&self) -> usize {
        self.0.lock().unwrap().asked.len()
    }

    /// How long each answer takes.
    pub fn set_delay(&self, delay: Duration) {
        self.0.lock().unwrap().delay = Some(delay);
    }

    /// Holds its answers back from now on.
    pub fn hold(&self) {
        self.0.lock().unwrap().held = true;
    }

    /// Gives the answers that it held back.
    pub fn let_go(&self) {
        self.0.lock().unwrap().held = false;
    }

    /// Whether nobody waits for an answer.
    pub fn is_idle(&self) -> bool {
        self.0.lock().unwrap().at_once == 0
    }

    /// These registers with the moods.
    pub fn before(&self, registers: Registers) -> Registers {
        let Registers { criminal_records: register, .. } = registers;
        Registers { criminal_records: Box::new(Moody { moods: self.clone(), register }), ..registers }
    }

    /// Takes a moment, so that several can be asked about at once.
    async fn answer(&self, subject: &str) -> Result<(), NoAnswer> {
        let (mood, delay) = {
            let mut state = self.0.lock().unwrap();
            state.asked.push(subject.to_owned());
            state.at_once += 1;
            state.most_at_once = state.most_at_once.max(state.at_once);
            let mood = state.some.get(subject).copied().unwrap_or(state.everybody);
            (mood, state.delay.unwrap_or(Duration::from_millis(20)))
        };
        actix_web::rt::time::sleep(delay).await;
        until("the answer is let go", || !self.0.lock().unwrap().held).await;
        self.0.lock().unwrap().at_once -= 1;
        match mood {
            Mood::Good => Ok(()),
            Mood::Away => Err(NoAnswer::Away(Duration::from_secs(1))),
            Mood::Unusable => Err(NoAnswer::Unusable),
            Mood::Failing => Err(NoAnswer::Failing(Duration::from_secs(1))),
        }
    }
}

struct Moody {
    moods: Moods,
    register: Box<dyn CriminalRecordRegister>,
}

impl CriminalRecordRegister for Moody {
    fn criminal_record<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        async move {
            self.moods.answer(cnp.as_str()).await?;
            self.register.criminal_record(cnp).await
        }
        .boxed_local()
    }

    fn company_criminal_record<'a>(
        &'a self,
        cui: &'a Cui,
    ) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        async move {
            self.moods.answer(cui.as_str()).await?;
            self.register.company_criminal_record(cui).await
        }
        .boxed_local()
    }

    fn circuit(&self, subjects: Subjects) -> Circuit {
        let circuit = self.moods.0.lock().unwrap().circuit;
        match (subjects, circuit) {
            (Subjects::Persons, Some(circuit)) => circuit,
            _ => self.register.circuit(subjects),
        }
    }
}
