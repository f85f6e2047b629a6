//! Circuit breakers for the local registers: a register that was never filled, is outdated, or whose database fails is
//! queried only once in a while, as a remote one would be.

use std::time::Duration;

use crate::circuit_breaker::{CallError, Circuit, CircuitBreaker, Failure, Tolerance};
use crate::registry::{NoAnswer, Register};

/// The pause is short: the database is near and recovers quickly.
const TOLERANCE: Tolerance =
    Tolerance { deadline: Duration::from_secs(4), failures: 5, pause: Duration::from_secs(1) };

/// One breaker for each register.
pub(super) struct Circuits {
    criminal_records: CircuitBreaker,
    civil_status: CircuitBreaker,
    companies: CircuitBreaker,
    company_criminal_records: CircuitBreaker,
}

impl Default for Circuits {
    fn default() -> Self {
        let before =
            |register: Register| CircuitBreaker::new(format!("local_{}", register.as_str()), TOLERANCE);
        Self {
            criminal_records: before(Register::CriminalRecords),
            civil_status: before(Register::CivilStatus),
            companies: before(Register::Companies),
            company_criminal_records: before(Register::CompanyCriminalRecords),
        }
    }
}

impl Circuits {
    /// Queries a register, unless its circuit is open.
    pub(super) async fn call<T>(
        &self,
        register: Register,
        work: impl Future<Output = Result<T, NoAnswer>>,
    ) -> Result<T, NoAnswer> {
        let failure = |no_answer: &NoAnswer| matches!(no_answer, NoAnswer::Away(_)).then(Failure::default);
        self.of(register).call(work, failure).await.map_err(|error| match error {
            CallError::Unavailable(again_in) => NoAnswer::Away(again_in),
            CallError::Failed(no_answer) => no_answer,
        })
    }

    /// Returns whether a register can be queried now.
    pub(super) fn state(&self, register: Register) -> Circuit {
        self.of(register).state()
    }

    const fn of(&self, register: Register) -> &CircuitBreaker {
        match register {
            Register::CriminalRecords => &self.criminal_records,
            Register::CivilStatus => &self.civil_status,
            Register::Companies => &self.companies,
            Register::CompanyCriminalRecords => &self.company_criminal_records,
        }
    }
}
