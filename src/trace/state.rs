//! `tracestate` (W3C Trace Context, section 3.3): vendor data of tracing systems, forwarded unchanged.

/// The header's name.
pub const TRACESTATE: &str = "tracestate";
/// The largest allowed number of members.
const MOST_MEMBERS: usize = 32;
/// The size that everybody must forward; of longer values, members are left out.
const MOST_BYTES: usize = 512;
/// Members longer than this are left out first.
const LONG_MEMBER: usize = 128;

/// Joins all headers; `None` if they are empty or any part is invalid.
pub(super) fn joined<'a>(headers: impl Iterator<Item = &'a [u8]>) -> Option<String> {
    let mut members: Vec<&str> = Vec::new();
    for header in headers {
        let header = std::str::from_utf8(header).ok()?;
        members.extend(header.split(',').map(|member| member.trim_matches([' ', '\t'])));
    }
    members.retain(|member| !member.is_empty());
    let keys = members.iter().map(|member| key(member)).collect::<Option<Vec<&str>>>()?;
    let is_repeated = |(place, key): (usize, &&str)| keys.iter().skip(place + 1).any(|other| other == key);
    if keys.is_empty() || keys.len() > MOST_MEMBERS || keys.iter().enumerate().any(is_repeated) {
        return None;
    }
    shortened(members)
}

fn shortened(mut members: Vec<&str>) -> Option<String> {
    let length = |members: &[&str]| members.iter().map(|member| member.len() + 1).sum::<usize>() - 1;
    if length(&members) > MOST_BYTES {
        members.retain(|member| member.len() <= LONG_MEMBER);
    }
    while !members.is_empty() && length(&members) > MOST_BYTES {
        members.pop();
    }
    (!members.is_empty()).then(|| members.join(","))
}

/// Returns the key of a valid member.
fn key(member: &str) -> Option<&str> {
    let (key, value) = member.split_once('=')?;
    let first = key.bytes().next()?;
    let is_key = (first.is_ascii_lowercase() || first.is_ascii_digit())
        && key.len() <= 256
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-*/@".contains(&b));
    let is_value = (1..=256).contains(&value.len())
        && value.bytes().all(|byte| matches!(byte, 0x20..=0x7e) && !b",=".contains(&byte));
    (is_key && is_value).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[&str]) -> Option<String> {
        joined(headers.iter().map(|header| header.as_bytes()))
    }

    #[test]
    fn members_are_passed_on_in_their_order() {
        assert_eq!(
            of(&["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"]).unwrap(),
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
        );
        assert_eq!(of(&["a=1 ,, \tb=2", "t@v/x=a b"]).unwrap(), "a=1,b=2,t@v/x=a b");
    }

    #[test]
    fn an_invalid_tracestate_is_dropped_as_a_whole() {
        let many = (0..33).map(|n| format!("k{n}=1")).collect::<Vec<_>>().join(",");
        for text in
            ["", ",", "a", "=1", "a=", "A=1", "a=1,a=2", "a=1;b", "ș=1", "a=ș", "a=b=c", many.as_str()]
        {
            let expected = (text == "a=1;b").then(|| text.to_owned());
            assert_eq!(of(&[text]), expected, "{text}");
        }
    }

    #[test]
    fn of_a_long_one_long_members_are_left_out_first_and_then_the_last() {
        let long = format!("long={}", "x".repeat(200));
        let short: Vec<String> = (0..8).map(|n| format!("k{n}={}", "y".repeat(90))).collect();
        let kept = of(&[&format!("{long},{}", short.join(","))]).unwrap();
        assert_eq!(kept, short[..5].join(","));
        assert_eq!(of(&[&format!("{long},a=1")]).unwrap(), format!("{long},a=1"), "short enough as a whole");
    }
}
