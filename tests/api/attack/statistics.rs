//! Whether two samples of times differ.

/// What two samples say.
#[derive(Debug, Clone, Copy)]
pub struct Difference {
    /// How far the median of the second is from that of the first, in milliseconds.
    pub milliseconds: f64,
    /// How often chance alone makes a difference as large: the two-sided p of the Mann–Whitney test.
    pub p: f64,
}

/// Compares two samples of at least twenty each, in milliseconds, by their ranks: a few slow answers say nothing.
pub fn compare(first: &[f64], second: &[f64]) -> Difference {
    assert!(first.len() >= 20 && second.len() >= 20);
    let mut all: Vec<(f64, bool)> = first.iter().map(|time| (*time, true)).collect();
    all.extend(second.iter().map(|time| (*time, false)));
    all.sort_by(|one, two| one.0.total_cmp(&two.0));
    // Times are of nanoseconds, so ties do not matter.
    let ranked = all.iter().enumerate().filter(|(_, (_, is_first))| *is_first);
    let ranks: f64 = ranked.map(|(place, _)| place as f64 + 1.0).sum();
    let (n, m) = (first.len() as f64, second.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    let (mean, deviation) = (n * m / 2.0, (n * m * (n + m + 1.0) / 12.0).sqrt());
    let z = (u - mean).abs() / deviation;
    Difference { milliseconds: median(second) - median(first), p: 2.0 * upper_tail(z) }
}

pub fn median(sample: &[f64]) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The share of a normal distribution above `z` ≥ 0, to 1e-7 (Abramowitz and Stegun, 26.2.17).
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let coefficients = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum: f64 = coefficients.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt() * sum
}

#[test]
fn a_difference_is_told_from_chance() {
    let sample =
        |shift: f64| -> Vec<f64> { (0..200).map(|n| f64::from(n * 7919 % 200) / 20.0 + shift).collect() };
    let none = compare(&sample(0.0), &sample(0.001));
    assert!(none.p > 0.5 && none.milliseconds < 0.1, "{none:?}");
    let some = compare(&sample(0.0), &sample(3.0));
    assert!(some.p < 1e-6 && (some.milliseconds - 3.0).abs() < 0.1, "{some:?}");
    assert!((upper_tail(1.96) - 0.025).abs() < 1e-4 && (upper_tail(0.0) - 0.5).abs() < 1e-6);
}
