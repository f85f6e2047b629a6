//! States and kinds: enums with one stable code for each variant, the same in the database, in JSON and in the
//! contract.

use std::fmt;

/// The text is not a code of the enum. Names the enum and its columns, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode(pub(crate) &'static str);

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown code of {}", self.0)
    }
}

impl std::error::Error for UnknownCode {}

/// Declares an enum with the code of each variant:
///
/// ```ignore
/// coded! {
///     /// The status of a mandate.
///     pub(crate) enum MandateStatus in "mandates.status" {
///         /// Waits for an officer.
///         Pending = "pending",
///     }
/// }
/// ```
///
/// The codes are used in text columns of the database (diesel), in JSON (serde) and in the contract (utoipa); `as_str`
/// and `parse` are for code in between. A text that is not a code is an error everywhere, never a default.
///
/// `in` names the columns that hold the enum; a test compares its codes with their `CHECK` constraints.
macro_rules! coded {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident $(in $($column:literal),+)? {
            $($(#[$variant_meta:meta])* $variant:ident = $code:tt,)+
        }
    ) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        $(#[$meta])*
        $vis enum $name {
            $($(#[$variant_meta])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// All variants, in the order of their declaration.
            $vis const ALL: [Self; [$($code),+].len()] = [$(Self::$variant),+];

            /// Returns the code, as in the database and on the wire.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Parses a code.
            ///
            /// # Errors
            /// Fails if the text is not a code.
            $vis fn parse(text: &str) -> Result<Self, $crate::text::UnknownCode> {
                let found = Self::ALL.into_iter().find(|value| value.as_str() == text);
                found.ok_or($crate::text::UnknownCode(concat!(stringify!($name) $($(, " ", $column)+)?)))
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(Self::parse(std::str::from_utf8(value.as_bytes())?)?)
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
    };
}

pub(crate) use coded;

#[cfg(test)]
mod tests {
    use super::UnknownCode;

    coded! {
        /// As a form writes it.
        enum Sign in "houses.sign", "doors.sign" {
            /// It is open.
            Open = "open",
            /// It is shut.
            ShutForNow = "shut_for_now",
        }
    }

    #[test]
    fn every_variant_has_one_code_in_text_and_in_json() {
        for sign in Sign::ALL {
            assert_eq!(Sign::parse(sign.as_str()), Ok(sign));
            assert_eq!(serde_json::to_value(sign).unwrap(), sign.as_str());
            assert_eq!(serde_json::from_value::<Sign>(sign.as_str().into()).unwrap(), sign);
        }
        assert_eq!(Sign::ShutForNow.as_str(), "shut_for_now");
    }

    #[test]
    fn a_text_that_is_no_code_is_an_error_that_names_the_columns_and_not_the_text() {
        for text in ["", "Open", "open ", "ajar"] {
            assert_eq!(Sign::parse(text), Err(UnknownCode("Sign houses.sign doors.sign")), "{text}");
            assert!(serde_json::from_value::<Sign>(text.into()).is_err(), "{text}");
        }
        let said = Sign::parse("ajar").unwrap_err().to_string();
        assert_eq!(said, "unknown code of Sign houses.sign doors.sign");
    }
}
