//! What a role may do with a table, and how a line of the table of rights is written.

use super::DbRole;

/// The columns that a right covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// None: the role has not the right.
    None,
    /// All, and those that the table will get.
    All,
    /// These.
    Of(&'static [&'static str]),
}

/// What a role may do with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// What it may read.
    pub select: Columns,
    /// Whether it may insert rows.
    pub insert: bool,
    /// What it may change. PostgreSQL asks for one such column to lock a row, too.
    pub update: Columns,
    /// Whether it may delete rows.
    pub delete: bool,
}

/// No right at all.
const NONE: Rights = Rights { select: Columns::None, insert: false, update: Columns::None, delete: false };
/// May read all columns.
pub(super) const READ: Rights = Rights { select: Columns::All, ..NONE };
/// May insert rows without reading any.
pub(super) const APPEND: Rights = Rights { insert: true, ..NONE };

/// May read these columns.
pub(super) const fn read_of(columns: &'static [&'static str]) -> Rights {
    Rights { select: Columns::Of(columns), ..NONE }
}

impl Rights {
    /// Also insert rows.
    pub(super) const fn insert(self) -> Self {
        Self { insert: true, ..self }
    }

    /// Also change all columns.
    pub(super) const fn update(self) -> Self {
        Self { update: Columns::All, ..self }
    }

    /// Also change these columns.
    pub(super) const fn update_of(self, columns: &'static [&'static str]) -> Self {
        Self { update: Columns::Of(columns), ..self }
    }

    /// Also lock rows, for which PostgreSQL wants the right to change a column: this one, which decides nothing.
    pub(super) const fn lock_by(self, column: &'static [&'static str; 1]) -> Self {
        Self { update: Columns::Of(column), ..self }
    }

    /// Also delete rows.
    pub(super) const fn delete(self) -> Self {
        Self { delete: true, ..self }
    }

    /// Returns the privileges as `GRANT` names them; empty if there are none.
    pub(super) fn privileges(&self) -> String {
        let of_columns = |verb: &str, columns: Columns| match columns {
            Columns::None => None,
            Columns::All => Some(verb.to_owned()),
            Columns::Of(names) => Some(format!("{verb} ({})", names.join(", "))),
        };
        let privileges = [
            of_columns("SELECT", self.select),
            self.insert.then(|| "INSERT".to_owned()),
            of_columns("UPDATE", self.update),
            self.delete.then(|| "DELETE".to_owned()),
        ];
        privileges.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// What all roles may do with one table.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The table, with its schema unless that is `public`.
    pub table: &'static str,
    serve: Rights,
    worker: Rights,
    verify: Rights,
    operator: Rights,
    rotation: Rights,
    register: Rights,
}

/// A table that no role may touch, unless the line goes on.
pub(super) const fn table(table: &'static str) -> Line {
    Line { table, serve: NONE, worker: NONE, verify: NONE, operator: NONE, rotation: NONE, register: NONE }
}

impl Line {
    /// What every role may do.
    pub(super) const fn all(self, rights: Rights) -> Self {
        Self {
            serve: rights,
            worker: rights,
            verify: rights,
            operator: rights,
            rotation: rights,
            register: rights,
            ..self
        }
    }

    /// What [`DbRole::Serve`] may do.
    pub(super) const fn serve(self, rights: Rights) -> Self {
        Self { serve: rights, ..self }
    }

    /// What [`DbRole::Worker`] may do.
    pub(super) const fn worker(self, rights: Rights) -> Self {
        Self { worker: rights, ..self }
    }

    /// What [`DbRole::Verify`] may do.
    pub(super) const fn verify(self, rights: Rights) -> Self {
        Self { verify: rights, ..self }
    }

    /// What [`DbRole::Operator`] may do.
    pub(super) const fn operator(self, rights: Rights) -> Self {
        Self { operator: rights, ..self }
    }

    /// What [`DbRole::Rotation`] may do.
    pub(super) const fn rotation(self, rights: Rights) -> Self {
        Self { rotation: rights, ..self }
    }

    /// What [`DbRole::Register`] may do.
    pub(super) const fn register(self, rights: Rights) -> Self {
        Self { register: rights, ..self }
    }

    /// Returns what this role may do.
    #[must_use]
    pub const fn of(&self, role: DbRole) -> &Rights {
        match role {
            DbRole::Serve => &self.serve,
            DbRole::Worker => &self.worker,
            DbRole::Verify => &self.verify,
            DbRole::Operator => &self.operator,
            DbRole::Rotation => &self.rotation,
            DbRole::Register => &self.register,
        }
    }
}
