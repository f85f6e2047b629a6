//! Text set in columns: one language or two, side by side where they fit on a line.

use super::line::Line;
use super::sheet::{Link, Mark, Meaning, Shape, Sheets};
use super::style::Style;

/// The space between two languages on one line.
const GAP: f32 = 7.0;

/// A text and its language (BCP 47).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) language: &'static str,
    pub(super) text: String,
}

/// A text in one language or two; the first is authoritative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) first: Said,
    pub(super) second: Option<Said>,
}

impl Spoken {
    /// Makes a text in one language.
    pub(super) fn once(language: &'static str, text: impl Into<String>) -> Self {
        Self { first: Said { language, text: text.into() }, second: None }
    }

    /// Adds the text in a second language, unless it is the first.
    pub(super) fn and(mut self, language: &'static str, text: impl Into<String>) -> Self {
        if language != self.first.language {
            self.second = Some(Said { language, text: text.into() });
        }
        self
    }
}

/// Lines ready to be placed one below the other.
pub(super) struct Column {
    x: f32,
    lines: Vec<(f32, f32, Line, Style, &'static str)>,
    pub(super) height: f32,
}

impl Column {
    pub(super) fn new(x: f32) -> Self {
        Self { x, lines: Vec::new(), height: 0.0 }
    }

    /// Adds a text below the last line.
    pub(super) fn add(&mut self, said: &Said, style: Style, width: f32) {
        self.add_lines(style.lines(&said.text, width), style, said.language);
    }

    fn add_lines(&mut self, lines: Vec<Line>, style: Style, language: &'static str) {
        for line in lines {
            let baseline = self.height + style.leading * 0.5 + style.size * 0.36;
            self.lines.push((self.x, baseline, line, style, language));
            self.height += style.leading;
        }
    }

    /// Adds both languages: side by side if they fit on one line, otherwise one below the other.
    pub(super) fn add_spoken(&mut self, spoken: &Spoken, styles: (Style, Style), width: f32) {
        let before = self.lines.len();
        self.add(&spoken.first, styles.0, width);
        let Some(second) = &spoken.second else { return };
        let line = styles.1.face.shape(&second.text);
        let needed = GAP + styles.1.width(&line);
        if self.lines.len() == before + 1 && self.end() + needed <= self.x + width {
            self.add_beside(line, styles.1, second.language);
        } else {
            self.add_lines(styles.1.broken(&line, width), styles.1, second.language);
        }
    }

    /// Adds a text to the last line.
    pub(super) fn beside(&mut self, said: &Said, style: Style) {
        self.add_beside(style.face.shape(&said.text), style, said.language);
    }

    fn add_beside(&mut self, line: Line, style: Style, language: &'static str) {
        let (x, baseline) = (self.end() + GAP, self.lines.last().map_or(0.0, |line| line.1));
        self.lines.push((x, baseline, line, style, language));
    }

    /// Returns where the last line ends.
    fn end(&self) -> f32 {
        self.lines.last().map_or(self.x, |(x, _, line, style, _)| x + style.width(line))
    }

    /// Places the lines, each marked with its language.
    pub(super) fn place(self, sheets: &mut Sheets, top: f32) {
        for (x, baseline, line, style, language) in self.lines {
            let shape = Shape::Text { x, baseline: top + baseline, line, style };
            sheets.place(Mark { shapes: vec![shape], meaning: Meaning::Text(language), link: None });
        }
    }
}

impl Column {
    /// Places the lines as a single mark with a link.
    pub(super) fn place_as_link(self, sheets: &mut Sheets, top: f32, link: Link) {
        let language = self.lines.first().map_or("ro", |line| line.4);
        let shapes = self.lines.into_iter().map(|(x, baseline, line, style, _)| Shape::Text {
            x,
            baseline: top + baseline,
            line,
            style,
        });
        let shapes = shapes.collect();
        sheets.place(Mark { shapes, meaning: Meaning::Text(language), link: Some(link) });
    }
}
