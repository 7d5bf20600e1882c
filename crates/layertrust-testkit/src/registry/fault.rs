//! Misbehaviour on demand.

use std::time::Duration;

use super::http::{Answer, Delivery};
use super::record::Asked;

/// What the registry does instead of answering well.
///
/// Faults touch requests that are allowed: what [`Auth`](super::Auth) turns away gets its 401 and counts
/// for no rule.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The right headers, but the last byte of the body is another.
    WrongBytes,
    /// Announces the whole body, sends half of it, closes.
    Truncated,
    /// Announces the whole body, sends this many bytes, closes.
    Dropped(usize),
    /// The body, and then zeros without end, in chunks.
    EndlessBody,
    /// Announces a body of this length, sends the real one, closes.
    Announces(u64),
    /// Every page of referrers links to one more.
    EndlessPages,
    /// Every page of referrers links to itself.
    PageLoop,
    /// A page of referrers links to this address.
    NextPage(String),
    /// This many made-up referrers before the real ones. Their manifests are not there.
    MadeUpReferrers(usize),
    /// The referrers of another digest: each names a foreign subject.
    ReferrersOf(String),
    /// The manifest of this digest, whatever was asked for: a tag that moved.
    ManifestOf(String),
    /// 307 to the same path at this address (`http://host:port`).
    RedirectTo(String),
    /// 307 to the address that was asked for.
    RedirectLoop,
    /// 401 with an honest challenge, whatever the credentials.
    Unauthorized,
    /// 401 with this challenge (`WWW-Authenticate`).
    Challenge(String),
    /// 429, with this `Retry-After` if any.
    TooManyRequests(Option<String>),
    /// This status, with an error document.
    Status(u16),
    /// One byte, this pause, one byte, …: a slow loris.
    Drip(Duration),
    /// The headers, and nothing more.
    Stall,
    /// Accepts the request and never answers.
    Silence,
    /// Closes the connection without an answer.
    HangUp,
    /// Another `Content-Type`.
    ContentType(String),
    /// `Docker-Content-Digest` with another digest.
    WrongDigestHeader,
    /// No `Docker-Content-Digest`.
    NoDigestHeader,
    /// 206 from the first byte on, whatever the range.
    WrongRange,
    /// This many bytes of headers.
    HugeHeaders(usize),
    /// This body instead.
    Body(Vec<u8>),
}

/// When a fault shows.
#[derive(Clone, Debug)]
pub struct Rule {
    pattern: String,
    method: Option<String>,
    after: usize,
    times: usize,
    seen: usize,
    fault: Fault,
}

impl Rule {
    /// On every request whose path (with its query) has this pattern; `*` stands for anything.
    #[must_use]
    pub fn on(pattern: &str, fault: Fault) -> Self {
        Self { pattern: pattern.to_owned(), method: None, after: 0, times: usize::MAX, seen: 0, fault }
    }

    /// Only for this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only after this many requests of the pattern.
    #[must_use]
    pub fn after(mut self, count: usize) -> Self {
        self.after = count;
        self
    }

    /// Only this many times.
    #[must_use]
    pub fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }

    fn applies(&mut self, asked: &Asked) -> bool {
        let fits = self.method.as_ref().is_none_or(|method| *method == asked.method)
            && matches(&self.pattern, &asked.target);
        if fits {
            self.seen += 1;
        }
        fits && self.seen > self.after && self.seen - self.after <= self.times
    }
}

/// The fault of the first rule that applies.
pub(super) fn due(rules: &mut [Rule], asked: &Asked) -> Option<Fault> {
    // Every rule counts, also those behind the one that is followed.
    let due: Vec<_> =
        rules.iter_mut().filter_map(|rule| rule.applies(asked).then_some(&rule.fault)).collect();
    due.first().map(|fault| (*fault).clone())
}

/// What a fault makes of an answer. Those that need to know more than the answer are at home in `serve`.
pub(super) fn spoil(fault: &Fault, answer: Answer, asked: &Asked) -> Answer {
    let delivered = |answer: Answer, delivery| Answer { delivery, ..answer };
    match fault {
        Fault::WrongBytes => {
            let mut answer = answer;
            if let Some(last) = answer.body.last_mut() {
                *last ^= 1;
            }
            answer
        }
        Fault::Truncated => {
            let half = answer.body.len() / 2;
            delivered(answer, Delivery::Cut(half))
        }
        Fault::Dropped(length) => delivered(answer, Delivery::Cut(*length)),
        Fault::EndlessBody => delivered(answer, Delivery::Endless),
        Fault::Announces(length) => answer.replace("Content-Length", length),
        Fault::RedirectTo(address) => redirect(format!("{}{}", address, asked.target)),
        Fault::RedirectLoop => redirect(asked.target.clone()),
        Fault::TooManyRequests(retry_after) => {
            let answer = Answer::error(429, "TOOMANYREQUESTS");
            match retry_after {
                Some(time) => answer.header("Retry-After", time),
                None => answer,
            }
        }
        Fault::Challenge(challenge) => {
            Answer::error(401, "UNAUTHORIZED").header("WWW-Authenticate", challenge)
        }
        Fault::Status(status) => Answer::error(*status, "UNKNOWN"),
        Fault::Drip(pause) => delivered(answer, Delivery::Drip(*pause)),
        Fault::Stall => delivered(answer, Delivery::Stall),
        Fault::Silence => delivered(answer, Delivery::Silence),
        Fault::ContentType(media_type) => answer.replace("Content-Type", media_type),
        Fault::WrongDigestHeader => {
            answer.replace("Docker-Content-Digest", format!("sha256:{}", "0".repeat(64)))
        }
        Fault::NoDigestHeader => {
            let mut answer = answer;
            answer.headers.retain(|(name, _)| name != "Docker-Content-Digest");
            answer
        }
        Fault::HugeHeaders(size) => answer.header("X-Padding", "x".repeat(*size)),
        Fault::Body(body) => Answer { body: body.clone(), ..answer },
        Fault::EndlessPages
        | Fault::PageLoop
        | Fault::NextPage(_)
        | Fault::MadeUpReferrers(_)
        | Fault::ReferrersOf(_)
        | Fault::ManifestOf(_)
        | Fault::Unauthorized
        | Fault::WrongRange
        | Fault::HangUp => answer,
    }
}

fn redirect(to: String) -> Answer {
    Answer::new(307, "").header("Location", to)
}

/// Whether a text has a pattern; `*` stands for any number of any characters.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            rest.is_empty()
                || text
                    .char_indices()
                    .map(|(at, _)| at)
                    .chain([text.len()])
                    .any(|at| matches(rest, &text[at..]))
        }),
    }
}
