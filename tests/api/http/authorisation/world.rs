//! What there is to be refused.

/// A resource that belongs to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Application,
    Certificate,
    Mandate,
    Session,
    SupportRequest,
    Verification,
}
