//! Numbers that look random and are the same in every run.

/// SplitMix64: neighbours end up far apart.
pub fn scattered(number: usize) -> usize {
    let mut z = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from(z >> 33).unwrap_or_default()
}
