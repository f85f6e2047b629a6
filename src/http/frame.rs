//! The layer around every request: request id, problem documents, what is left of limits, access log.

use std::net::IpAddr;
use std::time::Instant;

use actix_web::body::{self, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, VARY};
use actix_web::http::{ConnectionType, Method};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, web};

use super::operations::{self, Operations};
use super::problem::page;
use super::{Locale, RequestId, fallback, outages, problem, quotas, request_id};
use crate::error::{Code, Error};
use crate::person::Cnp;
use crate::sender::{HeadersDiffer, Sender};
use crate::state::State;
use crate::telemetry::{self, log_lines};
use crate::trace::{self, TRACEPARENT, TRACESTATE, Trace, Work};

/// Wraps a request. Every failure of an inner layer leaves as problem JSON.
pub(crate) async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = RequestId::attach(&request);
    let address = address_of(&request);
    let work =
        Work::new(id.as_str(), trace_of(request.headers()), sender_of(&request, address.ok().flatten()));
    trace::within(work, framed(request, id, address.map(|_| next))).await
}

async fn framed(
    mut request: ServiceRequest,
    id: RequestId,
    next: Result<Next<impl MessageBody + 'static>, HeadersDiffer>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // HEAD is GET without the content (RFC 9110, section 9.3.2).
    let is_head = request.method() == Method::HEAD;
    let method = known_name(request.method());
    if is_head {
        request.head_mut().method = Method::GET;
    }
    let (started, in_hand) = (Instant::now(), telemetry::InFlight::begin());
    let is_for_person = page::is_wanted(request.headers());
    let locale = if is_for_person { Locale::of_reader(&request) } else { Locale::of(&request) };
    let response = match next {
        Ok(next) => match fallback::disguised(&request).or_else(|| fallback::wrong_method(&request)) {
            Some(refusal) => request.error_response(refusal),
            None => next.call(request).await?.map_into_boxed_body(),
        },
        Err(HeadersDiffer) => request.error_response(Error::from(Code::ForwardedHeadersDiffer)),
    };
    let route = response.request().match_pattern().unwrap_or_else(|| String::from("(none)"));
    let endpoint = Endpoint { method, route };
    let mut response = with_problem_document(response, locale, &id, is_for_person, &endpoint);
    add_request_id(&mut response, &id);
    say_what_is_left(&mut response);
    say_what_it_depends_on(&mut response);
    close_when_stopping(&mut response);
    log_line(&endpoint, &response, started);
    drop(in_hand);
    Ok(if is_head { response.map_body(|_, _| BoxBody::new(body::None::new())) } else { response })
}

/// Returns the sender's address, as the trusted proxies tell it; `None` without a peer.
fn address_of(request: &ServiceRequest) -> Result<Option<IpAddr>, HeadersDiffer> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    let known = request.app_data::<State>().zip(peer);
    known.map(|(state, peer)| state.trusted_proxies.sender(peer, request.headers())).transpose()
}

fn sender_of(request: &ServiceRequest, address: Option<IpAddr>) -> Option<Sender> {
    Some(Sender::of(&request.app_data::<State>()?.keyring, address))
}

/// The route's pattern. Never the address, which can hold codes and states.
struct Endpoint {
    method: &'static str,
    route: String,
}

/// Returns the caller's trace, or a new one. Trace ids are logged, so an id that could hold a CNP is replaced.
fn trace_of(headers: &HeaderMap) -> Trace {
    let values = |name| headers.get_all(name).map(HeaderValue::as_bytes);
    let received = Trace::received(values(TRACEPARENT), values(TRACESTATE));
    received.filter(|trace| !holds_cnp(&trace.id())).unwrap_or_else(Trace::begin)
}

/// Returns whether the id contains a valid CNP. One random id in about ten thousand does.
fn holds_cnp(id: &str) -> bool {
    (0..id.len()).any(|start| id.get(start..start + 13).is_some_and(|digits| Cnp::parse(digits).is_ok()))
}

