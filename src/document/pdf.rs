//! Writes sheets as PDF/A-3a and PDF/UA-1: tagged, titled, with an outline, embedded fonts and the attached files. The
//! same sheets always give the same bytes.

use krilla::Document;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TagGroup, TagTree};
use krilla::{SerializeSettings, color::rgb};

use super::RenderError;
use super::qr::Matrix;
use super::sheet::{Area, Child, HEIGHT, Link, Mark, Meaning, Shape, Sheets, WIDTH};
use super::style::{Color, color};
use super::time;

/// An attached file.
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) media_type: &'static str,
    pub(super) description: &'static str,
    pub(super) relationship: AssociationKind,
    pub(super) bytes: Vec<u8>,
}

/// The document's metadata.
pub(super) struct About {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) language: &'static str,
    /// The document's permanent id, part of its file identifier.
    pub(super) id: String,
    /// When the certificate was issued: the date of the document, whenever it is rendered.
    pub(super) issued_at: chrono::DateTime<chrono::Utc>,
    pub(super) attachments: Vec<Attachment>,
}

/// A drawn mark: its content, and the annotation of its link.
type Drawn = (Option<Identifier>, Option<Identifier>);

/// Writes the file.
pub(super) fn write(mut sheets: Sheets, about: About) -> Result<Vec<u8>, RenderError> {
    let mut document = Document::new_with(settings()?);
    let structure = sheets.structure();
    let mut drawn: Vec<Vec<Drawn>> = Vec::with_capacity(sheets.pages.len());
    for marks in &sheets.pages {
        drawn.push(page(&mut document, marks)?);
    }
    let mut tree = TagTree::new().with_lang(Some(about.language.to_owned()));
    for child in &structure {
        nodes(child, &drawn).into_iter().for_each(|node| tree.push(node));
    }
    document.set_tag_tree(tree);
    let mut outline = Outline::new();
    for heading in &sheets.headings {
        let place = XyzDestination::new(heading.page, Point::from_xy(0.0, heading.y));
        outline.push_child(OutlineNode::new(heading.text.clone(), place));
    }
    document.set_outline(outline);
    document.set_metadata(metadata(&about));
    for file in about.attachments {
        document.embed_file(embedded(file, about.issued_at)?).ok_or(RenderError::Attachment)?;
    }
    document.finish().map_err(|error| RenderError::Pdf(format!("{error:?}")))
}

