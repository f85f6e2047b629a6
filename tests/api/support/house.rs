//! A running house: the application as `cazier dev` starts it, in this process, on free ports.

mod builder;
mod servers;

use std::cell::Cell;
use std::rc::Rc;

use actix_web::dev::ServerHandle;
use actix_web::rt::task::JoinHandle;
use ades::{Certificate, Verifier};
use cazier::config::IdentityProvider;
use cazier::connections::Limits;
use cazier::jobs::Worker;
use cazier::registry::Mutual;
use cazier::signature::Held;
use cazier::time::Clock;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use url::Url;

use super::database::Database;
use super::gate::Gate;
use super::moods::Moods;
use super::wire::Wire;
pub use builder::{HouseBuilder, secrets};
pub use servers::TrustServices;

pub struct House {
    pub api: Url,
    /// Origin of the simulated Ghișeul.
    pub ghiseul: String,
    pub http: reqwest::Client,
    pub database: Rc<Database>,
    worker: Rc<Worker>,
    working: Cell<Option<JoinHandle<()>>>,
    waiting_room: JoinHandle<()>,
    raising: Option<JoinHandle<()>>,
    /// Where the simulated registers are, and what a node shows there.
    pub registers: (Url, Mutual),
    servers: Vec<ServerHandle>,
}

impl House {
    /// A house on a database of its own, as `cazier dev` starts it.
    pub async fn start() -> Self {
        Self::with().start().await
    }

    /// A house that has what others have not.
    pub fn with<'a>() -> HouseBuilder<'a> {
        HouseBuilder::default()
    }

    /// A house whose time stands still where the test puts it.
    pub async fn start_at(clock: Clock) -> Self {
        Self::with().clock(&clock).start().await
    }

    /// Another house on a database that may have one already.
    pub async fn start_on(database: Rc<Database>, clock: Clock) -> Self {
        Self::with().on(&database).clock(&clock).start().await
    }

    /// A house of the second phase: certificates with entries are issued.
    pub async fn start_with_entries() -> Self {
        Self::with().entries().start().await
    }

    /// A house where legal persons get certificates; `more` settings go with it.
    pub async fn start_with_legal_persons(clock: Clock, more: &[(&str, &str)]) -> Self {
        let house = Self::with().clock(&clock).legal_persons();
        more.iter().fold(house, |house, (name, value)| house.setting(name, value)).start().await
    }

    /// A house that reads the local registers, which count for 48 hours.
    pub async fn start_local() -> Self {
        Self::with().local_registers().start().await
    }

    /// A house of both services whose only connection to its database goes over this wire.
    pub async fn start_on_wire(database: Rc<Database>, wire: &Wire) -> Self {
        Self::with().on(&database).over(wire).legal_persons().start().await
    }

    /// A house that is told another address for its database.
    pub async fn start_with(database: Rc<Database>, database_url: &str, clock: Clock) -> Self {
        Self::with().on(&database).database_url(database_url).clock(&clock).start().await
    }

    /// A house that holds other keys than those of its database's hierarchy.
    pub async fn start_holding(database: Rc<Database>, clock: Clock, held: Vec<Held>) -> Self {
        Self::with().on(&database).clock(&clock).seal_keys(held).start().await
    }

    /// A house whose certificates say that revocation is published, and whose signatures get time-stamps.
    pub async fn start_trusting(trust: TrustServices) -> Self {
        Self::with().trust_services(trust).start().await
    }

    /// A house of both services whose registers of persons answer when the gate is open.
    pub async fn start_behind(gate: &Gate) -> Self {
        Self::with().legal_persons().gate(gate).start().await
    }

    /// A house of both services whose criminal-record register has these moods.
    pub async fn start_moody(moods: &Moods, clock: Clock) -> Self {
        Self::with().legal_persons().moods(moods).clock(&clock).start().await
    }

    /// The same on a database that may have one already, in the second phase: certificates with entries are issued.
    pub async fn start_moody_on(database: &Rc<Database>, moods: &Moods, clock: Clock) -> Self {
        Self::with().on(database).entries().moods(moods).clock(&clock).start().await
    }

    /// A house that bounds its clients so.
    pub async fn start_bounded(limits: Limits) -> Self {
        Self::with().limits(limits).start().await
    }

    /// A house with the providers that are made for its address out of the simulated Ghișeul's settings.
    pub async fn start_among(
        providers: impl FnOnce(&Url, IdentityProvider) -> Vec<IdentityProvider>,
    ) -> Self {
        Self::with().providers(providers).start().await
    }

    /// Stops what works by itself: from now on the house does what it is asked for, and nothing else.
    pub async fn rest(&self) {
        self.worker.stop();
        self.waiting_room.abort();
        if let Some(working) = self.working.take() {
            working.await.unwrap();
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.api.join(path).unwrap())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Trusts that root, and nothing else.
    pub fn verifier(&self) -> Verifier {
        Verifier::new(Certificate::all_from_pem(self.root_pem()).unwrap(), Vec::new())
    }

    /// The root of the house's hierarchy, for OpenSSL.
    pub fn root_pem(&self) -> &str {
        &self.database.pki(chrono::Utc::now()).root_pem
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.worker.stop();
        self.waiting_room.abort();
        if let Some(raising) = &self.raising {
            raising.abort();
        }
        for server in &self.servers {
            // Sends the command; nobody waits for it.
            drop(server.stop(false));
        }
    }
}
