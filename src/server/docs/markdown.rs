//! A guide as HTML. Raw HTML in the Markdown is left out; comments are for readers of the source.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::guides::Guide;
use super::links::{self, Links, Target};

/// A guide, ready to be framed.
pub(super) struct Document {
    /// Its first heading.
    pub(super) title: String,
    /// Its headings of the second level.
    pub(super) sections: Vec<Section>,
    /// Its body.
    pub(super) html: String,
}

/// A part of a guide that can be linked to.
pub(super) struct Section {
    /// The fragment of its URL.
    pub(super) anchor: String,
    /// Its heading.
    pub(super) title: String,
}

/// Renders a guide.
pub(super) fn render(guide: &Guide, links: &Links) -> Document {
    let mut writer = Writer::new(guide, links);
    for event in Parser::new_ext(guide.text, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS) {
        writer.take(event);
    }
    let mut text = String::new();
    html::push_html(&mut text, writer.events.into_iter());
    Document { title: writer.title, sections: writer.sections, html: text }
}

/// A heading that is being read: where it began, and its text.
struct Heading {
    at: usize,
    text: String,
}

struct Writer<'a> {
    guide: &'a Guide,
    links: &'a Links,
    events: Vec<Event<'a>>,
    title: String,
    sections: Vec<Section>,
    heading: Option<Heading>,
    /// How the link ends that is open.
    link_end: Option<Event<'a>>,
    /// Whether the words that describe an image are being read.
    in_image: bool,
}

impl<'a> Writer<'a> {
    fn new(guide: &'a Guide, links: &'a Links) -> Self {
        Self {
            guide,
            links,
            events: Vec::new(),
            title: String::new(),
            sections: Vec::new(),
            heading: None,
            link_end: None,
            in_image: false,
        }
    }

    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(_) | Event::InlineHtml(_) => {}
            Event::Text(_) if self.in_image => {}
            Event::Code(span) => self.code(span),
            // Not a field: nobody can tick it here.
            Event::TaskListMarker(_) => self.push_html("<span class=\"box\">☐</span> ".to_owned()),
            other => {
                if let (Some(heading), Event::Text(text)) = (&mut self.heading, &other) {
                    heading.text.push_str(text);
                }
                self.events.push(other);
            }
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::HtmlBlock => {}
            Tag::Heading { .. } => {
                self.heading = Some(Heading { at: self.events.len(), text: String::new() });
                self.events.push(Event::Start(tag));
            }
            Tag::Link { ref dest_url, .. } => match links::target(self.guide.file, dest_url) {
                Target::Url(url) => self.begin_link(&url),
                Target::Repository(path) => {
                    let end = format!("</span> (<code>{path}</code> in the repository)");
                    self.push_html("<span>".to_owned());
                    self.link_end = Some(Event::InlineHtml(end.into()));
                }
            },
            Tag::Image { ref dest_url, .. } => {
                self.in_image = true;
                let svg = links::diagram(self.guide.file, dest_url).unwrap_or_default();
                self.push_html(format!("<span class=\"diagram\" tabindex=\"0\">{svg}</span>"));
            }
            Tag::CodeBlock(ref kind) => {
                let language = language(kind).to_owned();
                self.push_html(format!("<div class=\"code {language}\"><pre tabindex=\"0\"><code>"));
            }
            Tag::Table(_) => {
                self.push_html(
                    "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"Table\">".to_owned(),
                );
                self.events.push(Event::Start(tag));
            }
            other => self.events.push(Event::Start(other)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::HtmlBlock => {}
            TagEnd::Image => self.in_image = false,
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::Link => self.events.extend(self.link_end.take()),
            TagEnd::CodeBlock => self.push_html("</code></pre></div>\n".to_owned()),
            TagEnd::Table => {
                self.events.push(Event::End(tag));
                self.push_html("</div>\n".to_owned());
            }
            other => self.events.push(Event::End(other)),
        }
    }

    /// Gives the heading a name in URLs, and a link to itself.
    fn end_heading(&mut self, level: HeadingLevel) {
        let Some(Heading { at, text }) = self.heading.take() else { return };
        let anchor = anchor(&text);
        if let Some(Event::Start(Tag::Heading { id, .. })) = self.events.get_mut(at) {
            *id = Some(anchor.clone().into());
        }
        if level == HeadingLevel::H1 {
            self.title = text;
        } else {
            let label = escaped(&text);
            self.push_html(format!(
                " <a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to “{label}”\">#</a>"
            ));
            if level == HeadingLevel::H2 {
                self.sections.push(Section { anchor, title: text });
            }
        }
        self.events.push(Event::End(TagEnd::Heading(level)));
    }

    /// Writes words of code, with a link to what explains them.
    fn code(&mut self, span: CowStr<'a>) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(&span);
        }
        let place = self.links.of_code(&span).filter(|_| self.heading.is_none() && self.link_end.is_none());
        match place {
            Some(url) => {
                self.begin_link(&url);
                self.events.push(Event::Code(span));
                self.events.extend(self.link_end.take());
            }
            None => self.events.push(Event::Code(span)),
        }
    }

    fn begin_link(&mut self, url: &str) {
        self.push_html(format!("<a href=\"{}\">", escaped(url)));
        self.link_end = Some(Event::InlineHtml("</a>".into()));
    }

    fn push_html(&mut self, text: String) {
        self.events.push(Event::InlineHtml(text.into()));
    }
}

