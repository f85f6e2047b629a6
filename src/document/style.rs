//! Text styles and line breaking.

use super::typeface::{Face, Line};

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

    /// Breaks a text into lines of at most `width` points: after spaces and hyphens, and inside a word only if the word
    /// alone is wider than a line.
    pub(super) fn lines(&self, text: &str, width: f32) -> Vec<Line> {
        let limit = width / self.size;
        let mut lines = Vec::new();
        let (mut current, mut filled) = (String::new(), 0.0);
        for piece in text.split_inclusive([' ', '-']) {
            if filled + self.face.width(piece.trim_end()) > limit {
                if !current.is_empty() {
                    lines.push(std::mem::take(&mut current));
                }
                current = self.broken(piece, limit, &mut lines);
                filled = self.face.width(&current);
            } else {
                current.push_str(piece);
                filled += self.face.width(piece);
            }
        }
        if !current.trim_end().is_empty() || lines.is_empty() {
            lines.push(current);
        }
        // A line keeps its last space: without it, text extraction would join the words.
        let last = lines.len().saturating_sub(1);
        let shape = |(at, line): (usize, &String)| {
            self.face.shape(if at == last { line.trim_end() } else { line.as_str() })
        };
        lines.iter().enumerate().map(shape).collect()
    }

    /// Breaks a word that is too wide into lines; returns the rest.
    fn broken(&self, word: &str, limit: f32, lines: &mut Vec<String>) -> String {
        let mut rest = String::new();
        for c in word.chars() {
            rest.push(c);
            if self.face.width(rest.trim_end()) > limit && rest.chars().count() > 1 {
                rest.pop();
                lines.push(std::mem::replace(&mut rest, c.to_string()));
            }
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, width: f32) -> Vec<String> {
        TEXT.lines(text, width).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_break_after_spaces_and_hyphens_and_lose_nothing() {
        assert_eq!(texts("Ana-Maria Popescu", 400.0), ["Ana-Maria Popescu"]);
        assert_eq!(texts("Ana-Maria Popescu", 45.0), ["Ana-", "Maria ", "Popescu"]);
        assert_eq!(texts("", 45.0), [""]);
    }

    #[test]
    fn a_word_wider_than_a_line_is_broken_and_every_line_fits() {
        let word = "Constantinopolitanischerdudelsackpfeifer".repeat(3);
        let lines = TEXT.lines(&word, 60.0);
        assert!(lines.len() > 5);
        assert!(lines.iter().all(|line| TEXT.width(line) <= 60.0));
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<String>(), word);
    }
}
