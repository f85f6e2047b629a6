//! Finds the known name nearest to a misspelt one.

use super::variables::Variable;

/// The largest distance between a misspelt name and the intended one.
const FAR: usize = 4;

/// Returns the setting whose name differs least; `None` if none is near.
pub(super) fn nearest(name: &str) -> Option<String> {
    let known = Variable::all().map(|variable| variable.name.to_owned());
    let files = Variable::all().filter(|v| v.is_secret).map(|variable| format!("{}_FILE", variable.name));
    let apart = known.chain(files).map(|known| (distance(name, &known), known));
    apart.filter(|(apart, _)| *apart <= FAR).min_by_key(|(apart, _)| *apart).map(|(_, known)| known)
}

/// Counts the letters to add, drop, change or swap with a neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&row, j) + usize::from(from != to);
            let mut best = changed.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_are_lost_swapped_or_wrong_count_as_one() {
        for (a, b, expected) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "ab", 1),
            ("abc", "acb", 1),
            ("abc", "axc", 1),
            ("", "ab", 2),
        ] {
            assert_eq!((distance(a, b), distance(b, a)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_none() {
        for (misspelt, meant) in [
            ("CAZIER_ORIGNS", Some("CAZIER_ORIGINS")),
            ("CAZIER_LISTN", Some("CAZIER_LISTEN")),
            ("CAZIER_ORIGIN", Some("CAZIER_ORIGINS")),
            ("CAZIER_DATABASE_POOLSIZE", Some("CAZIER_DATABASE_POOL")),
            ("CAZIER_SEAL_PIN_FIEL", Some("CAZIER_SEAL_PIN_FILE")),
            ("CAZIER_LISTEN_FILE", None),
            ("CAZIER_SOMETHING_ELSE", None),
        ] {
            assert_eq!(nearest(misspelt).as_deref(), meant, "{misspelt}");
        }
    }
}
