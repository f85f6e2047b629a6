//! Text styles.

use super::line::Line;
use super::typeface::Face;

/// A colour: red, green, blue (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Color(pub(super) u8, pub(super) u8, pub(super) u8);

/// The document's colours: dark ink, one restrained blue, greys, and the red of tests.
pub(super) mod color {
    use super::Color;

    pub(in crate::document) const INK: Color = Color(0x16, 0x1d, 0x29);
    pub(in crate::document) const SOFT: Color = Color(0x52, 0x5c, 0x6b);
    pub(in crate::document) const BLUE: Color = Color(0x12, 0x35, 0x5b);
    pub(in crate::document) const LINE: Color = Color(0xd3, 0xd9, 0xe1);
    pub(in crate::document) const PANEL: Color = Color(0xf2, 0xf5, 0xf8);
    pub(in crate::document) const RED: Color = Color(0xa3, 0x16, 0x21);
    pub(in crate::document) const WATERMARK: Color = Color(0xf8, 0xec, 0xed);
    pub(in crate::document) const WHITE: Color = Color(0xff, 0xff, 0xff);
    pub(in crate::document) const BLACK: Color = Color(0, 0, 0);
}

/// Typeface, size and line height in points, colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) leading: f32,
    pub(super) color: Color,
}

const fn style(face: Face, size: f32, leading: f32, color: Color) -> Style {
    Style { face, size, leading, color }
}

pub(super) const STATE: Style = style(Face::SansBold, 11.0, 15.0, color::BLUE);
pub(super) const UNIT: Style = style(Face::Sans, 10.0, 14.0, color::INK);
pub(super) const TITLE: Style = style(Face::SerifBold, 21.0, 27.0, color::BLUE);
pub(super) const SUBTITLE: Style = style(Face::Sans, 12.0, 16.0, color::SOFT);
pub(super) const SECTION: Style = style(Face::SerifBold, 11.5, 15.0, color::BLUE);
pub(super) const SECTION_SECOND: Style = style(Face::Sans, 9.5, 15.0, color::SOFT);
pub(super) const LABEL: Style = style(Face::Sans, 9.0, 12.0, color::INK);
pub(super) const LABEL_SECOND: Style = style(Face::Sans, 8.0, 11.0, color::SOFT);
pub(super) const VALUE: Style = style(Face::SansBold, 9.5, 12.5, color::INK);
pub(super) const VALUE_SECOND: Style = style(Face::Sans, 8.5, 11.5, color::SOFT);
pub(super) const FINDING: Style = style(Face::SerifBold, 15.5, 20.0, color::INK);
pub(super) const TEXT: Style = style(Face::Sans, 9.5, 13.0, color::INK);
pub(super) const SMALL: Style = style(Face::Sans, 8.0, 11.0, color::SOFT);
pub(super) const CODE: Style = style(Face::Mono, 13.0, 17.0, color::INK);
pub(super) const NUMBER: Style = style(Face::Mono, 11.0, 17.0, color::INK);
pub(super) const TEST: Style = style(Face::SansBold, 9.0, 12.0, color::WHITE);

impl Style {
    /// Returns the style in another colour.
    pub(super) const fn colored(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// Returns the width of one line, in points.
    pub(super) fn width(&self, line: &Line) -> f32 {
        line.width * self.size
    }

    /// Shapes a text and breaks it into lines of at most `width` points.
    pub(super) fn lines(&self, text: &str, width: f32) -> Vec<Line> {
        self.broken(&self.face.shape(text), width)
    }

    /// Breaks a shaped text into lines of at most `width` points.
    pub(super) fn broken(&self, line: &Line, width: f32) -> Vec<Line> {
        line.broken(width / self.size)
    }
}
