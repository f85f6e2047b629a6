//! How a connection gets in: a place for it, and TLS if the node speaks it.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_http::error::DispatchError;
use actix_web::rt::net::TcpStream;

use crate::connections::Pace;
use crate::connections::places::{Full, Places};
use crate::connections::socket::Connection;
use crate::connections::stream::Stream;
use crate::connections::strict::Strict;
use crate::connections::tls::Tls;
use crate::http::problem;
use crate::sender::{Network, TrustedProxies};
use crate::telemetry;

/// Admits connections to a listener.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) places: Places<Network>,
    /// Their connections carry the requests of many.
    pub(super) proxies: TrustedProxies,
    /// The lowest accepted speed.
    pub(super) pace: Pace,
    /// None where TLS ends before the node.
    pub(super) tls: Option<Arc<Tls>>,
}

impl Entry {
    /// Admits a connection, or tells its client that there is no place.
    pub(super) async fn admit(
        self,
        socket: TcpStream,
    ) -> Result<(Strict<Stream>, Option<SocketAddr>), DispatchError> {
        let sender = socket.peer_addr()?;
        let network = Network::of(sender.ip());
        let entered = if self.proxies.contains(sender.ip()) {
            self.places.enter_for_many(network)
        } else {
            self.places.enter(network)
        };
        let place = match entered {
            Ok(place) => place,
            Err(full) => return self.refuse(socket, full).await,
        };
        let connection = Connection::new(socket, place, self.pace);
        let Some(tls) = &self.tls else { return Ok((Strict::new(Stream::Plain(connection)), Some(sender))) };
        let stream = tls.accept(connection).await.inspect_err(|why| {
            log::debug!("a handshake failed: {why}");
            telemetry::connection_refused("handshake");
        })?;
        Ok((Strict::new(Stream::Tls(Box::new(stream))), Some(sender)))
    }

    /// Answers that there is no place; a client that expects TLS would not understand it, and is cut.
    async fn refuse(
        &self,
        socket: TcpStream,
        full: Full,
    ) -> Result<(Strict<Stream>, Option<SocketAddr>), DispatchError> {
        let who = match full {
            Full::Node => "node",
            Full::Holder => "sender",
        };
        telemetry::connection_refused(who);
        if self.tls.is_none() {
            socket.writable().await?;
            // Read what has arrived of the request: closing with unread data would discard the answer.
            let _ = socket.try_read(&mut [0; 4096]);
            let _ = socket.try_write(problem::no_place().as_bytes());
        }
        Err(std::io::Error::from(ErrorKind::ConnectionRefused).into())
    }
}
