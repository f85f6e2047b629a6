//! The guides, in the order of the menu. Their Markdown is that of the repository, so that there is one source.

/// A guide.
pub(super) struct Guide {
    /// The heading in the menu that it is under.
    pub(super) group: &'static str,
    /// Its name in URLs; the index has none.
    pub(super) name: &'static str,
    /// Its file, as a path from the top of the repository.
    pub(super) file: &'static str,
    /// Its text, in Markdown.
    pub(super) text: &'static str,
}

/// A drawing that guides show.
pub(super) struct Diagram {
    /// Its file, as a path from the top of the repository.
    pub(super) file: &'static str,
    /// The file, an SVG with a style of its own.
    pub(super) svg: &'static str,
}

/// A guide by its group, its name and its file in `docs`.
macro_rules! guide {
    ($group:literal, $name:literal, $file:literal) => {
        Guide {
            group: $group,
            name: $name,
            file: concat!("docs/", $file),
            text: include_str!(concat!("../../../docs/", $file)),
        }
    };
}

/// All guides; those of a group stand together.
pub(super) static GUIDES: &[Guide] = &[
    guide!("Start", "", "guides/README.md"),
    guide!("Start", "quick-start", "guides/quick-start.md"),
    guide!("Start", "going-live", "guides/going-live.md"),
    guide!("Log in", "sign-in-with-the-hub", "guides/sign-in-with-the-hub.md"),
    guide!("Log in", "sign-in", "guides/sign-in.md"),
    guide!("Log in", "cookies", "guides/cookies.md"),
    guide!("Log in", "accounts", "guides/accounts.md"),
    guide!("Log in", "identity", "guides/identity.md"),
    guide!("Log in", "mail-links", "guides/mail-links.md"),
    guide!("Certificates", "applications", "guides/applications.md"),
    guide!("Certificates", "waiting", "guides/waiting.md"),
    guide!("Certificates", "certificates", "guides/certificates.md"),
    guide!("Certificates", "webhooks", "guides/webhooks.md"),
    guide!("Certificates", "legal-persons", "legal-persons.md"),
    guide!("Certificates", "verification", "relying-parties.md"),
    guide!("Every request", "errors", "guides/errors.md"),
    guide!("Every request", "idempotency", "guides/idempotency.md"),
    guide!("Every request", "limits", "guides/limits.md"),
    guide!("Every request", "versions", "guides/versions.md"),
    Guide {
        group: "Every request",
        name: "changelog",
        file: "CHANGELOG.md",
        text: include_str!("../../../CHANGELOG.md"),
    },
    guide!("Officers", "officers", "guides/officers.md"),
];

/// All drawings.
pub(super) static DIAGRAMS: &[Diagram] =
    &[Diagram { file: "docs/guides/sign-in.svg", svg: include_str!("../../../docs/guides/sign-in.svg") }];

/// Returns what stands in the `style` elements of the drawings.
pub(super) fn diagram_styles() -> impl Iterator<Item = &'static str> {
    let style = |diagram: &Diagram| Some(diagram.svg.split_once("<style>")?.1.split_once("</style>")?.0);
    DIAGRAMS.iter().filter_map(style)
}
