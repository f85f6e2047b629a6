//! Values as an operator may see them: short, on one line, without secrets.

use super::variables::VARIABLES;

/// The longest shown value, in characters.
const MOST: usize = 60;

/// Formats a value for a fault: of a secret, only its length.
pub(super) fn in_fault(name: &str, value: &str) -> String {
    if is_secret(name) {
        return format!("what is set ({} characters)", value.chars().count());
    }
    format!("\"{}\"", shortened(&without_credentials(value)))
}

/// Formats a value for `cazier config show`.
pub(super) fn in_table(name: &str, value: &str) -> String {
    if is_secret(name) {
        return String::from("(hidden)");
    }
    one_line(&without_credentials(value))
}

/// Returns the beginning of a text, on one line.
pub(super) fn shortened(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn is_secret(name: &str) -> bool {
    VARIABLES.iter().any(|variable| variable.name == name && variable.is_secret)
}

/// Replaces line breaks and the characters that a terminal obeys or hides.
fn one_line(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    text.chars().map(|c| if hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Removes credentials: URLs can hold a user and a password, and PKCS#11 URIs a PIN, although neither belongs there.
fn without_credentials(value: &str) -> String {
    value.split(',').map(without_credential).collect::<Vec<_>>().join(",")
}

fn without_credential(item: &str) -> String {
    if let Some((before, _)) = item.split_once("pin-") {
        return format!("{before}pin-…");
    }
    let Some((scheme, rest)) = item.split_once("://") else { return item.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest.get(..end).unwrap_or_default().rfind('@') {
        Some(at) => format!("{scheme}://…{}", rest.get(at..).unwrap_or_default()),
        None => item.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_values_are_short_and_hold_no_secret() {
        assert_eq!(in_fault("CAZIER_LISTEN", "nowhere\n"), "\"nowhere\u{FFFD}\"");
        assert_eq!(in_fault("DATABASE_URL", "postgres://ana:parola@h/d"), "what is set (25 characters)");
        assert_eq!(in_table("DATABASE_URL", "postgres://ana:parola@h/d"), "(hidden)");
        assert_eq!(in_table("CAZIER_TSA_URL", "https://ana:p@tsa.example/x"), "https://…@tsa.example/x");
        assert_eq!(
            in_table("CAZIER_SEAL_KEY", "a.pem,pkcs11:token=x?pin-value=1234&module-path=/x"),
            "a.pem,pkcs11:token=x?pin-…"
        );
        let long = "ș".repeat(100);
        assert_eq!(shortened(&long), format!("{}…", "ș".repeat(60)));
    }
}
