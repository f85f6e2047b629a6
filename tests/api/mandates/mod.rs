//! Mandates, and certificates of legal persons.

mod legal_person_cases;
mod legal_persons;
mod mandate_requests;
mod review;
