//! The building blocks of documents: paragraphs, headings, rows of label and value, panels, page headers and footers.

use std::num::NonZeroU16;

use krilla::tagging::{ArtifactType, TableHeaderScope, Tag};

use super::column::{Column, Said, Spoken};
use super::sheet::{Area, BOTTOM, HEIGHT, LEFT, MEASURE, Mark, Meaning, Shape, Sheets, WIDTH};
use super::style::{self, Color, Style, color};

/// A label and its value.
pub(super) struct Row {
    pub(super) label: Spoken,
    pub(super) value: Spoken,
}

/// The space between label and value.
const GUTTER: f32 = 12.0;
const ROW_PADDING: f32 = 3.0;

/// Makes empty sheets; those of a test say so on every page.
pub(super) fn sheets(notice: Option<&str>) -> Sheets {
    let Some(notice) = notice else { return Sheets::new(Vec::new) };
    let mut sheets = Sheets::new(|| vec![watermark()]);
    test_band(&mut sheets, &Said { language: "ro", text: notice.to_owned() });
    sheets
}

/// Adds state and issuing unit over a rule: no coat of arms, which we may not use.
pub(super) fn letterhead(sheets: &mut Sheets, state: &str, unit: &str) {
    let mut column = Column::new(LEFT);
    column.add(&Said { language: "ro", text: state.to_owned() }, style::STATE, MEASURE);
    column.add(&Said { language: "ro", text: unit.to_owned() }, style::UNIT, MEASURE);
    let top = sheets.y;
    sheets.y += column.height + 7.0;
    sheets.within(Tag::P, |sheets| column.place(sheets, top));
    rule(sheets, 2.4, color::BLUE);
    sheets.y += 1.6;
    rule(sheets, 0.6, color::BLUE);
}

/// Adds number and day, on one line.
pub(super) fn number_line(sheets: &mut Sheets, number: &Said, issued: &Spoken) {
    let mut column = Column::new(LEFT);
    column.add(number, style::NUMBER, MEASURE);
    column.beside(&issued.first, style::TEXT);
    if let Some(second) = &issued.second {
        column.beside(second, style::VALUE_SECOND);
    }
    let top = sheets.y;
    sheets.y += column.height;
    sheets.within(Tag::P, |sheets| column.place(sheets, top));
}

/// Adds the document's main sentence, in a panel with a bar.
pub(super) fn statement(sheets: &mut Sheets, subject: &Spoken, text: &Spoken) {
    let (left, width) = (LEFT + 16.0, MEASURE - 32.0);
    let mut column = Column::new(left);
    column.add(&subject.first, style::TEXT, width);
    column.add(&text.first, style::FINDING, width);
    if let (Some(subject), Some(text)) = (&subject.second, &text.second) {
        let both = format!("{} {}.", subject.text, text.text);
        column.add(&Said { language: subject.language, text: both }, style::VALUE_SECOND, width);
    }
    let height = column.height + 20.0;
    sheets.y += 5.0;
    sheets.need(height);
    panel(sheets, height);
    let bar = Area { x: LEFT, y: sheets.y, width: 3.5, height };
    sheets.decorate(Shape::Fill { area: bar, color: color::BLUE });
    let top = sheets.y + 10.0;
    sheets.y += height;
    sheets.within(Tag::P, |sheets| column.place(sheets, top));
}

/// Adds a paragraph of full width.
pub(super) fn paragraph(sheets: &mut Sheets, spoken: &Spoken, styles: (Style, Style)) {
    let mut column = Column::new(LEFT);
    column.add_spoken(spoken, styles, MEASURE);
    sheets.need(column.height);
    let top = sheets.y;
    sheets.y += column.height;
    sheets.within(Tag::P, |sheets| column.place(sheets, top));
}

/// Adds a heading; `follows` is the height that must fit below it on the same page.
pub(super) fn heading(
    sheets: &mut Sheets,
    level: u16,
    spoken: &Spoken,
    styles: (Style, Style),
    follows: f32,
) {
    let mut column = Column::new(LEFT);
    match &spoken.second {
        Some(second) if level == 1 => {
            column.add(&spoken.first, styles.0, MEASURE);
            column.add(second, styles.1, MEASURE);
        }
        _ => column.add_spoken(spoken, styles, MEASURE),
    }
    sheets.need(column.height + follows);
    sheets.note_heading(&spoken.first.text);
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    let top = sheets.y;
    sheets.y += column.height;
    let tag = Tag::Hn(level, Some(spoken.first.text.clone()));
    sheets.within(tag, |sheets| column.place(sheets, top));
}

