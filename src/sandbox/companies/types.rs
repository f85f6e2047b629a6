//! The data of a test company, and its short form for the list.

use serde::Serialize;
use utoipa::ToSchema;

use crate::sandbox::persons::{Address, Purpose, RegisterBehaviour, TestEntry};

/// An invented legal person.
pub struct TestCompany {
    /// Stable name of the case, such as `firm-clean`.
    pub id: &'static str,
    /// Fiscal code.
    pub cui: &'static str,
    /// Name, with the legal form.
    pub name: &'static str,
    /// Trade register number; an association has none.
    pub trade_register_number: Option<&'static str>,
    /// Seat.
    pub seat: Address,
    /// The test person listed as administrator in the company register.
    pub represented_by: &'static str,
    /// Whether it has been struck off.
    pub dissolved: bool,
    /// Entries in the criminal-record register; empty for most.
    pub entries: &'static [TestEntry],
    /// How the criminal-record register behaves when queried about it.
    pub register: RegisterBehaviour,
    /// How the company register behaves.
    pub company_register: RegisterBehaviour,
    /// What it tests.
    pub purpose: Purpose,
}

/// A test company in the sandbox's list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestCompanyItem {
    /// Stable name of the case.
    #[schema(example = "firm-clean")]
    pub id: &'static str,
    /// Fiscal code.
    #[schema(example = "12345674")]
    pub cui: &'static str,
    /// Name.
    pub name: &'static str,
    /// Id of the test person who represents it in the company register.
    #[schema(example = "representative")]
    pub represented_by: &'static str,
    /// What it tests, in the caller's language.
    pub purpose: &'static str,
}
