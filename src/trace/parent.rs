//! `traceparent` (W3C Trace Context, section 3.2): `version-trace_id-parent_id-flags`, in lower-case hexadecimal.

use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::state;

/// The header's name.
pub const TRACEPARENT: &str = "traceparent";
/// Length of version 00; later versions may append fields.
const LENGTH: usize = 55;
/// `sampled` and `random`; the other flags have no meaning yet and are not forwarded.
const KNOWN_FLAGS: u8 = 0b11;
/// `random`: the id was chosen at random.
const RANDOM: u8 = 0b10;

/// A place in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    id: [u8; 16],
    flags: u8,
    state: Option<String>,
}

impl Trace {
    /// Begins a new trace. A UUIDv7 is unique, and its last 62 bits are random.
    #[must_use]
    pub fn begin() -> Self {
        Self { id: Uuid::now_v7().into_bytes(), flags: RANDOM, state: None }
    }

    /// Reads the caller's trace from the values of all headers of either name. `None` if `traceparent` is missing,
    /// duplicate or invalid; `tracestate` is then ignored.
    #[must_use]
    pub fn received<'a>(
        mut parents: impl Iterator<Item = &'a [u8]>,
        states: impl Iterator<Item = &'a [u8]>,
    ) -> Option<Self> {
        let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
        let (id, flags) = parse(parent)?;
        Some(Self { id, flags: flags & KNOWN_FLAGS, state: state::joined(states) })
    }

    /// Returns the trace id, as in the header.
    #[must_use]
    pub fn id(&self) -> String {
        Uuid::from_bytes(self.id).simple().to_string()
    }

    /// Returns `traceparent` for one outgoing call, with a new parent id.
    pub(super) fn child(&self) -> String {
        // The last 8 octets of a UUIDv7 are random except for two bits, and never all zero.
        let (_, span) = Uuid::now_v7().as_u64_pair();
        format!("00-{}-{span:016x}-{:02x}", self.id(), self.flags)
    }

    /// Returns `tracestate`, to be forwarded unchanged.
    pub(super) fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

fn parse(text: &[u8]) -> Option<([u8; 16], u8)> {
    let (fields, rest) = text.split_at_checked(LENGTH)?;
    let mut parts = fields.split(|byte| *byte == b'-');
    let [version] = hex(parts.next()?)?;
    let id: [u8; 16] = hex(parts.next()?)?;
    let parent: [u8; 8] = hex(parts.next()?)?;
    let [flags] = hex(parts.next()?)?;
    let fits = match version {
        0 => rest.is_empty(),
        0xff => false,
        _ => rest.is_empty() || rest.starts_with(b"-"),
    };
    (fits && parts.next().is_none() && id != [0; 16] && parent != [0; 8]).then_some((id, flags))
}

/// Decodes exactly `N` octets; upper case is not allowed.
fn hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    HEXLOWER.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn received(parents: &[&str], states: &[&str]) -> Option<Trace> {
        Trace::received(parents.iter().map(|text| text.as_bytes()), states.iter().map(|text| text.as_bytes()))
    }

    #[test]
    fn a_valid_parent_is_taken_over_and_gets_a_child_of_another_id() {
        let parent = format!("00-{ID}-00f067aa0ba902b7-01");
        let trace = received(&[&parent], &["congo=t61rcWkgMzE"]).unwrap();
        assert_eq!((trace.id().as_str(), trace.state()), (ID, Some("congo=t61rcWkgMzE")));
        let (one, other) = (trace.child(), trace.child());
        assert!(one.starts_with(&format!("00-{ID}-")) && one.ends_with("-01") && one.len() == 55, "{one}");
        assert!(one != parent && one != other);
        let child = received(&[&one], &[]).unwrap();
        assert_eq!(child.id(), ID);
    }

    #[test]
    fn a_later_version_may_have_more_fields_and_unknown_flags_are_dropped() {
        for more in ["", "-", "-what-the-future-brings"] {
            let trace = received(&[&format!("cc-{ID}-00f067aa0ba902b7-ff{more}")], &[]).unwrap();
            assert!(trace.child().starts_with("00-") && trace.child().ends_with("-03"));
        }
    }

    #[test]
    fn an_invalid_parent_is_not_taken_over() {
        for (parent, why) in [
            (format!("00-{ID}-00f067aa0ba902b7-1"), "short"),
            (format!("00-{ID}-00f067aa0ba902b7-01-"), "longer than version 00"),
            (format!("00-{ID}-00f067aa0ba902b7-01 "), "a space"),
            (format!("cc-{ID}-00f067aa0ba902b7-01x"), "no dash before what is new"),
            (format!("ff-{ID}-00f067aa0ba902b7-01"), "version ff"),
            (format!("00-{}-00f067aa0ba902b7-01", ID.to_uppercase()), "upper case"),
            (format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)), "trace id of zeros"),
            (format!("00-{ID}-0000000000000000-01"), "parent id of zeros"),
            (format!("00-{ID}-00f067aa0ba902bg-01"), "no digit"),
            (format!("00_{ID}_00f067aa0ba902b7_01"), "other separators"),
            (format!("00-{ID}0-0f067aa0ba902b7-01"), "dashes elsewhere"),
            (String::new(), "empty"),
        ] {
            assert_eq!(received(&[&parent], &[]), None, "{why}");
        }
        let parent = format!("00-{ID}-00f067aa0ba902b7-01");
        assert_eq!(received(&[&parent, &parent], &[]), None, "twice");
        assert_eq!(received(&[], &["congo=1"]), None);
    }

    #[test]
    fn a_new_trace_has_an_id_of_its_own() {
        let (one, other) = (Trace::begin(), Trace::begin());
        assert!(one.id() != other.id() && one.state().is_none());
        assert_eq!(received(&[&one.child()], &[]).unwrap().id(), one.id());
    }
}
