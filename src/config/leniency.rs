//! What a sandbox takes that a live node refuses.

use crate::text::coded;

coded! {
    /// A leniency of a sandbox, named in `CAZIER_SANDBOX_LENIENT`; without it, a sandbox is as strict as a live node.
    pub enum Leniency {
        /// Pages of this machine, at any port, may call for every front end.
        Origins = "origins",
        /// Redirects of every front end may return to this machine, at any port and path.
        ReturnUrls = "return_urls",
        /// A redirect of a program without a browser, or of a page of another site, needs no cookie.
        BrowserCookie = "browser_cookie",
    }
}

/// The leniencies of a node. A live one has none.
#[derive(Debug, Clone, Default)]
pub struct Leniencies(Vec<Leniency>);

impl Leniencies {
    /// Returns those of a sandbox.
    #[must_use]
    pub fn of_sandbox(named: &[Leniency]) -> Self {
        Self(named.to_vec())
    }

    /// Returns whether the node has this one.
    #[must_use]
    pub fn has(&self, leniency: Leniency) -> bool {
        self.0.contains(&leniency)
    }
}

/// Says in the log that a sandbox has taken what a live node refuses.
pub fn tell(what: std::fmt::Arguments<'_>) {
    log::info!("more lenient than live: {what}");
}
