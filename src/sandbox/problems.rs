//! Problem documents where no node of ours writes them: on the address of the simulated services. An unknown name gets the
//! list of the known ones.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::error::{Error, Violation};
use crate::http::{Locale, RequestId, frame, problem};
use crate::text::Rule;

/// A name that the sandbox does not know, in a query.
#[derive(Debug)]
pub(in crate::sandbox) struct UnknownName {
    /// What the parameter must be.
    pub(in crate::sandbox) rule: &'static Rule,
    /// The known names.
    pub(in crate::sandbox) known: Vec<&'static str>,
}

impl UnknownName {
    /// Makes the problem that points at the parameter.
    pub(in crate::sandbox) fn at(&self, parameter: &str) -> Error {
        let known = self.known.iter().copied().map(str::to_owned).collect();
        Error::violations(vec![Violation::new(format!("?{parameter}"), self.rule).knowing(known)])
    }
}

/// Writes the document of each failure, as the frame of a node does.
///
/// # Errors
/// Passes those of inner layers on.
pub async fn write_problems(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (id, locale) = (RequestId::attach(&request), Locale::of(&request));
    let response = next.call(request).await?.map_into_boxed_body();
    let failure = response.response().error().and_then(|error| error.as_error::<Error>());
    let Some(error) = failure else { return Ok(response) };
    if let Error::Internal(fault) = error {
        log::error!("simulated services: fault: {fault}");
    }
    let document = problem::respond(error, locale, &id, None);
    let mut response = response.into_response(document);
    frame::add_request_id(&mut response, &id);
    Ok(response)
}
