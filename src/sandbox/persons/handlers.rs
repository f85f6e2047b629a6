//! `GET /sandbox/persons`.

use actix_web::{HttpRequest, Responder, get, web};

use super::types::{TestPerson, TestPersonItem, TestPersonList};
use crate::sandbox::locale::Locale;

/// Lists the test persons.
///
/// Exists in the sandbox alone. `purpose` comes in the language of `Accept-Language`.
#[utoipa::path(tag = "Sandbox", responses((status = 200, description = "The test persons", body = TestPersonList)))]
#[get("/sandbox/persons")]
#[expect(unreachable_pub, reason = "actix-web moves the function into its route")]
pub async fn list_test_persons(req: HttpRequest) -> impl Responder {
    let locale = Locale::of_request(&req);
    let items = super::all().iter().map(|person| item(person, locale)).collect();
    web::Json(TestPersonList { items })
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
