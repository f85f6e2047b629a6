//! Undoes a mistaken decision: by the same office, within a day, with a reason.

use uuid::Uuid;

use super::desk::{Desk, at_desk};
use super::ownership::{self, Former};
use super::store::{self, CounterVerification, Outcome};
use super::types::CounterVerificationResponse;
use super::{METHOD, claim};
use crate::accounts::Officer;
use crate::accounts::store::Account;
use crate::applications::undoing::{self, Undoing};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::identity::status::{VerificationReason, VerificationStatus};
use crate::mandates::Impostor;
use crate::person::ProvedPerson;
use crate::state::AppState;
use crate::text::Text;

/// Undoes a decision of the officer's own office.
pub(super) async fn undo(
    state: &AppState,
    officer: Officer,
    verification: Uuid,
    reason: Text,
    id: &RequestId,
) -> Result<CounterVerificationResponse> {
    officer.stepped_up(state)?;
    at_desk(state, officer, id, move |desk| desk.undo(verification, &reason)).await
}

impl Desk<'_> {
    fn undo(&mut self, verification: Uuid, reason: &Text) -> Result<CounterVerificationResponse> {
        let row = self.lock(verification)?;
        if !self.can_be_undone(&row) {
            return Err(Code::TooLateToUndo.into());
        }
        match row.status {
            VerificationStatus::Verified => self.undo_certification(&row, reason)?,
            VerificationStatus::Rejected if row.reason == Some(VerificationReason::RejectedAtCounter) => {
                self.undo_rejection(&row, reason)?;
            }
            _ => return Err(Code::TooLateToUndo.into()),
        }
        self.show(verification)
    }

    /// Takes back what was obtained through this verification, makes the account unverified, and returns the person to
    /// the account that they were taken from.
    fn undo_certification(&mut self, row: &CounterVerification, reason: &Text) -> Result<()> {
        let account = store::lock_account(self.connection, row.account_id)?.ok_or(Code::NotFound)?;
        let encrypted =
            account.person.as_deref().filter(|_| proves(row, &account)).ok_or(Code::TooLateToUndo)?;
        if store::is_proved_again(self.connection, row)? {
            return Err(Code::TooLateToUndo.into());
        }
        let person = ProvedPerson::decrypt(self.keyring, account.id, encrypted).map_err(Error::internal)?;
        let person_index = ownership::index(self.keyring, &person);
        let since = row.completed_at.unwrap_or(row.created_at);
        self.take_back(Impostor { account: account.id, person_index: &person_index, since })?;
        ownership::take(self.connection, self.keyring, &account, self.now)?;
        if let Some(former) = former(row) {
            ownership::give_back(self.connection, self.keyring, &former, &person)?;
        }
        self.write_undoing(
            row,
            VerificationStatus::Rejected,
            Some(VerificationReason::CertificationUndone),
            reason,
        )?;
        self.record("identity.certification_undone", row.id)
    }

    fn take_back(&mut self, impostor: Impostor<'_>) -> Result<()> {
        let actor = self.officer.caller.actor();
        let undoing = Undoing { impostor, actor, request: self.request_id, at: self.now };
        undoing::take_back(self.connection, (self.keyring, self.front_end), &undoing)
    }

    /// Makes the code valid again, replacing a newer one of the account; refuses if the account was proved meanwhile.
    fn undo_rejection(&mut self, row: &CounterVerification, reason: &Text) -> Result<()> {
        claim::decrypt(self.keyring, row)?.ok_or(Code::TooLateToUndo)?;
        let account = store::lock_account(self.connection, row.account_id)?.ok_or(Code::NotFound)?;
        if account.person_index.is_some() {
            return Err(Code::TooLateToUndo.into());
        }
        store::replace_open(self.connection, row.account_id, self.now)?;
        self.write_undoing(row, VerificationStatus::AwaitingCounter, None, reason)?;
        self.record("identity.rejection_undone", row.id)
    }

    fn write_undoing(
        &mut self,
        row: &CounterVerification,
        status: VerificationStatus,
        code: Option<VerificationReason>,
        reason: &Text,
    ) -> Result<()> {
        let outcome = Outcome {
            status,
            reason: Some(code),
            officer_id: self.officer.caller.account_id(),
            completed_at: Some((status != VerificationStatus::AwaitingCounter).then_some(self.now)),
            document: None,
            note: Some(self.encrypt_note(row.id, reason)?),
            moved_from_id: None,
            moved_from_method: None,
            moved_from_verified_at: None,
        };
        store::set_outcome(self.connection, row.id, &outcome)
    }
}

/// Returns whether the account's owner was proved by this verification.
fn proves(row: &CounterVerification, account: &Account) -> bool {
    account.identity_method.as_deref() == Some(METHOD) && account.identity_verified_at == row.completed_at
}

fn former(row: &CounterVerification) -> Option<Former> {
    Some(Former {
        account: row.moved_from_id?,
        method: row.moved_from_method.clone()?,
        verified_at: row.moved_from_verified_at?,
    })
}
