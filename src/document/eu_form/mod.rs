//! The multilingual standard form of Regulation (EU) 2016/1191 for a public document that certifies the absence of a
//! criminal record: a translation aid in the language of the State where the certificate is presented, with Romanian
//! beside it.

mod labels;

use self::labels::{Labels, RO};
use super::blocks::{self, Row};
use super::column::Spoken;
use super::payload::{Holder, Payload};
use super::sheet::Sheets;
use super::verification::{self, Words};
use super::{RenderError, Signed, pdf, style, time};
use crate::services::Service;

/// The width of labels, in points.
const LABEL_WIDTH: f32 = 284.0;

/// The languages of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named by its BCP 47 tag")]
pub enum Language {
    Ro,
    En,
    Fr,
    De,
    It,
    Es,
    Hu,
    Bg,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 8] =
        [Self::Ro, Self::En, Self::Fr, Self::De, Self::It, Self::Es, Self::Hu, Self::Bg];

    /// Returns the BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        self.labels().tag
    }

    const fn labels(self) -> &'static Labels {
        match self {
            Self::Ro => &RO,
            Self::En => &labels::EN,
            Self::Fr => &labels::FR,
            Self::De => &labels::DE,
            Self::It => &labels::IT,
            Self::Es => &labels::ES,
            Self::Hu => &labels::HU,
            Self::Bg => &labels::BG,
        }
    }
}

/// Renders the form.
///
/// # Errors
/// [`RenderError::NotClean`] for a certificate that shows a record; see [`RenderError`].
pub fn render(signed: Signed<'_>, language: Language) -> Result<Vec<u8>, RenderError> {
    let payload = Payload::parse(signed.payload)?;
    if !payload.is_clean() || payload.holder.is_legal_person() {
        return Err(RenderError::NotClean);
    }
    let form = Form { labels: language.labels(), payload: &payload };
    let mut sheets = blocks::sheets(payload.notice.as_deref());
    form.head(&mut sheets);
    form.authorities(&mut sheets);
    form.person(&mut sheets);
    form.finding(&mut sheets);
    verification::panel(&mut sheets, &payload, form.verification())?;
    let number = &payload.registration_number;
    let page = form.labels.page;
    blocks::footers(&mut sheets, &format!("Regulation (EU) 2016/1191 · {number}"), |at, count| {
        page.replacen("{}", &at.to_string(), 1).replacen("{}", &count.to_string(), 1)
    });
    let about = pdf::About {
        title: format!("{}: {} – {number}", form.labels.form, form.labels.subject),
        author: payload.issuing_unit.clone(),
        language: form.labels.tag,
        id: format!("{number} eu-form {}", form.labels.tag),
        issued_at: payload.issued_at,
        attachments: signed.attachments(number),
    };
    pdf::write(sheets, about)
}

/// Picks a label in a language.
type Label = fn(&Labels) -> &'static str;

struct Form<'a> {
    labels: &'static Labels,
    payload: &'a Payload,
}

impl Form<'_> {
    /// Returns a label in the language of the form and in Romanian.
    fn say(&self, label: Label) -> Spoken {
        Spoken::once(self.labels.tag, label(self.labels)).and(RO.tag, label(&RO))
    }

    /// Returns a label in the language of the form only.
    fn once(&self, label: Label) -> Spoken {
        Spoken::once(self.labels.tag, label(self.labels))
    }

    fn row(&self, number: &str, label: Label, value: impl Into<String>) -> Row {
        let mut label = self.say(label);
        label.first.text = format!("{number} {}", label.first.text);
        Row { label, value: Spoken::once("ro", value) }
    }

    fn section(&self, sheets: &mut Sheets, number: &str, label: Label) {
        let mut heading = self.say(label);
        heading.first.text = format!("{number} {}", heading.first.text);
        blocks::section(sheets, &heading, 45.0);
    }

    fn head(&self, sheets: &mut Sheets) {
        let state = self.say(|labels| labels.state);
        let both = match &state.second {
            Some(second) => format!("{} · {}", state.first.text, second.text),
            None => state.first.text.clone(),
        };
        blocks::letterhead(sheets, &both.to_uppercase(), &self.payload.issuing_unit);
        sheets.y += 5.0;
        let subject = self.say(|labels| labels.subject);
        blocks::heading(sheets, 1, &subject, (style::TITLE, style::SUBTITLE), 0.0);
        let basis = self.once(|labels| labels.basis);
        blocks::paragraph(sheets, &basis, (style::TEXT, style::SMALL));
        sheets.y += 3.0;
        blocks::paragraph(sheets, &self.once(|labels| labels.notice), (style::SMALL, style::SMALL));
    }

    /// Adds the authority that issues the form, the one that issued the certificate, and the certificate's data.
    fn authorities(&self, sheets: &mut Sheets) {
        let payload = self.payload;
        self.section(sheets, "1", |labels| labels.authorities);
        let unit = payload.issuing_unit.as_str();
        let rows = [
            self.row("1.1", |labels| labels.form_authority, unit),
            self.row("1.2", |labels| labels.document_authority, unit),
        ];
        blocks::rows(sheets, LABEL_WIDTH, &rows);
        self.section(sheets, "2", |labels| labels.document);
        let rows = [
            self.row("2.1", |labels| labels.kind, Service::NaturalPerson.name().ro),
            self.row("2.2", |labels| labels.reference, payload.registration_number.as_str()),
            self.row("2.3", |labels| labels.issued_on, time::numeric(payload.issued_on)),
            self.row("2.4", |labels| labels.valid_until, time::numeric(payload.valid_until)),
        ];
        blocks::rows(sheets, LABEL_WIDTH, &rows);
    }

    fn person(&self, sheets: &mut Sheets) {
        let holder = &self.payload.holder;
        self.section(sheets, "3", |labels| labels.person);
        let previous = (!holder.previous_names.is_empty()).then(|| holder.previous_names.join(", "));
        let fields: [(Label, Option<String>); 8] = [
            (|labels| labels.surname, Holder::printed(&holder.family_name)),
            (|labels| labels.forenames, Holder::printed(&holder.given_name)),
            (|labels| labels.previous_surnames, previous),
            (|labels| labels.birth_date, holder.birth_date.map(time::numeric)),
            (|labels| labels.birth_place, holder.born_at()),
            (|labels| labels.personal_number, holder.cnp.clone()),
            (|labels| labels.father, holder.father_given_name.clone()),
            (|labels| labels.mother, holder.mother_given_name.clone()),
        ];
        let filled = fields.into_iter().filter_map(|(label, value)| Some((label, value?)));
        let rows: Vec<Row> =
            filled.zip(1..).map(|((label, value), at)| self.row(&format!("3.{at}"), label, value)).collect();
        blocks::rows(sheets, LABEL_WIDTH, &rows);
    }

    fn finding(&self, sheets: &mut Sheets) {
        self.section(sheets, "4", |labels| labels.finding);
        let subject = self.say(|labels| labels.finding_subject);
        blocks::statement(sheets, &subject, &self.say(|labels| labels.no_record));
    }

    fn verification(&self) -> Words {
        Words {
            title: self.say(|labels| labels.verify),
            how: self.once(|labels| labels.verify_how),
            number: self.once(|labels| labels.reference),
            code: self.once(|labels| labels.control_code),
            seal: self.once(|labels| labels.seal),
            figure: self.labels.verify,
            link: self.labels.verify,
        }
    }
}
