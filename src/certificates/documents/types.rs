//! Wire types of documents.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::document::eu_form::Language;
use crate::error::{Error, Result};
use crate::text::{At, Rule};

const LANGUAGE_MISSING: Rule = Rule::new(
    "form_language_missing",
    "The European form needs `language`",
    "Formularul european cere `language`",
);
const LANGUAGE_UNWANTED: Rule = Rule::new(
    "form_language_unwanted",
    "`language` goes with `form=eu` only: the certificate is in the language of its application",
    "`language` se folosește numai cu `form=eu`: certificatul este în limba cererii",
);

/// The rules of a document, besides those of its parameters.
pub(super) const RULES: &[At] = &[("?language", LANGUAGE_MISSING), ("?language", LANGUAGE_UNWANTED)];

/// A form of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DocumentForm)]
pub(super) enum Form {
    /// The multilingual standard form of Regulation (EU) 2016/1191, for a certificate without a record.
    Eu,
}

/// A language of the European form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DocumentFormLanguage)]
#[allow(missing_docs, reason = "each is named by its BCP 47 tag")]
pub(super) enum FormLanguage {
    Ro,
    En,
    Fr,
    De,
    It,
    Es,
    Hu,
    Bg,
}

/// Selects a document.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentQuery {
    /// `eu` for the multilingual standard form; by default the certificate itself.
    #[param(inline)]
    form: Option<Form>,
    /// Language of the European form: that of the State where the certificate will be presented.
    #[param(inline)]
    language: Option<FormLanguage>,
}

impl DocumentQuery {
    /// Returns the language of the European form, if that is selected.
    pub(super) fn eu_form(&self) -> Result<Option<Language>> {
        match (self.form, self.language) {
            (None, None) => Ok(None),
            (Some(Form::Eu), Some(language)) => Ok(Some(language.into())),
            (Some(Form::Eu), None) => Err(Error::invalid("?language", &LANGUAGE_MISSING)),
            (None, Some(_)) => Err(Error::invalid("?language", &LANGUAGE_UNWANTED)),
        }
    }
}

impl From<FormLanguage> for Language {
    fn from(language: FormLanguage) -> Self {
        match language {
            FormLanguage::Ro => Self::Ro,
            FormLanguage::En => Self::En,
            FormLanguage::Fr => Self::Fr,
            FormLanguage::De => Self::De,
            FormLanguage::It => Self::It,
            FormLanguage::Es => Self::Es,
            FormLanguage::Hu => Self::Hu,
            FormLanguage::Bg => Self::Bg,
        }
    }
}
