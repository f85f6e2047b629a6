//! An officer claims a mandate and sees its holder.

use actix_web::{HttpResponse, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::types::{MandateCase, MandateReviewItem};
use super::{holder, open_case};
use crate::accounts::Officer;
use crate::audit::{self, Event};
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::mandates::company::Represented;
use crate::mandates::{interest, store};
use crate::registry::Registers;
use crate::state::State;

/// Claim a mandate
///
/// For officers. Shows the company register's present data. Claiming a mandate that another officer has claimed takes
/// it over.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The mandate's id")),
    responses(
        (status = 200, description = "Claimed, with the data to decide on", body = MandateCase),
    ),
    extensions(("x-problems" = json!([Code::NotClaimed, Code::OwnApplication]))),
)]
#[post("/v1/review/mandates/{id}/claim")]
pub(crate) async fn claim_mandate(
    state: State,
    registers: web::Data<Registers>,
    officer: Officer,
    path: web::Path<Uuid>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (id, me, caller) = (path.into_inner(), officer.caller.account_id(), officer.clone());
    let (row, account) = state.db.read(move |c| open_case(c, &caller, id)).await?;
    let person = holder(&state.keyring, account.as_ref())?.ok_or(Code::NotFound)?;
    let cui = Represented::decrypt(&state.keyring, &row)?.cui()?;
    let company = registers.companies.company(&cui).await?.found()?;
    interest::not_named(&state.keyring, &officer, company.as_ref())?;
    let (actor, now) = (officer.caller.actor(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        if !store::claim(c, id, me)? {
            return Err(Code::NotClaimed.into());
        }
        audit::record(c, &Event::new(now, actor, "mandate.claimed", Some(id), &request))?;
        store::find_any(c, id)?.ok_or_else(|| Code::NotFound.into())
    };
    let row = officer.caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(MandateCase {
        mandate: MandateReviewItem::of(&row, me),
        cui: cui.as_str().to_owned(),
        named_by_register: company.as_ref().is_some_and(|company| company.names(&person.cnp)),
        company: company.map(Into::into),
        holder: person.into(),
    }))
}
