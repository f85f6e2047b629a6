//! A mail server (RFC 5321, as far as the service needs one) that takes every mail and counts it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Takes mails for as long as the program runs.
#[derive(Clone)]
pub struct Sink {
    address: SocketAddr,
    taken: Arc<Taken>,
}

#[derive(Default)]
struct Taken {
    count: AtomicUsize,
}

impl Sink {
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sink = Self { address: listener.local_addr()?, taken: Arc::default() };
        let taken = sink.taken.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let taken = taken.clone();
                thread::spawn(move || taken.talk(client));
            }
        });
        Ok(sink)
    }

    /// For `CAZIER_SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// How many mails it has taken.
    pub fn count(&self) -> usize {
        self.taken.count.load(Ordering::Relaxed)
    }
}

impl Taken {
    /// One session; ends with the connection.
    fn talk(&self, client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let (mut out, mut lines) = (client.try_clone()?, BufReader::new(client));
        let mut line = String::new();
        out.write_all(b"220 sink\r\n")?;
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let reply: &[u8] = match line.get(..4).unwrap_or_default() {
                "EHLO" => b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                "DATA" => {
                    out.write_all(b"354 go on\r\n")?;
                    self.take(&mut lines)?;
                    b"250 taken\r\n"
                }
                "QUIT" => return out.write_all(b"221 bye\r\n"),
                _ => b"250 ok\r\n",
            };
            out.write_all(reply)?;
        }
    }

    /// One mail, up to the line with a full stop.
    fn take(&self, lines: &mut impl BufRead) -> io::Result<()> {
        let mut mail = Vec::new();
        while !mail.ends_with(b"\r\n.\r\n") {
            if lines.read_until(b'\n', &mut mail)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
