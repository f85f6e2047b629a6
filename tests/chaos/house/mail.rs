//! A mail server (RFC 5321, as far as a sender needs it) that keeps what it takes, and refuses on demand.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub message_id: String,
    pub text: String,
}

#[derive(Clone)]
pub struct MailServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    mails: Mutex<Vec<Mail>>,
    refuses: AtomicBool,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), shared: Arc::default() };
        let shared = server.shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || shared.talk(client));
            }
        });
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// "Come back later" to every mail, or not any more.
    pub fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, Ordering::Relaxed);
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// What follows `before` in the newest mail to this address that has it.
    pub fn find(&self, to: &str, before: &str) -> Option<String> {
        let mails = self.shared.mails.lock().unwrap();
        let texts = mails.iter().rev().filter(|mail| mail.to.eq_ignore_ascii_case(to));
        let mut found = texts.filter_map(|mail| mail.text.split(before).nth(1));
        found.find_map(|rest| rest.split_whitespace().next()).map(str::to_owned)
    }
}

impl Shared {
    /// One session; ends with the connection.
    fn talk(&self, client: TcpStream) {
        let Ok(mut out) = client.try_clone() else { return };
        let mut lines = BufReader::new(client);
        let mut to = String::new();
        if out.write_all(b"220 chaos\r\n").is_err() {
            return;
        }
        loop {
            let mut line = String::new();
            if !matches!(lines.read_line(&mut line), Ok(length) if length > 0) {
                return;
            }
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let reply: &[u8] = match verb.as_str() {
                "EHLO" => b"250-chaos\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                "MAIL" if self.refuses.load(Ordering::Relaxed) => b"451 later\r\n",
                "RCPT" => {
                    line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                    b"250 ok\r\n"
                }
                "DATA" => {
                    if out.write_all(b"354 go on\r\n").is_err() {
                        return;
                    }
                    let Some(mail) = read_mail(&mut lines, &to) else { return };
                    self.mails.lock().unwrap().push(mail);
                    b"250 taken\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            if out.write_all(reply).is_err() || verb == "QUIT" {
                return;
            }
        }
    }
}

/// Up to the line with a full stop; None when the connection breaks before.
fn read_mail(lines: &mut impl BufRead, to: &str) -> Option<Mail> {
    let mut raw = String::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            break;
        }
        raw.push_str(&String::from_utf8_lossy(&line));
    }
    let id = raw.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default();
    Some(Mail { to: to.to_owned(), message_id: id.to_owned(), text: plain_text(&raw) })
}

/// The plain part of a multipart mail.
fn plain_text(raw: &str) -> String {
    let Some(part) = raw.split("Content-Type: text/plain").nth(1) else { return String::new() };
    let Some((head, body)) = part.split_once("\r\n\r\n") else { return String::new() };
    let body = body.split("\r\n--").next().unwrap_or_default();
    let head = head.to_ascii_lowercase();
    if head.contains("base64") {
        let packed: String = body.split_whitespace().collect();
        let bytes = data_encoding::BASE64.decode(packed.as_bytes()).unwrap_or_default();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    if head.contains("quoted-printable") { unquoted(body) } else { body.to_owned() }
}

fn unquoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let code = piece.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.extend(code);
        bytes.extend_from_slice(piece.get(2..).unwrap_or_default().as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
