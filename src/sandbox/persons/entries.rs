//! The register's entries of `with-entries`: two final judgments, in its own words.

use super::ordinary::date;
use super::types::TestEntry;

pub(super) const ENTRIES: &[TestEntry] = &[
    TestEntry {
        judgment: "Sentința penală nr. 214/2019",
        court: "Judecătoria Craiova",
        date_final: date(2019, 6, 11),
        offence: "Conducerea unui vehicul sub influența alcoolului (art. 336 alin. 1 Cod penal)",
        sanction: "1 an și 2 luni închisoare, cu suspendarea executării sub supraveghere",
        status: "Termen de supraveghere împlinit",
    },
    TestEntry {
        judgment: "Decizia penală nr. 87/A/2023",
        court: "Curtea de Apel Craiova",
        date_final: date(2023, 2, 20),
        offence: "Distrugere (art. 253 alin. 1 Cod penal)",
        sanction: "Amendă penală, 4.000 lei",
        status: "Executată",
    },
];

/// The register's entry of the company `firm-with-entries`: a fine and a complementary penalty (Criminal Code, article
/// 136).
pub(in crate::sandbox) const ENTRIES_OF_A_COMPANY: &[TestEntry] = &[TestEntry {
    judgment: "Sentința penală nr. 31/2024",
    court: "Tribunalul Prahova",
    date_final: date(2024, 10, 8),
    offence: "Evaziune fiscală (art. 9 alin. 1 lit. b din Legea nr. 241/2005)",
    sanction: "Amendă penală, 180.000 lei; interzicerea participării la achiziții publice, 2 ani",
    status: "În executare",
}];
