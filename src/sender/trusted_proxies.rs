//! The proxies whose word about the sender is believed: those that an operator names.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

use super::forwarded::{self, Hops};

/// `Forwarded` and `X-Forwarded-For` name different senders. One of them came through from the caller, and nobody can
/// tell which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadersDiffer;

/// The networks of trusted proxies; none unless they are set.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// Parses an address, or a network in CIDR form without bits beyond its length; not the whole Internet.
#[must_use]
pub fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpAddr>().map(IpNet::from).or_else(|_| text.parse()).ok()?;
    (network.prefix_len() > 0 && network.trunc() == network).then_some(network)
}

impl TrustedProxies {
    /// Trusts proxies in these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Returns whether an address is a trusted proxy's.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Returns the address of whoever sent the request: that of the peer unless it is a trusted proxy, otherwise the
    /// nearest address in its headers that is no trusted proxy's.
    ///
    /// Headers say nothing that makes a caller more trusted: what a caller wrote stands before what the proxies
    /// appended and is not reached. Behind something that is no address, such as `unknown` (RFC 7239, section 6.2), the
    /// trusted proxy that wrote it counts as the sender.
    ///
    /// # Errors
    /// [`HeadersDiffer`]: to believe either would let a caller be anybody, and to count the proxy would let them use up
    /// what is for all behind it.
    pub fn sender(&self, peer: IpAddr, headers: &HeaderMap) -> Result<IpAddr, HeadersDiffer> {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return Ok(peer);
        }
        let mut senders = forwarded::hops(headers).map(|hops| self.nearest_stranger(peer, hops));
        let sender = senders.next().unwrap_or(peer);
        if senders.all(|other| other == sender) { Ok(sender) } else { Err(HeadersDiffer) }
    }

    fn nearest_stranger(&self, peer: IpAddr, hops: Hops<'_>) -> IpAddr {
        let mut nearest = peer;
        for hop in hops {
            let Some(address) = hop else { break };
            nearest = address;
            if !self.contains(address) {
                break;
            }
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn proxies() -> TrustedProxies {
        TrustedProxies::new(["10.0.0.0/8", "2001:db8:1::/48"].map(|text| network(text).unwrap()).to_vec())
    }

    fn headers<'a>(lines: impl IntoIterator<Item = (&'a str, &'a str)>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn sender(peer: &str, lines: &[(&str, &str)]) -> String {
        let sender = proxies().sender(peer.parse().unwrap(), &headers(lines.iter().copied()));
        sender.map_or_else(|HeadersDiffer| String::from("differ"), |sender| sender.to_string())
    }

    #[test]
    fn a_network_is_written_exactly_and_is_not_the_whole_internet() {
        for text in ["10.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"] {
            assert!(network(text).is_some(), "{text}");
        }
        for text in
            ["", "10.0.0.1/8", "0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "proxy", "10.0.0"]
        {
            assert!(network(text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let named = [("x-forwarded-for", "192.0.2.7")];
        assert_eq!(sender("198.51.100.1", &named), "198.51.100.1");
        assert_eq!(sender("10.0.0.1", &named), "192.0.2.7");
        assert_eq!(sender("::ffff:10.0.0.1", &named), "192.0.2.7");
        assert_eq!(sender("2001:db8:1::1", &[("forwarded", "for=192.0.2.7")]), "192.0.2.7");
        let nobody = TrustedProxies::default();
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(nobody.sender(peer, &headers(named)), Ok(peer));
    }

    #[test]
    fn the_nearest_stranger_is_the_sender_whatever_stands_before() {
        for lines in [
            &[("x-forwarded-for", "1.1.1.1, 192.0.2.7, 10.0.0.2")][..],
            &[("x-forwarded-for", "10.9.9.9, 192.0.2.7")],
            &[
                ("x-forwarded-for", "1.1.1.1"),
                ("x-forwarded-for", "192.0.2.7"),
                ("x-forwarded-for", "10.0.0.2"),
            ],
            &[("x-forwarded-for", "nonsense,,\t, 192.0.2.7")],
            &[("forwarded", "for=1.1.1.1, for=192.0.2.7;proto=https, for=10.0.0.2")],
            &[("forwarded", "for=\"1.1.1.1"), ("forwarded", "for=192.0.2.7")],
            &[("forwarded", "for=\"1.1.1.1, for=192.0.2.7;by=\"[2001:db8:1::1]\"")],
            &[("forwarded", "for=\\\", for=192.0.2.7")],
            &[("forwarded", "for=192.0.2.7"), ("x-forwarded-for", "192.0.2.7")],
        ] {
            assert_eq!(sender("10.0.0.1", lines), "192.0.2.7", "{lines:?}");
        }
    }

    #[test]
    fn behind_what_is_no_address_the_last_proxy_itself_counts() {
        for (lines, expected) in [
            (&[][..], "10.0.0.1"),
            (&[("x-forwarded-for", "192.0.2.7, unknown")], "10.0.0.1"),
            (&[("x-forwarded-for", "192.0.2.7,")], "10.0.0.1"),
            (&[("x-forwarded-for", "192.0.2.7, _hidden, 10.0.0.2")], "10.0.0.2"),
            (&[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            (&[("forwarded", "for=\"192.0.2.7")], "10.0.0.1"),
        ] {
            assert_eq!(sender("10.0.0.1", lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_is_not_ascii_hides_nothing_that_the_proxy_appended() {
        for (name, appended) in [("x-forwarded-for", ", 192.0.2.7"), ("forwarded", ", for=192.0.2.7")] {
            for octets in [&b"\xff"[..], b"for=\"\xc4\x83", b"\xf0\x9f", b"1.1.1.1, \xe2\x80\xa8"] {
                let mut headers = HeaderMap::new();
                let line = [octets, appended.as_bytes()].concat();
                let value = HeaderValue::from_bytes(&line).unwrap();
                headers.append(HeaderName::try_from(name).unwrap(), value);
                let sender = proxies().sender("10.0.0.1".parse().unwrap(), &headers);
                assert_eq!(sender, Ok("192.0.2.7".parse().unwrap()), "{name}: {octets:?}");
            }
        }
    }

    #[test]
    fn headers_that_name_different_senders_are_refused() {
        for lines in [
            [("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "192.0.2.7")],
            [("forwarded", "for=unknown"), ("x-forwarded-for", "192.0.2.7")],
            [("forwarded", "for=192.0.2.7"), ("x-forwarded-for", "")],
        ] {
            assert_eq!(sender("10.0.0.1", &lines), "differ", "{lines:?}");
            assert_eq!(sender("198.51.100.1", &lines), "198.51.100.1", "{lines:?}");
        }
    }

    /// What a caller may write into a header.
    fn line() -> impl Strategy<Value = String> {
        prop_oneof!["[ -~]{0,40}", "([0-9.:,; \"\\\\=\\[\\]for]|10\\.0\\.0\\.1){0,40}"]
    }

    proptest! {
        #[test]
        fn no_header_of_a_stranger_changes_who_sends(forwarded in line(), customary in line(), doubled in line()) {
            let lines = [("forwarded", &*forwarded), ("x-forwarded-for", &*customary), ("x-forwarded-for", &*doubled)];
            prop_assert_eq!(sender("198.51.100.1", &lines), "198.51.100.1");
        }

        #[test]
        fn nothing_before_what_the_proxy_appended_makes_another_sender(lines in prop::collection::vec(line(), 0..3), last in line()) {
            let appended = format!("{last}, 192.0.2.7");
            let before = |name| lines.iter().map(move |line| (name, line.as_str()));
            let customary: Vec<_> = before("x-forwarded-for").chain([("x-forwarded-for", &*appended)]).collect();
            prop_assert_eq!(sender("10.0.0.1", &customary), "192.0.2.7");
            let appended = format!("{last}, for=192.0.2.7");
            let standard: Vec<_> = before("forwarded").chain([("forwarded", &*appended)]).collect();
            prop_assert_eq!(sender("10.0.0.1", &standard), "192.0.2.7");
        }
    }
}
