//! `POST /sandbox/persons`.

use actix_web::{HttpRequest, HttpResponse, post};
use chrono::NaiveDate;
use diesel::pg::PgConnection;
use serde::Serialize;

use super::made::{self, MadePerson, PersonWanted};
use crate::error::{Error, Result};
use crate::http::Json;
use crate::sandbox::ghiseul::{CARD_FAILING_3DS, CARD_REFUSED, CARD_WORKING, PASSWORD};
use crate::sandbox::locale::Locale;
use crate::sandbox::persons::TestPerson;
use crate::state::State;
use crate::time::civil_date;

/// How often a person is invented before we give up: numbers are random, so one that is taken is rare.
const ATTEMPTS: usize = 5;

/// A made person, and what to do with them.
#[derive(Serialize)]
struct MadePersonAnswer {
    id: &'static str,
    cnp: &'static str,
    family_name: &'static str,
    given_name: &'static str,
    birth_date: NaiveDate,
    purpose: &'static str,
    /// The firm that they administer.
    company: Option<MadeCompany>,
    /// The password at Ghișeul.
    password: &'static str,
    cards: Cards,
    next: Vec<String>,
}

#[derive(Serialize)]
struct MadeCompany {
    cui: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Cards {
    working: &'static str,
    declined: &'static str,
    failing_3ds: &'static str,
}

/// Makes a person with the answers that a tester wants (`POST /sandbox/persons`). Every call makes another one.
#[post("/sandbox/persons")]
pub(in crate::sandbox) async fn make_person(
    state: State,
    request: HttpRequest,
    json: Json<PersonWanted>,
) -> Result<HttpResponse> {
    json.body.check()?;
    made::room()?;
    let locale = Locale::of_request(&request);
    let now = state.clock.now();
    for _ in 0..ATTEMPTS {
        let person = MadePerson::invent(json.body, civil_date::today(now))?;
        let (cnp, cui) = person.numbers()?;
        if super::by_cnp(cnp.as_str()).is_some() {
            continue;
        }
        let keyring = state.keyring.clone();
        let insert = move |c: &mut PgConnection| made::insert(c, &keyring, &person, now);
        if state.db.write(insert).await?.is_none() {
            continue;
        }
        made::learn(&state.db, &state.keyring, cnp.as_str()).await?;
        let company = cui.and_then(|cui| made::company(cui.as_str()));
        let company = company.map(|company| MadeCompany { cui: company.cui, name: company.name });
        let person = made::find(cnp.as_str()).ok_or_else(|| Error::internal("a made person is unknown"))?;
        return Ok(HttpResponse::Created().json(answer(person, company, locale)));
    }
    Err(Error::internal("no invented person is new"))
}

fn answer(person: &'static TestPerson, company: Option<MadeCompany>, locale: Locale) -> MadePersonAnswer {
    let by_hint = locale.pick(
        "Programele adaugă la redirect_url parametrul login_hint:",
        "Programs add the parameter login_hint to redirect_url:",
    );
    let by_hand = locale.pick(
        "În browser: la Ghișeul simulat scrieți CNP-ul și parola, apoi cardul.",
        "In a browser: at the simulated Ghișeul, type the CNP and the password, then the card.",
    );
    let mandate = locale.pick(
        "Cereți un mandat pentru firma cu codul fiscal",
        "Request a mandate for the firm with the fiscal code",
    );
    let firm = company.iter().map(|company| format!("{mandate} {} (POST /v1/mandates).", company.cui));
    let next =
        [format!("{by_hint} {}:success", person.id), by_hand.to_owned()].into_iter().chain(firm).collect();
    MadePersonAnswer {
        id: person.id,
        cnp: person.cnp,
        family_name: person.family_name,
        given_name: person.given_name,
        birth_date: person.birth_date,
        purpose: locale.pick(person.purpose.ro, person.purpose.en),
        company,
        password: PASSWORD,
        cards: Cards { working: CARD_WORKING, declined: CARD_REFUSED, failing_3ds: CARD_FAILING_3DS },
        next,
    }
}
