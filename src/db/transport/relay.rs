//! Sockets of this process that lead to a server by TLS. Their names are abstract (Linux): there is no file, so the program needs no
//! folder that it may write; and only processes of the same user are let in.

use std::io::{self, ErrorKind};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use rustix::net::sockopt;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use uuid::Uuid;

use super::address::Server;

/// The longest time until a server has shown its certificate. libpq gives up by itself too (`connect_timeout`).
const CONNECTED_WITHIN: Duration = Duration::from_secs(10);
/// A connection that the network lost is noticed after these times, as `PARAMETERS` of [`crate::db::primary`] say for libpq's own.
const IDLE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_secs(3);
const PROBES: u32 = 3;
const UNACKNOWLEDGED: Duration = Duration::from_secs(5);
/// The pause after a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// The largest first message of a client that is read.
const LONGEST_STARTUP: u32 = 10_000;
/// What a client sends first to ask for TLS: its length, and the code of `SSLRequest` (PostgreSQL, "Message Formats").
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// The answer of a server that goes on with TLS.
const WILLING: u8 = b'S';

/// Opens a socket for each server; returns their names as `host` of libpq. They are served on a thread of their own, for as long as the process
/// lives.
///
/// # Errors
/// Fails if the system gives no socket or no thread.
pub(super) fn open(servers: &[Server], config: Arc<ClientConfig>) -> io::Result<Vec<String>> {
    let (mut names, mut listeners) = (Vec::new(), Vec::new());
    for server in servers {
        let name = format!("cazier-{}", Uuid::now_v7().simple());
        // libpq adds the port to the name of its folder.
        let address = SocketAddr::from_abstract_name(format!("{name}/.s.PGSQL.5432"))?;
        let listener = StdListener::bind_addr(&address)?;
        listener.set_nonblocking(true)?;
        names.push(format!("@{name}"));
        listeners.push((listener, server.clone()));
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let serving = move || {
        let tasks = LocalSet::new();
        for (listener, server) in listeners {
            tasks.spawn_local(serve(listener, Arc::new(server), TlsConnector::from(config.clone())));
        }
        runtime.block_on(tasks);
    };
    std::thread::Builder::new().name("database-tls".into()).spawn(serving)?;
    Ok(names)
}

/// Carries each connection until one side ends it.
async fn serve(listener: StdListener, server: Arc<Server>, connector: TlsConnector) {
    let Ok(listener) = UnixListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((client, _)) if is_ours(&client) => {
                let (server, connector) = (server.clone(), connector.clone());
                tokio::task::spawn_local(async move {
                    if let Err(error) = carry(client, &server, &connector).await {
                        // Without names, which rustls's texts can hold.
                        log::warn!("database: TLS: {} ({})", Failed::of(&error).text(), error.kind());
                    }
                });
            }
            Ok(_) => log::warn!("database: TLS: a process of another user was refused"),
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// Returns whether a process of our own user is at the other end.
fn is_ours(client: &UnixStream) -> bool {
    client.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}

/// Leads a client to the server, or tells it why that failed.
async fn carry(mut client: UnixStream, server: &Server, connector: &TlsConnector) -> io::Result<()> {
    let connecting = timeout(CONNECTED_WITHIN, connect(server, connector)).await;
    match connecting.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into())) {
        Ok(mut tls) => {
            // How it ends, libpq sees and tells.
            let _ = copy_bidirectional(&mut client, &mut tls).await;
            Ok(())
        }
        Err(error) => {
            let refused = timeout(CONNECTED_WITHIN, refuse(&mut client, Failed::of(&error))).await;
            refused.unwrap_or(Ok(())).and(Err(error))
        }
    }
}

async fn connect(server: &Server, connector: &TlsConnector) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(server.host.clone()).map_err(io::Error::other)?;
    let mut tcp = TcpStream::connect((server.host.as_str(), server.port)).await?;
    tcp.set_nodelay(true)?;
    sockopt::set_socket_keepalive(&tcp, true)?;
    sockopt::set_tcp_keepidle(&tcp, IDLE)?;
    sockopt::set_tcp_keepintvl(&tcp, INTERVAL)?;
    sockopt::set_tcp_keepcnt(&tcp, PROBES)?;
    sockopt::set_tcp_user_timeout(&tcp, u32::try_from(UNACKNOWLEDGED.as_millis()).unwrap_or(u32::MAX))?;
    tcp.write_all(&SSL_REQUEST).await?;
    if tcp.read_u8().await? != WILLING {
        return Err(io::Error::new(ErrorKind::Unsupported, "the server speaks no TLS"));
    }
    connector.connect(name, tcp).await
}

/// Why a server could not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failed {
    /// It refuses connections, or its host is not known.
    Closed,
    /// It does not answer.
    Silent,
    /// It speaks no TLS, or its certificate is not accepted.
    Untrusted,
}

impl Failed {
    fn of(error: &io::Error) -> Self {
        let by_tls = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
        match error.kind() {
            _ if by_tls => Self::Untrusted,
            ErrorKind::Unsupported => Self::Untrusted,
            ErrorKind::TimedOut => Self::Silent,
            _ => Self::Closed,
        }
    }

    /// The text, as [`crate::db::refusal`] knows it.
    const fn text(self) -> &'static str {
        match self {
            Self::Closed => "Connection refused",
            Self::Silent => "timeout expired",
            Self::Untrusted => "TLS: not accepted",
        }
    }

    /// After `cannot_connect_now`, libpq goes on with the next server. One that cannot be believed is a reason to stop.
    const fn sqlstate(self) -> &'static str {
        match self {
            Self::Closed | Self::Silent => "57P03",
            Self::Untrusted => "08001",
        }
    }
}

/// Answers the client's first message as a server would (PostgreSQL, "Message Formats": `StartupMessage`, `ErrorResponse`).
async fn refuse(client: &mut UnixStream, failed: Failed) -> io::Result<()> {
    let length = client.read_u32().await?;
    let rest = u64::from(length.saturating_sub(4).min(LONGEST_STARTUP));
    tokio::io::copy(&mut (&mut *client).take(rest), &mut tokio::io::sink()).await?;
    let fields = format!("SFATAL\0VFATAL\0C{}\0M{}\0\0", failed.sqlstate(), failed.text());
    let length = u32::try_from(fields.len() + 4).unwrap_or(u32::MAX);
    client.write_all(&[&b"E"[..], &length.to_be_bytes()[..], fields.as_bytes()].concat()).await?;
    client.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_cannot_be_believed_is_told_from_one_that_is_away() {
        let tls = io::Error::new(ErrorKind::InvalidData, rustls::Error::DecryptError);
        assert_eq!(Failed::of(&tls), Failed::Untrusted);
        assert_eq!(Failed::of(&ErrorKind::Unsupported.into()), Failed::Untrusted);
        assert_eq!(Failed::of(&ErrorKind::TimedOut.into()), Failed::Silent);
        assert_eq!(Failed::of(&ErrorKind::ConnectionRefused.into()), Failed::Closed);
        assert_ne!(Failed::Untrusted.sqlstate(), Failed::Closed.sqlstate());
    }
}
