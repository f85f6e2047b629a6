//! The roles that the program's parts connect as, and what each may do in the database.
//!
//! The tables belong to the role that migrates. No other role owns anything, so none can disable a trigger, change a
//! table or grant itself more.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `table` | **the table**: what each role may do with each table and column |
//! | `rights` | how a line of it is written |
//! | `sql` | the statements that grant what the table says, and revoke the rest |
//! | `apply` | runs them |
//! | `power` | refuses a role that may do more than a node needs |

mod apply;
mod power;
mod rights;
mod sql;
mod table;

pub use apply::{ApplyError, Missing, apply, grant};
pub use power::may_work;
pub(super) use power::{
    MORE_THAN_VERIFICATION, Overpowered, TOO_MUCH, refuse_more_than_verification, refuse_power,
};
pub use rights::{Columns, Line, Rights};
pub use sql::statements;
pub use table::TABLES;

/// A role of the database. Each belongs to a part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DbRole {
    /// `cazier serve`: the API.
    Serve,
    /// `cazier worker`, and the background work of `cazier serve`.
    Worker,
    /// `cazier serve --only verify`: sees keyed hashes and statuses, and nothing encrypted.
    Verify,
    /// The commands of operators, except `migrate`, `roles` and `registry import`, which need the owner.
    Operator,
    /// `cazier keys rotate-data`: encrypts what is encrypted again.
    Rotation,
    /// Reads the local registers (`CAZIER_REGISTER_DATABASE_URL`).
    Register,
}

impl DbRole {
    /// All roles.
    pub const ALL: [Self; 6] =
        [Self::Serve, Self::Worker, Self::Verify, Self::Operator, Self::Rotation, Self::Register];

    /// Returns its name in PostgreSQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Serve => "cazier_serve",
            Self::Worker => "cazier_worker",
            Self::Verify => "cazier_verify",
            Self::Operator => "cazier_operator",
            Self::Rotation => "cazier_rotation",
            Self::Register => "cazier_register",
        }
    }
}
