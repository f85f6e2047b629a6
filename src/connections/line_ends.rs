//! Refuses a line feed without a carriage return in what frames a message: request lines, header lines, trailers.
//!
//! RFC 9112, section 2.2 lets a recipient take it for the end of a line, and the parser beneath does. A proxy that does
//! not would disagree with us on where a request ends, which is how requests are smuggled.
//!
//! Bodies may contain any octets, so this follows messages as far as it must: to the end of each head, and over the body
//! whose length the head states. What the parser refuses, such as two lengths, may be followed wrongly: nothing after it
//! is parsed. What cannot be followed is refused.

use std::io::{Error, ErrorKind, Result};

/// Octets of a header line that are kept: more than a field that states a length needs.
const KEPT: usize = 128;

/// An octet that no head may contain: the parser answers 400.
const FORBIDDEN: u8 = 0;

/// Follows the messages of a connection.
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    part: Part,
    head: Head,
    line: Line,
}

/// The part of a message that the next octet belongs to.
#[derive(Debug, Clone, Copy, Default)]
enum Part {
    #[default]
    Head,
    /// A body, or a chunk, of which so many octets are to come; what follows it.
    Octets {
        left: u64,
        then: AfterOctets,
    },
    /// The size of a chunk, in hexadecimal digits.
    ChunkSize(u64),
    /// What follows the digits on the line of a chunk's size.
    ChunkExtension(u64),
    Trailers,
    /// Anything, to the end of the connection.
    Rest,
}

#[derive(Debug, Clone, Copy)]
enum AfterOctets {
    Head,
    ChunkSize,
}

/// What the lines of a head state so far.
#[derive(Debug, Default)]
struct Head {
    has_request_line: bool,
    length: u64,
    is_chunked: bool,
    /// Another protocol follows, whose octets are nobody's lines.
    is_other_protocol: bool,
}

impl Head {
    /// Returns the part that follows this head.
    fn body(&self) -> Part {
        match self {
            Self { is_chunked: true, .. } => Part::ChunkSize(0),
            Self { is_other_protocol: true, .. } => Part::Rest,
            Self { length: 0, .. } => Part::Head,
            Self { length, .. } => Part::Octets { left: *length, then: AfterOctets::Head },
        }
    }

    /// Reads a line; returns whether it can be followed.
    fn read(&mut self, line: &Line) -> bool {
        if !self.has_request_line {
            self.has_request_line = true;
            self.is_other_protocol = line.text().starts_with(b"CONNECT ");
            return true;
        }
        let Some(colon) = line.text().iter().position(|octet| *octet == b':') else { return true };
        let (name, value) = line.text().split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("content-length") {
            let length = std::str::from_utf8(value).ok().and_then(|digits| digits.parse().ok());
            self.length = length.unwrap_or(0);
            return length.is_some() && !line.is_cut();
        }
        self.is_chunked |= is("transfer-encoding");
        self.is_other_protocol |= is("upgrade") && value.eq_ignore_ascii_case(b"websocket");
        !(line.is_cut() && is("upgrade"))
    }
}

/// A line of a head or of trailers, so far.
#[derive(Debug, Default)]
struct Line {
    kept: Vec<u8>,
    length: usize,
    ends_in_cr: bool,
}

impl Line {
    fn push(&mut self, octet: u8) {
        self.ends_in_cr = octet == b'\r';
        if self.kept.len() < KEPT {
            self.kept.push(octet);
        }
        self.length = self.length.saturating_add(1);
    }

    fn is_empty(&self) -> bool {
        self.length == 1 && self.ends_in_cr
    }

    fn is_cut(&self) -> bool {
        self.length > self.kept.len()
    }

    fn text(&self) -> &[u8] {
        self.kept.strip_suffix(b"\r").unwrap_or(&self.kept)
    }

    fn clear(&mut self) {
        self.kept.clear();
        (self.length, self.ends_in_cr) = (0, false);
    }
}

impl LineEnds {
    /// Follows what was received; makes a head with a bare line feed one that the parser refuses.
    ///
    /// # Errors
    /// Fails if trailers have one, which the parser would not see.
    pub(super) fn check(&mut self, received: &mut [u8]) -> Result<()> {
        let mut rest = received;
        while let Some((octet, after)) = rest.split_first_mut() {
            match self.part {
                Part::Rest => return Ok(()),
                Part::Octets { left, then } => {
                    let here = left.min(after.len() as u64 + 1);
                    self.part = Self::octets(left - here, then);
                    let skipped = usize::try_from(here).unwrap_or(usize::MAX).saturating_sub(1);
                    rest = after.get_mut(skipped..).unwrap_or_default();
                    continue;
                }
                Part::Head => {
                    if !self.head(*octet) {
                        *octet = FORBIDDEN;
                        self.part = Part::Rest;
                    }
                }
                Part::ChunkSize(size) => self.part = Self::chunk_size(size, *octet),
                Part::ChunkExtension(size) if *octet == b'\n' => self.part = Self::chunk(size),
                Part::ChunkExtension(_) => {}
                Part::Trailers => self.trailers(*octet)?,
            }
            rest = after;
        }
        Ok(())
    }

