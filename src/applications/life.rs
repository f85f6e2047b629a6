//! The life of an application: its statuses, and the steps between them.
//!
//! ```text
//! submitted ─> issued | referred | awaiting_register | awaiting_ecris
//! awaiting_register ─> issued | referred | rejected | withdrawn
//! awaiting_ecris ─> in_review | rejected | withdrawn
//! referred ─> in_review | rejected | withdrawn
//! in_review ─> issued | rejected | withdrawn
//! ```
//!
//! Every statement that writes a status asks this table first ([`ApplicationStatus::check_step`]): [`super::step`] for most steps,
//! [`super::issue`] and [`super::finish`] for those to a certificate. The database has the same table, and refuses others.

use chrono::{DateTime, NaiveDate, Utc};

use super::event::StepReason;
use crate::config::RollOut;
use crate::error::{Error, Result};
use crate::text::coded;
use crate::time::civil_date;
use crate::time::working_days;

/// Longest processing time at counters, in working days.
const COUNTER_TERM: u32 = 3;
/// Working days that another EU national's home state has for its extract (ECRIS).
const ECRIS_TERM: u32 = 20;

coded! {
    /// The status of an application.
    pub(crate) enum ApplicationStatus in "applications.status", "application_events.status" {
        /// Submitted. Only events have this status: the answer already gives the next one.
        Submitted = "submitted",
        /// A register has not answered yet; the applicant need not do anything.
        AwaitingRegister = "awaiting_register",
        /// The applicant's home state was asked (ECRIS).
        AwaitingEcris = "awaiting_ecris",
        /// An officer must decide; the event's reason says more.
        Referred = "referred",
        /// An officer has claimed it.
        InReview = "in_review",
        /// The certificate was issued.
        Issued = "issued",
        /// No certificate will be issued; the event's reason says why.
        Rejected = "rejected",
        /// The applicant withdrew it.
        Withdrawn = "withdrawn",
        /// The certificate was revoked. Only events have this status: the application itself stays `issued`.
        Revoked = "revoked",
    }
}

use ApplicationStatus::{
    AwaitingEcris, AwaitingRegister, InReview, Issued, Referred, Rejected, Revoked, Submitted, Withdrawn,
};

impl ApplicationStatus {
    /// Returns the statuses to which a step can lead.
    pub(crate) const fn next(self) -> &'static [Self] {
        match self {
            Submitted => &[Issued, Referred, AwaitingRegister, AwaitingEcris],
            AwaitingRegister => &[Issued, Referred, Rejected, Withdrawn],
            AwaitingEcris | Referred => &[InReview, Rejected, Withdrawn],
            InReview => &[Issued, Rejected, Withdrawn],
            Issued | Rejected | Withdrawn | Revoked => &[],
        }
    }

    /// Checks that a step leads from here to there: the gate of every statement that writes a status.
    ///
    /// # Errors
    /// Fails if there is no such step: a bug.
    pub(super) fn check_step(self, to: Self) -> Result<()> {
        if self.leads_to(to) { Ok(()) } else { Err(Error::internal("an application takes no such step")) }
    }

    /// Returns whether a step leads from here to there.
    pub(super) const fn leads_to(self, to: Self) -> bool {
        let mut next = self.next();
        while let [first, others @ ..] = next {
            if *first as u8 == to as u8 {
                return true;
            }
            next = others;
        }
        false
    }

    /// Returns whether the status is final.
    pub(crate) const fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// Returns the day by which the next step is expected, for a status reached at `since`. A register that is away is
    /// queried all the time, so `awaiting_register` should end by the next working day.
    pub(crate) fn expected_on(self, since: DateTime<Utc>) -> Option<NaiveDate> {
        let since = civil_date::today(since);
        match self {
            AwaitingRegister => Some(working_days::after(since, 1)),
            Referred | InReview => Some(working_days::after(since, COUNTER_TERM)),
            AwaitingEcris => Some(working_days::after(since, ECRIS_TERM)),
            Submitted | Issued | Rejected | Withdrawn | Revoked => None,
        }
    }
}

