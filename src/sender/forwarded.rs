//! The headers in which proxies name whom they forward for: `Forwarded` (RFC 7239) and `X-Forwarded-For`. Each proxy
//! appends the address that it was called from, so the last one is the nearest. Both are read from their end, octet by
//! octet: whatever a caller wrote before, not even ASCII, or a quote that does not end, changes nothing of what a proxy
//! appended.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderValue};

const FORWARDED: &str = "forwarded";
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The addresses named by one kind of header, the nearest first; `None` in place of what is no address. The walk over
/// them ends at the first stranger, so what a caller sent before is not even parsed.
pub(super) struct Hops<'a>(Box<dyn Iterator<Item = Option<IpAddr>> + 'a>);

impl Iterator for Hops<'_> {
    type Item = Option<IpAddr>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// Returns the hops of each kind of header that the request has.
pub(super) fn hops(headers: &HeaderMap) -> impl Iterator<Item = Hops<'_>> {
    let standard = lines(headers, FORWARDED).map(|lines| read(lines, forwarded_for));
    let customary = lines(headers, X_FORWARDED_FOR).map(|lines| read(lines, address));
    standard.into_iter().chain(customary)
}

fn read(lines: Vec<&HeaderValue>, named: fn(&str) -> Option<IpAddr>) -> Hops<'_> {
    let lines = lines.into_iter().rev().map(HeaderValue::as_bytes);
    Hops(Box::new(lines.flat_map(elements).map(move |element| named(text(element)))))
}

fn lines<'a>(headers: &'a HeaderMap, name: &str) -> Option<Vec<&'a HeaderValue>> {
    let lines: Vec<&HeaderValue> = headers.get_all(name).collect();
    (!lines.is_empty()).then_some(lines)
}

/// Returns the text of an element; empty, which is no address, if it is not ASCII.
fn text(element: &[u8]) -> &str {
    Some(element)
        .filter(|element| element.is_ascii())
        .and_then(|element| str::from_utf8(element).ok())
        .unwrap_or_default()
}

/// Splits a line into its elements, the last one first.
fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let (before, element) = last_element(rest?);
        rest = before;
        Some(element)
    })
}

/// Takes off the last element: what follows the last comma outside quoted strings, as they are read from the end.
fn last_element(line: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut quoted = false;
    for (at, octet) in line.iter().enumerate().rev() {
        let (before, from) = line.split_at(at);
        match octet {
            b'"' if !ends_with_escape(before) => quoted = !quoted,
            b',' if !quoted => return (Some(before), from.get(1..).unwrap_or_default()),
            _ => {}
        }
    }
    (None, line)
}

/// Returns whether the next octet is escaped: an odd number of backslashes stands before it.
fn ends_with_escape(text: &[u8]) -> bool {
    text.iter().rev().take_while(|octet| **octet == b'\\').count() % 2 == 1
}

/// Returns the address of an element's only parameter `for`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in split(element, ';')? {
        let (name, value) = pair.trim().split_once('=')?;
        if name.eq_ignore_ascii_case("for") && found.replace(value).is_some() {
            return None;
        }
    }
    let value: &str = found?;
    address(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// Splits at separators outside quoted strings; `None` if a quoted string does not end.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if c == separator && !quoted => {
                parts.push(text.get(start..at)?);
                start = at + separator.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (!quoted).then_some(parts)
}

/// Parses an address with or without a port. `unknown` and obfuscated names (`_…`) are none.
fn address(node: &str) -> Option<IpAddr> {
    let node = node.trim();
    let bracketed = || node.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let with_port = || node.parse::<SocketAddr>().ok().map(|address| address.ip());
    node.parse().ok().or_else(with_port).or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_with_or_without_its_port() {
        let ipv4: Option<IpAddr> = "192.0.2.43".parse().ok();
        let ipv6: Option<IpAddr> = "2001:db8::17".parse().ok();
        for (node, expected) in [
            ("192.0.2.43", ipv4),
            (" 192.0.2.43\t", ipv4),
            ("192.0.2.43:47011", ipv4),
            ("::ffff:192.0.2.43", ipv4),
            ("2001:db8::17", ipv6),
            ("[2001:db8::17]", ipv6),
            ("[2001:db8::17]:4711", ipv6),
        ] {
            assert_eq!(address(node), expected, "{node}");
        }
        for node in
            ["", "unknown", "_gazonk", "192.0.2", "192.0.2.43:_p", "192.0.2.043", "[192.0.2.43]", "1 2"]
        {
            assert_eq!(address(node), None, "{node}");
        }
    }

    fn hops_of(line: &str) -> Vec<Option<IpAddr>> {
        elements(line.as_bytes()).map(|element| forwarded_for(text(element))).collect()
    }

    #[test]
    fn elements_of_the_standards_examples_are_read() {
        let of =
            |line| hops_of(line).into_iter().map(|hop| hop.map(|hop| hop.to_string())).collect::<Vec<_>>();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of(r#"for="_gazonk""#), [None]);
        assert_eq!(of(r#"For="[2001:db8:cafe::17]:4711""#), [some("2001:db8:cafe::17")]);
        assert_eq!(of("for=192.0.2.60;proto=http;by=203.0.113.43"), [some("192.0.2.60")]);
        assert_eq!(of("for=192.0.2.43, for=198.51.100.17"), [some("198.51.100.17"), some("192.0.2.43")]);
        assert_eq!(of(r#"for=192.0.2.43;host="a,b;\"for=1.1.1.1""#), [some("192.0.2.43")]);
        assert_eq!(of(r#"for=192.0.2.43;host="a, for=1.1.1.1""#), [some("192.0.2.43")]);
    }

    #[test]
    fn a_malformed_element_names_nobody() {
        for line in [
            "",
            "for",
            "for=",
            "proto=http",
            "for=192.0.2.1;for=192.0.2.2",
            "for=192.0.2.1;FOR=192.0.2.1",
            "for=\"192.0.2.1",
            "for=192.0.2.1\"",
            "for=192.0.2.1;",
            "for=\"192.0.2.1\\",
        ] {
            assert_eq!(hops_of(line), [None], "{line}");
        }
    }
}
