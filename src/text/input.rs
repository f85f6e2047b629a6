//! What the contract says of a type whose values parsing makes: its form, and the rules that an input can break. Both are
//! declared once, at the type; the contract writes them wherever a field has it.

use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

use super::Rule;

/// Under this name a schema has the rules that its values can break.
pub const RULES: &str = "x-rules";

/// A type whose values are parsed, and which knows the rules that an input can break: made by `input!` or `described!`.
pub trait Input {
    /// Every rule that an input can break, besides those of its JSON type.
    const RULES: &'static [Rule];
}

/// Returns a schema with the rules that its values can break.
#[must_use]
pub fn schema(form: ObjectBuilder, rules: &[Rule]) -> RefOr<Schema> {
    form.extensions(Some(ExtensionsBuilder::new().add(RULES, json!(rules)).build())).into()
}

/// Declares what the contract says of a type: its JSON type, the rules that an input can break, and the constraints of
/// JSON Schema, which hold for every input that the type takes, but for invisible marks that it leaves out.
///
/// ```ignore
/// described!(Limit: Integer, breaks [LIMIT], minimum: 1, maximum: 100);
/// ```
macro_rules! described {
    ([$($generics:tt)*] $type:ty: $json:ident, breaks $rules:expr $(, $constraint:ident: $value:expr)* $(,)?) => {
        impl<$($generics)*> $crate::text::Input for $type {
            const RULES: &'static [$crate::text::Rule] = &$rules;
        }

        impl<$($generics)*> utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let form = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::$json);
                $crate::text::input::schema(form$(.$constraint(Some($value)))*, <Self as $crate::text::Input>::RULES)
            }
        }

        impl<$($generics)*> utoipa::ToSchema for $type {
            /// The contract has no schema of this name: it writes the type out wherever a field has it.
            fn name() -> std::borrow::Cow<'static, str> {
                std::any::type_name::<Self>().into()
            }
        }
    };
    ($type:ty: $json:ident, breaks $rules:expr $(, $constraint:ident: $value:expr)* $(,)?) => {
        $crate::text::described!([] $type: $json, breaks $rules $(, $constraint: $value)*);
    };
}

/// Declares a type that `parse` makes of a text: how it is deserialized, and what the contract says of it.
///
/// ```ignore
/// input!(Cnp, breaks [CNP_LENGTH, CNP_DIGITS], max_length: 80);
/// ```
macro_rules! input {
    ([$($generics:tt)*] $type:ty, breaks $rules:expr $(, $constraint:ident: $value:expr)* $(,)?) => {
        $crate::text::described!([$($generics)*] $type: String, breaks $rules $(, $constraint: $value)*);

        impl<'de, $($generics)*> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text::rule::parsed(deserializer, Self::parse)
            }
        }
    };
    ($type:ty, breaks $rules:expr $(, $constraint:ident: $value:expr)* $(,)?) => {
        $crate::text::input!([] $type, breaks $rules $(, $constraint: $value)*);
    };
}

pub(crate) use {described, input};
