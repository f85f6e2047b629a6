//! The simulated Ghișeul, in this process: people who prove their identity there, and their entries in the register.

use std::collections::BTreeMap;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use actix_web::rt::System;
use actix_web::{App, HttpServer, web};
use ades::RsaScheme;
use cazier::config::{Config, IdentityProvider};
use cazier::person::Cnp;
use cazier::registry;
use cazier::sandbox::ghiseul::{self, Client, GhiseulSimulator, provider_settings};
use cazier::server::app::Parts;
use cazier::server::assembly::{self, Circumstances, Secrets};
use cazier::signature::{Source, Where};
use cazier::time::Clock;
use chrono::{NaiveDate, Utc};
use diesel::{Connection as _, PgConnection};
use serde::Deserialize;
use url::Url;
use zeroize::Zeroizing;

use super::Result;
use super::house::House;
use super::http::{Connection, post};
use super::seed;

/// The secret that the service has at this provider.
pub const CLIENT_SECRET: &str = "bench";

/// Somebody whom this Ghișeul knows.
#[derive(Deserialize)]
pub struct Person {
    /// For `login_hint`.
    pub id: String,
    pub cnp: String,
    pub family_name: String,
    pub given_name: String,
    birth_date: NaiveDate,
}

/// The simulated Ghișeul; it serves for as long as the program runs.
pub struct Outside {
    address: SocketAddr,
}

impl Outside {
    /// Serves at this address, to a house whose settings name it.
    pub fn start(house: &House, listener: TcpListener) -> Result<Self> {
        let address = listener.local_addr()?;
        let (assembly, ghiseul) = (Assembly::of(house)?, provider_settings(&issuer(address), CLIENT_SECRET));
        let (told, ready) = channel();
        thread::spawn(move || {
            System::new().block_on(async {
                let outcome = serve(assembly, &ghiseul, listener, &told).await;
                let _ = told.send(outcome.map_err(|error| error.to_string()));
            });
        });
        ready.recv()??;
        Ok(Self { address })
    }

    /// Invents so many people, and has the registers know them.
    pub fn people(&self, house: &House, count: usize) -> Result<Vec<Person>> {
        let mut connection = Connection::open(self.address)?;
        let mut people = Vec::with_capacity(count);
        for _ in 0..count {
            let answer = connection.send(&post("/sandbox/persons", "", "{}"))?;
            if answer.status != 201 {
                return Err(format!("person {} cannot be made: {}", people.len(), answer.status).into());
            }
            people.push(serde_json::from_slice(answer.body)?);
        }
        let mut connection = PgConnection::establish(&house.database_url)?;
        connection.transaction(|connection| {
            // An empty register answers nothing.
            cazier::sandbox::import_persons(connection, &house.keyring, Utc::now())?;
            people.iter().try_for_each(|person: &Person| -> Result<()> {
                let cnp = Cnp::parse(&person.cnp).map_err(|rule| rule.code)?;
                let names = (person.family_name.as_str(), person.given_name.as_str());
                let status = seed::civil_status(names, person.birth_date, Utc::now())?;
                Ok(registry::import(connection, &house.keyring, &cnp, Some(&status), &[])?)
            })
        })?;
        Ok(people)
    }
}

/// The name of the provider at this address.
pub fn issuer(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// What it knows of the house.
struct Assembly {
    api: String,
    database_url: String,
    sealing_keys: String,
    index_keys: String,
    chain_pem: String,
    key_pem: String,
}

impl Assembly {
    fn of(house: &House) -> Result<Self> {
        let file = |name| fs::read_to_string(house.folder().join(name));
        Ok(Self {
            api: house.address.to_string(),
            database_url: house.database_url.clone(),
            sealing_keys: house.setting("CAZIER_SEALING_KEYS").to_owned(),
            index_keys: house.setting("CAZIER_INDEX_KEYS").to_owned(),
            chain_pem: file("chain.pem")?,
            key_pem: file("key.pem")?,
        })
    }

    /// Another node on the same database, of which only the state is used: by it, the simulator finds the people who
    /// were made.
    fn parts(self, ghiseul: &IdentityProvider) -> Result<Parts> {
        let key =
            Where::File { pem: Zeroizing::new(self.key_pem), passphrase: None, rsa: RsaScheme::default() };
        let secrets = Secrets {
            sealing_keys: self.sealing_keys,
            index_keys: self.index_keys,
            seal_keys: vec![Source { chain_pem: self.chain_pem, key }],
        };
        let circumstances = Circumstances {
            database_url: self.database_url,
            worker_database_url: None,
            secrets,
            identity_providers: vec![ghiseul.clone()],
            clock: Clock::System,
            stand_ins: Some(cazier::sandbox::STAND_INS),
        };
        let settings = BTreeMap::from([("CAZIER_LISTEN".to_owned(), self.api)]);
        let config = Config::of(settings).map_err(|faults| format!("{faults:?}"))?;
        Ok(assembly::assemble(&config, circumstances).map_err(|errors| errors.to_string())?)
    }
}

/// Serves until the program ends; tells when it can be called.
async fn serve(
    assembly: Assembly,
    ghiseul: &IdentityProvider,
    listener: TcpListener,
    told: &Sender<std::result::Result<(), String>>,
) -> Result<()> {
    let state = assembly.parts(ghiseul)?.state;
    let client = Client::of(ghiseul, &state.addresses.api, state.clients.clone())?;
    let simulator = GhiseulSimulator::new(Url::parse(&ghiseul.issuer)?, vec![client], Utc::now)?;
    let (simulator, state) = (web::Data::new(simulator), web::Data::from(state));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .configure(cazier::sandbox::configure)
            .configure(ghiseul::configure(simulator.clone()))
    });
    let server = server.workers(1).disable_signals().listen(listener)?.run();
    told.send(Ok(()))?;
    Ok(server.await?)
}
