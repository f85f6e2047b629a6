//! The outermost layer of every request: its id, its problem document, its safe headers, its line in the log.

use std::time::Instant;

use actix_web::body::{self, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;

use super::{Locale, RequestId, problem, problem_page, request_id};
use crate::error::{Code, Error};
use crate::telemetry;

/// Wraps a request. No failure of an inner layer leaves as anything but problem JSON.
pub(crate) async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // HEAD is GET without the content (RFC 9110, section 9.3.2).
    let is_head = request.method() == Method::HEAD;
    if is_head {
        request.head_mut().method = Method::GET;
    }
    let started = Instant::now();
    let id = RequestId::attach(&request);
    let locale = Locale::of(request.headers());
    let is_for_person = problem_page::is_wanted(request.headers());
    let method = request.method().clone();
    let response = next.call(request).await?.map_into_boxed_body();
    let route = response.request().match_pattern().unwrap_or_else(|| String::from("(none)"));
    let mut response = with_problem_document(response, locale, &id, is_for_person);
    add_headers(&mut response, &id);
    log_line(&method, &route, &response, &id, started);
    Ok(if is_head { response.map_body(|_, _| BoxBody::new(body::None::new())) } else { response })
}

fn with_problem_document(
    response: ServiceResponse,
    locale: Locale,
    id: &RequestId,
    is_for_person: bool,
) -> ServiceResponse {
    let Some(failure) = response.response().error() else { return response };
    let foreign;
    let error = match failure.as_error::<Error>() {
        Some(error) => error,
        None => {
            foreign = Error::from(nearest_code(response.status().as_u16()));
            &foreign
        }
    };
    match error {
        Error::Internal(inner) => log::error!("request_id={} fault: {inner}", id.as_str()),
        Error::Problem(problem) => {
            if let Some(outage) = problem.outage {
                log::warn!("request_id={} database: {outage}", id.as_str());
            }
        }
    }
    let document = problem::respond(error, locale, id, is_for_person);
    response.into_response(document)
}

/// The code for a failure that a library reported: by its status alone, its text is not ours to send.
fn nearest_code(status: u16) -> Code {
    match status {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::PayloadTooLarge,
        415 => Code::UnsupportedMediaType,
        400..=499 => Code::MalformedRequest,
        _ => Code::Internal,
    }
}

fn add_headers(response: &mut ServiceResponse, id: &RequestId) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(HeaderName::from_static(request_id::HEADER), value);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The methods of HTTP by name; what else a caller writes there goes into no log and no label.
fn known_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// The route's pattern, never the address: an address can hold codes and states.
fn log_line(method: &Method, route: &str, response: &ServiceResponse, id: &RequestId, started: Instant) {
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let method = known_name(method);
    telemetry::request(method, route, status, took);
    let micros = took.as_micros();
    log::info!(target: "cazier::access", "request_id={} {method} {route} {status} {micros}us", id.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_writes_as_a_method_goes_into_no_log_and_no_label() {
        assert_eq!(known_name(&Method::PATCH), "PATCH");
        for invented in ["AAA1", "1800101221144", "get"] {
            assert_eq!(known_name(&Method::from_bytes(invented.as_bytes()).unwrap()), "OTHER");
        }
    }
}
