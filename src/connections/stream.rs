//! A client's connection in clear or by TLS. The limits hold beneath TLS, where octets really move.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

use super::in_hand::Activity;
use super::socket::Connection;

/// What requests are read from.
pub enum Stream {
    /// In clear: TLS ended before, or is not needed.
    Plain(Connection),
    /// By TLS.
    Tls(Box<TlsStream<Connection>>),
}

impl Stream {
    /// Returns the tracker of the connection's requests.
    pub(crate) fn activity(&self) -> Rc<Activity> {
        match self {
            Self::Plain(connection) => connection.activity(),
            Self::Tls(stream) => stream.get_ref().0.activity(),
        }
    }
}

/// Calls the same function of whichever stream it is.
macro_rules! either {
    ($this:expr, $stream:ident => $call:expr) => {
        match $this.get_mut() {
            Self::Plain(connection) => {
                let $stream = Pin::new(connection);
                $call
            }
            Self::Tls(tls) => {
                let $stream = Pin::new(tls.as_mut());
                $call
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.remaining();
        let read = either!(self.as_mut(), stream => stream.poll_read(context, buffer));
        if matches!(read, Poll::Ready(Ok(()))) && before > 0 && buffer.remaining() == before {
            self.activity().close();
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        either!(self, stream => stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, stream => stream.poll_write_vectored(context, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(connection) => connection.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_shutdown(context))
    }
}
