//! Wire types of the application form ("cerere tip").

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::registry::{Address, IdentityPaper};

/// The prefilled form.
#[derive(Serialize, ToSchema)]
pub(crate) struct Prefill {
    /// The service.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: &'static str,
    /// Each field with its source.
    pub(crate) fields: PrefillFields,
}

/// The fields of the application form ("cerere tip"), each with its source and date.
#[derive(Serialize, ToSchema)]
pub(crate) struct PrefillFields {
    pub(crate) cnp: TextField,
    pub(crate) family_name: TextField,
    pub(crate) given_name: TextField,
    pub(crate) previous_names: NamesField,
    pub(crate) father_given_name: OptionalTextField,
    pub(crate) mother_given_name: OptionalTextField,
    pub(crate) birth_date: DateField,
    pub(crate) birth_county: TextField,
    pub(crate) birth_place: TextField,
    pub(crate) domicile: AddressField,
    pub(crate) identity_document: IdentityPaperField,
}

/// The source of a value.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PrefillSource)]
pub(crate) enum Source {
    /// The proof of identity.
    IdentityVerification,
    /// The population register.
    CivilStatus,
    /// The company register.
    CompanyRegister,
    /// An officer who checked the papers.
    Officer,
}

macro_rules! field {
    ($($name:ident($value:ty, $example:expr);)*) => {$(
        /// A prefilled value.
        #[derive(Serialize, ToSchema)]
        pub(crate) struct $name {
            /// The value.
            #[schema(example = json!($example))]
            pub(crate) value: $value,
            /// Its source.
            pub(crate) source: Source,
            /// When the source gave it.
            pub(crate) as_of: DateTime<Utc>,
        }
    )*};
}

/// A prefilled address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressField {
    /// The value.
    pub(crate) value: Address,
    /// Its source.
    pub(crate) source: Source,
    /// When the source gave it.
    pub(crate) as_of: DateTime<Utc>,
}

/// A prefilled identity document.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityPaperField {
    /// The value.
    pub(crate) value: IdentityPaper,
    /// Its source.
    pub(crate) source: Source,
    /// When the source gave it.
    pub(crate) as_of: DateTime<Utc>,
}

field! {
    TextField(String, "Munteanu");
    OptionalTextField(Option<String>, "Elena");
    NamesField(Vec<String>, ["Popa"]);
    DateField(NaiveDate, "1988-05-14");
}
