//! What an account may do.

use crate::audit::ActorRole;
use crate::text::coded;

coded! {
    /// The role of an account.
    #[schema(as = AccountRole)]
    pub enum Role in "accounts.role" {
        /// Applies for certificates.
        Citizen = "citizen",
        /// Certifies identities and reviews applications.
        Officer = "officer",
        /// Runs the installation.
        Operator = "operator",
    }
}

impl Role {
    /// Returns whether the role is officer or operator: a second factor is mandatory, and sessions are short.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Citizen)
    }
}

impl From<Role> for ActorRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Citizen => Self::Citizen,
            Role::Officer => Self::Officer,
            Role::Operator => Self::Operator,
        }
    }
}
