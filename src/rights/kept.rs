//! What law keeps of a person whose account is deleted: which rows, by which law, until when.

use chrono::{DateTime, Months, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::types::{KeptData, KeptKind};
use crate::accounts::store::Account;
use crate::db::schema::{applications, certificate_checks, certificates, identity_verifications, mandates};
use crate::error::Result;
use crate::http::Locale;
use crate::time::civil_date;

/// How long the oldest backup is kept: one of each month, for a year (`docs/backups.md`).
const BACKUPS: Months = Months::new(12);

/// Kept data of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    kind: KeptKind,
    /// How many; `None` where it is not counted.
    count: Option<i64>,
}

/// Counts what is kept of the account's owner; kinds of which there is nothing are left out.
pub(super) fn count(c: &mut PgConnection, account: &Account) -> Result<Vec<Kept>> {
    let person = account.person_index.as_deref().unwrap_or_default();
    let issued = certificates::table.filter(certificates::owner_index.eq(person));
    let checks = certificate_checks::table
        .filter(certificate_checks::certificate_id.eq_any(issued.select(certificates::id)));
    let proofs = identity_verifications::table.filter(identity_verifications::account_id.eq(account.id));
    let counted = [
        (KeptKind::Certificates, issued.count().get_result(c)?),
        (KeptKind::Checks, checks.count().get_result(c)?),
        (
            KeptKind::Applications,
            applications::table.filter(applications::owner_index.eq(person)).count().get_result(c)?,
        ),
        (
            KeptKind::Mandates,
            mandates::table.filter(mandates::person_index.eq(person)).count().get_result(c)?,
        ),
        (KeptKind::IdentityVerifications, proofs.count().get_result(c)?),
    ];
    let counted = counted.into_iter().filter(|(_, count)| *count > 0);
    let counted = counted.map(|(kind, count)| Kept { kind, count: Some(count) });
    let always = [KeptKind::AuditLog, KeptKind::Backups].map(|kind| Kept { kind, count: None });
    Ok(counted.chain(always).collect())
}

/// Returns whether certificates are kept: then by what proof they were issued is, too.
pub(super) fn has_certificates(kept: &[Kept]) -> bool {
    kept.iter().any(|kept| kept.kind == KeptKind::Certificates)
}

impl Kept {
    /// Tells the person what is kept, why, and until when.
    pub(super) fn told(self, locale: Locale, now: DateTime<Utc>) -> KeptData {
        let today = civil_date::today(now);
        KeptData {
            kind: self.kind,
            count: self.count,
            text: self.kind.text(locale),
            law: self.kind.law(locale),
            until: self.kind.until(today),
        }
    }
}

impl KeptKind {
    const fn text(self, locale: Locale) -> &'static str {
        match self {
            Self::Certificates => locale.pick(
                "Certificatele sunt înscrisuri autentice: pot fi verificate în continuare de cine le are. Se păstrează criptate, până când ministerul stabilește un termen.",
                "Certificates are authentic instruments: whoever has one can still verify it. They are kept encrypted, until the ministry sets a period.",
            ),
            Self::Checks => locale.pick(
                "Se păstrează că un certificat a fost verificat și când, nu și de cine, cât timp se păstrează certificatul.",
                "That a certificate was checked, and when, not by whom, is kept as long as the certificate.",
            ),
            Self::Applications => locale.pick(
                "Se păstrează cererile și fiecare pas al lor, ca dovadă a modului în care s-a hotărât, până când ministerul stabilește un termen.",
                "Applications and each of their steps are kept as proof of how they were decided, until the ministry sets a period.",
            ),
            Self::Mandates => locale.pick(
                "Se păstrează cine a reprezentat o persoană juridică și în ce perioadă, până când ministerul stabilește un termen.",
                "Who represented a legal person, and when, is kept until the ministry sets a period.",
            ),
            Self::IdentityVerifications => locale.pick(
                "Se păstrează cum și când v-ați dovedit identitatea, fără datele declarate, fiindcă certificatele se bazează pe aceasta.",
                "How and when you proved your identity is kept, without what you claimed: certificates rest on it.",
            ),
            Self::AuditLog => locale.pick(
                "Jurnalul arată cine ce a făcut și când, numai prin numere interne. Nu poate fi schimbat.",
                "The log says who did what and when, by internal numbers alone. It cannot be changed.",
            ),
            Self::Backups => locale.pick(
                "Copiile de siguranță mai vechi conțin, criptate, datele șterse acum, până când expiră.",
                "Older backups still hold, encrypted, what was erased now, until they expire.",
            ),
        }
    }

    const fn law(self, locale: Locale) -> &'static str {
        match self {
            Self::Certificates | Self::Checks => locale.pick(
                "Legea nr. 290/2004, art. 28; Regulamentul (UE) 2016/679, art. 17 alin. (3) lit. b)",
                "Law 290/2004, art. 28; Regulation (EU) 2016/679, art. 17 (3) (b)",
            ),
            Self::Applications | Self::Mandates => locale.pick(
                "Legea nr. 290/2004; Legea nr. 16/1996; Regulamentul (UE) 2016/679, art. 17 alin. (3) lit. b)",
                "Law 290/2004; Law 16/1996; Regulation (EU) 2016/679, art. 17 (3) (b)",
            ),
            Self::IdentityVerifications | Self::AuditLog => locale.pick(
                "Legea nr. 190/2018, art. 4; Regulamentul (UE) 2016/679, art. 5 alin. (2) și art. 17 alin. (3) lit. b)",
                "Law 190/2018, art. 4; Regulation (EU) 2016/679, art. 5 (2) and art. 17 (3) (b)",
            ),
            Self::Backups => {
                locale.pick("Regulamentul (UE) 2016/679, art. 32", "Regulation (EU) 2016/679, art. 32")
            }
        }
    }

    /// Returns the last day; `None` where no rule sets one.
    fn until(self, today: NaiveDate) -> Option<NaiveDate> {
        if self == Self::Backups { today.checked_add_months(BACKUPS) } else { None }
    }
}
