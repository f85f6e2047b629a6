//! Encrypts older values again under the first of `CAZIER_SEALING_KEYS`, and binds rows anew, so that an older key can be
//! taken away. Runs while nodes serve.
//!
//! A table is walked by its pages, some at a time: each step is a short transaction that locks its rows without waiting
//! for anybody, so it holds nobody up for longer than a step takes. What is done is passed over, so an interrupted run
//! goes on where it stopped. A value that cannot be read stays as it is, and is counted.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `columns` | the encrypted columns |
//! | `pages` | steps over the pages of a table |
//! | `values` | encrypts the values of a step again |

mod columns;
mod pages;
mod values;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use diesel::pg::PgConnection;

use crate::certificates::rebind;
use crate::error::Result;
use crate::person::Keyring;
use columns::Encrypted;
pub(crate) use pages::Pages;

/// Pages of a step: 32 KiB of rows, without the large values that are stored apart from them.
const STEP: i64 = 4;
/// Walks over a table whose rows others hold, or that nodes with an older key still write.
const WALKS: usize = 5;
/// The longest pause between two steps, and the pause between two walks.
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// A part of the work: an encrypted column, or the bonds of a table.
#[derive(Clone, Copy)]
enum Part {
    Values(&'static Encrypted),
    Certificates,
    Documents,
}

impl Part {
    fn all() -> impl Iterator<Item = Self> {
        columns::ENCRYPTED.iter().map(Self::Values).chain([Self::Certificates, Self::Documents])
    }

    fn name(self) -> String {
        match self {
            Self::Values(encrypted) => format!("{}.{}", encrypted.table(), encrypted.name()),
            Self::Certificates => "certificates (bonds)".to_owned(),
            Self::Documents => "certificate_documents (bonds)".to_owned(),
        }
    }

    fn table(self) -> String {
        match self {
            Self::Values(encrypted) => encrypted.table(),
            Self::Certificates => "certificates".to_owned(),
            Self::Documents => "certificate_documents".to_owned(),
        }
    }

    /// Renews what is older on these pages; returns how many values were renewed, and how many cannot be read.
    fn step(self, connection: &mut PgConnection, keyring: &Keyring, pages: Pages) -> Result<(usize, usize)> {
        match self {
            Self::Values(encrypted) => values::renew(connection, keyring, encrypted, pages),
            Self::Certificates => rebind::certificates(connection, keyring, &pages.condition()),
            Self::Documents => rebind::documents(connection, keyring, &pages.condition()),
        }
    }

    /// Counts the older values.
    fn left(self, connection: &mut PgConnection, keyring: &Keyring) -> Result<usize> {
        let active = keyring.encryption_key();
        match self {
            Self::Values(encrypted) => values::left(connection, encrypted, active),
            Self::Certificates => rebind::certificates_left(connection, active),
            Self::Documents => rebind::documents_left(connection, active),
        }
    }
}

/// Returns table and column of everything that is encrypted.
pub fn encrypted_columns() -> impl Iterator<Item = (String, String)> {
    columns::ENCRYPTED.iter().map(|encrypted| (encrypted.table(), encrypted.name()))
}

/// How far a part has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The encrypted column, or the table of bonds.
    pub part: String,
    /// Values that this run has encrypted or bound again.
    pub renewed: usize,
    /// Values that no key of the keyring reads, or that do not fit their row. They stay as they are.
    pub unreadable: usize,
    /// Values under an older key at the end; `None` before it.
    pub left: Option<usize>,
}

/// Renews everything, and then what has come into a part after its end; returns the parts with what was done. `told`
/// hears of each step that changed something and of the end of each part, and can stop the run there.
///
/// # Errors
/// Fails if the database is away, or the role may not change a column. What was done stays done.
pub fn run(
    connection: &mut PgConnection,
    keyring: &Keyring,
    mut told: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Vec<Progress>> {
    let mut parts = Vec::new();
    for part in Part::all() {
        let mut progress = Progress { part: part.name(), ..Progress::default() };
        let flow = renew(connection, keyring, part, &mut progress, &mut told)?;
        parts.push(progress);
        if flow.is_break() {
            return Ok(parts);
        }
    }
    for (part, progress) in Part::all().zip(&mut parts) {
        let left = part.left(connection, keyring)?;
        progress.left = Some(left);
        if left > progress.unreadable && renew(connection, keyring, part, progress, &mut told)?.is_break() {
            break;
        }
    }
    Ok(parts)
}

/// Walks over a part until nothing older is left that can be renewed.
fn renew(
    connection: &mut PgConnection,
    keyring: &Keyring,
    part: Part,
    progress: &mut Progress,
    told: &mut impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    progress.left = None;
    let mut left = part.left(connection, keyring)?;
    for walks in 0..WALKS {
        if left <= progress.unreadable {
            break;
        }
        if walks > 0 {
            // Who holds a row is done by then.
            std::thread::sleep(LONGEST_PAUSE);
        }
        progress.unreadable = 0;
        if walk(connection, keyring, part, progress, told)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        left = part.left(connection, keyring)?;
    }
    progress.left = Some(left);
    Ok(told(progress))
}

/// Walks over the table once.
fn walk(
    connection: &mut PgConnection,
    keyring: &Keyring,
    part: Part,
    progress: &mut Progress,
    told: &mut impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    for pages in Pages::of(connection, &part.table(), STEP)? {
        let begun = Instant::now();
        let (renewed, unreadable) = part.step(connection, keyring, pages)?;
        progress.renewed += renewed;
        progress.unreadable += unreadable;
        if renewed == 0 {
            continue;
        }
        if told(progress).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        // As long as the work took: half of the server's time at most.
        std::thread::sleep(begun.elapsed().min(LONGEST_PAUSE));
    }
    Ok(ControlFlow::Continue(()))
}
