//! The portal: log-in, services.

use maud::{Markup, html};

use super::super::provider::Client;
use super::super::visit::{LogIn, Visit};
use super::layout::{Top, error_summary, form_of, page as layout, title};
use super::login;
use crate::clients;
use crate::sandbox::locale::Locale;

/// Renders the log-in.
pub(super) fn login(log_in: &LogIn<'_>, locale: Locale) -> Markup {
    let heading = locale.pick("Autentificare", "Log in");
    let fields = login::fields(locale, log_in.person, log_in.typed_cnp, log_in.error);
    let body = html! {
        (error_summary(locale, log_in.error))
        h1 { (heading) }
        (login::lead(locale))
        (form_of("", "log_in", locale.pick("Intră în cont", "Log in"), &fields, &html! {}))
    };
    layout(locale, &title(locale, heading, log_in.error), Top::Switch, &body)
}

/// Renders the services.
pub(super) fn services(visit: &Visit, hub: &Client, locale: Locale) -> Markup {
    let person = visit.person;
    let heading = locale.pick("Serviciile mele", "My services");
    let log_out = html! {
        button.quiet type="submit" name="step" value="log_out" { (locale.pick("Ieși din cont", "Log out")) }
    };
    let submit = locale.pick("Cazier judiciar", "Criminal record");
    let body = html! {
        h1 { (heading) }
        p { (locale.pick("Sunteți", "You are")) " " strong { (person.given_name) " " (person.family_name) } "." }
        p { (locale.pick(
            "Cereți certificatul de cazier judiciar: Ghișeul îi spune Hubului MAI cine sunteți, fără altă parolă.",
            "Ask for the criminal-record certificate: Ghișeul tells the Hub who you are, with no other password.",
        )) }
        (form_of(&visit.form_token, "criminal_record", submit, &front_ends(hub, locale), &log_out))
    };
    layout(locale, heading, Top::Switch, &body)
}

/// Renders the choice of front ends: in reality there is one, here any that is registered.
fn front_ends(hub: &Client, locale: Locale) -> Markup {
    let stand_in = (clients::DEFAULT.to_owned(), hub.stand_in.to_string());
    let places = std::iter::once(stand_in).chain(hub.front_ends.places());
    html! {
        div.field {
            label for="front_end" { (locale.pick("Interfața Hubului", "Front end of the Hub")) }
            p.hint id="front_end-hint" { (locale.pick(
                "Numai în mediul de test; prima este o pagină care arată cu ce vă întoarceți.",
                "In the test environment alone; the first is a page that shows what you come back with.",
            )) }
            select id="front_end" name="front_end" aria-describedby="front_end-hint" {
                @for (client_id, return_url) in places {
                    option value={ (client_id) " " (return_url) } { (client_id) " – " (return_url) }
                }
            }
        }
    }
}