fn settings() -> Result<SerializeSettings, RenderError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| RenderError::Pdf(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn metadata(about: &About) -> Metadata {
    Metadata::new()
        .title(about.title.clone())
        .authors(vec![about.author.clone()])
        .language(about.language.to_owned())
        .creator("cazier".to_owned())
        .document_id(about.id.clone())
        .creation_date(time::pdf_date(about.issued_at))
}

fn embedded(file: Attachment, date: chrono::DateTime<chrono::Utc>) -> Result<EmbeddedFile, RenderError> {
    Ok(EmbeddedFile {
        path: file.name,
        mime_type: Some(MimeType::new(file.media_type).ok_or(RenderError::Attachment)?),
        description: Some(file.description.to_owned()),
        association_kind: file.relationship,
        data: file.bytes.into(),
        modification_date: Some(time::pdf_date(date)),
        compress: Some(false),
        location: None,
    })
}

fn page(document: &mut Document, marks: &[Mark]) -> Result<Vec<Drawn>, RenderError> {
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(RenderError::Geometry)?;
    let mut page = document.start_page_with(size);
    let mut surface = page.surface();
    let mut drawn = Vec::with_capacity(marks.len());
    for mark in marks {
        drawn.push((content(&mut surface, mark)?, None));
    }
    surface.finish();
    for (mark, drawn) in marks.iter().zip(&mut drawn) {
        if let Some(link) = &mark.link {
            drawn.1 = Some(page.add_tagged_annotation(annotation(link)?));
        }
    }
    page.finish();
    Ok(drawn)
}

/// Draws a mark; returns its identifier unless it is an artifact.
fn content(surface: &mut Surface<'_>, mark: &Mark) -> Result<Option<Identifier>, RenderError> {
    let (tag, is_artifact) = match mark.meaning {
        Meaning::Artifact(kind) => (ContentTag::Artifact(artifact(kind)?), true),
        Meaning::Text(language) => (ContentTag::Span(SpanTag::empty().with_lang(Some(language))), false),
        Meaning::Graphic => (ContentTag::Other, false),
    };
    let identifier = surface.start_tagged(tag);
    let outcome = mark.shapes.iter().try_for_each(|shape| draw(surface, shape));
    surface.end_tagged();
    outcome.map(|()| (!is_artifact).then_some(identifier))
}

fn artifact(kind: ArtifactType) -> Result<Artifact, RenderError> {
    let page = Rect::from_xywh(0.0, 0.0, WIDTH, HEIGHT).ok_or(RenderError::Geometry)?;
    Ok(Artifact::new(kind, Some(page)))
}

fn draw(surface: &mut Surface<'_>, shape: &Shape) -> Result<(), RenderError> {
    match shape {
        Shape::Text { x, baseline, line, style } => {
            fill(surface, style.color);
            let font = style.face.font().ok_or(RenderError::Font)?;
            let start = Point::from_xy(*x, *baseline);
            surface.draw_glyphs(start, &line.glyphs, font, &line.text, style.size, false);
        }
        Shape::Fill { area, color } => {
            fill(surface, *color);
            let mut path = PathBuilder::new();
            path.push_rect(rect(*area)?);
            surface.draw_path(&path.finish().ok_or(RenderError::Geometry)?);
        }
        Shape::Qr { area, matrix } => {
            fill(surface, color::BLACK);
            let side = area.width / matrix.side();
            surface.push_transform(&Transform::from_row(side, 0.0, 0.0, side, area.x, area.y));
            surface.draw_path(&modules(matrix)?);
            surface.pop();
        }
        Shape::Watermark { line, style } => {
            fill(surface, style.color);
            let font = style.face.font().ok_or(RenderError::Font)?;
            surface.push_transform(&Transform::from_rotate_at(-52.0, WIDTH / 2.0, HEIGHT / 2.0));
            let start = Point::from_xy((WIDTH - style.width(line)) / 2.0, HEIGHT / 2.0 + style.size * 0.36);
            surface.draw_glyphs(start, &line.glyphs, font, &line.text, style.size, true);
            surface.pop();
        }
    }
    Ok(())
}

fn fill(surface: &mut Surface<'_>, Color(red, green, blue): Color) {
    let color = rgb::Color::new(red, green, blue);
    surface.set_fill(Some(Fill { paint: color.into(), ..Fill::default() }));
}

fn rect(area: Area) -> Result<Rect, RenderError> {
    Rect::from_xywh(area.x, area.y, area.width, area.height).ok_or(RenderError::Geometry)
}

/// Builds one path of all dark modules, in units of one: whole numbers are short.
#[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules a side")]
fn modules(matrix: &Matrix) -> Result<Path, RenderError> {
    let mut path = PathBuilder::new();
    for (row, column, count) in matrix.runs() {
        let (x, y, width) = (column as f32, row as f32, count as f32);
        path.push_rect(rect(Area { x, y, width, height: 1.0 })?);
    }
    path.finish().ok_or(RenderError::Geometry)
}

fn annotation(link: &Link) -> Result<Annotation, RenderError> {
    let target = Target::Action(Action::Link(LinkAction::new(link.url.clone())));
    Ok(Annotation::new_link(LinkAnnotation::new(rect(link.area)?, target), Some(link.description.clone())))
}

/// Returns the nodes of the tag tree for a child: one for an element, one or two for a mark.
fn nodes(child: &Child, drawn: &[Vec<Drawn>]) -> Vec<Node> {
    match child {
        Child::Element(element) => {
            let mut group = TagGroup::new(element.tag.clone());
            for child in &element.children {
                nodes(child, drawn).into_iter().for_each(|node| group.push(node));
            }
            vec![Node::Group(group)]
        }
        Child::Mark { page, mark } => {
            let Some((content, link)) = drawn.get(*page).and_then(|page| page.get(*mark)) else {
                return Vec::new();
            };
            [content, link].into_iter().flatten().copied().map(Node::Leaf).collect()
        }
    }
}
