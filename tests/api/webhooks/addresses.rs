//! Outside a sandbox, messages go to public addresses alone, whatever a name leads to at the moment of the connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cazier::db;
use cazier::db::roles::DbRole;
use cazier::server::assembly;
use cazier::webhooks::{Deliveries, Looking, Lookup, Reach};
use serde_json::json;

use super::{EVERYTHING, Receiver, add, due, house, messages, test};
use crate::oauth::Client;
use crate::support::{House, keyring};

/// A name server of an attacker: it answers each look-up with the next address.
struct Names {
    answers: Vec<&'static str>,
    asked: Arc<AtomicUsize>,
}

impl Lookup for Names {
    fn addresses(&self, _: String) -> Looking {
        let at = self.asked.fetch_add(1, Ordering::SeqCst);
        let all = self.answers[at.min(self.answers.len() - 1)];
        let all: Vec<SocketAddr> =
            all.split(' ').map(|one| SocketAddr::new(one.parse().unwrap(), 0)).collect();
        Box::pin(async move { Ok(all) })
    }
}

/// What delivers with this reach, and how often names were looked up.
fn with_names(house: &House, reach: Reach, answers: &[&'static str]) -> (Deliveries, Arc<AtomicUsize>) {
    let (keyring, asked) = (Arc::new(keyring()), Arc::<AtomicUsize>::default());
    let url = house.database.url_as(DbRole::Worker);
    let db = db::connect(&url, 4, assembly::installation(&keyring, true));
    let lookup = Arc::new(Names { answers: answers.to_vec(), asked: asked.clone() });
    let made = Deliveries::with_lookup(db, keyring, house.clock.clone(), (reach, lookup));
    (made.unwrap(), asked)
}

#[actix_web::test]
async fn a_name_that_leads_into_a_private_network_is_not_connected_to() {
    let (house, _) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let endpoint = add(&client, &format!("https://rebind.example:{}/", receiver.port), &EVERYTHING).await;
    test(&client, &endpoint).await;
    // First a public address, where nobody answers within the test; then, as in DNS rebinding, this machine.
    let (public, asked) = with_names(&house, Reach::Public, &["127.0.0.1", "10.0.0.1 ::1 169.254.169.254"]);
    for attempt in 1..=2 {
        due(&house);
        assert_eq!(public.deliver_due().await.unwrap(), 1);
        let message = messages(&client, &endpoint).await.remove(0);
        assert_eq!(message["last_outcome"], json!("address_not_allowed"), "{message}");
        assert_eq!(asked.load(Ordering::SeqCst), attempt, "each connection looks the name up");
    }
    assert_eq!(receiver.connections(), 0);
    // The same name and addresses do connect where everything may be reached: the receiver is there.
    let (everywhere, _) = with_names(&house, Reach::Everywhere, &["127.0.0.1"]);
    due(&house);
    everywhere.deliver_due().await.unwrap();
    assert_eq!(receiver.connections(), 1);
}

#[actix_web::test]
async fn an_address_or_plain_http_in_the_url_is_not_connected_to() {
    let (house, _) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let port = receiver.port;
    let urls = [
        format!("https://127.0.0.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("http://public.example:{port}/"),
    ];
    let (public, asked) = with_names(&house, Reach::Public, &["127.0.0.1"]);
    let endpoint = add(&client, &urls[0], &EVERYTHING).await;
    test(&client, &endpoint).await;
    for url in urls {
        house.database.execute(&format!("UPDATE webhook_endpoints SET url = '{url}'"));
        due(&house);
        public.deliver_due().await.unwrap();
        let message = messages(&client, &endpoint).await.remove(0);
        assert_eq!(message["last_outcome"], json!("address_not_allowed"), "{url}");
    }
    assert_eq!((receiver.connections(), asked.load(Ordering::SeqCst)), (0, 0));
}

#[actix_web::test]
async fn a_redirect_is_not_followed() {
    let (house, deliveries) = house().await;
    let (client, receiver) = (Client::web(&house).await, Receiver::start().await);
    let elsewhere = Receiver::start().await;
    let endpoint = add(&client, &receiver.url, &EVERYTHING).await;
    receiver.redirects(&elsewhere.url);
    test(&client, &endpoint).await;
    deliveries.deliver_due().await.unwrap();
    let message = messages(&client, &endpoint).await.remove(0);
    assert_eq!(
        (&message["last_outcome"], &message["last_response_status"]),
        (&json!("refused"), &json!(307))
    );
    assert_eq!((receiver.connections(), elsewhere.connections()), (1, 0));
}
