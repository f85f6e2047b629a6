//! Attributes of a signer info: each type once, each value of the profile alone.

use der::Decode;
use der::asn1::ObjectIdentifier;

use super::set::RawSet;
use super::structure::{Attribute, strict};
use crate::malformed::Malformed;

/// A set of attributes, none of them twice.
pub(crate) struct Attributes<'a>(Vec<Attribute<'a>>);

impl<'a> Attributes<'a> {
    /// Reads `SET OF Attribute`.
    pub(super) fn read(set: RawSet<'a>) -> Result<Self, Malformed> {
        let encoded = set.elements()?;
        let attributes = encoded.into_iter().map(strict).collect::<Result<Vec<Attribute<'a>>, _>>()?;
        let mut types: Vec<ObjectIdentifier> = attributes.iter().map(|attribute| attribute.oid).collect();
        types.sort_unstable();
        types.dedup();
        if types.len() == attributes.len() {
            Ok(Self(attributes))
        } else {
            Err(Malformed::Profile("an attribute is repeated"))
        }
    }

    /// The one value of an optional attribute.
    pub(crate) fn optional<T>(&self, oid: ObjectIdentifier) -> Result<Option<T>, Malformed>
    where
        T: Decode<'a, Error = der::Error>,
    {
        let attribute = self.0.iter().find(|attribute| attribute.oid == oid);
        attribute.map(single_value).transpose()
    }

    /// The one value of a mandatory attribute.
    pub(crate) fn mandatory<T>(&self, oid: ObjectIdentifier) -> Result<T, Malformed>
    where
        T: Decode<'a, Error = der::Error>,
    {
        self.optional(oid)?.ok_or(Malformed::Profile("a mandatory signed attribute is missing"))
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Attribute<'a>> {
        self.0.iter()
    }
}

/// The value of an attribute that has exactly one.
pub(crate) fn single_value<'a, T>(attribute: &Attribute<'a>) -> Result<T, Malformed>
where
    T: Decode<'a, Error = der::Error>,
{
    match attribute.values.elements()?[..] {
        [value] => Ok(T::from_der(value)?),
        _ => Err(Malformed::Profile("an attribute has not exactly one value")),
    }
}
