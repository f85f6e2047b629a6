//! Tags (X.690, section 8.1.2).

use der::{Tag, TagNumber};

/// The identifier octet of a `SEQUENCE`.
pub(crate) const SEQUENCE: u8 = 0x30;

/// `[0]`, constructed: certificates, signed attributes, the content of a `ContentInfo`.
pub(crate) const CONTEXT_0: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// `[1]`, constructed: revocation data, unsigned attributes.
pub(crate) const CONTEXT_1: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(1) };
