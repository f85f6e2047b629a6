//! Lines of shaped text. A text is shaped once; the lines that it is broken into are parts of that.

use std::ops::Range;

use krilla::text::KrillaGlyph;

/// One line of shaped text. Lengths are in units of the font size.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    /// From left to right, in the order of the text.
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
    /// Where characters without a glyph are spelled out: as little broken as letters are.
    spelled: Vec<Range<usize>>,
}

impl Line {
    pub(super) fn new(text: String, glyphs: Vec<KrillaGlyph>, spelled: Vec<Range<usize>>) -> Self {
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Self { text, glyphs, width, spelled }
    }

    /// Breaks the line into lines of at most `limit`: after spaces and hyphens, and inside a word only if the word alone
    /// is wider than a line. A line keeps its last space: without it, text extraction would join the words.
    pub(super) fn broken(&self, limit: f32) -> Vec<Self> {
        let mut start = 0;
        let part = |end| self.part(std::mem::replace(&mut start, end)..end);
        self.ends(limit).into_iter().map(part).collect()
    }

    /// Returns where each line ends.
    fn ends(&self, limit: f32) -> Vec<usize> {
        let (mut ends, mut start, mut before) = (Vec::new(), 0, 0);
        for at in self.openings() {
            let seen = start..self.seen(at);
            if start < before && self.overflow(&seen, limit).is_some() {
                ends.push(before);
                start = before;
            }
            while let Some(inside) = self.overflow(&(start..seen.end), limit) {
                ends.push(inside);
                start = inside;
            }
            before = at;
        }
        ends.push(self.seen(self.text.len()));
        ends
    }

    /// Returns where the line may be broken without breaking a word, and its end; never between a letter and its marks.
    fn openings(&self) -> impl Iterator<Item = usize> {
        let after = self.text.match_indices([' ', '-']).map(|(at, found)| at + found.len());
        let whole = |at: &usize| self.glyphs.binary_search_by_key(at, |glyph| glyph.text_range.start).is_ok();
        after.filter(whole).chain([self.text.len()])
    }

    /// Returns where the text before a place ends without its spaces, which need no room at the end of a line.
    fn seen(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().trim_end().len()
    }

    /// Returns where a part that goes beyond the limit is broken: before the letter that does, unless it is the first.
    fn overflow(&self, part: &Range<usize>, limit: f32) -> Option<usize> {
        let (mut width, mut last) = (0.0, None);
        self.glyphs_of(part).iter().find_map(|glyph| {
            width += glyph.x_advance;
            let at = glyph.text_range.start;
            if at > part.start && !self.spelled.iter().any(|whole| whole.start < at && at < whole.end) {
                last = Some(at);
            }
            last.filter(|_| width > limit)
        })
    }

    fn glyphs_of(&self, part: &Range<usize>) -> &[KrillaGlyph] {
        let before = |place: usize| self.glyphs.partition_point(|glyph| glyph.text_range.start < place);
        self.glyphs.get(before(part.start)..before(part.end)).unwrap_or_default()
    }

    fn part(&self, part: Range<usize>) -> Self {
        let text = self.text.get(part.clone()).unwrap_or_default().to_owned();
        let moved = |glyph: &KrillaGlyph| KrillaGlyph {
            text_range: glyph.text_range.start - part.start..glyph.text_range.end - part.start,
            ..glyph.clone()
        };
        Self::new(text, self.glyphs_of(&part).iter().map(moved).collect(), Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::TEXT;

    fn texts(text: &str, width: f32) -> Vec<String> {
        TEXT.lines(text, width).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_break_after_spaces_and_hyphens_and_lose_nothing() {
        assert_eq!(texts("Ana-Maria Popescu", 400.0), ["Ana-Maria Popescu"]);
        assert_eq!(texts("Ana-Maria Popescu", 45.0), ["Ana-", "Maria ", "Popescu"]);
        assert_eq!(texts("Popescu  ", 45.0), ["Popescu"]);
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

    #[test]
    fn a_letter_keeps_its_marks() {
        assert_eq!(texts("wwwwwwwww-\u{301}www", 60.0), ["wwwwwwww", "w-\u{301}www"]);
    }

    #[test]
    fn a_letter_that_is_spelled_out_stays_on_one_line() {
        assert_eq!(texts("Li日日", 60.0), ["Li[U+65E5]", "[U+65E5]"]);
        assert_eq!(texts("日日", 10.0), ["[U+65E5]", "[U+65E5]"]);
    }

    proptest::proptest! {
        /// Otherwise the PDF library would panic, or a reader would copy other text than is printed.
        #[test]
        fn whatever_is_broken_is_printed_once_and_in_order(text in "[A-ZȘŢaăîα-ωб-я\u{300}-\u{304}日 \u{a0}-]{0,60}", width in 1_u16..120) {
            let whole = TEXT.face.shape(&text);
            let lines = TEXT.broken(&whole, f32::from(width));
            let printed: String = lines.iter().map(|line| line.text.as_str()).collect();
            proptest::prop_assert_eq!(printed.as_str(), whole.text.trim_end());
            for line in &lines {
                let places = || line.glyphs.iter().map(|glyph| &glyph.text_range);
                proptest::prop_assert!(places().all(|place| line.text.get(place.clone()).is_some()));
                proptest::prop_assert!(places().is_sorted_by_key(|place| place.start));
                let covered = places().map(|place| place.end).max().unwrap_or_default();
                proptest::prop_assert_eq!(covered, line.text.len());
            }
        }
    }
}
