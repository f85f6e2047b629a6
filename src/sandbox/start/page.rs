//! What the start page shows: a walk by hand, what runs where, test persons, switches.

use actix_web::{HttpRequest, HttpResponse, get, web};
use maud::{Markup, html};

use super::form::{answer_of, failure, form};
use super::frame::respond;
use crate::identity::IdentityProviders;
use crate::sandbox::companies::{self, TestCompany};
use crate::sandbox::ghiseul::{CARD_FAILING_3DS, CARD_REFUSED, CARD_WORKING, PASSWORD};
use crate::sandbox::locale::Locale;
use crate::sandbox::outages::Outside;
use crate::sandbox::persons::{self, RegisterBehaviour, TestEntry, TestPerson};
use crate::sandbox::staff;
use crate::state::State;

/// Shows the start page (`GET /sandbox`), whatever asks: there is nothing else at this address.
#[get("/sandbox")]
pub(super) async fn show_start(
    state: State,
    providers: web::Data<IdentityProviders>,
    request: HttpRequest,
) -> HttpResponse {
    let locale = Locale::of_request(&request);
    let body = html! {
        (failure(locale))
        (walk(locale))
        (places(&state, &providers, locale))
        (cast(locale))
        (firms(locale))
        (offices(locale))
        (switches(locale))
        (clock(locale))
    };
    respond(
        locale,
        locale.pick("Cazier judiciar online: mediu de test", "Criminal-record certificates: sandbox"),
        &body,
    )
}

fn walk(locale: Locale) -> Markup {
    let t = |ro, en| locale.pick(ro, en);
    html! {
        h2 { (t("De la cerere la certificat", "From the application to the certificate")) }
        ol {
            li { a href="/" { (t("Cereți certificatul", "Apply for the certificate")) } (t(", ca orice cetățean.", ", as any citizen does.")) }
            li {
                (t("La Ghișeul.ro simulat: oricare persoană de mai jos, parola ", "At the simulated Ghișeul.ro: any person of those below, the password "))
                code { (PASSWORD) } (t(", cardul ", ", the card ")) code { (CARD_WORKING) }
                (t(" (refuzat: ", " (declined: ")) code { (CARD_REFUSED) }
                (t("; 3-D Secure eșuează: ", "; 3-D Secure fails: ")) code { (CARD_FAILING_3DS) } ")."
            }
            li {
                (t("Sau ", "Or ")) a href="/register" { (t("deschideți un cont", "open an account")) }
                (t(" cu orice adresă: mesajele sunt în ", " with any address: the mail is in the "))
                a href="/sandbox/mailbox" { (t("căsuța poștală", "mailbox")) } "."
            }
            li { (t("Descărcați certificatul și verificați-l ", "Download the certificate, and verify it ")) a href="verify" { (t("ca un angajator", "as an employer would")) } "." }
        }
    }
}

fn places(state: &State, providers: &IdentityProviders, locale: Locale) -> Markup {
    let t = |ro, en| locale.pick(ro, en);
    html! {
        h2 { (t("Ce rulează și unde", "What runs where")) }
        dl {
            dt { (t("Interfața", "Front end")) } dd { a href="/" { (t("pentru cetățeni", "for citizens")) } }
            dt { "API" } dd { (state.addresses.api) }
            dt { (t("Documentație", "Documents")) } dd { a href="docs/guides/" { (t("ghiduri", "guides")) } ", "
                a href="docs/" { (t("referință", "reference")) } ", " a href="openapi.json" { "OpenAPI" } }
            dt { (t("Verificare", "Verification")) } dd { a href="verify" { "verify" } }
            dt { (t("Cereri", "Requests")) } dd { a href="/sandbox/requests" { (t("cererile și răspunsurile", "requests and answers")) } }
            dt { (t("Mesaje", "Mailbox")) } dd { a href="/sandbox/mailbox" { "mailbox" } }
            @for (name, issuer) in providers.issuers() {
                dt { (name) } dd { a href={ (issuer) "/" } { (issuer) } }
            }
            dt { (t("Persoane", "Persons")) } dd { a href="/sandbox/persons" { "JSON" } }
        }
    }
}

/// Says how a register behaves.
const fn behaviour(behaviour: RegisterBehaviour, locale: Locale) -> &'static str {
    match behaviour {
        RegisterBehaviour::Answers => locale.pick("răspunde", "answers"),
        RegisterBehaviour::Slow => locale.pick("răspunde târziu", "answers late"),
        RegisterBehaviour::Away => locale.pick("nu răspunde", "is away"),
        RegisterBehaviour::Failing => locale.pick("dă eroare", "fails"),
        RegisterBehaviour::Malformed => locale.pick("trimite jumătate", "sends half"),
        RegisterBehaviour::BadDigest => {
            locale.pick("trimite altceva decât semnalează", "sends a wrong digest")
        }
        RegisterBehaviour::WrongPerson => locale.pick("răspunde despre altcineva", "answers about another"),
        RegisterBehaviour::Garbage => locale.pick("trimite octeți fără sens", "sends garbage"),
        RegisterBehaviour::HalfOpen => locale.pick("nu termină răspunsul", "never ends its answer"),
    }
}

