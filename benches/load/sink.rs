//! A mail server (RFC 5321, as far as the service needs one) that takes every mail and counts it.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use data_encoding::BASE64;

/// Takes mails for as long as the program runs.
#[derive(Clone)]
pub struct Sink {
    address: SocketAddr,
    taken: Arc<Taken>,
}

#[derive(Default)]
struct Taken {
    count: AtomicUsize,
    /// The token of the newest link to each address. To look for it costs time on a machine that is shared with the
    /// server, so it is kept only where somebody follows the link.
    tokens: Option<Mutex<HashMap<String, String>>>,
}

impl Sink {
    pub fn start() -> io::Result<Self> {
        Self::with(Taken::default())
    }

    /// Keeps the tokens of links too.
    pub fn keeping_tokens() -> io::Result<Self> {
        Self::with(Taken { tokens: Some(Mutex::default()), ..Taken::default() })
    }

    fn with(taken: Taken) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sink = Self { address: listener.local_addr()?, taken: Arc::new(taken) };
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

    /// Takes the token of the newest link to this address.
    pub fn take_token(&self, to: &str) -> Option<String> {
        let tokens = self.taken.tokens.as_ref()?;
        tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(to)
    }
}

impl Taken {
    /// One session; ends with the connection.
    fn talk(&self, client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let (mut out, mut lines) = (client.try_clone()?, BufReader::new(client));
        let (mut line, mut to) = (String::new(), String::new());
        out.write_all(b"220 sink\r\n")?;
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let reply: &[u8] = match line.get(..4).unwrap_or_default() {
                "EHLO" => b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                "RCPT" => {
                    line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                    b"250 ok\r\n"
                }
                "DATA" => {
                    out.write_all(b"354 go on\r\n")?;
                    self.take(&mut lines, &to)?;
                    b"250 taken\r\n"
                }
                "QUIT" => return out.write_all(b"221 bye\r\n"),
                _ => b"250 ok\r\n",
            };
            out.write_all(reply)?;
        }
    }

    /// One mail, up to the line with a full stop.
    fn take(&self, lines: &mut impl BufRead, to: &str) -> io::Result<()> {
        let mut mail = Vec::new();
        while !mail.ends_with(b"\r\n.\r\n") {
            if lines.read_until(b'\n', &mut mail)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        if let Some(tokens) = &self.tokens
            && let Some(token) = token_of(&String::from_utf8_lossy(&mail))
        {
            tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(to.to_owned(), token);
        }
        // Counted last: whoever waits for a number of mails finds their tokens.
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// The token of the link in the plain part of a mail.
fn token_of(mail: &str) -> Option<String> {
    let (_, part) = mail.split_once("Content-Type: text/plain")?;
    let (head, body) = part.split_once("\r\n\r\n")?;
    let body = body.split("\r\n--").next()?;
    let text = if head.contains("base64") { from_base64(body)? } else { from_quoted_printable(body) };
    let (_, token) = text.split_once("token=")?;
    token.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).next().map(str::to_owned)
}

fn from_base64(body: &str) -> Option<String> {
    let packed: String = body.split_whitespace().collect();
    String::from_utf8(BASE64.decode(packed.as_bytes()).ok()?).ok()
}

/// As much of it as a link needs: its one special character, and lines that go on.
fn from_quoted_printable(body: &str) -> String {
    body.replace("=\r\n", "").replace("=3D", "=")
}
