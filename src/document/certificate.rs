//! The certificate as a document: in Romanian, or in Romanian and English.

use super::blocks::{self, Row};
use super::column::{Said, Spoken};
use super::payload::{Entry, Holder, Payload};
use super::sheet::Sheets;
use super::style;
use super::verification::{self, Words};
use super::{RenderError, Signed, pdf, time};
use crate::services::Service;
use crate::text::Bilingual;

/// The width of labels, in points.
const LABEL_WIDTH: f32 = 196.0;

/// The languages of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Languages {
    /// Romanian only.
    Romanian,
    /// Romanian and English side by side.
    RomanianAndEnglish,
}

impl Languages {
    /// Combines two texts as the languages require.
    pub(super) fn say(self, ro: impl Into<String>, en: impl Into<String>) -> Spoken {
        let spoken = Spoken::once("ro", ro);
        match self {
            Self::Romanian => spoken,
            Self::RomanianAndEnglish => spoken.and("en", en),
        }
    }
}

/// Renders the certificate.
///
/// # Errors
/// See [`RenderError`].
pub fn render(signed: Signed<'_>, languages: Languages) -> Result<Vec<u8>, RenderError> {
    let payload = Payload::parse(signed.payload)?;
    let mut sheets = blocks::sheets(payload.notice.as_deref());
    head(&mut sheets, &payload, languages);
    holder(&mut sheets, &payload.holder, languages);
    finding(&mut sheets, &payload, languages);
    entries(&mut sheets, &payload.entries, languages);
    issue(&mut sheets, &payload, languages);
    verification::panel(&mut sheets, &payload, verification_words(languages))?;
    let number = &payload.registration_number;
    blocks::footers(
        &mut sheets,
        &format!("{} · {number}", title(&payload).ro),
        |page, count| match languages {
            Languages::Romanian => format!("Pagina {page} din {count}"),
            Languages::RomanianAndEnglish => format!("Pagina {page} din {count} · Page {page} of {count}"),
        },
    );
    let about = pdf::About {
        title: format!("{} {number}", title(&payload).ro),
        author: payload.issuing_unit.clone(),
        language: "ro",
        id: format!("{number} certificate {languages:?}"),
        issued_at: payload.issued_at,
        attachments: signed.attachments(number),
    };
    pdf::write(sheets, about)
}

/// Returns the title of the document: the name of its service.
fn title(payload: &Payload) -> Bilingual {
    let service =
        if payload.holder.is_legal_person() { Service::LegalPerson } else { Service::NaturalPerson };
    service.name()
}

/// Makes a long title break before "for legal persons", not within.
fn unbroken_end(title: &str) -> String {
    title.replace("pentru persoane juridice", "pentru\u{a0}persoane\u{a0}juridice")
}

/// Adds state, unit, title, number and day.
fn head(sheets: &mut Sheets, payload: &Payload, languages: Languages) {
    blocks::letterhead(sheets, "ROMÂNIA", &payload.issuing_unit);
    sheets.y += 18.0;
    let Bilingual { ro, en } = title(payload);
    blocks::heading(sheets, 1, &languages.say(unbroken_end(ro), en), (style::TITLE, style::SUBTITLE), 0.0);
    sheets.y += 5.0;
    let number = Said { language: "ro", text: format!("Nr. {}", payload.registration_number) };
    let issued = languages
        .say(format!("din {}", time::ro(payload.issued_on)), format!("of {}", time::en(payload.issued_on)));
    blocks::number_line(sheets, &number, &issued);
}

/// Adds the holder.
fn holder(sheets: &mut Sheets, holder: &Holder, languages: Languages) {
    let heading = if holder.is_legal_person() {
        languages.say("Persoana juridică", "Legal person")
    } else {
        languages.say("Titularul", "Holder")
    };
    blocks::section(sheets, &heading, 40.0);
    blocks::rows(sheets, LABEL_WIDTH, &holder_rows(holder, languages));
}

