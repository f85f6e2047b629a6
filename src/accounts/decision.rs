//! What officers write when they decide, the same for every kind of case: the rules of reasons and notes.

use crate::text::{Line, Rule};

/// A note, which only officers see.
pub(crate) type Note = Line<1000>;

/// The decision needs a note.
pub(crate) const NOTE_MISSING: Rule = Rule::new(
    "note_missing",
    "Say in a note what the decision is based on",
    "Scrieți într-o notă pe ce se bazează decizia",
);
/// A rejection needs a note that says why.
pub(crate) const REASON_MISSING: Rule =
    Rule::new("reason_missing", "A rejection needs a reason", "O respingere cere un motiv");
/// Only a rejection says why.
pub(crate) const REASON_UNWANTED: Rule =
    Rule::new("reason_unwanted", "Only a rejection has a reason", "Numai o respingere are un motiv");
