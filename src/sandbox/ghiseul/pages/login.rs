//! Step 1: the person.

use maud::{Markup, html};

use super::super::flow::{FieldError, Flow, PASSWORD};
use super::layout::{Top, described_by, error_summary, field_error, form, invalid, page as layout, title};
use crate::sandbox::locale::Locale;
use crate::sandbox::persons::{self, TestPerson};

pub(super) fn page(
    flow: &Flow,
    chosen: Option<&TestPerson>,
    typed_cnp: &str,
    error: Option<FieldError>,
) -> Markup {
    let t = |ro, en| flow.locale.pick(ro, en);
    let heading = t("Autentificare", "Log in");
    let fields = fields(flow.locale, chosen, typed_cnp, error);
    let body = html! {
        (error_summary(flow.locale, error))
        h1 { (heading) }
        (lead(flow.locale))
        (form(flow, "login", t("Continuă", "Continue"), &fields))
    };
    layout(flow.locale, &title(flow.locale, heading, error), Top::Step(1), &body)
}

/// Renders the introduction.
pub(super) fn lead(locale: Locale) -> Markup {
    html! {
        p { (locale.pick(
            "Intrați ca una dintre persoanele de test. Niciuna nu există.",
            "Come in as one of the test persons. None of them exists.",
        )) }
    }
}

/// Renders the fields for person and password.
pub(super) fn fields(
    locale: Locale,
    chosen: Option<&TestPerson>,
    typed_cnp: &str,
    error: Option<FieldError>,
) -> Markup {
    html! {
        (person_field(locale, chosen, error))
        (cnp_field(locale, typed_cnp, error))
        (password_field(locale, error))
    }
}

fn person_field(locale: Locale, chosen: Option<&TestPerson>, error: Option<FieldError>) -> Markup {
    let t = |ro, en| locale.pick(ro, en);
    let newcomer = chosen.filter(|chosen| persons::all().iter().all(|person| person.id != chosen.id));
    html! {
        div.field {
            label for="person" { (t("Persoana de test", "Test person")) }
            p.hint id="person-hint" { (t("Fiecare este făcută pentru un caz.", "Each is made for one case.")) }
            (field_error(locale, error, "person"))
            select id="person" name="person" aria-describedby=(described_by(error, "person"))
                aria-invalid=[invalid(error, "person")] {
                option value="" { (t("Alegeți…", "Choose…")) }
                @for person in persons::all().iter().chain(newcomer) {
                    option value=(person.id) selected[chosen.is_some_and(|chosen| chosen.id == person.id)] {
                        (person.family_name) " " (person.given_name) " – " (t(person.purpose.ro, person.purpose.en))
                    }
                }
            }
        }
    }
}

fn cnp_field(locale: Locale, typed_cnp: &str, error: Option<FieldError>) -> Markup {
    let t = |ro, en| locale.pick(ro, en);
    html! {
        div.field {
            label for="cnp" { (t("Sau CNP-ul persoanei", "Or their CNP")) }
            p.hint id="cnp-hint" { (t(
                "13 cifre. Dacă îl completați, lista de mai sus nu contează.",
                "13 digits. When it's filled in, the list above doesn't count.",
            )) }
            (field_error(locale, error, "cnp"))
            input.short id="cnp" name="cnp" value=(typed_cnp) inputmode="numeric" maxlength="20" autocomplete="off"
                aria-describedby=(described_by(error, "cnp")) aria-invalid=[invalid(error, "cnp")];
        }
    }
}

fn password_field(locale: Locale, error: Option<FieldError>) -> Markup {
    let t = |ro, en| locale.pick(ro, en);
    html! {
        div.field {
            label for="password" { (t("Parola", "Password")) }
            p.hint id="password-hint" {
                (t("A tuturor persoanelor de test:", "Of every test person:")) " " code { (PASSWORD) }
            }
            (field_error(locale, error, "password"))
            input.short id="password" name="password" type="password" maxlength="64" autocomplete="off"
                aria-describedby=(described_by(error, "password")) aria-invalid=[invalid(error, "password")];
        }
    }
}
