//! `cazier clients`: front ends of others and relying parties' systems.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use diesel::{Connection, PgConnection};
use uuid::Uuid;

use super::sandbox::now;
use super::{Failure, connect};
use crate::audit::{Actor, ActorRole};
use crate::client_registration::{self as registration, Change, JsonWebKeySet, NamedKey};
use crate::clients::store::Listed;
use crate::clients::{self, ClientId, ClientKind, Environment, RateClass, Registration, Scope};
use crate::config::Config;
use crate::error::{Code, Error};
use crate::http::RequestId;
use crate::text::{Line, rule};
use crate::web::{Origin, RedirectUri};
use crate::webhooks;

/// What to do with clients.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Register a client, and print its secret, if it gets one: it is shown this once.
    Add(Box<Add>),
    /// List all clients, with their addresses, the times of their secrets, their keys, and their endpoints for webhooks.
    List,
    /// Print a new secret; the newest of before goes on working beside it.
    RotateSecret {
        /// The client's id.
        id: ClientId,
        /// End all earlier secrets at once, as after a leak.
        #[arg(long)]
        end_others: bool,
    },
    /// Replace the public keys of a client: it proves who it is by them, and by no secret. To change over, set the earlier key and the new
    /// one, then the new one alone.
    SetKeys {
        /// The client's id.
        id: ClientId,
        /// A file with a JWK Set of P-256 keys; with an empty set, the client authenticates by its secrets again.
        jwks: PathBuf,
    },
    /// Disable an endpoint for webhooks: nothing is recorded for it or sent to it until its client resumes it.
    DisableEndpoint {
        /// The endpoint's id, as `list` prints it.
        id: Uuid,
    },
    /// Remove a client, with its secrets, its keys and everything that people granted it.
    Remove {
        /// The client's id.
        id: ClientId,
    },
}

/// A client to register.
#[derive(Args)]
pub(super) struct Add {
    /// Its id: the `client_id` of redirects.
    id: ClientId,
    /// Its name, as people see it where they consent.
    #[arg(long)]
    name: Line<100>,
    /// Whom to ask: an office, an address or a page, not a person.
    #[arg(long)]
    contact: Line<200>,
    /// Up to four characters that stand in for a logo.
    #[arg(long)]
    logo_text: Option<Line<4>>,
    /// `web` and `system` keep a secret, `browser` and `native` keep none.
    #[arg(long, value_enum)]
    kind: ClientKind,
    /// A front end of the service itself: people type their passwords on its pages, and its sessions do everything.
    #[arg(long)]
    first_party: bool,
    /// An origin of its pages, which may call from a browser; repeatable.
    #[arg(long = "origin")]
    origins: Vec<Origin>,
    /// Where redirects may return to, exactly; repeatable.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<RedirectUri>,
    /// Where a log-in that a third party begins is sent.
    #[arg(long)]
    initiate_login_uri: Option<RedirectUri>,
    /// The origin that links in mails lead to, for people who came by this first-party client.
    #[arg(long)]
    mail_link_base: Option<Origin>,
    /// How much one sender may do in its name.
    #[arg(long, value_enum, default_value = "standard")]
    rate_class: RateClass,
    /// What it may ask people for, no more than it needs; repeatable. Without it: everything that people can grant.
    #[arg(long = "scope", value_parser = scope())]
    scopes: Vec<Scope>,
    /// The kind of installation that takes it.
    #[arg(long, value_enum, default_value = "live")]
    environment: Environment,
    /// A file with its public keys, a JWK Set: it proves who it is by them, and gets no secret.
    #[arg(long)]
    jwks: Option<PathBuf>,
}

impl Add {
    fn registration(&self) -> Registration {
        Registration {
            id: self.id.clone(),
            name: self.name.clone(),
            contact: self.contact.clone(),
            logo_text: self.logo_text.clone(),
            kind: self.kind,
            first_party: self.first_party,
            origins: self.origins.clone(),
            redirect_uris: self.redirect_uris.clone(),
            initiate_login_uri: self.initiate_login_uri.clone(),
            mail_link_base: self.mail_link_base.clone(),
            rate_class: self.rate_class,
            scopes: if self.scopes.is_empty() { Scope::ALL.to_vec() } else { self.scopes.clone() },
            environment: self.environment,
        }
    }
}

