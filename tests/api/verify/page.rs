//! The verification page: the same answers as the API, for people, with a script and without.

use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use cazier::time::Clock;
use diesel::QueryDsl;
use reqwest::{Method, Response};
use serde_json::Value;

use crate::log::append;
use crate::support::{Citizen, Database, House, Officer, apply_for_company, json_of, mandate, url_of};

const CNP: &str = "2880514121171";
const OTHER_CNP: &str = "1800101221144";
const OFFICER: &str = "6240601700021";

async fn submit(house: &House, fields: &[(&str, &str)], language: &str) -> (u16, String) {
    page(answer(house, fields, language).await.1).await
}

/// The address that a form is answered by, and what it shows.
async fn answer(house: &House, fields: &[(&str, &str)], language: &str) -> (String, Response) {
    let request = house.request(Method::POST, "/verify").header("accept-language", language);
    let answer = request.form(fields).send().await.unwrap();
    if answer.status() != 303 {
        return (String::new(), answer);
    }
    let address = answer.headers()["location"].to_str().unwrap().to_owned();
    for (name, typed) in fields.iter().filter(|(_, typed)| typed.len() > 2) {
        assert!(!address.contains(typed), "{name} in {address}");
    }
    (address.clone(), open(house, &address, language).await)
}

async fn open(house: &House, address: &str, language: &str) -> Response {
    house.request(Method::GET, address).header("accept-language", language).send().await.unwrap()
}

/// The text of a page, which must keep its promises whatever it says.
async fn page(answer: Response) -> (u16, String) {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{text}");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(headers["cache-control"], "no-store");
    let (before, contact) = text.split_once("<p class=\"contact\">").unwrap_or((&text, ""));
    let own = before.to_owned() + contact.split_once("</p>").map_or("", |(_, after)| after);
    for outside in ["http://", "https://", "<style", "onclick", "style="] {
        assert!(!own.contains(outside), "{outside}: {text}");
    }
    assert!(text.contains("<link rel=\"icon\""), "{text}");
    assert_eq!(text.matches("<script").count(), text.matches("<script src=\"/verify/page.js\"").count());
    (status, text)
}

fn text<'a>(certificate: &'a Value, name: &str) -> &'a str {
    certificate[name].as_str().unwrap()
}

#[actix_web::test]
async fn the_page_answers_in_words_what_the_api_answers_in_json() {
    let clock = Clock::pinned("2026-11-24T11:10:00Z".parse().unwrap());
    let house = House::with().clock(&clock).start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let (number, code) = (text(&certificate, "registration_number"), text(&certificate, "control_code"));
    let by_code = [("registration_number", number), ("control_code", code), ("identifier", "")];
    let (status, valid) = submit(&house, &by_code, "ro").await;
    assert_eq!(status, 200);
    for words in ["Certificat valabil", number, "Angajare", "nu este înscrisă", "24.05.2027", "13:10:00"] {
        assert!(valid.contains(words), "{words}: {valid}");
    }
    let (_, english) = submit(&house, &[("registration_number", number), ("identifier", CNP)], "en").await;
    assert!(english.contains("Valid certificate") && english.contains("Employment"), "{english}");
    assert!(!english.contains(CNP));
    let (status, none) =
        submit(&house, &[("registration_number", number), ("identifier", OTHER_CNP)], "ro").await;
    assert!(status == 200 && none.contains("Nicio potrivire") && !none.contains("Angajare"), "{none}");
    assert!(none.contains("class=\"contact\"") && none.contains("/support\""), "whom to tell: {none}");
    append(&house.database);
    clock.set("2027-06-01T10:00:00Z".parse().unwrap());
    let (_, expired) = submit(&house, &by_code, "en").await;
    assert!(expired.contains("Expired certificate") && !expired.contains("Valid certificate"), "{expired}");
}

