//! The frame and style of all sandbox pages: plain HTML, nothing external, marked as a test.

use std::sync::LazyLock;

use actix_web::guard::GuardContext;
use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

use super::locale::Locale;
use crate::http::is_for_person;

const STYLE: &str = include_str!("page.css");

static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref())));

/// Returns the style's hash, as a CSP source.
pub(super) fn style_hash() -> &'static str {
    &STYLE_HASH
}

/// Returns whether a browser asks; programs get JSON at the same address, or what a live node answers.
pub(super) fn is_asked_by_person(context: &GuardContext<'_>) -> bool {
    is_for_person(context.head().headers())
}

/// The site that a page imitates; texts in Romanian, then English.
pub(super) struct Site {
    pub(super) name: &'static str,
    /// Appended to the page's own title.
    pub(super) title: &'static str,
    pub(super) kind: (&'static str, &'static str),
    pub(super) warning: (&'static str, &'static str),
}

/// Renders a whole page; `corner` is placed opposite the site's name.
pub(super) fn page(site: &Site, locale: Locale, title: &str, corner: &Markup, body: &Markup) -> Markup {
    let t = |(ro, en): (&'static str, &'static str)| locale.pick(ro, en);
    html! {
        (DOCTYPE)
        html lang=(locale.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (site.title) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                style { (PreEscaped(STYLE)) }
            }
            body {
                aside.simulator aria-label=(t(("Mediu de test", "Test environment"))) {
                    strong { (t(site.kind)) } br;
                    (t(site.warning))
                }
                header {
                    p.brand { (site.name) " " span { (t(("simulat", "simulated"))) } }
                    (corner)
                }
                main { (body) }
            }
        }
    }
}
