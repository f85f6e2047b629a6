//! The styles and scripts of `/docs/`. Those of Swagger UI are in its crate.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use actix_web::{HttpRequest, web};

use crate::http::asset::Asset;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// A file, compressed when it is first asked for.
struct File {
    path: &'static str,
    content: LazyLock<Asset>,
}

static FILES: [File; 6] = [
    File {
        path: "/docs/guides/page.css",
        content: LazyLock::new(|| {
            Asset::of(CSS, concat!(include_str!("common.css"), include_str!("page.css")))
        }),
    },
    File {
        path: "/docs/guides/page.js",
        content: LazyLock::new(|| Asset::of(JAVASCRIPT, include_str!("page.js"))),
    },
    File {
        path: "/docs/reference.css",
        content: LazyLock::new(|| {
            Asset::of(CSS, concat!(include_str!("common.css"), include_str!("reference.css")))
        }),
    },
    File {
        path: "/docs/reference.js",
        content: LazyLock::new(|| Asset::of(JAVASCRIPT, include_str!("reference.js"))),
    },
    File {
        path: "/docs/swagger-ui.css",
        content: LazyLock::new(|| Asset::of(CSS, of_swagger_ui("swagger-ui.css"))),
    },
    File {
        path: "/docs/swagger-ui-bundle.js",
        content: LazyLock::new(|| Asset::of(JAVASCRIPT, of_swagger_ui("swagger-ui-bundle.js"))),
    },
];

fn of_swagger_ui(name: &str) -> Cow<'static, [u8]> {
    let file = utoipa_swagger_ui::serve(name, Arc::default()).ok().flatten();
    file.map(|file| file.bytes).unwrap_or_default()
}

/// Registers the routes of the files.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    for File { path, content } in &FILES {
        let answer = move |request: HttpRequest| async move { content.answer(&request) };
        routes.route(path, web::get().to(answer));
    }
}

#[cfg(test)]
mod tests {
    use super::of_swagger_ui;

    #[test]
    fn swagger_ui_is_in_its_crate() {
        for name in ["swagger-ui.css", "swagger-ui-bundle.js"] {
            assert!(of_swagger_ui(name).len() > 100_000, "{name}");
        }
    }
}
