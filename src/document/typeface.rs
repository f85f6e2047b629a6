//! The typefaces of the document, and text shaped with them.

use std::ops::Range;
use std::sync::LazyLock;

use harfrust::{Direction, Script, ShapeOptions, ShapePlan, Shaper, ShaperData, UnicodeBuffer, script};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::{FontRef, MetadataProvider};

use super::line::Line;

/// A typeface of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// Noto Sans: running text and labels.
    Sans,
    /// Noto Sans Bold: values.
    SansBold,
    /// Noto Serif Bold: titles and the finding.
    SerifBold,
    /// Noto Sans Mono Bold: codes; its zero is slashed.
    Mono,
}

/// A font for the PDF library and for the shaper, which read font files by the same library.
struct Typeface {
    font: Font,
    file: FontRef<'static>,
    glyphs: Charmap<'static>,
    shaping: ShaperData,
    /// How texts of each of the `SCRIPTS` are shaped: to find that out takes longer than to shape a line.
    plans: [ShapePlan; SCRIPTS.len()],
}

/// The scripts of the fonts; texts without a letter have none.
const SCRIPTS: [Option<Script>; 4] = [None, Some(script::LATIN), Some(script::GREEK), Some(script::CYRILLIC)];

static TYPEFACES: LazyLock<Option<[Typeface; 4]>> = LazyLock::new(|| {
    Some([
        load(include_bytes!("fonts/NotoSans-Regular.ttf"))?,
        load(include_bytes!("fonts/NotoSans-Bold.ttf"))?,
        load(include_bytes!("fonts/NotoSerif-Bold.ttf"))?,
        load(include_bytes!("fonts/NotoSansMono-Bold.ttf"))?,
    ])
});

fn load(bytes: &'static [u8]) -> Option<Typeface> {
    let file = FontRef::new(bytes).ok()?;
    let (glyphs, shaping) = (file.charmap(), ShaperData::new(&file));
    let shaper = shaping.shaper(&file).build();
    let plans = SCRIPTS.map(|script| ShapePlan::new(&shaper, Direction::LeftToRight, script, None, &[]));
    Some(Typeface { font: Font::new(bytes.into(), 0)?, file, glyphs, shaping, plans })
}

impl Typeface {
    /// Returns whether the font has a glyph for the character. Missing characters, such as U+FFFF, map to glyph 0.
    fn has(&self, c: char) -> bool {
        self.glyphs.map(c).is_some_and(|glyph| glyph.to_u32() != 0)
    }

    /// Returns how texts of a script are shaped.
    fn plan(&self, of: Script) -> Option<&ShapePlan> {
        self.plans.iter().find(|plan| plan.script().unwrap_or(script::UNKNOWN) == of)
    }

    /// Returns the text with each character that the font lacks spelled out, and where these are.
    fn spelled_out(&self, text: &str) -> (String, Vec<Range<usize>>) {
        let (mut out, mut spelled) = (String::with_capacity(text.len()), Vec::new());
        for c in text.chars() {
            if self.has(c) {
                out.push(c);
            } else {
                let start = out.len();
                out.push_str(&format!("[U+{:04X}]", u32::from(c)));
                spelled.push(start..out.len());
            }
        }
        (out, spelled)
    }
}

impl Face {
    fn typeface(self) -> Option<&'static Typeface> {
        let [sans, sans_bold, serif_bold, mono] = TYPEFACES.as_ref()?;
        Some(match self {
            Self::Sans => sans,
            Self::SansBold => sans_bold,
            Self::SerifBold => serif_bold,
            Self::Mono => mono,
        })
    }

    /// Returns the font for the PDF; `None` if the embedded file is broken.
    pub(super) fn font(self) -> Option<Font> {
        self.typeface().map(|typeface| typeface.font.clone())
    }

    /// Shapes one line: glyphs with kerning and placed marks. A character without a glyph is spelled out as `[U+65E5]`,
    /// so that a printed name is never incomplete.
    pub(super) fn shape(self, text: &str) -> Line {
        let Some(typeface) = self.typeface() else {
            return Line::new(String::new(), Vec::new(), Vec::new());
        };
        let (text, spelled) = typeface.spelled_out(text);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.guess_segment_properties();
        let shaper = typeface.shaping.shaper(&typeface.file).build();
        let plan = typeface.plan(buffer.script());
        let glyphs = glyphs(&shaper, plan, buffer, text.len());
        Line::new(text, glyphs, spelled)
    }

    /// Returns whether the typeface has a glyph for the character.
    fn has(self, c: char) -> bool {
        self.typeface().is_some_and(|typeface| typeface.has(c))
    }
}

/// Returns whether every typeface of names and texts has a glyph for the character. Other characters are printed as
/// `[U+65E5]`.
#[must_use]
pub fn is_printable(c: char) -> bool {
    [Face::Sans, Face::SansBold, Face::SerifBold].into_iter().all(|face| face.has(c))
}

