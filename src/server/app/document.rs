//! The contract as a file: `/openapi.json`.

use std::sync::OnceLock;

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa::openapi::OpenApi;

use crate::http::asset::Asset;

/// The file, made at its first request.
pub(super) struct Document {
    contract: OpenApi,
    file: OnceLock<Asset>,
}

impl Document {
    /// Keeps the contract.
    pub(super) fn of(contract: &OpenApi) -> Self {
        Self { contract: contract.clone(), file: OnceLock::new() }
    }

    fn file(&self) -> &Asset {
        self.file.get_or_init(|| Asset::of("application/json", self.contract.to_json().unwrap_or_default()))
    }
}

/// Registers the route of the file.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get_document);
}

#[get("/openapi.json")]
async fn get_document(request: HttpRequest, document: web::Data<Document>) -> HttpResponse {
    document.file().answer(&request)
}
