//! QR codes (ISO/IEC 18004).

use fast_qr::{ECL, QRBuilder};

/// The modules of a code: rows of dark (true) and light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matrix(pub(super) Vec<Vec<bool>>);

impl Matrix {
    /// Encodes a text so that 15 % of the code may be damaged; `None` if the text is too long.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let rows = code.data.chunks(code.size).take(code.size);
        Some(Self(rows.map(|row| row.iter().map(|module| module.value()).collect()).collect()))
    }

    /// Returns how many modules a side has.
    #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules a side")]
    pub(super) fn side(&self) -> f32 {
        self.0.len().max(1) as f32
    }

    /// Returns runs of dark modules as `(row, first column, count)`: one rectangle each.
    pub(super) fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for (at, row) in self.0.iter().enumerate() {
            let mut column = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run.first() == Some(&true) {
                    runs.push((at, column, run.len()));
                }
                column += run.len();
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_with_its_finder_patterns_and_its_runs_are_its_dark_modules() {
        let matrix =
            Matrix::of("https://hub.example/verify#CJ-2026-7K3M-Q9ZD-T.4T7W-9XKM-20QH-BDR5").unwrap();
        let size = matrix.0.len();
        assert!(matrix.0.iter().all(|row| row.len() == size));
        assert_eq!(matrix.0[0][..8], [true, true, true, true, true, true, true, false]);
        let dark: usize = matrix.0.iter().flatten().filter(|dark| **dark).count();
        assert_eq!(matrix.runs().iter().map(|run| run.2).sum::<usize>(), dark);
        assert!(Matrix::of(&"x".repeat(4000)).is_none());
    }
}
