//! As much of an HTTP/1.1 client as a load generator needs: one kept-alive connection, bodies with a length.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Result;

/// An answer that takes longer is a failure.
const PATIENCE: Duration = Duration::from_secs(10);

/// One connection.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What came back.
pub struct Answer<'a> {
    pub status: u16,
    head: &'a str,
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

impl Connection {
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, received: Vec::with_capacity(8 << 10) })
    }

    /// Sends a request and waits for the whole answer.
    pub fn send(&mut self, request: &str) -> Result<Answer<'_>> {
        self.stream.write_all(request.as_bytes())?;
        self.received.clear();
        let head = loop {
            self.receive()?;
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let (status, length) = read_head(self.received.get(..head).unwrap_or_default())?;
        while self.received.len() < head + length {
            self.receive()?;
        }
        let (head, body) = self.received.split_at(head);
        Ok(Answer { status, head: std::str::from_utf8(head)?, body })
    }

    fn receive(&mut self) -> Result<()> {
        let mut chunk = [0; 8 << 10];
        let length = self.stream.read(&mut chunk)?;
        if length == 0 {
            return Err("the server closed the connection".into());
        }
        self.received.extend_from_slice(chunk.get(..length).unwrap_or_default());
        Ok(())
    }
}

/// A request without a body.
pub fn get(path: &str) -> String {
    get_with(path, "")
}

/// A request without a body; each of `headers` ends with its line break.
pub fn get_with(path: &str, headers: &str) -> String {
    get_from("localhost", path, headers)
}

/// The same, from a server of that name.
pub fn get_from(host: &str, path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n")
}

/// A request with a JSON body; each of `headers` ends with its line break.
pub fn post(path: &str, headers: &str, body: &str) -> String {
    post_to("localhost", path, headers, body)
}

/// The same, to a server of that name.
pub fn post_to(host: &str, path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// Status and length of the body.
fn read_head(head: &[u8]) -> Result<(u16, usize)> {
    let head = std::str::from_utf8(head)?;
    let status = head.split(' ').nth(1).ok_or("an answer without a status")?.parse()?;
    let length = header(head, "content-length").ok_or("an answer without a length")?;
    Ok((status, length.parse()?))
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(wanted).then(|| value.trim())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
