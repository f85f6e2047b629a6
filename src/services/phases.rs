//! The phases of the roll-out: what a service offers on a day, by the dates that the operator set ([`RollOut`]).

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::catalogue::Service;
use crate::config::RollOut;

/// A phase of the roll-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ServicePhase)]
pub enum Phase {
    /// Not open yet.
    Announced,
    /// Persons without entries get the certificate at once; others are referred to a counter.
    PersonsWithoutEntries,
    /// Also for persons with entries, after review by an officer.
    PersonsWithEntries,
}

impl Phase {
    /// Returns the phase of a service on a day.
    #[must_use]
    pub fn of(service: Service, roll_out: RollOut, today: NaiveDate) -> Self {
        match service {
            Service::LegalPerson if !roll_out.legal_persons_open(today) => Self::Announced,
            _ if roll_out.with_entries(today) => Self::PersonsWithEntries,
            _ => Self::PersonsWithoutEntries,
        }
    }

    /// Returns the phases of a service that have a date, with their first day.
    #[must_use]
    pub fn dates(service: Service, roll_out: RollOut) -> Vec<(Self, NaiveDate)> {
        let entries = roll_out.persons_with_entries_from;
        if service != Service::LegalPerson {
            return entries.map(|from| (Self::PersonsWithEntries, from)).into_iter().collect();
        }
        let Some(open) = roll_out.legal_persons_from else { return Vec::new() };
        let entries = entries.map(|from| (Self::PersonsWithEntries, from.max(open)));
        std::iter::once((Self::PersonsWithoutEntries, open)).chain(entries).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_persons_come_on_their_own_day_and_entries_not_before() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (natural, legal) = (Service::NaturalPerson, Service::LegalPerson);
        let mut roll_out =
            RollOut { persons_with_entries_from: Some(day("2023-06-01")), legal_persons_from: None };
        assert_eq!(Phase::of(legal, roll_out, day("2026-01-01")), Phase::Announced);
        assert_eq!(Phase::dates(legal, roll_out), []);
        roll_out.legal_persons_from = Some(day("2024-01-01"));
        assert_eq!(Phase::of(legal, roll_out, day("2023-12-31")), Phase::Announced);
        assert_eq!(Phase::of(legal, roll_out, day("2024-01-01")), Phase::PersonsWithEntries);
        assert_eq!(Phase::of(natural, roll_out, day("2023-05-31")), Phase::PersonsWithoutEntries);
        assert_eq!(Phase::dates(natural, roll_out), [(Phase::PersonsWithEntries, day("2023-06-01"))]);
        let expected = [Phase::PersonsWithoutEntries, Phase::PersonsWithEntries];
        assert_eq!(Phase::dates(legal, roll_out), expected.map(|phase| (phase, day("2024-01-01"))));
    }
}
