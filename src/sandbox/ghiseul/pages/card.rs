//! Step 2: consent to the transferred data, and the bank card.

use maud::{Markup, html};

use super::super::flow::{CARD_FAILING_3DS, CARD_REFUSED, CARD_WORKING, FieldError, Flow};
use super::layout::{Top, described_by, error_summary, field_error, form, invalid, page as layout, title};
use crate::sandbox::persons::TestPerson;

pub(super) fn page(flow: &Flow, person: &TestPerson, error: Option<FieldError>) -> Markup {
    let t = |ro, en| flow.locale.pick(ro, en);
    let heading = t("Acord și card bancar", "Consent and bank card");
    let fields = html! {
        (consent_field(flow, person, error))
        (card_field(flow, error))
    };
    let body = html! {
        (error_summary(flow.locale, error))
        h1 { (heading) }
        (form(flow, "card", t("Confirmă cu cardul", "Confirm by card"), &fields))
    };
    layout(flow.locale, &title(flow.locale, heading, error), Top::Step(2), &body)
}

fn consent_field(flow: &Flow, person: &TestPerson, error: Option<FieldError>) -> Markup {
    let t = |ro, en| flow.locale.pick(ro, en);
    let scope = flow.request.scope;
    html! {
        div.field {
            p { strong { (flow.request.return_address.redirect_uri.host_str().unwrap_or_default()) } " "
                (t("cere să știe cine sunteți. I se transmit:", "asks who you are. It will be told:")) }
            dl {
                @if scope.profile {
                    dt { (t("Nume", "Family name")) } dd { (person.family_name) }
                    dt { (t("Prenume", "Given names")) } dd { (person.given_name) }
                    dt { (t("Data nașterii", "Date of birth")) } dd { (person.birth_date.format("%d.%m.%Y")) }
                }
                @if scope.cnp { dt { "CNP" } dd { (person.cnp) } }
                dt { (t("Cum s-a verificat", "How it was checked")) }
                dd { (t("card bancar, 3-D Secure", "bank card, 3-D Secure")) }
            }
            (field_error(flow.locale, error, "consent"))
            label.check for="consent" {
                input type="checkbox" id="consent" name="consent" value="yes"
                    aria-describedby=[error.filter(|error| error.field == "consent").map(|_| "consent-error")]
                    aria-invalid=[invalid(error, "consent")];
                span { (t("Sunt de acord cu transmiterea acestor date", "I agree that these data are passed on")) }
            }
        }
    }
}

fn card_field(flow: &Flow, error: Option<FieldError>) -> Markup {
    let t = |ro, en| flow.locale.pick(ro, en);
    html! {
        div.field {
            label for="card" { (t("Numărul cardului", "Card number")) }
            div.hint id="card-hint" {
                (t("Unul dintre cardurile de test; nu se plătește nimic:", "One of the test cards; nothing is paid:"))
                ul {
                    li { code { (grouped(CARD_WORKING)) } " " (t("funcționează", "works")) }
                    li { code { (grouped(CARD_REFUSED)) } " " (t("refuzat de bancă", "refused by the bank")) }
                    li { code { (grouped(CARD_FAILING_3DS)) } " " (t("niciun cod 3-D Secure nu e bun", "no 3-D Secure code is right")) }
                }
            }
            (field_error(flow.locale, error, "card"))
            // `cc-number` is left out on purpose: no browser should offer a real card here.
            input.short id="card" name="card" inputmode="numeric" maxlength="23" autocomplete="off"
                aria-describedby=(described_by(error, "card")) aria-invalid=[invalid(error, "card")];
        }
    }
}

/// Groups the digits in fours, as on a card.
fn grouped(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
