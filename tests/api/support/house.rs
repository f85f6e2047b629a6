//! A running house: the application as `cazier dev` starts it, in this process, on free ports.

mod builder;
mod servers;

use std::cell::Cell;
use std::rc::Rc;

use actix_web::dev::ServerHandle;
use actix_web::rt::task::JoinHandle;
use ades::{Certificate, Verifier};
use cazier::jobs::Worker;
use cazier::registry::Mutual;
use cazier::time::Clock;
use reqwest::{Method, Response};
use reqwest_middleware::{ClientWithMiddleware, RequestBuilder};
use serde_json::Value;
use url::Url;

use super::database::Database;
pub use builder::{HouseBuilder, secrets};
pub use servers::TrustServices;

pub struct House {
    pub api: Url,
    /// Origin of the simulated Ghișeul.
    pub ghiseul: String,
    /// Fails the test when an answer is not as the contract says.
    pub http: ClientWithMiddleware,
    pub database: Rc<Database>,
    pub clock: Clock,
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