fn with_problem_document(
    response: ServiceResponse,
    locale: Locale,
    id: &RequestId,
    is_for_person: bool,
    Endpoint { method, route }: &Endpoint,
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
        Error::Internal(fault) => log::error!("{method} {route}: fault: {fault}"),
        Error::Problem(problem) => {
            if let Some(outage) = problem.outage {
                outages::tell(outage, method, route);
            }
        }
    }
    if error.code().is_unavailable() {
        telemetry::shed(error.code().as_str());
    }
    let home = is_for_person.then(|| problem::home(response.request()));
    let mut document = problem::respond(error, locale, id, home.as_deref());
    problem::blame_token(&mut document, error, response.request());
    response.into_response(document)
}

/// Picks the code for a failure that a library reported, by its status alone: the library's text is never sent.
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

/// Names the request in the response.
pub(crate) fn add_request_id(response: &mut ServiceResponse, id: &RequestId) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(HeaderName::from_static(request_id::HEADER), value);
    }
}

/// Says what is left of the limits that the request was counted for. An error says only which limit was reached: a request that
/// failed may be taken off the count.
fn say_what_is_left(response: &mut ServiceResponse) {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        quotas::tell(response.headers_mut(), &trace::quotas());
    }
}

/// Tells caches that texts depend on the language that was asked for, and problems and their pages on the media type
/// (RFC 9110, section 12.5.5).
fn say_what_it_depends_on(response: &mut ServiceResponse) {
    let headers = response.headers_mut();
    if headers.contains_key(CONTENT_LANGUAGE) && !headers.contains_key(VARY) {
        headers.insert(VARY, HeaderValue::from_static("Accept, Accept-Language"));
    }
}

/// Asks clients to reconnect (`Connection: close`) while this node is stopping.
fn close_when_stopping(response: &mut ServiceResponse) {
    if response.request().app_data::<State>().is_some_and(|state| state.stopping.has_begun()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
}

/// Returns the name of a standard HTTP method; any other text must not reach logs or labels.
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

/// Returns what a routed request asked for: an operation of the contract, or else the route's pattern.
pub(crate) fn asked_for(request: &HttpRequest) -> String {
    let route = request.match_pattern().unwrap_or_else(|| String::from("(none)"));
    let operations = request.app_data::<web::Data<Operations>>();
    let operation = operations.map(|operations| operations.id(known_name(request.method()), &route));
    match operation {
        Some(operation) if operation != operations::NONE => operation.to_owned(),
        _ => route,
    }
}

fn log_line(Endpoint { method, route }: &Endpoint, response: &ServiceResponse, started: Instant) {
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let operations = response.request().app_data::<web::Data<Operations>>();
    let operation = operations.map_or(operations::NONE, |operations| operations.id(method, route));
    telemetry::request(operation, method, route, status, took);
    let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let fields = [
        ("method", (*method).into()),
        ("route", route.as_str().into()),
        ("status", status.into()),
        ("duration_us", duration_us.into()),
    ];
    log_lines::with_fields(fields, || {
        log::info!(target: "cazier::access", "{method} {route} {status} {duration_us}us");
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_method_reaches_no_log_and_no_label() {
        assert_eq!(known_name(&Method::PATCH), "PATCH");
        for invented in ["AAA1", "1800101221144", "get"] {
            assert_eq!(known_name(&Method::from_bytes(invented.as_bytes()).unwrap()), "OTHER");
        }
    }

    #[test]
    fn a_trace_that_holds_a_cnp_is_replaced() {
        let trace = |id: &str| {
            let mut headers = HeaderMap::new();
            let parent = format!("00-{id}-00f067aa0ba902b7-01");
            headers.insert(HeaderName::from_static("traceparent"), HeaderValue::try_from(parent).unwrap());
            trace_of(&headers).id()
        };
        let (random, cnp) = ("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f1800101221144d0e0e47361234");
        assert_eq!(trace(random), random);
        assert_ne!(trace(cnp), cnp);
    }
}
