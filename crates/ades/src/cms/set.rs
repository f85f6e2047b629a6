//! Sets as they were received.

use der::{DecodeValue, EncodeValue, FixedTag, Header, Length, Reader, SliceReader, Tag, Writer};

use crate::malformed::Malformed;

/// The content of a `SET OF`, as it was received: not decoded, not sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RawSet<'a>(&'a [u8]);

impl<'a> RawSet<'a> {
    /// The content.
    pub(crate) fn value(self) -> &'a [u8] {
        self.0
    }

    /// The elements, each in DER. They must be in DER order and differ from each other.
    pub(crate) fn elements(self) -> Result<Vec<&'a [u8]>, Malformed> {
        let elements = self.unordered()?;
        let in_order = elements.is_sorted_by(|one, next| one < next);
        if in_order { Ok(elements) } else { Err(Malformed::NotCanonical) }
    }

    /// The elements in any order, each in DER.
    pub(crate) fn unordered(self) -> Result<Vec<&'a [u8]>, Malformed> {
        let mut reader = SliceReader::new(self.0)?;
        let mut elements = Vec::new();
        while !reader.is_finished() {
            elements.push(reader.tlv_bytes()?);
        }
        Ok(elements)
    }
}

impl FixedTag for RawSet<'_> {
    const TAG: Tag = Tag::Set;
}

impl<'a> DecodeValue<'a> for RawSet<'a> {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        reader.read_slice(header.length()).map(Self)
    }
}

impl EncodeValue for RawSet<'_> {
    fn value_len(&self) -> der::Result<Length> {
        Length::try_from(self.0.len())
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        writer.write(self.0)
    }
}