fn criminal_record(register: RegisterBehaviour, entries: &[TestEntry], locale: Locale) -> String {
    let found = match entries.len() {
        0 => locale.pick("fără înscrieri", "no entries").to_owned(),
        count => format!("{count} × {}", locale.pick("înscriere", "entry")),
    };
    format!("{}; {found}", behaviour(register, locale))
}

fn civil_status(person: &TestPerson, locale: Locale) -> String {
    let found = match (person.civil_status_known, person.deceased) {
        (false, _) => locale.pick("; necunoscută", "; unknown"),
        (true, true) => locale.pick("; decedată", "; deceased"),
        (true, false) => "",
    };
    format!("{}{found}", behaviour(person.civil_status, locale))
}

fn cast(locale: Locale) -> Markup {
    let t = |ro, en| locale.pick(ro, en);
    html! {
        h2 { (t("Persoane de test", "Test persons")) }
        p { (t("Una nouă, de fiecare dată: ", "A new one, every time: ")) code { "POST /sandbox/persons" } ". " a href="/sandbox/persons" { (t("Lista", "The list")) } }
        ul.cast {
            @for person in persons::all() {
                li {
                    code { (person.id) } " " code { (person.cnp) } br;
                    (locale.pick(person.purpose.ro, person.purpose.en)) br;
                    span.hint {
                        (t("Cazier: ", "Criminal records: ")) (criminal_record(person.register, person.entries, locale))
                        (t(". Stare civilă: ", ". Civil status: ")) (civil_status(person, locale))
                    }
                }
            }
        }
    }
}

fn firms(locale: Locale) -> Markup {
    let register = |company: &TestCompany| behaviour(company.company_register, locale);
    html! {
        h2 { (locale.pick("Firme de test", "Test companies")) }
        ul.cast {
            @for company in companies::all() {
                li {
                    code { (company.id) } " " code { (company.cui) } " " code { (company.represented_by) } br;
                    (locale.pick(company.purpose.ro, company.purpose.en)) br;
                    span.hint {
                        (locale.pick("Cazier: ", "Criminal records: ")) (criminal_record(company.register, company.entries, locale))
                        (locale.pick(". Registrul comerțului: ", ". Company register: ")) (register(company))
                    }
                }
            }
        }
    }
}

fn offices(locale: Locale) -> Markup {
    html! {
        h2 { (locale.pick("Ofițeri", "Officers")) }
        p {
            (locale.pick("Parola tuturor: ", "Everybody's password: ")) code { (staff::PASSWORD) } ". "
            a href="/sandbox/officers" { (locale.pick("Adrese și coduri", "Addresses and codes")) } " · "
            a href="/desk" { (locale.pick("Biroul lor", "Their desk")) }
        }
    }
}

fn switches(locale: Locale) -> Markup {
    let switch = |outside: Outside, (seconds, behaviour): (u32, RegisterBehaviour), button| {
        let fields = html! {
            input type="hidden" name="register" value=(outside.as_str());
            input type="hidden" name="seconds" value=(seconds) data-number;
            input type="hidden" name="behaviour" value=(behaviour.as_str());
        };
        form(locale, "/sandbox/outages", button, &fields)
    };
    html! {
        h2 { (locale.pick("Ce nu răspunde", "What is down")) }
        p { (locale.pick(
            "Registre, Ghișeul.ro, mărci temporale, listele de revocare: oprite pentru o vreme, sau greșite.",
            "Registers, Ghișeul.ro, time-stamps, revocation data: away for a while, or wrong.",
        )) }
        (answer_of("/sandbox/outages"))
        @for outside in Outside::ALL {
            p { code { (outside.as_str()) } }
            div.switch {
                (switch(outside, (3600, RegisterBehaviour::Away), ("Oprit o oră", "Down for an hour")))
                (switch(outside, (3600, RegisterBehaviour::Slow), ("Lent", "Slow")))
                (switch(outside, (3600, RegisterBehaviour::Garbage), ("Octeți fără sens", "Garbage")))
                (switch(outside, (3600, RegisterBehaviour::HalfOpen), ("Nu termină răspunsul", "Half-open")))
                (switch(outside, (0, RegisterBehaviour::Away), ("Pornit", "Up again")))
            }
        }
    }
}

fn clock(locale: Locale) -> Markup {
    let leap = |seconds: u32, button| {
        let fields = html! { input type="hidden" name="forward_seconds" value=(seconds) data-number; };
        form(locale, "/sandbox/clock", button, &fields)
    };
    html! {
        h2 { (locale.pick("Ceasul, numai înainte", "The clock, forward only")) }
        (answer_of("/sandbox/clock"))
        div.switch {
            (leap(3600, ("O oră", "An hour")))
            (leap(86_400, ("O zi", "A day")))
            (leap(30 * 86_400, ("30 de zile", "30 days")))
        }
    }
}