#[actix_web::test]
async fn the_page_compares_the_name_on_the_document() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let (number, code) = (text(&certificate, "registration_number"), text(&certificate, "control_code"));
    let submit = async |name: &str, language: &str| {
        let fields = [("registration_number", number), ("control_code", code), ("name", name)];
        submit(&house, &fields, language).await
    };
    let person = cazier::sandbox::persons::by_id("clean").unwrap();
    for (language, open, right, wrong) in [
        ("ro", "nu a fost comparat încă", "este numele de pe certificat", "Numele nu se potrivește"),
        ("en", "not compared yet", "is the name on the certificate", "The name does not match"),
    ] {
        let (_, page) = submit("", language).await;
        assert!(page.contains(open), "{page}");
        // The form below the answer takes along what was typed.
        for hidden in [format!("value=\"{number}\""), format!("value=\"{code}\"")] {
            assert!(page.contains(&hidden), "{hidden}: {page}");
        }
        assert!(!page.contains(person.family_name), "{page}");
        let (_, page) = submit(&format!("{} {}", person.given_name, person.family_name), language).await;
        assert!(page.contains(right) && !page.contains(open), "{page}");
        assert!(!page.contains("scrieți-l") && !page.contains("type it"), "it was typed: {page}");
        let (status, page) = submit("Popescu Ion", language).await;
        assert!(status == 200 && page.contains(wrong) && !page.contains("card good"), "{page}");
        assert!(!page.contains(person.family_name), "{page}");
    }
    let altered = "UPDATE certificates SET valid_until = valid_until + 1";
    diesel::RunQueryDsl::execute(diesel::sql_query(altered), &mut house.database.connect()).unwrap();
    let (status, page) = submit("", "en").await;
    assert!(status == 503 && page.contains("ask the help desk") && !page.contains("Try again"), "{page}");
    let (status, page) = submit("---", "ro").await;
    assert!(status == 422 && page.contains("name-error"), "{page}");
}

#[actix_web::test]
async fn the_one_field_takes_the_cui_of_a_firm_as_well() {
    let house = House::with().legal_persons().start().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let id = mandate(&izabella, "firm-clean").await;
    let issued = json_of(apply_for_company(&izabella, &id, "public_tender").await, 201).await;
    let number = text(&issued["certificate"], "registration_number");
    for cui in ["12345674", "RO 12345674", " ro12345674 "] {
        let (_, page) = submit(&house, &[("registration_number", number), ("identifier", cui)], "ro").await;
        for words in
            ["Certificat valabil", "pentru persoane juridice", "nu este înscrisă", "registrul comerțului"]
        {
            assert!(page.contains(words), "{cui}, {words}: {page}");
        }
        assert!(!page.contains("12345674") && !page.contains("Bârsei"), "{page}");
    }
    let other = [("registration_number", number), ("identifier", "990000080")];
    assert!(submit(&house, &other, "ro").await.1.contains("Nicio potrivire"));
    for (typed, words) in [
        ("12345675", "Cifra de control"),
        ("12345678901", "CNP-ul are 13 cifre, CUI-ul între 2 și 10"),
        ("firma mea", "CNP-ul are 13 cifre, CUI-ul între 2 și 10"),
    ] {
        let fields = [("registration_number", number), ("identifier", typed)];
        let (status, page) = submit(&house, &fields, "ro").await;
        assert!(
            status == 422 && page.contains("identifier-error") && page.contains(words),
            "{typed}: {page}"
        );
        assert!(!page.contains(typed), "{page}");
    }
}

#[actix_web::test]
async fn errors_are_shown_beside_their_field_and_a_cnp_is_never_shown_again() {
    let house = House::start().await;
    let number = "CJ-2026-ZW3D-ZYJ0-5";
    for (fields, words) in [
        (vec![("registration_number", number), ("identifier", "1630615123458")], "identifier-error"),
        (
            vec![("registration_number", "CJ-2026-ZW3D-ZYJ0-6"), ("identifier", CNP)],
            "registration_number-error",
        ),
        (vec![("registration_number", number), ("control_code", "x")], "control_code-error"),
        (vec![("registration_number", number)], "control_code-error"),
        (
            vec![("registration_number", number), ("control_code", "x"), ("identifier", CNP)],
            "control_code-error",
        ),
    ] {
        let (status, page) = submit(&house, &fields, "ro").await;
        assert!(status == 422 && page.contains(words) && page.contains("Eroare"), "{words}: {page}");
        assert!(!page.contains("1630615123458") && !page.contains(CNP));
    }
    let attack = "\"><script>alert(1)</script>";
    let (_, page) = submit(&house, &[("registration_number", attack), ("identifier", CNP)], "ro").await;
    assert!(!page.contains("<script>"), "{page}");
    let json = house.request(Method::POST, "/verify").json(&serde_json::json!({})).send().await.unwrap();
    assert_eq!(page_status(json).await, 415);
    assert_eq!(submit(&house, &[("nonsense", "1")], "ro").await.0, 422);
}

