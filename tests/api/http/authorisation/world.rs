//! What there is to be refused: somebody's certificate, application, mandate, case at a counter, session, request, and
//! the people who may and may not touch them.

use std::collections::BTreeMap;

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, Citizen, House, Officer, ask_mandate, json_of, open_session};

/// A resource that belongs to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Application,
    Certificate,
    Grant,
    Mandate,
    Session,
    SupportRequest,
    Verification,
}

/// A resource and whose it is.
pub struct Held<'a> {
    pub id: String,
    pub owner: Citizen<'a>,
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

/// Everything that belongs to somebody.
pub struct World<'a> {
    pub house: &'a House,
    /// The owner of most things, with a second factor that was shown a moment ago.
    pub owner: Citizen<'a>,
    /// The officer in whose hands the cases are.
    pub officer: Officer<'a>,
    things: BTreeMap<Thing, Held<'a>>,
}

impl<'a> World<'a> {
    /// Lets an owner apply, ask and claim, and an officer take the cases; the house rests afterwards.
    pub async fn of(house: &'a House) -> Self {
        let owner = Citizen::verified(house, "clean").await;
        App::set_up(&owner, &house.clock).await;
        let officer = Officer::at(house, "CJ-P01").await;
        let claimant = Citizen::registered(house).await;
        let verification = officer.receive(&claimant, "clean-3").await;
        let mut world = Self { house, owner, officer, things: BTreeMap::new() };
        world.things.insert(Thing::Verification, Held { id: verification, owner: claimant });
        world.apply().await;
        world.ask().await;
        world.open_other_session().await;
        world.grant().await;
        house.rest().await;
        world
    }

    /// A thing by its kind.
    pub fn thing(&self, thing: Thing) -> &Held<'a> {
        &self.things[&thing]
    }

    /// The ids of all of them.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.things.values().map(|held| held.id.as_str())
    }

    fn keep(&mut self, thing: Thing, of: &Value) {
        let id = of["id"].as_str().unwrap().to_owned();
        self.things.insert(thing, Held { id, owner: same(&self.owner) });
    }

    /// A certificate, and an application that an officer has claimed.
    async fn apply(&mut self) {
        let certificate = self.owner.certificate("employment").await;
        self.keep(Thing::Certificate, &certificate);
        let path = format!("/v1/certificates/{}/corrections", self.thing(Thing::Certificate).id);
        let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
        let asked = json_of(self.owner.post(&path, &correction).await, 202).await;
        self.officer.claim_case(asked["id"].as_str().unwrap()).await;
        self.keep(Thing::Application, &asked);
    }

    /// A mandate that an officer has claimed, and a request to the help desk.
    async fn ask(&mut self) {
        let mandate = json_of(ask_mandate(&self.owner, "firm-clean", "attorney").await, 202).await;
        let path = format!("/v1/review/mandates/{}/claim", mandate["id"].as_str().unwrap());
        json_of(self.officer.post(&path, &json!({})).await, 200).await;
        self.keep(Thing::Mandate, &mandate);
        let question = json!({"topic": "application", "message": "Nu pot depune cererea."});
        let asked = json_of(self.owner.post("/v1/support/requests", &question).await, 202).await;
        self.keep(Thing::SupportRequest, &asked);
    }

    /// What the owner granted a client.
    async fn grant(&mut self) {
        let (account, id) = (account_of(&self.owner).await, Uuid::now_v7());
        let rows = format!(
            "INSERT INTO clients (id, name, contact, kind, origins, redirect_uris, rate_class, environment, created_at)
                VALUES ('granted', 'Oraș', 'it@city.example', 'web', '{{}}', '{{}}', 'standard', 'sandbox', now());
            INSERT INTO oauth_grants (id, account_id, client_id, scopes, created_at, granted_at)
                VALUES ('{id}', '{account}', 'granted', '{{openid}}', now(), now())"
        );
        self.house.database.connect().batch_execute(&rows).unwrap();
        self.keep(Thing::Grant, &json!({"id": id}));
    }

    async fn open_other_session(&mut self) {
        let (account, now) = (account_of(&self.owner).await, self.house.clock.now());
        open_session(&mut self.house.database.connect(), account, None, now);
        let listed = json_of(self.owner.get("/v1/sessions").await, 200).await;
        let other = listed["items"].as_array().unwrap().iter().find(|item| item["current"] == false);
        self.keep(Thing::Session, other.unwrap());
    }
}

/// Somebody of each role, logged in as far as one can be.
pub async fn one_of_each_role(house: &House) -> [(&'static str, Citizen<'_>); 3] {
    [
        ("citizen", Citizen::registered(house).await),
        ("officer", Citizen::staff(house, "ofiter.cluj@example.ro").await),
        ("operator", Citizen::staff(house, "operator@example.ro").await),
    ]
}

/// A session of a member of staff that has no second factor.
pub async fn without_second_factor<'a>(house: &'a House, email: &str) -> Citizen<'a> {
    staff_with_factor_at(house, email, None).await
}

/// An operator whose second factor was shown too long ago to change anything.
pub async fn tired_operator(house: &House) -> Citizen<'_> {
    let shown = house.clock.now() - TimeDelta::minutes(11);
    staff_with_factor_at(house, "operator@example.ro", Some(shown)).await
}

async fn staff_with_factor_at<'a>(
    house: &'a House,
    email: &str,
    shown: Option<DateTime<Utc>>,
) -> Citizen<'a> {
    let staff = Citizen::staff(house, email).await;
    let (account, now) = (account_of(&staff).await, house.clock.now());
    let access = open_session(&mut house.database.connect(), account, shown, now);
    Citizen { access, ..staff }
}

/// Another citizen, who has proved to be present, and has nothing.
pub async fn stranger(house: &House) -> Citizen<'_> {
    let stranger = Citizen::verified(house, "clean-2").await;
    stranger.prove_presence().await;
    stranger
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