/// Adds the heading of a section, with its rule.
pub(super) fn section(sheets: &mut Sheets, spoken: &Spoken, follows: f32) {
    sheets.space(11.0);
    heading(sheets, 2, spoken, (style::SECTION, style::SECTION_SECOND), follows);
    sheets.y += 2.0;
    rule(sheets, 0.9, color::BLUE);
    sheets.y += 1.5;
}

/// Adds a rule of full width.
pub(super) fn rule(sheets: &mut Sheets, thickness: f32, color: Color) {
    let area = Area { x: LEFT, y: sheets.y, width: MEASURE, height: thickness };
    sheets.decorate(Shape::Fill { area, color });
    sheets.y += thickness;
}

/// Adds rows of label and value, as a table whose first column, `label_width` wide, holds headers. A row never breaks
/// over two pages.
pub(super) fn rows(sheets: &mut Sheets, label_width: f32, rows: &[Row]) {
    sheets.within(Tag::Table, |sheets| {
        for (at, row) in rows.iter().enumerate() {
            one_row(sheets, label_width, row, at > 0);
        }
    });
}

fn one_row(sheets: &mut Sheets, label_width: f32, row: &Row, ruled: bool) {
    let mut label = Column::new(LEFT);
    label.add_spoken(&row.label, (style::LABEL, style::LABEL_SECOND), label_width);
    let value_left = label_width + GUTTER;
    let mut value = Column::new(LEFT + value_left);
    value.add_spoken(&row.value, (style::VALUE, style::VALUE_SECOND), MEASURE - value_left);
    let height = label.height.max(value.height) + 2.0 * ROW_PADDING;
    let page = sheets.page();
    sheets.need(height);
    if ruled && page == sheets.page() {
        let area = Area { x: LEFT, y: sheets.y, width: MEASURE, height: 0.5 };
        sheets.decorate(Shape::Fill { area, color: color::LINE });
    }
    let top = sheets.y + ROW_PADDING;
    sheets.y += height;
    sheets.within(Tag::TR, |sheets| {
        sheets.within(Tag::TH(TableHeaderScope::Row), |sheets| label.place(sheets, top));
        sheets.within(Tag::TD, |sheets| value.place(sheets, top));
    });
}

/// Fills an area behind the next content.
pub(super) fn panel(sheets: &mut Sheets, height: f32) {
    let (x, y) = (LEFT, sheets.y);
    sheets.decorate(Shape::Fill { area: Area { x, y, width: MEASURE, height }, color: color::PANEL });
}

/// Adds a band across the page that marks a test.
pub(super) fn test_band(sheets: &mut Sheets, notice: &Said) {
    let mut column = Column::new(LEFT);
    column.add(notice, style::TEST, MEASURE);
    let height = column.height + 8.0;
    sheets.decorate(Shape::Fill { area: Area { x: 0.0, y: 0.0, width: WIDTH, height }, color: color::RED });
    sheets.within(Tag::P, |sheets| column.place(sheets, 4.0));
    sheets.y = sheets.y.max(height + 16.0);
}

/// Adds the footers: the number, and "page x of y". Call it after the last page.
pub(super) fn footers(sheets: &mut Sheets, left: &str, page_of: impl Fn(usize, usize) -> String) {
    let count = sheets.pages.len();
    for (at, page) in sheets.pages.iter_mut().enumerate() {
        let right = page_of(at + 1, count);
        let mut shapes = vec![Shape::Fill {
            area: Area { x: LEFT, y: BOTTOM + 18.0, width: MEASURE, height: 0.5 },
            color: color::LINE,
        }];
        let baseline = HEIGHT - 30.0;
        let line = style::SMALL.face.shape(left);
        shapes.push(Shape::Text { x: LEFT, baseline, line, style: style::SMALL });
        let line = style::SMALL.face.shape(&right);
        let x = LEFT + MEASURE - style::SMALL.width(&line);
        shapes.push(Shape::Text { x, baseline, line, style: style::SMALL });
        page.push(Mark { shapes, meaning: Meaning::Artifact(ArtifactType::Footer), link: None });
    }
}

/// Makes the word TEST across a page.
pub(super) fn watermark() -> Mark {
    let style = Style { size: 210.0, ..style::TITLE }.colored(color::WATERMARK);
    let line = style.face.shape("TEST");
    Mark {
        shapes: vec![Shape::Watermark { line, style }],
        meaning: Meaning::Artifact(ArtifactType::Watermark),
        link: None,
    }
}