/// Runs the command.
pub(super) fn run(config: &Config, command: &Command) -> Result<(), Failure> {
    let mut connection = connect(config)?;
    let actor = Actor { account_id: None, role: ActorRole::Service };
    let change = Change { actor, now: now(&mut connection)?, request: RequestId::new() };
    let mut out = std::io::stdout().lock();
    match command {
        Command::Add(wish) => {
            let keys = wish.jwks.as_deref().map_or_else(|| Ok(Vec::new()), keys_of)?;
            let wish = wish.registration();
            let (listed, secret) =
                told(connection.transaction(|c| registration::add(c, &wish, &keys, &change)))?;
            writeln!(out, "registered {}", listed.client.id)?;
            if let Some(secret) = secret {
                writeln!(out, "{}", secret.reveal())?;
            }
        }
        Command::List => list(&mut connection, &mut out)?,
        Command::RotateSecret { id, end_others } => {
            let rotate = |c: &mut PgConnection| registration::rotate_secret(c, id, *end_others, &change);
            writeln!(out, "{}", told(connection.transaction(rotate))?.reveal())?;
        }
        Command::SetKeys { id, jwks } => {
            let keys = keys_of(jwks)?;
            told(connection.transaction(|c| registration::set_keys(c, id, &keys, &change)))?;
            let secrets = "; it authenticates by its secrets again; `rotate-secret` makes one";
            writeln!(out, "keys of {id}: {}{}", keys.len(), if keys.is_empty() { secrets } else { "" })?;
        }
        Command::DisableEndpoint { id } => {
            let disabled = connection.transaction(|c| webhooks::disable(c, *id, &change));
            disabled.map_err(|error| match error.code() {
                Code::NotFound => "there is no endpoint with this id".into(),
                _ => Failure::from(error.to_string()),
            })?;
            writeln!(out, "disabled {id}")?;
        }
        Command::Remove { id } => {
            told(connection.transaction(|c| registration::remove(c, id, &change)))?;
            writeln!(out, "removed {id}")?;
        }
    }
    Ok(())
}

fn scope() -> impl TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::ALL.map(Scope::as_str)).try_map(|code| Scope::parse(&code))
}

/// Reads a JWK Set.
fn keys_of(file: &Path) -> Result<Vec<NamedKey>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let keys: JsonWebKeySet = serde_json::from_str(&text)
        .map_err(|error| format!("{}: {}", file.display(), why(&error.to_string())))?;
    told(keys.checked(""))
}

/// Says why a text is no set of keys, without a value of it: it may be a private key.
fn why(error: &str) -> String {
    if let Some([_, en, ..]) = rule::in_serde_text(error) {
        return en.to_owned();
    }
    let names_members_alone = ["unknown field", "missing field"].iter().any(|begin| error.starts_with(begin));
    let detail = if names_members_alone { format!(": {error}") } else { String::new() };
    format!("this is no JWK Set of public P-256 keys{detail}")
}

/// Turns a refusal into a sentence for the operator.
fn told<T>(outcome: Result<T, Error>) -> Result<T, Failure> {
    outcome.map_err(|error| match error {
        Error::Problem(problem) if !problem.errors.is_empty() => {
            let broken = problem.errors.iter().map(|broken| format!("{}: {}", broken.pointer, broken.en));
            broken.collect::<Vec<_>>().join("\n").into()
        }
        error => match error.code() {
            Code::NotFound => "there is no client with this id".into(),
            Code::Internal => error.to_string().into(),
            code => code.texts()[0].0.into(),
        },
    })
}

fn list(connection: &mut PgConnection, out: &mut impl Write) -> Result<(), Failure> {
    let endpoints = webhooks::list_all(connection)?;
    for Listed { client, secrets, keys } in clients::store::list(connection)? {
        let (kind, environment) = (client.kind.as_str(), client.environment.as_str());
        let rate = client.rate_class.as_str();
        let party = if client.first_party { "  first-party" } else { "" };
        let (id, name, contact) = (&client.id, &client.name, &client.contact);
        writeln!(out, "{id}  {kind}  {environment}  {rate}{party}  {name}  ({contact})")?;
        for origin in client.origins() {
            writeln!(out, "  origin         {origin}")?;
        }
        for uri in client.redirect_uris() {
            writeln!(out, "  redirect URI   {uri}")?;
        }
        let scopes: Vec<_> = client.scopes().into_iter().map(Scope::as_str).collect();
        writeln!(out, "  may ask for    {}", scopes.join(" "))?;
        for (what, address) in
            [("log-in begins", &client.initiate_login_uri), ("links in mails", &client.mail_link_base)]
        {
            if let Some(address) = address {
                writeln!(out, "  {what:<14} {address}")?;
            }
        }
        for created_at in secrets {
            writeln!(out, "  secret of      {}", created_at.format("%Y-%m-%d %H:%M UTC"))?;
        }
        for key in &keys {
            let (kid, at) = (key.kid.as_deref().unwrap_or("-"), key.created_at.format("%Y-%m-%d %H:%M UTC"));
            writeln!(out, "  key of         {at}  {kid}")?;
        }
        for endpoint in endpoints.iter().filter(|endpoint| endpoint.client == client.id) {
            let fails = endpoint.failing_since.map(|since| since.format("  fails since %Y-%m-%d %H:%M UTC"));
            let fails = fails.map(|since| since.to_string()).unwrap_or_default();
            writeln!(out, "  webhooks       {}  {}  {}{fails}", endpoint.id, endpoint.status, endpoint.url)?;
        }
    }
    Ok(())
}
