//! Faults of settings: reported together, each as a sentence that names its setting.

use std::fmt;
use std::io;

use super::nearest::nearest;
use super::shown;
use super::variables::VARIABLES;

/// A fault of one setting. Its sentence never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    name: String,
    sentence: String,
}

impl Fault {
    /// Makes a fault from a setting and a reason.
    pub(super) fn new(name: &str, why: impl fmt::Display) -> Self {
        Self { name: name.to_owned(), sentence: format!("{name}: {why}") }
    }

    /// Reports an unknown name.
    pub(super) fn unknown(name: &str) -> Self {
        if VARIABLES.iter().any(|variable| variable.is_of_sandbox && variable.name == name) {
            return Self::new(name, "is for the sandbox, which this program is built without");
        }
        let name = shown::shortened(name);
        let advice = match nearest(&name) {
            Some(known) => format!("did you mean {known}?"),
            None => String::from("`cazier serve --help` lists the settings"),
        };
        Self { sentence: format!("{name} is not known; {advice}"), name }
    }

    /// Reports a value that is not `what` it has to be.
    pub(super) fn form(name: &str, value: &str, what: &str) -> Self {
        Self::new(name, format_args!("{} is not {what}", shown::in_fault(name, value)))
    }

    /// Reports a file that cannot be read.
    pub(super) fn file(name: &str, path: &str, error: &io::Error) -> Self {
        Self::new(name, format_args!("the file {path} cannot be read: {}", reason(error)))
    }

    /// Returns the name of the setting.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Says why a file cannot be read, in an operator's words.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file",
        io::ErrorKind::PermissionDenied => "this user may not read it",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::NotADirectory => "a part of its path is no folder",
        io::ErrorKind::InvalidData => "it is not text in UTF-8",
        _ => return error.to_string(),
    };
    text.to_owned()
}

/// All faults; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// Iterates over the faults in the order of the table of settings.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.0)
    }
}

impl std::error::Error for Faults {}

/// Writes a single fault as it is, several as a list below their number.
///
/// # Errors
/// Fails if the formatter fails.
pub fn write_list(f: &mut fmt::Formatter<'_>, faults: &[impl fmt::Display]) -> fmt::Result {
    if let [only] = faults {
        return write!(f, "{only}");
    }
    write!(f, "{} settings cannot be used:", faults.len())?;
    faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
}
