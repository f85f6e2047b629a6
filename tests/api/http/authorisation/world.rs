//! What there is to be refused: somebody's certificate, application, mandate, case at a counter, session, request, and
//! the people who may and may not touch them.

use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use uuid::Uuid;

use crate::support::{Citizen, House, json_of, open_session};

/// A resource that belongs to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Application,
    Certificate,
    Mandate,
    Session,
    SupportRequest,
    Verification,
}

/// A house at a time that stands still.
pub async fn still_house() -> House {
    House::with().clock(&Clock::pinned(Utc::now())).legal_persons().start().await
}

/// Somebody with the same tokens.
fn same<'a>(citizen: &Citizen<'a>) -> Citizen<'a> {
    Citizen {
        house: citizen.house,
        email: citizen.email.clone(),
        access: citizen.access.clone(),
        refresh: citizen.refresh.clone(),
    }
}

/// The account of these tokens.
pub async fn account_of(citizen: &Citizen<'_>) -> Uuid {
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    account["id"].as_str().unwrap().parse().unwrap()
}

/// Somebody of each role, logged in as far as one can be.
pub async fn one_of_each_role(house: &House) -> [(&'static str, Citizen<'_>); 3] {
    [
        ("citizen", Citizen::registered(house).await),
        ("officer", Citizen::staff(house, "ofiter.cluj@example.ro").await),
        ("operator", Citizen::staff(house, "operator@example.ro").await),
    ]
}

/// An officer whose session has no second factor.
pub async fn officer_without_second_factor(house: &House) -> Citizen<'_> {
    let officer = Citizen::staff(house, "ofiter.bucuresti@example.ro").await;
    let (account, now) = (account_of(&officer).await, house.clock.now());
    let access = open_session(&mut house.database.connect(), account, None, now);
    Citizen { access, ..officer }
}

/// Header values that look like a log-in and are none: of an owner, of an officer, and of nobody.
pub async fn dead_tokens(house: &House) -> Vec<(&'static str, String)> {
    let owner = Citizen::registered(house).await;
    let (account, now) = (account_of(&owner).await, house.clock.now());
    let open = |days| open_session(&mut house.database.connect(), account, None, now - TimeDelta::days(days));
    let ended = Citizen { access: open(0), ..same(&owner) };
    let end = ended.request(Method::DELETE, "/v1/sessions/current").send().await.unwrap();
    assert_eq!(end.status(), 204);
    let officer = account_of(&Citizen::staff(house, "ofiter.cluj@example.ro").await).await;
    let long_ago = now - TimeDelta::minutes(15);
    let idle = open_session(&mut house.database.connect(), officer, Some(long_ago), long_ago);
    let (expired, outlived) = (open(2), open(31));
    house.database.execute(
        "UPDATE sessions SET access_expires_at = access_expires_at + interval '40 days'
            WHERE created_at < now() - interval '30 days'",
    );
    let bearer = |token: &str| format!("Bearer {token}");
    let mut changed = owner.access.clone();
    let last = changed.pop().unwrap();
    changed.push(if last == 'A' { 'Q' } else { 'A' });
    vec![
        ("garbage", bearer("cza_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("a changed token", bearer(&changed)),
        ("an empty token", bearer("")),
        ("a token of 64 KiB", bearer(&"a".repeat(65_536))),
        ("a refresh token", bearer(&owner.refresh)),
        ("another scheme", format!("Basic {}", owner.access)),
        ("an expired token", bearer(&expired)),
        ("the token of an ended session", bearer(&ended.access)),
        ("the token of a session that is too old", bearer(&outlived)),
        ("the token of an idle officer", bearer(&idle)),
    ]
}
