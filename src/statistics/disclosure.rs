//! Statistical disclosure control: hides every figure so small that it points at a person, and every figure from which
//! a small one could be computed.
//!
//! 1. A count of 1 to 9 is hidden. Zero is shown: it points at nobody.
//! 2. If the difference of two figures of a day is itself a count of 1 to 9 (certificates minus those for applications
//!    are corrections, and minus those of legal persons are natural persons'), the second is hidden too. No other
//!    figures of a day add up to a third.
//! 3. A total adds up only what was shown. So it reveals nothing beyond the days, not even by comparing the totals of
//!    two days; it means "at least".
//! 4. A day is counted once, after it is over, so nobody can watch a figure grow.

use std::collections::BTreeMap;

/// The smallest count, other than zero, that is shown.
pub const THRESHOLD: i64 = 10;

/// Pairs of figures whose difference is a count: the second is shown only if the difference is not small.
const DIFFERENCES: &[(&str, &str)] = &[
    ("certificates_issued", "applications.issued"),
    ("certificates_issued", "certificates_issued_to_legal_persons"),
    ("applications.issued", "certificates_issued_to_legal_persons"),
];

/// The counts of a day by figure; hidden figures are missing.
pub(super) type Counts = BTreeMap<String, i64>;

/// Returns the public figures of a day.
pub(super) fn shown(counts: &Counts) -> BTreeMap<&str, Option<i64>> {
    let large = |count: i64| (!is_small(count)).then_some(count);
    let mut shown: BTreeMap<&str, _> =
        counts.iter().map(|(figure, count)| (figure.as_str(), large(*count))).collect();
    for &(first, second) in DIFFERENCES {
        let of = |figure: &str| counts.get(figure).copied().unwrap_or_default();
        if is_small((of(first) - of(second)).abs()) {
            shown.entry(second).and_modify(|count| *count = None);
        }
    }
    shown
}

const fn is_small(count: i64) -> bool {
    count > 0 && count < THRESHOLD
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(pairs: &[(&str, i64)]) -> Counts {
        pairs.iter().map(|(figure, count)| ((*figure).to_owned(), *count)).collect()
    }

    #[test]
    fn small_counts_are_not_shown_and_zero_is() {
        for (count, seen) in [(0, Some(0)), (1, None), (9, None), (10, Some(10)), (7600, Some(7600))] {
            assert_eq!(shown(&counts(&[("accounts_created", count)]))["accounts_created"], seen, "{count}");
        }
    }

    #[test]
    fn counts_that_would_reveal_a_small_one_are_hidden_too() {
        for (certificates, applications, seen) in
            [(100, 100, Some(100)), (101, 100, None), (109, 100, None), (110, 100, Some(100)), (5, 5, None)]
        {
            let counts =
                counts(&[("certificates_issued", certificates), ("applications.issued", applications)]);
            assert_eq!(shown(&counts)["applications.issued"], seen, "{certificates} {applications}");
        }
    }

    proptest! {
        #[test]
        fn no_small_count_can_be_seen_or_computed(
            certificates in 0_i64..40,
            applications in 0_i64..40,
            legal_persons in 0_i64..40,
        ) {
            let counts = counts(&[
                ("certificates_issued", certificates),
                ("applications.issued", applications),
                ("certificates_issued_to_legal_persons", legal_persons),
            ]);
            let seen: Vec<i64> = shown(&counts).into_values().flatten().collect();
            for (at, one) in seen.iter().enumerate() {
                prop_assert!(!is_small(*one));
                for other in seen.iter().skip(at + 1) {
                    prop_assert!(!is_small((one - other).abs()));
                }
            }
        }
    }
}