/// Returns what an applicant is told about a hit: where to go, and nothing else.
pub(super) fn referral_reason(roll_out: RollOut, today: NaiveDate) -> StepReason {
    if roll_out.with_entries(today) { StepReason::OfficerReview } else { StepReason::ComeToCounter }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_drawing_is_of_the_table() {
        let drawn: Vec<&str> = include_str!("life.rs")
            .lines()
            .filter(|line| line.starts_with("//! ") && line.contains('─'))
            .collect();
        let arrow = |from: ApplicationStatus| {
            let next: Vec<&str> = from.next().iter().map(|to| to.as_str()).collect();
            format!("//! {} ─> {}", from.as_str(), next.join(" | "))
        };
        let under_way = ApplicationStatus::ALL.into_iter().filter(|status| !status.is_final());
        assert_eq!(drawn, under_way.map(arrow).collect::<Vec<_>>());
    }

    #[test]
    fn a_step_leads_where_the_table_says() {
        for from in ApplicationStatus::ALL {
            for to in ApplicationStatus::ALL {
                assert_eq!(from.check_step(to).is_ok(), from.next().contains(&to), "{from:?} to {to:?}");
            }
        }
    }

    /// Each statement in the code that writes the status of an application, by file.
    fn writes(folder: &Path, found: &mut Vec<(String, &'static str)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                writes(&path, found);
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let text = text.split("#[cfg(test)]").next().unwrap();
            let name = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src/")).unwrap();
            let mut note = |statement| found.push((name.to_str().unwrap().to_owned(), statement));
            for update in text.split("UPDATE applications").skip(1) {
                let set = update.split("WHERE").next().unwrap().split("FROM").next().unwrap();
                if set.contains("status =") {
                    note("UPDATE");
                }
            }
            for _ in text.split("INSERT INTO applications ").skip(1) {
                note("INSERT");
            }
            for _ in text.split("insert_into(applications::table)").skip(1) {
                note("insert_into");
            }
            for line in text.lines().filter(|line| line.contains("applications::status.eq(")) {
                if !line.contains("filter(") {
                    note("set");
                }
            }
        }
    }

    #[test]
    fn every_statement_that_writes_a_status_asks_the_table() {
        let mut found = Vec::new();
        writes(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        found.sort();
        let known = [
            ("applications/finish.sql", "UPDATE"),
            ("applications/issue.sql", "INSERT"),
            ("applications/step.rs", "set"),
            ("applications/store.rs", "insert_into"),
        ];
        assert_eq!(found, known.map(|(file, statement)| (file.to_owned(), statement)));
        for (file, gate) in [
            (include_str!("finish.rs"), "finish.standing.check_step(ApplicationStatus::Issued)?"),
            (include_str!("issue.rs"), "ApplicationStatus::Submitted.leads_to(ApplicationStatus::Issued)"),
            (include_str!("step.rs"), "from.check_step(to)?"),
            (include_str!("store.rs"), "ApplicationStatus::Submitted.check_step(row.status)?"),
        ] {
            assert_eq!(file.matches(gate).count(), 1, "{gate}");
        }
        // The statements say no other status than those that were asked about.
        let finish = include_str!("finish.sql");
        assert!(finish.contains("SET status = 'issued'") && finish.contains("a.status = input.standing"));
        assert_eq!(
            (finish.matches("'issued'").count(), include_str!("issue.sql").matches("'issued'").count()),
            (2, 2)
        );
    }

    #[test]
    fn every_way_ends_and_no_end_is_left() {
        for status in ApplicationStatus::ALL {
            assert_eq!(
                status.is_final(),
                matches!(status, Issued | Rejected | Withdrawn | Revoked),
                "{status:?}"
            );
            assert!(!status.next().contains(&Submitted) && !status.next().contains(&status), "{status:?}");
            let mut reached = vec![status];
            for at in 0..ApplicationStatus::ALL.len() {
                let further: Vec<ApplicationStatus> =
                    reached.get(at).map_or(Vec::new(), |from| from.next().to_vec());
                reached.extend(further.into_iter().filter(|to| !reached.contains(to)).collect::<Vec<_>>());
            }
            assert!(reached.iter().any(|status| status.is_final()), "{status:?} never ends");
        }
    }

    #[test]
    fn each_waiting_status_has_an_expected_day() {
        let friday: DateTime<Utc> = "2026-11-27T10:00:00Z".parse().unwrap();
        let on = |status: ApplicationStatus| status.expected_on(friday).map(|date| date.to_string());
        // 30 November (Saint Andrew) and 1 December (National Day) are holidays.
        assert_eq!(on(AwaitingRegister).as_deref(), Some("2026-12-02"));
        assert_eq!(on(Referred).as_deref(), Some("2026-12-04"));
        assert_eq!(on(AwaitingEcris).as_deref(), Some("2026-12-30"));
        for status in ApplicationStatus::ALL {
            let waits = !status.is_final() && status != Submitted;
            assert_eq!(on(status).is_some(), waits, "{status:?}");
        }
    }
}
