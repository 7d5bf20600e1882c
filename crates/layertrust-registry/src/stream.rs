//! A blob as it comes: continued where the connection breaks, given up where it crawls.

use std::io::{self, Read};
use std::time::Instant;

use layertrust::Error;
use ureq::http::{StatusCode, header};

use crate::http::Answer;
use crate::limits::{CONTINUED, GRACE, SLOWEST};

/// Asks for the blob again, from a byte on.
type Again = Box<dyn Fn(u64) -> Result<Answer, Error> + Send>;

/// A blob being read. Whoever reads it hashes it.
pub(crate) struct Stream {
    reader: Box<dyn Read + Send>,
    again: Again,
    at: u64,
    /// Bytes in all, where the registry said so.
    size: Option<u64>,
    continued: u32,
    begun: Instant,
}

impl Stream {
    pub(crate) fn new(answer: Answer, again: impl Fn(u64) -> Result<Answer, Error> + Send + 'static) -> Self {
        Stream {
            size: answer.content_length(),
            reader: Box::new(answer.into_reader()),
            again: Box::new(again),
            at: 0,
            continued: 0,
            begun: Instant::now(),
        }
    }

    /// Goes on behind what was read. A registry that begins elsewhere is not believed.
    fn resume(&mut self, broken: io::Error) -> io::Result<()> {
        if self.continued == CONTINUED {
            return Err(broken);
        }
        self.continued += 1;
        let answer = (self.again)(self.at).map_err(io::Error::other)?;
        let starts_here = match answer.status {
            StatusCode::OK => self.at == 0,
            StatusCode::PARTIAL_CONTENT => answer
                .header(header::CONTENT_RANGE)
                .and_then(|range| range.strip_prefix("bytes ")?.split_once('-'))
                .is_some_and(|(first, _)| first.parse() == Ok(self.at)),
            _ => false,
        };
        if !starts_here {
            return Err(broken);
        }
        self.reader = Box::new(answer.into_reader());
        Ok(())
    }

    fn check_speed(&self) -> io::Result<()> {
        let spent = self.begun.elapsed();
        if spent > GRACE && self.at / spent.as_secs().max(1) < SLOWEST {
            let found = format!("{} bytes in {} s from the registry", self.at, spent.as_secs());
            return Err(io::Error::new(io::ErrorKind::TimedOut, found));
        }
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let broken = match self.reader.read(buffer) {
                Ok(0) if !buffer.is_empty() && self.size.is_some_and(|size| self.at < size) => {
                    io::Error::new(io::ErrorKind::UnexpectedEof, "the registry ended before the blob did")
                }
                Ok(count) => {
                    self.at += count as u64;
                    self.check_speed()?;
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            self.resume(broken)?;
        }
    }
}