    fn octets(left: u64, then: AfterOctets) -> Part {
        match (left, then) {
            (0, AfterOctets::Head) => Part::Head,
            (0, AfterOctets::ChunkSize) => Part::ChunkSize(0),
            _ => Part::Octets { left, then },
        }
    }

    /// Reads an octet of a head; returns whether it may stand there.
    fn head(&mut self, octet: u8) -> bool {
        if octet != b'\n' {
            self.line.push(octet);
            return true;
        }
        if !self.line.ends_in_cr {
            return false;
        }
        let followed = if !self.line.is_empty() {
            self.head.read(&self.line)
        } else {
            // Empty lines before a request are skipped, as the parser does.
            if self.head.has_request_line {
                self.part = self.head.body();
                self.head = Head::default();
            }
            true
        };
        self.line.clear();
        followed
    }

    fn chunk_size(size: u64, octet: u8) -> Part {
        match (char::from(octet).to_digit(16), octet) {
            (Some(digit), _) => match size.checked_mul(16) {
                Some(size) => Part::ChunkSize(size | u64::from(digit)),
                // The parser refuses it.
                None => Part::Rest,
            },
            (None, b'\n') => Self::chunk(size),
            (None, _) => Part::ChunkExtension(size),
        }
    }

    /// Returns what follows the line of a chunk's size: the chunk with its end of line, or the trailers.
    fn chunk(size: u64) -> Part {
        match size {
            0 => Part::Trailers,
            size => Part::Octets { left: size.saturating_add(2), then: AfterOctets::ChunkSize },
        }
    }

    fn trailers(&mut self, octet: u8) -> Result<()> {
        if octet != b'\n' {
            self.line.push(octet);
            return Ok(());
        }
        if !self.line.ends_in_cr {
            return Err(Error::new(ErrorKind::InvalidData, "a line feed without a carriage return"));
        }
        if self.line.is_empty() {
            self.part = Part::Head;
        }
        self.line.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "\r\nhost: x\r\n";

    /// What the parser gets to see, when the octets come in parts of this size.
    fn seen(sent: &str, size: usize) -> Result<String> {
        let (mut line_ends, mut octets) = (LineEnds::default(), sent.as_bytes().to_vec());
        for part in octets.chunks_mut(size) {
            line_ends.check(part)?;
        }
        Ok(String::from_utf8(octets).unwrap())
    }

    #[test]
    fn heads_and_bodies_of_any_kind_pass_unchanged_one_after_the_other() {
        let bodies = [
            "GET / HTTP/1.1{HOST}\r\n",
            "\r\nPOST / HTTP/1.1{HOST}content-length: 7\r\n\r\n{\n\n\n}\n\n",
            "POST / HTTP/1.1{HOST}Content-Length:\t 0 \r\n\r\n",
            "POST / HTTP/1.1{HOST}Transfer-Encoding: chunked\r\n\r\n2;x=y\r\n\n\n\r\n0a \r\n\n\n\n\n\n\n\n\n\n\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1{HOST}transfer-encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\n",
            "GET / HTTP/1.1{HOST}x: {LONG}\r\n\r\n",
            "GET / HTTP/1.1{HOST}upgrade: websocket\r\n\r\n\n\n",
        ];
        let long = "a".repeat(3 * KEPT);
        let sent = bodies.concat().replace("{HOST}", HOST).replace("{LONG}", &long);
        for size in [1, 2, 3, 7, 64, sent.len()] {
            assert_eq!(seen(&sent, size).unwrap(), sent, "{size}");
        }
        let tunnel = format!("CONNECT x:443 HTTP/1.1{HOST}\r\n\n\n");
        assert_eq!(seen(&tunnel, 5).unwrap(), tunnel);
    }

    #[test]
    fn a_bare_line_feed_in_a_head_becomes_an_octet_that_no_head_contains() {
        for head in [
            "\nGET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\nhost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n\n",
            "GET /\n HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\nx: \ny\r\n\r\n",
        ] {
            let before = "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n\n\n";
            for size in [1, 2, 1000] {
                let refused = head.replacen('\n', "\0", head.matches('\n').count()).replace("\r\0", "\r\n");
                let (sent, expected) = (format!("{before}{head}"), format!("{before}{refused}"));
                assert_eq!(seen(&sent, size).unwrap(), expected, "{head:?}");
            }
        }
    }

    #[test]
    fn lengths_that_cannot_be_followed_are_refused_and_so_are_bare_line_feeds_in_trailers() {
        let padded = format!("POST / HTTP/1.1\r\ncontent-length:{}5\r\n\r\n", " ".repeat(KEPT));
        assert!(seen(&padded, 9).unwrap().contains("5\r\0"), "{padded}");
        for length in ["x", "-1", "0x5", "5 5", "99999999999999999999"] {
            let head = format!("POST / HTTP/1.1\r\ncontent-length: {length}\r\n\r\n");
            assert!(seen(&head, 4).unwrap().contains("\r\0"), "{length}");
        }
        let chunked = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
        for trailers in ["0\r\nx: y\n\r\n", "0\r\n\n", "1\r\na\r\n0\r\nx: y\r\n\n"] {
            assert!(seen(&format!("{chunked}{trailers}"), 3).is_err(), "{trailers:?}");
        }
    }
}
