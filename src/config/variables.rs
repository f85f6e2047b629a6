//! Each setting as a row: names, defaults, meanings.

use super::table::settings;

/// One setting, as `--help` and `docs/operating.md` show it.
#[derive(Debug)]
pub struct Variable {
    /// Name in the environment and in the settings file.
    pub name: &'static str,
    /// The value if it is unset.
    pub default: &'static str,
    /// What it sets.
    pub meaning: &'static str,
    /// Whether the value is never shown, and can be given by a file that `NAME_FILE` names.
    pub is_secret: bool,
    /// Whether it is for the sandbox: a build without the sandbox refuses it.
    pub is_of_sandbox: bool,
    /// Whether a settings file cannot set it: it is needed before, or without, one.
    pub is_of_environment: bool,
}

impl Variable {
    /// Iterates over the settings of this build.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        VARIABLES.iter().filter(|variable| cfg!(feature = "sandbox") || !variable.is_of_sandbox)
    }

    pub(super) const fn plain(name: &'static str, default: &'static str, meaning: &'static str) -> Self {
        let (is_secret, is_of_sandbox, is_of_environment) = (false, false, false);
        Self { name, default, meaning, is_secret, is_of_sandbox, is_of_environment }
    }

    pub(super) const fn secret(name: &'static str, default: &'static str, meaning: &'static str) -> Self {
        Self { is_secret: true, ..Self::plain(name, default, meaning) }
    }

    pub(super) const fn sandbox(name: &'static str, default: &'static str, meaning: &'static str) -> Self {
        Self { is_of_sandbox: true, ..Self::plain(name, default, meaning) }
    }

    pub(super) const fn without_field(self) -> Self {
        Self { is_of_environment: true, ..self }
    }
}

macro_rules! variables {
    ($($kind:ident $name:literal [$default:literal] $meaning:literal
        $(=> $field:ident: $type:ty = |$setting:ident| $value:expr)?;)*) => {
        /// Every setting.
        pub const VARIABLES: &[Variable] =
            &[$(variables!(@row Variable::$kind($name, $default, $meaning), $($field)?)),*];
    };
    (@row $variable:expr, $field:ident) => { $variable };
    (@row $variable:expr,) => { $variable.without_field() };
}
settings!(variables);
