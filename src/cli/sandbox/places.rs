//! The addresses of `cazier dev`, for people and for programs.

use std::io::Write;
use std::net::SocketAddr;

use url::Url;

use super::super::Failure;
use super::listeners::Listeners;
use crate::config::{Config, IdentityProvider};
use crate::sandbox::postgres::PrivatePostgres;
use crate::sandbox::{self, persons};
use crate::server::app::Parts;

/// The addresses.
pub(super) struct Places {
    api: Url,
    ghiseul: Url,
    registers: SocketAddr,
    metrics: SocketAddr,
    data: String,
}

impl Places {
    pub(super) fn of(
        config: &Config,
        parts: &Parts,
        (ghiseul, postgres): (&IdentityProvider, Option<&PrivatePostgres>),
        listeners: &Listeners,
    ) -> Result<Self, Failure> {
        Ok(Self {
            data: data(config, postgres),
            api: parts.state.addresses.api.clone(),
            ghiseul: Url::parse(&ghiseul.issuer)?,
            registers: listeners.registers.local_addr()?,
            metrics: listeners.metrics.local_addr()?,
        })
    }

    /// Prints them for the developer.
    pub(super) fn announce(&self) -> Result<(), Failure> {
        let api = self.api.as_str().trim_end_matches('/');
        let person = persons::all().first().ok_or("there are no test persons")?;
        let text = format!(
            "\n  Front end    {api}/\n  Sandbox      {api}/sandbox\n  API          {api}\n  Documents    {api}/docs/\n  Verification {api}/verify\n  Mailbox      {api}/sandbox/mailbox\n  \
             Test persons {api}/sandbox/persons\n  Officers     {api}/sandbox/officers\n  Ghișeul      {} (simulated)\n  \
             Registers    https://{} (simulated)\n  Data         {}\n\n  Log in at Ghișeul as {} \
             with the password {}\n  Ctrl-C stops everything. Delete the data folder to begin anew.\n\n",
            self.ghiseul.as_str().trim_end_matches('/'),
            self.registers,
            self.data,
            person.cnp,
            sandbox::ghiseul::PASSWORD,
        );
        Ok(std::io::stdout().write_all(text.as_bytes())?)
    }

    /// Formats them as JSON.
    pub(super) fn json(&self) -> String {
        let (api, ghiseul) =
            (self.api.as_str().trim_end_matches('/'), self.ghiseul.as_str().trim_end_matches('/'));
        let places = serde_json::json!({
            "api": api,
            "docs": format!("{api}/docs/"),
            "openapi": format!("{api}/openapi.json"),
            "mailbox": format!("{api}/sandbox/mailbox"),
            "persons": format!("{api}/sandbox/persons"),
            "sandbox": ghiseul,
            "ghiseul": ghiseul,
            "registers": format!("https://{}", self.registers),
            "metrics": format!("http://{}/metrics", self.metrics),
        });
        places.to_string()
    }
}

/// Describes where the data is: the folder, and the database if it is elsewhere.
fn data(config: &Config, postgres: Option<&PrivatePostgres>) -> String {
    let folder = &config.data_dir;
    match postgres.map(PrivatePostgres::folder) {
        Some(cluster) if !cluster.starts_with(folder) => {
            format!("{}, with the database in {}", folder.display(), cluster.display())
        }
        Some(_) => folder.display().to_string(),
        None => format!("{}, with the database of DATABASE_URL", folder.display()),
    }
}
