//! `GET /sandbox/persons`.

use actix_web::{HttpRequest, HttpResponse, get};

use super::made;
use super::types::{TestPerson, TestPersonItem, TestPersonList};
use crate::error::Result;
use crate::sandbox::companies::{self, TestCompany, TestCompanyItem};
use crate::sandbox::locale::Locale;
use crate::state::State;

/// Lists the test persons, then the newest made ones, and the legal persons that some of them represent.
///
/// Exists only in the sandbox. `purpose` is in the language of `Accept-Language`.
#[utoipa::path(tag = "Sandbox", responses((status = 200, description = "The test persons", body = TestPersonList)))]
#[get("/sandbox/persons")]
#[expect(unreachable_pub, reason = "actix-web moves the function into its route")]
pub async fn list_test_persons(state: State, req: HttpRequest) -> Result<HttpResponse> {
    let locale = Locale::of_request(&req);
    let made = made::newest(&state.db, &state.keyring).await?;
    let items = super::all().iter().chain(made).map(|person| item(person, locale)).collect();
    let companies = companies::all().iter().map(|company| company_item(company, locale)).collect();
    Ok(HttpResponse::Ok().json(TestPersonList { items, companies }))
}

fn company_item(company: &TestCompany, locale: Locale) -> TestCompanyItem {
    TestCompanyItem {
        id: company.id,
        cui: company.cui,
        name: company.name,
        represented_by: company.represented_by,
        purpose: locale.pick(company.purpose.ro, company.purpose.en),
    }
}

fn item(person: &TestPerson, locale: Locale) -> TestPersonItem {
    TestPersonItem {
        id: person.id,
        cnp: person.cnp,
        family_name: person.family_name,
        given_name: person.given_name,
        purpose: locale.pick(person.purpose.ro, person.purpose.en),
    }
}
