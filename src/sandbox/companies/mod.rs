//! The test companies: invented legal persons, each made for one case that the service must handle. Listed with the
//! test persons, at `GET /sandbox/persons`.

mod cast;
mod types;

pub use types::{TestCompany, TestCompanyItem};

/// Returns every test company; the first is `firm-clean`, the one to begin with.
#[must_use]
pub fn all() -> &'static [TestCompany] {
    cast::CAST
}

/// Finds the test company with this fiscal code.
#[must_use]
pub fn by_cui(cui: &str) -> Option<&'static TestCompany> {
    all().iter().find(|company| company.cui == cui)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::all;
    use crate::person::{Cui, TradeRegisterNumber};
    use crate::sandbox::persons;

    #[test]
    fn every_company_is_well_formed_and_represented_by_a_test_person() {
        let ids: HashSet<_> = all().iter().map(|company| company.id).collect();
        let cuis: HashSet<_> = all().iter().map(|company| company.cui).collect();
        assert_eq!((ids.len(), cuis.len()), (all().len(), all().len()));
        for company in all() {
            assert!(Cui::parse(company.cui).is_ok(), "{}", company.id);
            let number = company.trade_register_number.map(TradeRegisterNumber::parse);
            assert!(number.is_none_or(|number| number.is_ok()), "{}", company.id);
            assert!(persons::by_id(company.represented_by).is_some(), "{}", company.id);
        }
        assert!(all().iter().all(|company| company.represented_by != "attorney"));
    }
}
