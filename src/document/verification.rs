//! The panel for verifying the document: QR code, URL, number, and the control code in groups for reading aloud.

use std::num::NonZeroU16;

use krilla::tagging::{BBox, Tag};

use super::RenderError;
use super::blocks;
use super::column::{Column, Said, Spoken};
use super::payload::Payload;
use super::qr::Matrix;
use super::sheet::{Area, LEFT, Link, MEASURE, Mark, Meaning, Shape, Sheets};
use super::style::{self, Style, color};

/// Small print, in the main and in the second language.
const SMALL: (Style, Style) = (style::SMALL.colored(color::INK), style::SMALL);
const PADDING: f32 = 11.0;
const QR_SIDE: f32 = 98.0;
const TEXT_LEFT: f32 = LEFT + PADDING + QR_SIDE + 16.0;
const TEXT_WIDTH: f32 = LEFT + MEASURE - PADDING - TEXT_LEFT;
/// The left edge of the control code, beside the number.
const CODE_LEFT: f32 = TEXT_LEFT + 152.0;

/// The panel's texts, in the languages of the document.
pub(super) struct Words {
    pub(super) title: Spoken,
    pub(super) how: Spoken,
    pub(super) number: Spoken,
    pub(super) code: Spoken,
    pub(super) seal: Spoken,
    /// The QR code's alternative text.
    pub(super) figure: &'static str,
    /// The link's description.
    pub(super) link: &'static str,
}

/// Places the panel at the foot of the last page, or at the top of a new one.
pub(super) fn panel(sheets: &mut Sheets, payload: &Payload, words: Words) -> Result<(), RenderError> {
    let address = payload.verification_address();
    let matrix = Matrix::of(&address).ok_or(RenderError::Qr)?;
    let texts = Texts {
        words,
        url: payload.verification.url.clone(),
        number: payload.registration_number.clone(),
        code: payload.verification.control_code.replace('-', " "),
    };
    let parts = texts.blocks();
    let filled: f32 = parts.iter().map(|(columns, space)| height(columns) + space).sum();
    let height = filled.max(QR_SIDE) + 2.0 * PADDING;
    let page = sheets.page();
    sheets.space(9.0);
    sheets.need(height);
    if page == sheets.page() {
        sheets.y += (sheets.room() - height).max(0.0);
    }
    sheets.note_heading(&texts.words.title.first.text);
    blocks::panel(sheets, height);
    let y = sheets.y + (height - QR_SIDE) / 2.0;
    let qr = Area { x: LEFT + PADDING, y, width: QR_SIDE, height: QR_SIDE };
    let top = sheets.y + (height - filled) / 2.0;
    texts.place(parts, sheets, top, &address);
    figure(sheets, qr, matrix, texts.words.figure)?;
    sheets.y += height;
    Ok(())
}

/// Places the QR code with the quiet zone that scanners need.
fn figure(sheets: &mut Sheets, area: Area, matrix: Matrix, alt: &str) -> Result<(), RenderError> {
    let white =
        Area { x: area.x - 6.0, y: area.y - 6.0, width: area.width + 12.0, height: area.height + 12.0 };
    sheets.decorate(Shape::Fill { area: white, color: color::WHITE });
    let bounds = krilla::geom::Rect::from_xywh(area.x, area.y, area.width, area.height);
    let bounds = BBox::new(sheets.page(), bounds.ok_or(RenderError::Geometry)?);
    sheets.within(Tag::Figure(Some(alt.to_owned())).with_bbox(Some(bounds)), |sheets| {
        let shapes = vec![Shape::Qr { area, matrix }];
        sheets.place(Mark { shapes, meaning: Meaning::Graphic, link: None });
    });
    Ok(())
}

/// The texts beside the QR code.
struct Texts {
    words: Words,
    url: String,
    number: String,
    code: String,
}

/// Columns side by side, and the space below them.
type Block = (Vec<Column>, f32);

impl Texts {
    /// Returns blocks from top to bottom.
    fn blocks(&self) -> [Block; 5] {
        let column = |spoken: &Spoken, styles| {
            let mut column = Column::new(TEXT_LEFT);
            column.add_spoken(spoken, styles, TEXT_WIDTH);
            vec![column]
        };
        let labelled = |x: f32, label: &Spoken, text: &str, style: Style| {
            let mut column = Column::new(x);
            column.add_spoken(label, SMALL, TEXT_WIDTH);
            column.add(&Said { language: "ro", text: text.to_owned() }, style, TEXT_WIDTH);
            column
        };
        let url = Spoken::once("ro", self.url.as_str());
        let number = labelled(TEXT_LEFT, &self.words.number, &self.number, style::NUMBER);
        let code = labelled(CODE_LEFT, &self.words.code, &self.code, style::CODE);
        [
            (column(&self.words.title, (style::SECTION, style::SECTION_SECOND)), 3.0),
            (column(&self.words.how, SMALL), 2.0),
            (column(&url, (style::VALUE.colored(color::BLUE), style::VALUE_SECOND)), 5.0),
            (vec![number, code], 5.0),
            (column(&self.words.seal, (style::SMALL, style::SMALL)), 0.0),
        ]
    }

    fn place(&self, parts: [Block; 5], sheets: &mut Sheets, mut top: f32, address: &str) {
        for (at, (columns, space)) in parts.into_iter().enumerate() {
            let below = top + height(&columns) + space;
            for column in columns {
                match at {
                    0 => {
                        let level = NonZeroU16::MIN.saturating_add(1);
                        let heading = Tag::Hn(level, Some(self.words.title.first.text.clone()));
                        sheets.within(heading, |sheets| column.place(sheets, top));
                    }
                    2 => link(sheets, column, top, address, self.words.link),
                    _ => sheets.within(Tag::P, |sheets| column.place(sheets, top)),
                }
            }
            top = below;
        }
    }
}

fn height(columns: &[Column]) -> f32 {
    columns.iter().map(|column| column.height).fold(0.0, f32::max)
}

/// Places the URL as a link; number and code are in its fragment.
fn link(sheets: &mut Sheets, column: Column, top: f32, address: &str, description: &str) {
    let area = Area { x: TEXT_LEFT, y: top, width: TEXT_WIDTH, height: column.height };
    let link = Link { area, url: address.to_owned(), description: description.to_owned() };
    sheets.within(Tag::P, |sheets| {
        sheets.within(Tag::Link, |sheets| column.place_as_link(sheets, top, link));
    });
}
