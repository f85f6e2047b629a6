//! The labels of the form, one file for each language.

mod bg;
mod de;
mod en;
mod es;
mod fr;
mod hu;
mod it;
mod ro;

pub(super) use bg::BG;
pub(super) use de::DE;
pub(super) use en::EN;
pub(super) use es::ES;
pub(super) use fr::FR;
pub(super) use hu::HU;
pub(super) use it::IT;
pub(super) use ro::RO;

/// All labels in one language.
pub(super) struct Labels {
    /// BCP 47 tag.
    pub(super) tag: &'static str,
    pub(super) state: &'static str,
    /// The title of the form.
    pub(super) form: &'static str,
    /// The subject of the form.
    pub(super) subject: &'static str,
    pub(super) basis: &'static str,
    pub(super) notice: &'static str,
    pub(super) authorities: &'static str,
    pub(super) form_authority: &'static str,
    pub(super) document_authority: &'static str,
    pub(super) document: &'static str,
    pub(super) kind: &'static str,
    pub(super) reference: &'static str,
    pub(super) issued_on: &'static str,
    pub(super) valid_until: &'static str,
    pub(super) person: &'static str,
    pub(super) surname: &'static str,
    pub(super) forenames: &'static str,
    pub(super) previous_surnames: &'static str,
    pub(super) birth_date: &'static str,
    pub(super) birth_place: &'static str,
    pub(super) personal_number: &'static str,
    pub(super) father: &'static str,
    pub(super) mother: &'static str,
    pub(super) finding: &'static str,
    /// Begins the sentence that `no_record` ends.
    pub(super) finding_subject: &'static str,
    pub(super) no_record: &'static str,
    pub(super) verify: &'static str,
    pub(super) verify_how: &'static str,
    pub(super) control_code: &'static str,
    pub(super) seal: &'static str,
    /// "Page {} of {}".
    pub(super) page: &'static str,
}
