//! Wire types of registered clients.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::json_web_key::JsonWebKeySet;
use crate::clients::store::Listed;
use crate::clients::{ClientId, ClientKind, Environment, RateClass, Registration, Scope};
use crate::error::Result;
use crate::text::Line;
use crate::web::{Origin, RedirectUri};

/// Registers a client.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "city-hall",
    "name": "Portalul orașului",
    "contact": "portal@city.example",
    "kind": "web",
    "origins": ["https://portal.city.example"],
    "redirect_uris": ["https://portal.city.example/cazier/done"],
    "scopes": ["openid", "profile", "applications:read"]
}))]
pub(crate) struct CreateClientRequest {
    /// Its id: the `client_id` of redirects.
    pub(crate) id: ClientId,
    /// Its name, as people see it where they consent.
    pub(crate) name: Line<100>,
    /// Whom the operator asks: an office, an address or a page, not a person.
    pub(crate) contact: Line<200>,
    /// Up to four characters that stand in for a logo.
    pub(crate) logo_text: Option<Line<4>>,
    /// What it is.
    pub(crate) kind: ClientKind,
    /// Whether it is a front end of the service itself: people type their passwords on its pages, and the sessions that it opens do
    /// everything. By default it acts by what people grant it.
    #[serde(default)]
    pub(crate) first_party: bool,
    /// The origins of its pages, which may call from a browser.
    #[serde(default)]
    pub(crate) origins: Vec<Origin>,
    /// Where redirects may return to, compared exactly; an app's loopback address at any port.
    #[serde(default)]
    pub(crate) redirect_uris: Vec<RedirectUri>,
    /// Where a log-in that a third party begins is sent.
    pub(crate) initiate_login_uri: Option<RedirectUri>,
    /// The origin that links in mails lead to, for people who came by this first-party client; by default the front end in the settings.
    pub(crate) mail_link_base: Option<Origin>,
    /// How much one sender may do in its name; by default `standard`.
    pub(crate) rate_class: Option<RateClass>,
    /// What it may ask people for: what it needs, and no more. By default everything that people can grant.
    pub(crate) scopes: Option<Vec<Scope>>,
    /// The kind of installation that takes it; by default this one's.
    pub(crate) environment: Option<Environment>,
    /// Public keys by which it proves who it is, for `web` and `system`; it gets no secret then.
    #[serde(default)]
    pub(crate) jwks: JsonWebKeySet,
}

impl CreateClientRequest {
    /// Returns the registration, at an installation of this kind.
    pub(super) fn registration(self, here: Environment) -> Registration {
        Registration {
            id: self.id,
            name: self.name,
            contact: self.contact,
            logo_text: self.logo_text,
            kind: self.kind,
            first_party: self.first_party,
            origins: self.origins,
            redirect_uris: self.redirect_uris,
            initiate_login_uri: self.initiate_login_uri,
            mail_link_base: self.mail_link_base,
            rate_class: self.rate_class.unwrap_or(RateClass::Standard),
            scopes: self.scopes.unwrap_or_else(|| Scope::ALL.to_vec()),
            environment: self.environment.unwrap_or(here),
        }
    }
}

/// A registered client.
#[derive(Serialize, ToSchema)]
#[schema(as = Client)]
pub(crate) struct ClientResponse {
    /// Its id.
    #[schema(example = "city-hall")]
    id: String,
    /// Its name, as people see it.
    #[schema(example = "Portalul orașului")]
    name: String,
    /// Whom the operator asks.
    #[schema(example = "portal@city.example")]
    contact: String,
    /// What stands in for a logo.
    #[schema(example = "CJ")]
    logo_text: Option<String>,
    /// What it is.
    kind: ClientKind,
    /// Whether it is a front end of the service itself.
    first_party: bool,
    /// The origins of its pages.
    #[schema(example = json!(["https://portal.city.example"]))]
    origins: Vec<String>,
    /// Where redirects may return to.
    #[schema(example = json!(["https://portal.city.example/cazier/done"]))]
    redirect_uris: Vec<String>,
    /// Where a log-in that a third party begins is sent.
    #[schema(format = "uri", example = "https://portal.city.example/log-in")]
    initiate_login_uri: Option<String>,
    /// The origin that links in mails lead to.
    #[schema(example = "https://portal.city.example")]
    mail_link_base: Option<String>,
    /// How much one sender may do in its name.
    rate_class: RateClass,
    /// What it may ask people for.
    scopes: Vec<Scope>,
    /// The kind of installation that takes it.
    environment: Environment,
    /// When it was registered.
    created_at: DateTime<Utc>,
    /// When each of its secrets was made, oldest first; at most two.
    secrets_created_at: Vec<DateTime<Utc>>,
    /// Its public keys; with none, it proves who it is by a secret, if its kind keeps one.
    jwks: JsonWebKeySet,
}

impl ClientResponse {
    /// Converts a row, with the times of its secrets and its keys.
    ///
    /// # Errors
    /// Internal, if a row holds no key.
    pub(super) fn of(listed: Listed) -> Result<Self> {
        let Listed { client, secrets, keys } = listed;
        Ok(Self {
            origins: client.origins().map(str::to_owned).collect(),
            redirect_uris: client.redirect_uris().map(str::to_owned).collect(),
            scopes: client.scopes(),
            id: client.id,
            name: client.name,
            contact: client.contact,
            logo_text: client.logo_text,
            kind: client.kind,
            first_party: client.first_party,
            initiate_login_uri: client.initiate_login_uri,
            mail_link_base: client.mail_link_base,
            rate_class: client.rate_class,
            environment: client.environment,
            created_at: client.created_at,
            secrets_created_at: secrets,
            jwks: JsonWebKeySet::of(&keys)?,
        })
    }
}

/// All registered clients.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientList {
    /// The clients, by id.
    pub(crate) items: Vec<ClientResponse>,
    /// Always null: the list is complete.
    #[schema(example = json!(null))]
    pub(crate) next_cursor: Option<String>,
}

/// A client that was registered, with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedClient {
    /// The client.
    pub(crate) client: ClientResponse,
    /// Its secret, shown this once; null for kinds that keep none, and for a client with keys.
    #[schema(example = "czl_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) secret: Option<String>,
}

/// Gives a client a new secret.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"end_others": false}))]
pub(crate) struct RotateClientSecretRequest {
    /// Whether all earlier secrets stop working at once, as after a leak; by default the newest of them goes on working.
    #[serde(default)]
    pub(crate) end_others: bool,
}

/// A new secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientSecret {
    /// The secret, shown this once.
    #[schema(example = "czl_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) secret: String,
}