fn holder_rows(holder: &Holder, languages: Languages) -> Vec<Row> {
    let plain = |ro: &str, en: &str, value: &Option<String>| {
        let value = value.clone()?;
        Some(Row { label: languages.say(unbroken_end(ro), en), value: Spoken::once("ro", value) })
    };
    let previous = (!holder.previous_names.is_empty()).then(|| holder.previous_names.join(", "));
    let born = holder.birth_date.map(|date| Row {
        label: languages.say("Data nașterii", "Date of birth"),
        value: languages.say(time::ro(date), time::en(date)),
    });
    [
        plain("Denumirea", "Name", &holder.name),
        plain("Cod unic de înregistrare (CUI)", "Fiscal identification code", &holder.cui),
        plain("Nr. la registrul comerțului", "Trade-register number", &holder.trade_register_number),
        plain("Sediul", "Registered office", &holder.seat),
        plain("Numele de familie", "Family name", &Holder::printed(&holder.family_name)),
        plain("Prenumele", "Given names", &Holder::printed(&holder.given_name)),
        plain("Nume purtate anterior", "Previous names", &previous),
        plain("Cod numeric personal (CNP)", "Personal number", &holder.cnp),
        born,
        plain("Locul nașterii", "Place of birth", &holder.born_at()),
        plain("Prenumele tatălui", "Father's given name", &holder.father_given_name),
        plain("Prenumele mamei", "Mother's given name", &holder.mother_given_name),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Adds the finding: the document's main sentence.
fn finding(sheets: &mut Sheets, payload: &Payload, languages: Languages) {
    let heading = languages.say("Constatarea", "Finding");
    blocks::section(sheets, &heading, 80.0);
    let subject = if payload.holder.is_legal_person() {
        languages.say(
            "La data eliberării, persoana juridică de mai sus",
            "On the date of issue, the legal person named above",
        )
    } else {
        languages
            .say("La data eliberării, persoana de mai sus", "On the date of issue, the person named above")
    };
    let text = languages.say(&payload.finding_text.ro, &payload.finding_text.en);
    blocks::statement(sheets, &subject, &text);
}

/// Adds each entry, in the register's words.
fn entries(sheets: &mut Sheets, entries: &[Entry], languages: Languages) {
    for (at, entry) in entries.iter().enumerate() {
        let heading = languages.say(
            format!("Înscrierea {} din {}", at + 1, entries.len()),
            format!("Entry {} of {}", at + 1, entries.len()),
        );
        blocks::section(sheets, &heading, 110.0);
        let row = |ro: &str, en: &str, value: &str| Row {
            label: languages.say(unbroken_end(ro), en),
            value: Spoken::once("ro", together(value)),
        };
        let date = Row {
            label: languages.say("Data rămânerii definitive", "Date on which it became final"),
            value: languages.say(time::ro(entry.date_final), time::en(entry.date_final)),
        };
        let rows = [
            row("Hotărârea", "Judgment", &entry.judgment),
            row("Instanța", "Court", &entry.court),
            date,
            row("Infracțiunea", "Offence", &entry.offence),
            row("Sancțiunea", "Sanction", &entry.sanction),
            row("Stadiul", "Status", &entry.status),
        ];
        blocks::rows(sheets, LABEL_WIDTH, &rows);
    }
}

/// Adds the reason, the validity and the legal basis.
fn issue(sheets: &mut Sheets, payload: &Payload, languages: Languages) {
    blocks::section(sheets, &languages.say("Eliberarea", "Issue"), 60.0);
    let detail = payload.reason.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    let (asked_on, asked_at) = time::in_romania(payload.register.asked_at);
    let corrects = payload.corrects.as_ref().map(|number| Row {
        label: languages.say("Înlocuiește certificatul", "Replaces the certificate"),
        value: Spoken::once("ro", number.as_str()),
    });
    let rows = [
        Row {
            label: languages.say("Motivul", "Reason"),
            value: languages
                .say(format!("{}{detail}", payload.reason.label.ro), payload.reason.label.en.clone()),
        },
        Row {
            label: languages.say("Valabil până la", "Valid until"),
            value: languages.say(
                format!("{} inclusiv, numai pentru acest motiv", time::ro(payload.valid_until)),
                format!("{} inclusive, for this reason alone", time::en(payload.valid_until)),
            ),
        },
        Row {
            label: languages.say("Registrul a fost interogat", "Register consulted"),
            value: languages.say(
                format!("{}, ora {asked_at} (ora României)", time::ro(asked_on)),
                format!("{}, {asked_at} (Romanian time)", time::en(asked_on)),
            ),
        },
        Row {
            label: languages.say("Temeiul legal", "Legal basis"),
            value: Spoken::once("ro", together(&payload.legal_basis.join("; "))),
        },
    ];
    let rows: Vec<Row> = corrects.into_iter().chain(rows).collect();
    blocks::rows(sheets, LABEL_WIDTH, &rows);
}

/// Keeps "nr. 204" and "art. 28" on one line.
fn together(text: &str) -> String {
    text.replace("nr. ", "nr.\u{a0}").replace("art. ", "art.\u{a0}").replace("Legea ", "Legea\u{a0}")
}

fn verification_words(languages: Languages) -> Words {
    Words {
        title: languages.say("Verificați acest document", "Verify this document"),
        how: languages.say(
            "Scanați codul QR sau deschideți adresa de mai jos și scrieți numărul și codul de control:",
            "Scan the QR code, or open the address below and enter the number and the control code:",
        ),
        number: languages.say("Număr", "Number"),
        code: languages.say("Cod de control", "Control code"),
        seal: languages.say(
            "Când dictați codul la telefon: 0 și 1 sunt întotdeauna cifre; literele I, L, O, U nu apar. Originalul este acest fișier, \
             semnat electronic; o copie tipărită se verifică în același mod.",
            "When you dictate the code by phone: 0 and 1 are always digits; I, L, O, U never occur. The original is this electronically \
             signed file; a printed copy is verified in the same way.",
        ),
        figure: "Cod QR care deschide pagina de verificare a acestui certificat",
        link: "Pagina de verificare a acestui certificat",
    }
}
