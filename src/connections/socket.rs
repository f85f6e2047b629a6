//! A connection that is closed when the client does not read, or does not complete a request that it began.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use rustix::net::sockopt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Pace;
use super::in_hand::Activity;
use super::places::Place;
use crate::sender::Network;

/// The kernel's send buffer for each client, in bytes. The default grows to megabytes.
const SEND_BUFFER: usize = 128 * 1024;

/// How long sent data may stay unacknowledged before the client counts as gone, in milliseconds.
const UNACKNOWLEDGED_MS: u32 = 30_000;

/// A connection of a client.
pub struct Connection {
    socket: TcpStream,
    pace: Pace,
    activity: Rc<Activity>,
    blocked: Option<Blocked>,
    alarm: Pin<Box<Sleep>>,
    _place: Place<Network>,
}

/// A client that does not read what we send.
#[derive(Debug, Clone, Copy)]
struct Blocked {
    since: Instant,
    taken: u64,
}

impl Connection {
    /// Takes over the socket.
    pub(crate) fn new(socket: TcpStream, place: Place<Network>, pace: Pace) -> Self {
        let set = sockopt::set_socket_send_buffer_size(&socket, SEND_BUFFER)
            .and_then(|()| sockopt::set_tcp_user_timeout(&socket, UNACKNOWLEDGED_MS));
        if let Err(error) = set {
            log::debug!("cannot set the options of a connection: {error}");
        }
        let alarm = Box::pin(sleep_until(Instant::now() + pace.grace));
        Self { socket, pace, activity: Activity::new(pace), blocked: None, alarm, _place: place }
    }

    /// Returns the tracker of its requests.
    pub(crate) fn activity(&self) -> Rc<Activity> {
        self.activity.clone()
    }

    /// Returns when the connection has waited long enough; `None` while it is our turn.
    fn ends_at(&self) -> Option<Instant> {
        match self.blocked {
            Some(Blocked { since, taken }) => Some(since + self.pace.allows(taken)),
            None => self.activity.idle_since().map(|since| since + self.pace.grace),
        }
    }

    /// Fails if the connection has waited long enough; otherwise wakes the task when that time comes.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(ends_at) = self.ends_at() else { return Ok(()) };
        if ends_at < self.alarm.deadline() || self.alarm.is_elapsed() {
            self.alarm.as_mut().reset(ends_at);
        }
        while self.alarm.as_mut().poll(context).is_ready() {
            if Instant::now() >= ends_at {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the client is too slow"));
            }
            self.alarm.as_mut().reset(ends_at);
        }
        Ok(())
    }

    /// Notes the result of a write.
    fn wrote(&mut self, context: &mut Context<'_>, result: &Poll<io::Result<usize>>) -> io::Result<()> {
        match (result, &mut self.blocked) {
            (Poll::Ready(Ok(bytes)), Some(blocked)) => blocked.taken += *bytes as u64,
            (Poll::Ready(_), _) => {}
            (Poll::Pending, blocked) => {
                blocked.get_or_insert_with(|| Blocked { since: Instant::now(), taken: 0 });
                self.poll_patience(context)?;
            }
        }
        Ok(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_patience(context)?;
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.wrote(context, &result)?;
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write_vectored(context, bytes);
        self.wrote(context, &result)?;
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// Clears the client's delay: everything is written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(context))?;
        self.blocked = None;
        self.poll_patience(context)?;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
