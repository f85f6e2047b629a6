//! Step 3: the bank's code.

use maud::{Markup, html};

use super::super::flow::{FieldError, Flow, tries_left};
use super::layout::{Top, described_by, error_summary, field_error, form, invalid, page as layout, title};

pub(super) fn page(
    flow: &Flow,
    sms_code: &str,
    bank_refuses: bool,
    wrong_codes: u8,
    error: Option<FieldError>,
) -> Markup {
    let t = |ro, en| flow.locale.pick(ro, en);
    let heading = t("Codul 3-D Secure", "3-D Secure code");
    let body = html! {
        (error_summary(flow.locale, error))
        h1 { (heading) }
        p { (t("Banca a trimis un cod prin SMS.", "The bank has sent a code by SMS.")) }
        (message(flow, sms_code))
        @if bank_refuses {
            p.hint { (t(
                "Cu acest card, niciun cod nu va fi acceptat.",
                "With this card, no code will be accepted.",
            )) }
        }
        (form(flow, "code", t("Trimite codul", "Send the code"), &code_field(flow, wrong_codes, error)))
    };
    layout(flow.locale, &title(flow.locale, heading, error), Top::Step(3), &body)
}

fn message(flow: &Flow, sms_code: &str) -> Markup {
    let t = |ro, en| flow.locale.pick(ro, en);
    html! {
        figure.sms {
            figcaption { (t("SMS simulat", "Simulated SMS")) }
            p { (t("Codul pentru confirmarea identității:", "Code to confirm your identity:")) " "
                strong { (sms_code) } }
        }
    }
}

fn code_field(flow: &Flow, wrong_codes: u8, error: Option<FieldError>) -> Markup {
    let t = |ro, en| flow.locale.pick(ro, en);
    html! {
        div.field {
            label for="code" { (t("Codul primit", "The code")) }
            p.hint id="code-hint" {
                (t("6 cifre. Încercări rămase:", "6 digits. Attempts left:")) " " (tries_left(wrong_codes))
            }
            (field_error(flow.locale, error, "code"))
            input.short id="code" name="code" inputmode="numeric" maxlength="12" autocomplete="one-time-code"
                aria-describedby=(described_by(error, "code")) aria-invalid=[invalid(error, "code")];
        }
    }
}