async fn page_status(answer: Response) -> u16 {
    page(answer).await.0
}

#[actix_web::test]
async fn an_empty_form_names_both_fields_in_the_order_of_the_page() {
    let house = House::start().await;
    let empty = [("registration_number", ""), ("control_code", " "), ("identifier", "")];
    for (language, number, proof) in [
        ("ro", "Scrieți numărul de înregistrare al certificatului", "Completați unul dintre cele două:"),
        ("en", "Enter the registration number of the certificate", "Fill in one of the two:"),
    ] {
        let (status, page) = submit(&house, &empty, language).await;
        let summary = page.split_once("<h1").unwrap().0;
        let (number, proof) = (summary.find(number), summary.find(proof));
        assert!(status == 422 && number.is_some() && number < proof, "{page}");
        assert!(page.contains("registration_number-error") && page.contains("control_code-error"), "{page}");
    }
}

#[actix_web::test]
async fn an_answer_is_shown_again_in_the_other_language_without_another_check() {
    let clock = Clock::pinned("2026-11-24T11:10:00Z".parse().unwrap());
    let house = House::with().clock(&clock).start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let number = text(&certificate, "registration_number");
    // As people write it.
    let spaced = format!("{} {}-{}", &CNP[..1], &CNP[1..7], &CNP[7..]);
    let fields = [("registration_number", number), ("identifier", spaced.as_str())];
    let (address, answer) = answer(&house, &fields, "de-DE,de;q=0.9").await;
    let (_, english) = page(answer).await;
    assert!(english.contains("Valid certificate") && english.contains("Test certificate, no legal value."));
    assert!(english.contains("Issued by"), "{english}");
    let seen = address.split_once("&seen=").unwrap().1;
    let other = format!("/verify?lang=ro&seen={seen}");
    assert!(english.contains(&format!("href=\"{}\"", other.replace('&', "&amp;"))), "{english}");
    let checks = || -> i64 {
        let mut connection = house.database.connect();
        let count = cazier::db::schema::certificate_checks::table.count();
        diesel::RunQueryDsl::get_result(count, &mut connection).unwrap()
    };
    let before = checks();
    let (status, romanian) = page(open(&house, &other, "en").await).await;
    assert!(status == 200 && romanian.contains("Certificat valabil") && romanian.contains("13:10:00"));
    assert_eq!(checks(), before);
    clock.set("2026-11-24T11:25:00Z".parse().unwrap());
    let (_, gone) = page(open(&house, &other, "ro").await).await;
    assert!(!gone.contains("Certificat valabil") && gone.contains("id=\"registration_number\""), "{gone}");
    let (_, foreign) = page(open(&house, "/verify?seen=AAAA", "ro").await).await;
    assert!(foreign.contains("id=\"registration_number\"") && !foreign.contains("AAAA"), "{foreign}");
}

#[actix_web::test]
async fn an_answer_that_is_shown_again_is_never_valid_after_a_revocation() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let fields = [("registration_number", text(&certificate, "registration_number")), ("identifier", CNP)];
    let (address, answer) = answer(&house, &fields, "ro").await;
    assert!(page(answer).await.1.contains("Certificat valabil"));
    let officer = Officer::who_is(&house, OFFICER);
    let path = format!("/v1/certificates/{}/revocation", text(&certificate, "id"));
    json_of(officer.post(&path, &serde_json::json!({"reason": "fraud"})).await, 200).await;
    let (_, again) = page(open(&house, &address, "ro").await).await;
    assert!(!again.contains("Certificat valabil") && again.contains("id=\"registration_number\""), "{again}");
    house.database.execute(
        "SET session_replication_role = replica;
        UPDATE certificates SET ended_as = NULL, ended_at = NULL, end_reason = NULL",
    );
    let (status, altered) = page(open(&house, &address, "ro").await).await;
    assert!(status == 503 && !altered.contains("Certificat valabil"), "{altered}");
}

