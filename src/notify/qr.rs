//! A QR code (ISO/IEC 18004) as a table of coloured cells: mail programs block pictures more often than tables.

use fast_qr::{QRBuilder, QRCode};
use maud::{Markup, html};

/// White modules around the code, required by scanners.
const QUIET_ZONE: usize = 4;
/// Pixels of one module.
const MODULE: usize = 6;

/// Renders the code of a short text; nothing if the text is too long for a code.
pub(super) fn table(text: &str) -> Markup {
    let Ok(code) = QRBuilder::new(text).build() else { return html! {} };
    let side = (code.size + 2 * QUIET_ZONE) * MODULE;
    let style = format!("border-collapse:collapse;background-color:#ffffff;width:{side}px;margin:0 0 20px;");
    html! {
        table role="img" aria-label="QR" cellspacing="0" cellpadding="0" border="0" style=(style) {
            @for row in 0..code.size + 2 * QUIET_ZONE { (line(&code, row)) }
        }
    }
}

/// Renders one row of modules; neighbours of one colour form one cell.
fn line(code: &QRCode, row: usize) -> Markup {
    let width = code.size + 2 * QUIET_ZONE;
    let modules: Vec<bool> = (0..width).map(|column| is_dark(code, row, column)).collect();
    html! {
        tr style=(format!("height:{MODULE}px;line-height:{MODULE}px;font-size:1px;")) {
            @for run in modules.chunk_by(|one, next| one == next) {
                td colspan=(run.len()) width=(run.len() * MODULE) height=(MODULE)
                    bgcolor=(if run.first() == Some(&true) { "#000000" } else { "#ffffff" }) {}
            }
        }
    }
}

fn is_dark(code: &QRCode, row: usize, column: usize) -> bool {
    let inside = |place: usize| place.checked_sub(QUIET_ZONE).filter(|place| *place < code.size);
    let (Some(row), Some(column)) = (inside(row), inside(column)) else { return false };
    // The library's own index operators take a row, then a column.
    code[row].get(column).is_some_and(|module| module.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_in_its_cell() {
        let code = QRBuilder::new("7K3-MQ9-ZD2").build().unwrap();
        let html = table("7K3-MQ9-ZD2").into_string();
        let rows: Vec<&str> = html.split("<tr").skip(1).collect();
        assert_eq!(rows.len(), code.size + 2 * QUIET_ZONE);
        for (at, row) in rows.iter().enumerate() {
            let mut modules = Vec::new();
            for cell in row.split("<td").skip(1) {
                let count: usize = cell.split('"').nth(1).unwrap().parse().unwrap();
                modules.extend(std::iter::repeat_n(cell.contains("#000000"), count));
            }
            let expected: Vec<bool> = (0..modules.len()).map(|column| is_dark(&code, at, column)).collect();
            assert_eq!(modules, expected);
            assert_eq!(modules.len(), code.size + 2 * QUIET_ZONE);
        }
        assert!((0..code.size).any(|column| is_dark(&code, QUIET_ZONE, column + QUIET_ZONE)));
    }
}
