//! As much of HTTP/1.1 as a registry needs: read a request, write an answer, well or badly.

use std::io::{self, BufRead, Read as _, Write};
use std::time::Duration;

use super::Stop;
use super::record::Asked;

/// An answer before it is on the wire.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) delivery: Delivery,
}

/// How the body gets to the client.
#[derive(Clone, Copy, Debug)]
pub(super) enum Delivery {
    /// As HTTP wants it.
    Whole,
    /// The length is announced, this many bytes come, the connection closes.
    Cut(usize),
    /// In chunks: the body, and then zeros without end.
    Endless,
    /// One byte, a pause, one byte, …
    Drip(Duration),
    /// The headers, and nothing more.
    Stall,
    /// Nothing at all.
    Silence,
}

impl Answer {
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), delivery: Delivery::Whole }
    }

    /// An error as the distribution specification writes it.
    pub(super) fn error(status: u16, code: &str) -> Self {
        let body = format!(r#"{{"errors":[{{"code":"{code}","message":"{code}"}}]}}"#);
        Self::new(status, body).header("Content-Type", "application/json")
    }

    /// With one more header.
    pub(super) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// With one header instead of those of this name.
    pub(super) fn replace(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.header(name, value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}

/// The next request of a connection; none if the client is done.
pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Asked>> {
    let first = line(from)?;
    let mut words = first.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let mut asked = Asked {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: String::new(),
        status: 0,
    };
    loop {
        let line = line(from)?;
        let Some((name, value)) = line.split_once(':') else { break };
        asked.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    if let Some(length) = asked.header("content-length").and_then(|length| length.parse().ok()) {
        let mut body = Vec::new();
        from.take(length).read_to_end(&mut body)?;
        asked.body = String::from_utf8_lossy(&body).into_owned();
    }
    Ok(Some(asked))
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// Writes an answer. Says whether the connection may be used again.
///
/// `ending` is called before the last byte: a client that has it may ask again before this returns, and must
/// not be counted twice.
pub(super) fn write(
    to: &mut impl Write,
    answer: &Answer,
    head_only: bool,
    stop: &Stop,
    ending: impl FnOnce(),
) -> io::Result<bool> {
    if matches!(answer.delivery, Delivery::Silence) {
        stop.wait_for_it();
        return Ok(false);
    }
    let endless = matches!(answer.delivery, Delivery::Endless);
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if endless {
        head.push_str("Transfer-Encoding: chunked\r\n");
    } else if !answer.has("Content-Length") {
        head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    head.push_str("\r\n");
    if head_only || answer.body.is_empty() && matches!(answer.delivery, Delivery::Whole) {
        ending();
        to.write_all(head.as_bytes())?;
        return Ok(head_only || !answer.has("Content-Length"));
    }
    to.write_all(head.as_bytes())?;
    match answer.delivery {
        Delivery::Whole => {
            let (start, last) = answer.body.split_at(answer.body.len() - 1);
            to.write_all(start)?;
            ending();
            to.write_all(last)?;
            // Whoever announces another length than it sends leaves the client in the middle of a body.
            Ok(!answer.has("Content-Length"))
        }
        Delivery::Cut(length) => {
            to.write_all(answer.body.get(..length).unwrap_or(&answer.body))?;
            Ok(false)
        }
        Delivery::Endless => {
            chunk(to, &answer.body)?;
            while !stop.is_set() {
                chunk(to, &[0; 1 << 16])?;
            }
            Ok(false)
        }
        Delivery::Drip(pause) => {
            for byte in &answer.body {
                stop.wait(pause);
                to.write_all(&[*byte])?;
            }
            Ok(true)
        }
        Delivery::Stall | Delivery::Silence => {
            stop.wait_for_it();
            Ok(false)
        }
    }
}

fn chunk(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    write!(to, "{:x}\r\n", bytes.len())?;
    to.write_all(bytes)?;
    to.write_all(b"\r\n")
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        307 => "Temporary Redirect",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
