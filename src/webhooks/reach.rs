//! Which addresses a message may go to. A client names the endpoint, and a name can lead anywhere: so the address that is connected
//! to is checked, at each connection, not the one of some earlier look-up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Which addresses messages go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public ones, over TLS.
    Public,
    /// All but link-local ones, over plain HTTP too: in a sandbox, whose receivers are on the developer's machine.
    Everywhere,
}

impl Reach {
    /// Returns the reach of an installation.
    #[must_use]
    pub fn of(sandbox: bool) -> Self {
        if sandbox { Self::Everywhere } else { Self::Public }
    }

    /// Returns whether an address may be connected to.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            // A sandbox in a cloud has credentials there, and no receiver.
            Self::Everywhere => !is_link_local(address),
        }
    }

    /// Returns whether the scheme is right, and the host no address that may not be connected to. A name is checked when it is
    /// resolved, an address has no such moment.
    #[must_use]
    pub fn allows_url(self, url: &Url) -> bool {
        let is_scheme = url.scheme() == "https" || (self == Self::Everywhere && url.scheme() == "http");
        is_scheme
            && match url.host() {
                Some(Host::Ipv4(address)) => self.allows(address.into()),
                Some(Host::Ipv6(address)) => self.allows(address.into()),
                Some(Host::Domain(_)) => true,
                None => false,
            }
    }
}

/// Returns whether an address is one of the public internet. What is not known to be is not.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Returns whether an address is link-local, where clouds keep their metadata; also as IPv4 in IPv6.
fn is_link_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

/// By the registry of special addresses (RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = match first {
        // This network, private, loopback.
        0 | 10 | 127 => true,
        // Shared by carriers (RFC 6598).
        100 => (64..128).contains(&second),
        // Link-local, where clouds keep their metadata.
        169 => second == 254,
        172 => (16..32).contains(&second),
        // Private; protocol assignments; documentation; 6to4 relays.
        192 => second == 168 || (second == 0 && (third == 0 || third == 2)) || (second == 88 && third == 99),
        // Benchmarks, documentation.
        198 => (18..20).contains(&second) || (second == 51 && third == 100),
        203 => second == 0 && third == 113,
        // Multicast, reserved, broadcast.
        _ => first >= 224,
    };
    !is_special
}

/// Only global unicast (2000::/3), without what leads to other networks or into IPv4.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    // Teredo and protocol assignments (2001::/23), documentation, 6to4, documentation (RFC 9637).
    let is_special = (first == 0x2001 && (second < 0x200 || second == 0xdb8))
        || first == 0x2002
        || (first == 0x3fff && second < 0x1000);
    is_global && !is_special
}

/// Looks names up.
pub trait Lookup: Send + Sync {
    /// Returns the addresses of a name, however they are to be judged.
    fn addresses(&self, name: String) -> Looking;
}

/// The addresses of a name, on their way.
pub type Looking = std::pin::Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// The operating system's look-up.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: String) -> Looking {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// None of a name's addresses may be connected to.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address that may be connected to")]
pub(super) struct NotAllowed;

/// Resolves names to allowed addresses alone: what it returns is what is connected to.
pub(super) struct AllowedAddresses {
    pub(super) reach: Reach,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for AllowedAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, looking) = (self.reach, self.lookup.addresses(name.as_str().to_owned()));
        Box::pin(async move {
            let all = looking.await?;
            let allowed: Vec<SocketAddr> =
                all.into_iter().filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                Err(NotAllowed.into())
            } else {
                Ok(Box::new(allowed.into_iter()) as Addrs)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_of_a_network_of_its_own_is_public() {
        for address in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:169.254.169.254",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!Reach::Public.allows(address.parse().unwrap()), "{address}");
            let is_link_local = ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1"].contains(&address);
            assert_eq!(Reach::Everywhere.allows(address.parse().unwrap()), !is_link_local, "{address}");
        }
        for address in [
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "193.231.0.1",
            "2a00:1450::1",
            "2001:4860::8",
        ] {
            assert!(Reach::Public.allows(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_address_in_a_url_is_judged_however_it_is_written() {
        let allows = |text: &str| Reach::Public.allows_url(&Url::parse(text).unwrap());
        assert!(allows("https://city.example/hook") && allows("https://8.8.8.8/"));
        for text in [
            "http://city.example/hook",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
        ] {
            assert!(!allows(text), "{text}");
        }
        assert!(Reach::Everywhere.allows_url(&Url::parse("http://127.0.0.1:9/").unwrap()));
        for text in ["ftp://127.0.0.1/", "http://169.254.169.254/latest", "http://[::ffff:a9fe:a9fe]/"] {
            assert!(!Reach::Everywhere.allows_url(&Url::parse(text).unwrap()), "{text}");
        }
    }
}