#[expect(clippy::cast_precision_loss, reason = "font units are small integers")]
fn glyphs(
    shaper: &Shaper<'_>,
    plan: Option<&ShapePlan>,
    buffer: UnicodeBuffer,
    length: usize,
) -> Vec<KrillaGlyph> {
    let units = shaper.units_per_em() as f32;
    let shaped = shaper.shape(buffer, ShapeOptions::new().plan(plan));
    let starts: Vec<usize> =
        shaped.glyph_infos().iter().map(|info| usize::try_from(info.cluster).unwrap_or(length)).collect();
    let end_of = |start: usize| {
        let next = starts.partition_point(|other| *other <= start);
        starts.get(next).copied().unwrap_or(length)
    };
    let placed = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).zip(&starts);
    placed
        .map(|((info, position), &start)| {
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                position.x_advance as f32 / units,
                position.x_offset as f32 / units,
                position.y_offset as f32 / units,
                0.0,
                start..end_of(start),
                None,
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::PersonName;
    use crate::text;

    /// Returns whether the character is in the `scripts` of `fonts/README.md`.
    fn is_promised(c: char) -> bool {
        matches!(c,
            ' '..='~' | '\u{A0}'..='\u{377}' | '\u{37A}'..='\u{37F}' | '\u{384}'..='\u{38A}' | '\u{38C}'
            | '\u{38E}'..='\u{3A1}' | '\u{3A3}'..='\u{3E1}' | '\u{3F0}'..='\u{45F}' | '\u{48A}'..='\u{4FF}'
            | '\u{1E00}'..='\u{1EFF}' | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201E}'
            | '\u{2020}'..='\u{2022}' | '…' | '‰' | '\u{2032}'..='\u{2033}' | '\u{2039}'..='\u{203A}' | '€' | '№'
            | '™' | '\u{2C60}'..='\u{2C7F}')
    }

    #[test]
    fn the_text_fonts_have_what_their_readme_says_and_no_more() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_printable(c), is_promised(c), "U+{:04X}", u32::from(c));
            // Other accepted characters are alternative spellings of these.
            assert!(is_printable(c) || !text::is_printable(c), "U+{:04X} is taken", u32::from(c));
            let one = text::normalize(&c.to_string());
            assert!(!is_printable(c) || text::line(&format!("a{one}"), 3).is_ok() || !text::is_printable(c));
        }
    }

    #[test]
    fn whatever_a_text_may_hold_has_a_glyph_in_each_text_font() {
        for c in ('\0'..=char::MAX).filter(|&c| text::is_printable(c)) {
            assert!(is_printable(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn whatever_a_name_may_be_spelt_with_has_a_glyph_in_each_text_font() {
        let mut letters = 0;
        for c in '\0'..='\u{1FFFF}' {
            for name in
                [c.to_string(), format!("A{c}")].iter().filter_map(|name| PersonName::parse(name).ok())
            {
                letters += 1;
                assert!(name.as_str().chars().all(is_printable), "U+{:04X}", u32::from(c));
            }
        }
        assert!(letters > 1500, "{letters}");
    }

    #[test]
    fn every_letter_of_the_languages_of_the_forms_has_a_glyph() {
        let letters = "AĂÂBCDEFGHIÎJKLMNOPQRSȘTȚUVWXYZaăâbcdefghiîjklmnopqrsștțuvwxyz ÁÉÍÓÖŐÚÜŰáéíóöőúüű ÄÖÜäöüß \
            ÀÂÇÈÊËÎÏÔŒÙÛàâçèêëîïôœùû ÑñÀÈÌÒÙ¿¡ АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯабвгдежзийклмнопрстуфхцчшщъьюя „”«»–’№";
        for face in [Face::Sans, Face::SansBold, Face::SerifBold] {
            assert!(!face.shape(letters).text.contains("[U+"), "{face:?}");
        }
    }

    #[test]
    fn a_letter_without_a_glyph_is_spelled_out() {
        let line = Face::Sans.shape("Li 日\u{FFFF}");
        assert_eq!(line.text, "Li [U+65E5][U+FFFF]");
        assert!(line.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
    }

    #[test]
    fn kerning_draws_letters_together() {
        let width = |text| Face::Sans.shape(text).width;
        assert!(width("AV") < width("A") + width("V"));
    }

    #[test]
    fn every_letter_but_two_tone_marks_is_shaped_by_a_kept_plan() {
        for c in ('\0'..=char::MAX).filter(|&c| is_printable(c) && !matches!(c, '˪' | '˫')) {
            let mut buffer = UnicodeBuffer::new();
            buffer.push_str(&c.to_string());
            buffer.guess_segment_properties();
            let plan = Face::Sans.typeface().unwrap().plan(buffer.script());
            assert!(plan.is_some(), "U+{:04X}", u32::from(c));
        }
    }
}
