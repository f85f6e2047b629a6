//! The trust services of a sandbox: time-stamps, and its authorities' revocation data. Both speak the real protocols,
//! at the URLs in the certificates of the development hierarchy.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpResponse, get, post};

use crate::error::{Error, Result};
use crate::sandbox::misbehaviour;
use crate::sandbox::outages::Outside;
use crate::time::Clock;
use ades::development_pki::{DevelopmentPki, DevelopmentPkiError, Publisher, Revoked};
use ades::timestamp::DevelopmentAuthority;

/// Path of the time-stamp authority.
pub const TIMESTAMPS: &str = "/tsa";
/// The path below which revocation data is published.
pub const REVOCATION: &str = "/pki";

/// The largest request: queries are small.
const MAX_BYTES: usize = 16 * 1024;

/// The authorities of a development hierarchy.
#[derive(Debug)]
pub struct TrustServices {
    authority: DevelopmentAuthority,
    publisher: Publisher,
    clock: Clock,
    revoked: Vec<Revoked>,
}

impl TrustServices {
    /// Makes the services with the keys of a hierarchy; `revoked` lists certificates of its issuing CA that count as
    /// revoked.
    ///
    /// # Errors
    /// Fails if the keys cannot be read.
    pub fn new(
        pki: &DevelopmentPki,
        clock: Clock,
        revoked: Vec<Revoked>,
    ) -> Result<Self, DevelopmentPkiError> {
        let authority = DevelopmentAuthority::new(&pki.timestamp_key_pem, &pki.timestamp_chain_pem)?;
        Ok(Self { authority, publisher: Publisher::new(pki)?, clock, revoked })
    }
}

/// Registers the routes.
pub fn configure(services: Arc<TrustServices>) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config: &mut ServiceConfig| {
        let timestamps = |request: ServiceRequest, next: Next<BoxBody>| {
            misbehaviour::apply(Outside::Timestamps, request, next)
        };
        let revocation = |request: ServiceRequest, next: Next<BoxBody>| {
            misbehaviour::apply(Outside::Revocation, request, next)
        };
        config
            .app_data(web::Data::from(services))
            .service(
                web::scope(REVOCATION)
                    .wrap(from_fn(revocation))
                    .app_data(web::PayloadConfig::new(MAX_BYTES))
                    .service(get_root_crl)
                    .service(get_issuing_crl)
                    .service(answer_ocsp),
            )
            .service(web::resource(TIMESTAMPS).wrap(from_fn(timestamps)).route(web::post().to(stamp)));
    }
}

async fn stamp(services: web::Data<TrustServices>, query: Bytes) -> Result<HttpResponse> {
    let reply = services.authority.respond(&query, services.clock.now());
    answer("application/timestamp-reply", reply)
}

#[get("/root.crl")]
async fn get_root_crl(services: web::Data<TrustServices>) -> Result<HttpResponse> {
    answer("application/pkix-crl", services.publisher.root_crl(services.clock.now(), &[]))
}

#[get("/issuing.crl")]
async fn get_issuing_crl(services: web::Data<TrustServices>) -> Result<HttpResponse> {
    answer("application/pkix-crl", services.publisher.issuing_crl(services.clock.now(), &services.revoked))
}

#[post("/ocsp")]
async fn answer_ocsp(services: web::Data<TrustServices>, request: Bytes) -> Result<HttpResponse> {
    let answered = services.publisher.ocsp(&request, services.clock.now(), &services.revoked);
    answer("application/ocsp-response", answered)
}

fn answer(media_type: &'static str, body: Result<Vec<u8>, DevelopmentPkiError>) -> Result<HttpResponse> {
    let body = body.map_err(Error::internal)?;
    Ok(HttpResponse::Ok().content_type(media_type).body(body))
}
