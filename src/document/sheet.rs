//! A4 sheets in progress: positions and meanings. Nothing here knows the PDF format; `pdf.rs` writes it.

use krilla::tagging::{ArtifactType, TagKind};

use super::line::Line;
use super::qr::Matrix;
use super::style::{Color, Style};

/// A4 in points.
pub(super) const WIDTH: f32 = 595.276;
pub(super) const HEIGHT: f32 = 841.89;
/// The margins of the content.
pub(super) const LEFT: f32 = 60.0;
pub(super) const TOP: f32 = 46.0;
pub(super) const BOTTOM: f32 = HEIGHT - 60.0;
/// The width of the content.
pub(super) const MEASURE: f32 = WIDTH - 2.0 * LEFT;

/// A rectangle, from its upper left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// A drawn shape.
pub(super) enum Shape {
    /// A line of text that begins at `x` on its baseline.
    Text { x: f32, baseline: f32, line: Line, style: Style },
    /// A filled rectangle.
    Fill { area: Area, color: Color },
    /// A QR code that fills a square.
    Qr { area: Area, matrix: Matrix },
    /// Letters across the whole page, drawn as outlines, not as text.
    Watermark { line: Line, style: Style },
}

/// What a mark means to a screen reader.
pub(super) enum Meaning {
    /// Nothing: decoration, or content repeated on every page.
    Artifact(ArtifactType),
    /// Text in this language.
    Text(&'static str),
    /// Part of a figure.
    Graphic,
}

/// A link over an area of the page.
pub(super) struct Link {
    pub(super) area: Area,
    pub(super) url: String,
    pub(super) description: String,
}

/// Shapes with one meaning.
pub(super) struct Mark {
    pub(super) shapes: Vec<Shape>,
    pub(super) meaning: Meaning,
    pub(super) link: Option<Link>,
}

/// A node in the document's structure, in reading order.
pub(super) struct Element {
    pub(super) tag: TagKind,
    pub(super) children: Vec<Child>,
}

/// A child of an element.
pub(super) enum Child {
    /// Another element.
    Element(Element),
    /// A mark, by page and number.
    Mark { page: usize, mark: usize },
}

/// A heading, for the outline.
pub(super) struct Heading {
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// The sheets drawn so far.
pub(super) struct Sheets {
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) headings: Vec<Heading>,
    /// The open elements, outermost first; the root is not an element.
    open: Vec<Vec<Child>>,
    /// Draws what lies under every page.
    background: fn() -> Vec<Mark>,
    /// The vertical position of the next content.
    pub(super) y: f32,
}

impl Sheets {
    /// Starts with one empty sheet; `background` lies under each and may hold artifacts only.
    pub(super) fn new(background: fn() -> Vec<Mark>) -> Self {
        let pages = vec![background()];
        Self { pages, headings: Vec::new(), open: vec![Vec::new()], background, y: TOP }
    }

    /// Returns the number of the current page, from zero.
    pub(super) fn page(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// Returns the remaining height of the page, in points.
    pub(super) fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Begins a new page unless `height` fits on this one.
    pub(super) fn need(&mut self, height: f32) {
        if self.room() < height && self.y > TOP {
            self.pages.push((self.background)());
            self.y = TOP;
        }
    }

    /// Leaves a vertical space, unless the page has just begun.
    pub(super) fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Puts everything that `content` places into one element.
    pub(super) fn within(&mut self, tag: impl Into<TagKind>, content: impl FnOnce(&mut Self)) {
        self.open.push(Vec::new());
        content(self);
        let children = self.open.pop().unwrap_or_default();
        self.attach(Child::Element(Element { tag: tag.into(), children }));
    }

    /// Places shapes that belong to the open element.
    pub(super) fn place(&mut self, mark: Mark) {
        let is_artifact = matches!(mark.meaning, Meaning::Artifact(_));
        let at = self.page();
        let Some(page) = self.pages.last_mut() else { return };
        page.push(mark);
        let number = page.len().saturating_sub(1);
        if !is_artifact {
            self.attach(Child::Mark { page: at, mark: number });
        }
    }

    /// Places decoration.
    pub(super) fn decorate(&mut self, shape: Shape) {
        let meaning = Meaning::Artifact(ArtifactType::Layout);
        self.place(Mark { shapes: vec![shape], meaning, link: None });
    }

    /// Records a heading for the outline.
    pub(super) fn note_heading(&mut self, text: &str) {
        let heading = Heading { text: text.to_owned(), page: self.page(), y: self.y };
        self.headings.push(heading);
    }

    /// Returns the structure, after everything is placed.
    pub(super) fn structure(&mut self) -> Vec<Child> {
        self.open.pop().unwrap_or_default()
    }

    fn attach(&mut self, child: Child) {
        if let Some(children) = self.open.last_mut() {
            children.push(child);
        }
    }
}
