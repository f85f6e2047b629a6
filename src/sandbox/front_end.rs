//! The front end to copy from, as it was built from `examples/frontend` into its `dist`: one document, at the path of every
//! page, whose script shows the page. It calls the API of the contract alone.

use std::sync::LazyLock;

use actix_web::guard::fn_guard;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use url::Url;

use super::page::is_asked_by_person;
use crate::clients::{Client, ClientId, ClientKind, Environment, RateClass, Registration, Scope, store};
use crate::error::{Error, Result};
use crate::http::asset::Asset;
use crate::text::Line;
use crate::web::RedirectUri;

/// Own files alone, nothing inline, and nothing that makes markup out of text; images also out of what the script holds, such as
/// the QR code of a second factor.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The pages, as `src/routes.tsx` lists them.
const PAGES: [&str; 52] = [
    "/",
    "/login",
    "/login/password",
    "/signed-in",
    "/signed-in/hub",
    "/signed-out",
    "/present",
    "/register",
    "/confirm-email",
    "/forgotten-password",
    "/reset-password",
    "/stop-email-change",
    "/stop-second-factor-reset",
    "/identity",
    "/identity/proved",
    "/identity/at-counter",
    "/applications/new",
    "/applications/new/data",
    "/applications/new/reason",
    "/applications/new/represented",
    "/applications/new/company",
    "/applications/{id}",
    "/certificates/{id}",
    "/certificates/{id}/correction",
    "/mandates",
    "/mandates/new",
    "/mandates/{id}",
    "/account",
    "/account/accesses",
    "/account/sessions",
    "/account/grants",
    "/account/email",
    "/account/password",
    "/account/second-factor",
    "/account/deletion",
    "/account-deleted",
    "/account/data",
    "/counters",
    "/support",
    "/support/requests",
    "/support/requests/{id}",
    "/check",
    "/check/file",
    "/desk",
    "/desk/counter",
    "/desk/second-factor",
    "/desk/reviews",
    "/desk/reviews/{id}",
    "/desk/mandates",
    "/desk/mandates/{id}",
    "/desk/questions",
    "/desk/questions/{id}",
];

/// The id and the return path of the front end as a client, as its `src/sign-in/hub.ts` has them.
const CLIENT_ID: &str = "front-end";
const RETURN_PATH: &str = "/signed-in/hub";
/// Where `npm run dev` serves the front end while somebody changes it.
const IN_DEVELOPMENT: &str = "http://127.0.0.1:5173";

static DOCUMENT: LazyLock<Asset> =
    LazyLock::new(|| Asset::page(include_str!("../../examples/frontend/dist/index.html").to_owned(), POLICY));

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let script = include_str!("../../examples/frontend/dist/front-end/app.js");
    Asset::of("text/javascript; charset=utf-8", script)
});

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let style = include_str!("../../examples/frontend/dist/front-end/app.css");
    Asset::of("text/css; charset=utf-8", style)
});

/// Registers the pages, on the API's own address, and their files.
pub(super) fn configure(config: &mut ServiceConfig) {
    for path in PAGES {
        config.route(path, web::get().guard(fn_guard(is_asked_by_person)).to(show_page));
    }
    config.route("/front-end/app.js", web::get().to(get_script));
    config.route("/front-end/app.css", web::get().to(get_style));
}

/// Registers the front end as a client that signs in with the Hub, as an operator does for front ends of others. Its addresses
/// are written at each start, because the port may be another one.
///
/// # Errors
/// Fails if the database cannot be written.
pub fn register_front_end(c: &mut PgConnection, api: &Url, now: DateTime<Utc>) -> Result<()> {
    let client = Client::of(&registration(api)?, now);
    if !store::insert(c, &client)? {
        store::set_redirect_uris(c, &client)?;
    }
    Ok(())
}

fn registration(api: &Url) -> Result<Registration> {
    let back = |base: &str| RedirectUri::parse(&format!("{base}{RETURN_PATH}")).map_err(Error::internal);
    let registration = Registration {
        id: ClientId::parse(CLIENT_ID).map_err(Error::internal)?,
        name: Line::parse("Portalul cetățeanului (test)").map_err(Error::internal)?,
        contact: Line::parse("portal@front-end.example").map_err(Error::internal)?,
        logo_text: None,
        kind: ClientKind::Browser,
        first_party: false,
        origins: Vec::new(),
        redirect_uris: vec![back(api.as_str().trim_end_matches('/'))?, back(IN_DEVELOPMENT)?],
        initiate_login_uri: None,
        mail_link_base: None,
        rate_class: RateClass::Standard,
        scopes: Scope::ALL.to_vec(),
        environment: Environment::Sandbox,
    };
    registration.check().map_err(|(_, rule)| Error::internal(rule))?;
    Ok(registration)
}

async fn show_page(request: HttpRequest) -> HttpResponse {
    DOCUMENT.answer(&request)
}

async fn get_script(request: HttpRequest) -> HttpResponse {
    SCRIPT.answer(&request)
}

async fn get_style(request: HttpRequest) -> HttpResponse {
    STYLE.answer(&request)
}

#[cfg(test)]
mod tests {
    use super::{CLIENT_ID, PAGES, RETURN_PATH};

    #[test]
    fn the_front_end_is_the_client_that_is_registered() {
        let protocol = include_str!("../../examples/frontend/src/sign-in/hub.ts");
        for (name, value) in [("CLIENT_ID", CLIENT_ID), ("RETURN_PATH", RETURN_PATH)] {
            assert!(protocol.contains(&format!("const {name} = \"{value}\";")), "{name}");
        }
        assert!(PAGES.contains(&RETURN_PATH));
    }

    #[test]
    fn the_pages_are_those_of_the_router() {
        let router = include_str!("../../examples/frontend/src/routes.tsx");
        let path = |line: &'static str| Some(line.strip_prefix("\t[\"")?.split_once('"')?.0);
        let paths: Vec<&str> = router.lines().filter_map(path).collect();
        assert_eq!(paths, PAGES);
    }
}
