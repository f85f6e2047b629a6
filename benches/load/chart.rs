//! Bars, as SVG. The colours follow the reader's, light or dark, and the picture brings its own background: it can be
//! read on any page.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// The whole width, in pixels.
const WIDTH: usize = 760;
/// Where the bars begin.
const LEFT: usize = 330;
/// The longest bar.
const LONGEST: f64 = 320.0;
/// The height of the title, and of each row.
const ROW: usize = 30;

const STYLE: &str = "text { font: 14px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600 } \
    .page { fill: #ffffff } .bar { fill: #2f6fb5 } \
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .page { fill: #0d1117 } .bar { fill: #6ea8e5 } }";

/// A number for each of some things.
#[derive(Serialize, Deserialize)]
pub struct Chart {
    pub title: String,
    unit: String,
    bars: Vec<(String, f64)>,
}

impl Chart {
    pub fn new(title: &str, unit: &str, bars: Vec<(String, f64)>) -> Self {
        Self { title: title.to_owned(), unit: unit.to_owned(), bars }
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let height = ROW * (self.bars.len() + 1) + 10;
        let title = escaped(&format!("{} ({})", self.title, self.unit));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<style>{STYLE}</style>\n\
             <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\" rx=\"6\"/>\n\
             <text class=\"title\" x=\"16\" y=\"22\">{title}</text>\n"
        );
        let most = self.bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        for (row, (name, value)) in (1..).zip(&self.bars) {
            let (top, width) = (row * ROW + 6, LONGEST * value / most.max(f64::MIN_POSITIVE));
            let (base, end) = (top + 15, width + 8.0);
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{base}\" text-anchor=\"end\">{}</text>\
                 <rect class=\"bar\" x=\"{LEFT}\" y=\"{top}\" width=\"{width:.1}\" height=\"20\" rx=\"2\"/>\
                 <text x=\"{LEFT}\" dx=\"{end:.1}\" y=\"{base}\">{}</text>",
                LEFT - 8,
                escaped(name),
                rounded(*value)
            );
        }
        svg + "</svg>\n"
    }
}

/// As many digits as say something.
fn rounded(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
