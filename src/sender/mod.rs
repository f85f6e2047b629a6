//! Who sends a request: its network, as far as it can be known, and only as a keyed hash. Limits count by it, log lines
//! and audit rows name it.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `network` | an IPv4 address, or the /64 of an IPv6 address |
//! | `trusted_proxies`, `forwarded` | the proxies that are believed; the headers in which they name the sender |

mod forwarded;
pub mod network;
pub mod trusted_proxies;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use data_encoding::BASE32_NOPAD;

use crate::person::{Index, Keyring};

pub use network::Network;
pub use trusted_proxies::{HeadersDiffer, TrustedProxies};

/// Octets of the hash: no two senders of the same years share it.
const LENGTH: usize = 10;

/// A sender of requests: the keyed hash of its network. The address itself is kept nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sender([u8; LENGTH]);

impl Sender {
    /// Hashes the network that an address belongs to. All requests without an address count as one sender's.
    #[must_use]
    pub fn of(keyring: &Keyring, address: Option<IpAddr>) -> Self {
        let network = Network::of(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
        let hash = keyring.index(Index::SENDER, network.octets().as_slice());
        let mut shortened = [0; LENGTH];
        shortened.iter_mut().zip(hash).for_each(|(short, octet)| *short = octet);
        Self(shortened)
    }

    /// Returns the hash, for the key of a limit.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Writes 16 characters `a` to `z` and `2` to `7`. Without 0 and 1 they hold no CNP, whose month has one of them.
impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring() -> Keyring {
        Keyring::parse(&Keyring::generate_spec().unwrap(), &Keyring::generate_spec().unwrap()).unwrap()
    }

    fn of(keyring: &Keyring, address: &str) -> Sender {
        Sender::of(keyring, Some(address.parse().unwrap()))
    }

    #[test]
    fn a_sender_is_named_by_a_hash_of_this_installation_alone() {
        let (own, other) = (keyring(), keyring());
        let sender = of(&own, "192.0.2.1");
        assert_eq!(sender, of(&own, "192.0.2.1"));
        assert_ne!(sender, of(&own, "192.0.2.2"));
        assert_ne!(sender, of(&other, "192.0.2.1"), "the hash has a key");
        assert_ne!(sender, Sender::of(&own, None));
    }

    #[test]
    fn a_written_sender_shows_no_address_and_no_cnp() {
        let keyring = keyring();
        for last in 0..=255 {
            let text = of(&keyring, &format!("192.0.2.{last}")).to_string();
            let allowed = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
            assert!(text.len() == 16 && text.chars().all(allowed), "{text}");
        }
    }
}
