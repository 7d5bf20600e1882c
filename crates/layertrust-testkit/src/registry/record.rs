//! What the registry was asked.

use std::cell::Cell;
use std::sync::Mutex;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `GET`, `HEAD`, …
    pub method: String,
    /// The path with its query, as it came.
    pub target: String,
    /// The headers in their order; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
    /// The status of the answer; 0 while there is none.
    pub status: u16,
}

impl Asked {
    /// The first header of this name, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The path alone.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    /// The values of a query parameter.
    pub(super) fn query(&self, name: &str) -> Vec<String> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        values(query, name)
    }

    /// The values of a field of a form in the body.
    pub(super) fn form(&self, name: &str) -> Vec<String> {
        values(&self.body, name)
    }
}

fn values(text: &str, name: &str) -> Vec<String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| decoded(value)).collect()
}

/// Percent-decoding, with `+` for a space.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
                u8::from_str_radix(std::str::from_utf8(&digits).expect("ASCII"), 16).expect("hex digits")
            }
            other => other,
        });
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[derive(Default)]
pub(super) struct Record(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    asked: Vec<Asked>,
    /// How often the record was cleared: what began before does not write into what came after.
    round: usize,
    now: usize,
    most: usize,
}

/// A request that is being answered.
pub(super) struct Ticket {
    round: usize,
    index: usize,
    ended: Cell<bool>,
}

impl Record {
    pub(super) fn begin(&self, asked: &Asked) -> Ticket {
        let mut inner = self.0.lock().unwrap();
        inner.asked.push(asked.clone());
        inner.now += 1;
        inner.most = inner.most.max(inner.now);
        Ticket { round: inner.round, index: inner.asked.len() - 1, ended: Cell::new(false) }
    }

    pub(super) fn status(&self, ticket: &Ticket, status: u16) {
        let mut inner = self.0.lock().unwrap();
        if inner.round == ticket.round {
            inner.asked[ticket.index].status = status;
        }
    }

    pub(super) fn end(&self, ticket: &Ticket) {
        if !ticket.ended.replace(true) {
            self.0.lock().unwrap().now -= 1;
        }
    }

    pub(super) fn all(&self) -> Vec<Asked> {
        self.0.lock().unwrap().asked.clone()
    }

    pub(super) fn most_at_once(&self) -> usize {
        self.0.lock().unwrap().most
    }

    pub(super) fn forget(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.asked.clear();
        inner.round += 1;
        inner.most = inner.now;
    }
}