#[actix_web::test]
async fn the_page_shows_no_answer_again_that_the_log_contradicts() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    append(&house.database);
    let fields = [("registration_number", text(&certificate, "registration_number")), ("identifier", CNP)];
    let (address, answer) = answer(&house, &fields, "ro").await;
    assert!(page(answer).await.1.contains("Certificat valabil"));
    assert!(page(open(&house, &address, "ro").await).await.1.contains("Certificat valabil"));
    // What no keyed hash of the row binds.
    house.database.execute(
        "SET session_replication_role = replica;
        UPDATE certificates SET issued_at = issued_at - interval '1 day'",
    );
    let (status, altered) = page(open(&house, &address, "ro").await).await;
    assert!(status == 503 && !altered.contains("Certificat valabil"), "{altered}");
}

#[actix_web::test]
async fn what_is_too_long_for_an_address_is_answered_at_once() {
    let house = House::start().await;
    let long = "a".repeat(4_000);
    let (address, refused) =
        answer(&house, &[("registration_number", &long), ("identifier", CNP)], "ro").await;
    assert!(address.is_empty() && refused.status() == 422, "{address}");
}

#[actix_web::test]
async fn a_cnp_in_the_wrong_field_is_not_shown_again() {
    let house = House::start().await;
    let spaced = format!("{} {}-{}", &CNP[..1], &CNP[1..7], &CNP[7..]);
    let mut shown = Vec::new();
    for wrong in ["registration_number", "control_code", "name"] {
        for typed in [CNP, spaced.as_str()] {
            let mut fields = vec![(wrong, typed)];
            fields.extend((wrong != "registration_number").then_some(("registration_number", "x")));
            let (address, misplaced) = answer(&house, &fields, "ro").await;
            assert!(address.starts_with("/verify?lang=ro&seen="));
            let (status, text) = page(misplaced).await;
            assert_eq!(status, 422, "{wrong}: {text}");
            shown.extend(text.contains(typed).then_some((wrong, typed)));
        }
    }
    assert_eq!(shown, []);
}

#[actix_web::test]
async fn cannot_be_checked_now_is_never_no_match() {
    let house =
        House::with().on(&Rc::new(Database::empty())).database_url(&url_of("no_such_database")).start().await;
    let fields = [("registration_number", "CJ-2026-ZW3D-ZYJ0-5"), ("identifier", CNP)];
    let (address, failure) = answer(&house, &fields, "ro").await;
    assert!(address.is_empty(), "a failure lasts no longer than it does: {address}");
    let (status, page) = page(failure).await;
    assert!(status == 503 && page.contains("Nu se poate verifica acum"), "{page}");
    assert!(!page.contains("Nicio potrivire"));
}

#[actix_web::test]
async fn the_page_is_throttled_as_the_api_is() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let number = text(&certificate, "registration_number");
    let guess = serde_json::json!({"registration_number": number, "cnp": OTHER_CNP});
    for at in 0..20 {
        let status = if at % 2 == 0 {
            house.post("/v1/verify", &guess).await.status().as_u16()
        } else {
            submit(&house, &[("registration_number", number), ("identifier", OTHER_CNP)], "ro").await.0
        };
        assert_eq!(status, 200);
    }
    let (status, stopped) =
        submit(&house, &[("registration_number", number), ("identifier", CNP)], "ro").await;
    assert!(status == 429 && stopped.contains("Prea multe încercări"), "{stopped}");
}

/// In Chromium: by the QR code's address with a script, by the form without one; every page judged by axe.
#[actix_web::test]
async fn a_browser_opens_the_qr_code_s_address_and_axe_finds_nothing_wrong() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/check-verify-page.mjs");
    let (number, code) = (text(&certificate, "registration_number"), text(&certificate, "control_code"));
    let person = cazier::sandbox::persons::by_id("clean").unwrap();
    let name = format!("{} {}", person.family_name, person.given_name);
    let mut command = Command::new("node");
    command.arg(script).args([house.api.as_str(), number, code, CNP, &name]);
    let output = actix_web::web::block(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
