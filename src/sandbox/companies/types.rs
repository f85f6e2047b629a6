//! What is known of a test company, and the short form in which the sandbox lists them.

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
    /// Number in the trade register; an association has none.
    pub trade_register_number: Option<&'static str>,
    /// Seat.
    pub seat: Address,
    /// The test person whom the company register names as administrator.
    pub represented_by: &'static str,
    /// Whether it has been struck off.
    pub dissolved: bool,
    /// What the criminal-record register holds; empty for most.
    pub entries: &'static [TestEntry],
    /// How the criminal-record register behaves when asked about it.
    pub register: RegisterBehaviour,
    /// How the company register does.
    pub company_register: RegisterBehaviour,
    /// What it is there to test.
    pub purpose: Purpose,
}

/// A test company, as the sandbox lists them.
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
    /// Id of the test person who represents it by the company register.
    #[schema(example = "representative")]
    pub represented_by: &'static str,
    /// What it is there to test, in the caller's language.
    pub purpose: &'static str,
}