/// Returns the language of a block: the first word behind its fence.
fn language<'a>(kind: &'a CodeBlockKind<'_>) -> &'a str {
    match kind {
        CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
        CodeBlockKind::Indented => "",
    }
}

/// Returns the name of a heading in URLs, as repositories show it.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::openapi;

    fn rendered(text: &'static str) -> Document {
        let guide = Guide { group: "Start", name: "x", file: "docs/guides/x.md", text };
        render(&guide, &Links::of(&openapi::contract()))
    }

    #[test]
    fn headings_have_names_and_are_listed() {
        let document = rendered("# The `code`\n\n## One, two\n\n### Three\n\n## Four & five\n");
        assert_eq!(document.title, "The code");
        let anchors: Vec<&str> = document.sections.iter().map(|section| section.anchor.as_str()).collect();
        assert_eq!(anchors, ["one-two", "four--five"]);
        assert!(document.html.contains("<h3 id=\"three\">Three <a "), "{}", document.html);
        assert!(document.html.contains("Link to “Four &amp; five”"), "{}", document.html);
    }

    #[test]
    fn code_is_escaped_and_names_its_language() {
        let document = rendered("```sh\ncurl <x> & # `GET /v1/services`\n```\n");
        let expected = "<div class=\"code sh\"><pre tabindex=\"0\"><code>curl &lt;x&gt; &amp; # `GET /v1/services`\n</code></pre>";
        assert!(document.html.contains(expected), "{}", document.html);
    }

    #[test]
    fn links_lead_to_pages_and_spans_to_what_explains_them() {
        let html =
            rendered("[a](errors.md) [b](../operating.md) `GET /v1/services` [`not_found`](errors.md)").html;
        assert!(html.contains("<a href=\"/docs/guides/errors\">a</a>"), "{html}");
        assert!(html.contains("<span>b</span> (<code>docs/operating.md</code> in the repository)"), "{html}");
        assert!(html.contains("<a href=\"/docs/#/applications/list_services\"><code>"), "{html}");
        assert!(html.contains("<a href=\"/docs/guides/errors\"><code>not_found</code></a>"), "{html}");
    }

    #[test]
    fn raw_html_is_left_out() {
        let html = rendered("<!-- a comment -->\n<script>alert(1)</script>\n\na <b>c</b>\n").html;
        assert_eq!(html, "<p>a c</p>\n");
    }
}
