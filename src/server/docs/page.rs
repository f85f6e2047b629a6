//! The frame of all guides.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::guides::{GUIDES, Guide};
use super::links::url_of;
use super::markdown::Document;

/// Sections from which on a page lists them.
const LISTED_FROM: usize = 3;

/// Renders the page of the guide at this place of the menu.
pub(super) fn page(documents: &[Document], at: usize) -> Option<Markup> {
    let (guide, document) = (GUIDES.get(at)?, documents.get(at)?);
    Some(html! {
        (DOCTYPE)
        html lang="en" {
            (head(document))
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    a.site href="/docs/guides/" { "cazier " span { "for developers" } }
                    nav aria-label="Documentation" {
                        a href="/docs/guides/" aria-current="true" { "Guides" }
                        a href="/docs/" { "Reference" }
                        a href="/openapi.json" { "OpenAPI" }
                        a.to-menu href="#menu" { "Menu" }
                    }
                }
                div.columns {
                    main #content {
                        (article(document))
                        (neighbours(documents, at))
                    }
                    (menu(documents, guide))
                }
                p #told role="status" {}
                script src="/docs/guides/page.js" {}
            }
        }
    })
}

fn head(document: &Document) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (document.title) " · cazier" }
            link rel="icon" href="/favicon.svg" type="image/svg+xml";
            link rel="stylesheet" href="/docs/guides/page.css";
        }
    }
}

/// Renders the guide, with the list of its sections behind its title.
fn article(document: &Document) -> Markup {
    let (title, rest) = document.html.split_once("</h1>").unwrap_or_default();
    html! {
        article {
            (PreEscaped(title)) (PreEscaped("</h1>"))
            @if document.sections.len() >= LISTED_FROM { (sections(document)) }
            (PreEscaped(rest))
        }
    }
}

fn sections(document: &Document) -> Markup {
    html! {
        nav.sections aria-label="On this page" {
            p { "On this page" }
            ul { @for section in &document.sections {
                li { a href={ "#" (section.anchor) } { (section.title) } }
            } }
        }
    }
}

/// Renders the menu of all guides, by group.
fn menu(documents: &[Document], here: &Guide) -> Markup {
    let guides = || GUIDES.iter().zip(documents);
    let mut groups: Vec<&str> = GUIDES.iter().map(|guide| guide.group).collect();
    groups.dedup();
    html! {
        nav #menu aria-label="Guides" {
            @for group in groups {
                h2 { (group) }
                ul { @for (guide, document) in guides().filter(|(guide, _)| guide.group == group) {
                    li { a href=(url_of(guide.name)) aria-current=[(guide.name == here.name).then_some("page")] {
                        (document.title)
                    } }
                } }
            }
        }
    }
}

/// Renders the links to the guide before this one and the one after it.
fn neighbours(documents: &[Document], at: usize) -> Markup {
    let neighbour = |at: Option<usize>| Some((GUIDES.get(at?)?, documents.get(at?)?));
    let (before, after) = (neighbour(at.checked_sub(1)), neighbour(at.checked_add(1)));
    html! {
        nav.neighbours aria-label="Previous and next guide" {
            @if let Some((guide, document)) = before {
                a rel="prev" href=(url_of(guide.name)) { span { "Previous" } (document.title) }
            }
            @if let Some((guide, document)) = after {
                a rel="next" href=(url_of(guide.name)) { span { "Next" } (document.title) }
            }
        }
    }
}
