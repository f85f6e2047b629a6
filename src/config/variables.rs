//! One setting, and the macro that declares all of them.

use super::table::VARIABLES;

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

/// Declares the settings, each once: `kind "NAME" [default] "meaning" => field: Type = |setting| value;`. From this it
/// makes the table of all settings, the struct with a field for each, and the function that reads them. The kinds are
/// the constructors of [`Variable`]. A setting without a field is read where it is needed, from the environment alone.
///
/// The libraries that bind settings to a struct, clap's `env` among them, do not fit these rules: values come from a
/// settings file and from files of secrets too (to pass them on by the environment would be `unsafe`); all faults are
/// reported together, where clap stops at the first; a fault never repeats a secret, where clap quotes the value; and
/// no setting is an option of the command line, which every user of the machine could read.
macro_rules! settings {
    (
        $(#[$about:meta])*
        pub struct $config:ident {
            $($kind:ident $name:literal [$default:literal] $meaning:literal
                $(=> $field:ident: $type:ty = |$setting:ident| $value:expr)?;)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone)]
        pub struct $config {
            $($(
                #[doc = concat!("`", $name, "`: ", $meaning, ".")]
                pub $field: $type,
            )?)*
        }

        /// Every setting.
        pub const VARIABLES: &[Variable] = &[
            $(settings!(@row Variable::$kind($name, $default, $meaning), $($field)?)),*
        ];

        impl $config {
            /// Parses the settings; `None` only if a default of the table does not fit its own form. A faulty value is
            /// recorded, and parsing goes on with the default.
            pub(super) fn of_settings(settings: &Settings) -> Option<Self> {
                Some(Self {
                    $($($field: {
                        let $setting = settings.setting($name, $default);
                        $value
                    },)?)*
                })
            }
        }
    };
    (@row $variable:expr, $field:ident) => { $variable };
    (@row $variable:expr,) => { $variable.without_field() };
}
pub(super) use settings;
