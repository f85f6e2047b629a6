//! The layout of all mails. Mail programs support little HTML: tables, inline styles, no external assets. The plain
//! text says the same in the same order.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, html};
use url::Url;

use super::mail::{Mail, Part};
use super::qr;
use crate::http::Locale;

const FONT: &str = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const PAGE: &str = "margin:0;padding:0;background-color:#eef1f5;";
const CARD: &str = "width:100%;max-width:600px;background-color:#ffffff;border-radius:8px;";
const BRAND: &str = "padding:20px 32px;background-color:#12355b;border-radius:8px 8px 0 0;\
    color:#ffffff;font-size:15px;font-weight:600;";
const TITLE: &str = "margin:0 0 20px;color:#12355b;font-size:22px;line-height:1.3;font-weight:600;";
const TEXT: &str = "margin:0 0 16px;color:#1d2733;font-size:16px;line-height:1.55;";
const LABEL: &str = "padding:6px 16px 6px 0;color:#56616e;font-size:14px;line-height:1.4;vertical-align:top;";
const VALUE: &str = "padding:6px 0;color:#1d2733;font-size:15px;line-height:1.4;font-weight:600;";
const BUTTON: &str = "display:inline-block;padding:13px 26px;background-color:#1357a6;border-radius:6px;\
    color:#ffffff;font-size:16px;font-weight:600;text-decoration:none;";
const ADDRESS: &str = "margin:0 0 20px;color:#56616e;font-size:13px;line-height:1.5;word-break:break-all;";
const FOOT: &str = "margin:0;color:#56616e;font-size:13px;line-height:1.5;";

const fn brand(locale: Locale) -> &'static str {
    locale.pick("Cazier judiciar online", "Criminal-record certificates online")
}

const fn greeting(locale: Locale) -> &'static str {
    locale.pick("Bună ziua,", "Hello,")
}

const fn footer(locale: Locale) -> &'static str {
    locale.pick(
        "Acest mesaj a fost trimis automat; răspunsurile la el nu sunt citite. Nu vă cerem niciodată prin e-mail \
         parola, codul numeric personal sau date de card.",
        "This message was sent automatically; replies to it are not read. We never ask by e-mail for your password, \
         personal numeric code or card details.",
    )
}

impl Mail {
    /// Returns the body as plain text.
    #[must_use]
    pub fn text(&self) -> String {
        text(self)
    }

    /// Returns the body as HTML without external assets.
    #[must_use]
    pub fn html(&self) -> String {
        html(self)
    }
}

/// Renders the body as plain text; each link alone on its line.
fn text(mail: &Mail) -> String {
    let mut text = format!("{}\n", greeting(mail.locale));
    let mut after_fact = false;
    for part in &mail.parts {
        let is_fact = matches!(part, Part::Fact(..));
        if !(is_fact && after_fact) {
            text.push('\n');
        }
        after_fact = is_fact;
        // Writing to a String cannot fail.
        let _ = match part {
            Part::Paragraph(paragraph) => writeln!(text, "{paragraph}"),
            Part::Fact(label, value) => writeln!(text, "{label}: {value}"),
            Part::Action(label, url) => writeln!(text, "{label}:\n{url}"),
            Part::Qr(_) => Ok(()),
        };
    }
    let _ = write!(text, "\n-- \n{}\n{}\n", brand(mail.locale), footer(mail.locale));
    text
}

/// Renders the body as one HTML document.
fn html(mail: &Mail) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(mail.locale.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (mail.subject) }
            }
            body style=(PAGE) {
                div style="display:none;max-height:0;overflow:hidden;" { (preview(mail)) }
                table role="presentation" width="100%" cellspacing="0" cellpadding="0" style=(FONT) {
                    tr { td align="center" style="padding:24px 12px;" { (card(mail)) } }
                }
            }
        }
    };
    page.into_string()
}

/// Returns the preview that mail programs show next to the subject.
fn preview(mail: &Mail) -> &str {
    mail.parts
        .iter()
        .find_map(|part| if let Part::Paragraph(text) = part { Some(text) } else { None })
        .map_or("", |text| text)
}

fn card(mail: &Mail) -> Markup {
    html! {
        table role="presentation" width="600" cellspacing="0" cellpadding="0" style=(CARD) {
            tr { td style=(BRAND) { (brand(mail.locale)) } }
            tr {
                td style="padding:32px 32px 16px;" {
                    h1 style=(TITLE) { (mail.subject) }
                    p style=(TEXT) { (greeting(mail.locale)) }
                    @for group in mail.parts.chunk_by(|one, next| is_fact(one) && is_fact(next)) { (block(group)) }
                }
            }
            tr { td style="padding:16px 32px 28px;border-top:1px solid #dde3ea;" { p style=(FOOT) { (footer(mail.locale)) } } }
        }
    }
}

const fn is_fact(part: &Part) -> bool {
    matches!(part, Part::Fact(..))
}

/// Renders one part, or a run of facts as one table.
fn block(group: &[Part]) -> Markup {
    match group.first() {
        Some(Part::Paragraph(text)) => html! { p style=(format!("{TEXT}white-space:pre-line;")) { (text) } },
        Some(Part::Action(label, url)) => button(label, url),
        Some(Part::Qr(text)) => qr::table(text),
        _ => html! {
            table cellspacing="0" cellpadding="0" style="margin:0 0 20px;" {
                @for part in group {
                    @if let Part::Fact(label, value) = part {
                        tr { th scope="row" align="left" style=(format!("{LABEL}font-weight:400;")) { (label) } td style=(VALUE) { (value) } }
                    }
                }
            }
        },
    }
}

/// Shows the address too: people who distrust buttons can read and copy it.
fn button(label: &str, url: &Url) -> Markup {
    html! {
        p style="margin:8px 0 12px;" { a href=(url) style=(BUTTON) { (label) } }
        p style=(ADDRESS) { (url) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        let url = Url::parse("https://hub.example/a#token=b&c=d").unwrap();
        Mail::new("a@b.ro", Locale::Ro, "S <1>")
            .paragraph("Unu & doi\ntrei")
            .fact("Număr", "CJ-1")
            .fact("Valabil", "<azi>")
            .action("Vedeți", &url)
    }

    #[test]
    fn links_stand_alone_in_the_text_and_facts_together() {
        let text = mail().text();
        assert!(text.lines().any(|line| line == "https://hub.example/a#token=b&c=d"), "{text}");
        assert!(text.contains("Număr: CJ-1\nValabil: <azi>\n\n"), "{text}");
        assert!(text.starts_with("Bună ziua,\n\nUnu & doi\ntrei\n\n"), "{text}");
    }

    #[test]
    fn html_is_escaped_and_asks_nobody_for_anything() {
        let html = mail().html();
        for part in ["Unu &amp; doi", "S &lt;1&gt;", "&lt;azi&gt;", "#token=b&amp;c=d\"", "lang=\"ro\""] {
            assert!(html.contains(part), "{part}: {html}");
        }
        for asset in ["src=", "url(", "<link", "<script", "@import"] {
            assert!(!html.contains(asset), "{asset}");
        }
        assert_eq!(html.matches("<table role=\"presentation\"").count(), 2);
        assert_eq!(html.matches("<tr><th").count(), 2);
    }

    #[test]
    fn debug_shows_nothing() {
        assert!(!format!("{:?}", mail()).contains("a@b.ro"));
    }
}
