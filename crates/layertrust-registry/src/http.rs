//! One request: with bounds on time, size, redirects and tries. Knows nothing of registries.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use layertrust::{Code, Error};
use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::{Agent, Body};

use crate::limits::{CONCURRENT, CONNECT, ERROR_SIZE, HEADER_SIZE, LONGEST_PAUSE, REDIRECTS, TRIES};
use crate::network::Network;
use crate::url::{BadUrl, Url};

/// What is asked for.
pub(crate) struct Ask<'a> {
    pub(crate) url: Url,
    pub(crate) accept: &'a str,
    /// For the host of `url` alone.
    pub(crate) authorization: Option<&'a str>,
    /// The first byte wanted.
    pub(crate) from: u64,
    /// Sent instead of asked for, as a form.
    pub(crate) form: Option<&'a str>,
    /// Whether all of it must be there in time; blobs may take longer.
    pub(crate) is_document: bool,
}

/// An answer whose body is still to be read. Never one of 429 or 5xx, and no redirect.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Where it came from in the end.
    pub(crate) url: Url,
    body: Body,
}

impl Answer {
    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The whole body, of at most `limit` bytes.
    pub(crate) fn read(self, limit: u64) -> Result<Vec<u8>, Failed> {
        let (announced, url) = (self.body.content_length(), self.url.clone());
        let too_long = |found: String| {
            let error = Error::new(Code::LimitExceeded, format!("answer of {}", url.shown()));
            Failed::ForGood(error.expected(format!("at most {limit} bytes")).found(found))
        };
        if let Some(size) = announced.filter(|size| *size > limit) {
            return Err(too_long(size.to_string()));
        }
        let mut bytes = Vec::new();
        let read = self.body.into_reader().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| cut(&url, error))?;
        let read = bytes.len() as u64;
        if read > limit {
            return Err(too_long("more".to_owned()));
        }
        match announced {
            Some(size) if size != read => {
                Err(Failed::Broken(unreachable(&url, &format!("{read} of {size} bytes, then the end"))))
            }
            _ => Ok(bytes),
        }
    }

    /// The body as it comes.
    pub(crate) fn into_reader(self) -> impl Read + Send + 'static {
        self.body.into_reader()
    }

    pub(crate) fn content_length(&self) -> Option<u64> {
        self.body.content_length()
    }

    /// What the registry says about an error, in a few words.
    pub(crate) fn complaint(self) -> String {
        let status = self.status;
        let mut bytes = Vec::new();
        let _ = self.body.into_reader().take(ERROR_SIZE).read_to_end(&mut bytes);
        let said: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let first = said.pointer("/errors/0");
        let word = |name: &str| first.and_then(|first| first.get(name)?.as_str());
        match (word("code"), word("message")) {
            (Some(code), Some(message)) => format!("{status}, {code}: {message}"),
            (Some(word), None) | (None, Some(word)) => format!("{status}, {word}"),
            (None, None) => status.to_string(),
        }
    }
}

/// Sends requests. Shared by all that ask.
pub(crate) struct Http {
    network: Network,
    permits: Permits,
    pause: Duration,
    /// How long one document may take.
    patience: Duration,
}

impl Http {
    pub(crate) fn new(network: Network, pause: Duration, patience: Duration) -> Self {
        Http { network, permits: Permits::default(), pause, patience }
    }

    /// Sends a request, again where that may help, and follows redirects.
    pub(crate) fn send(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut pause = self.pause;
        for last in (1..=TRIES).map(|number| number == TRIES) {
            let failure = match self.follow(ask) {
                Ok(answer) if is_passing(answer.status) => {
                    let (wait, failure) = busy(answer);
                    // Who asks for more patience than we have is believed at once.
                    if wait.is_some_and(|wait| wait > LONGEST_PAUSE) {
                        return Err(failure);
                    }
                    pause = wait.unwrap_or(pause);
                    failure
                }
                Ok(answer) => return Ok(answer),
                Err(Failed::Broken(error)) => error,
                Err(Failed::ForGood(error)) => return Err(error),
            };
            if last {
                return Err(failure);
            }
            std::thread::sleep(pause);
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
        Err(unreachable(&ask.url, &"no try left"))
    }

    /// Goes where redirects lead. What the caller is stays with the host that it is meant for.
    fn follow(&self, ask: &Ask<'_>) -> Result<Answer, Failed> {
        let mut url = ask.url.clone();
        for _ in 0..=REDIRECTS {
            let authorization = ask.authorization.filter(|_| url.is_same_origin(&ask.url));
            let response = self.once(ask, &url, authorization).map_err(|error| failed(&url, error))?;
            let (parts, body) = response.into_parts();
            let answer = Answer { status: parts.status, headers: parts.headers, url: url.clone(), body };
            if !matches!(parts.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(answer);
            }
            let to = answer
                .header(header::LOCATION)
                .ok_or_else(|| Failed::ForGood(unreachable(&url, &"a redirect to nowhere")))?;
            url = url.join(to).map_err(|bad| {
                let found = match bad {
                    BadUrl::Plain => "a redirect to plain HTTP",
                    BadUrl::Malformed => "a redirect to what is no address",
                };
                Failed::ForGood(unreachable(&url, &found))
            })?;
        }
        Err(Failed::ForGood(unreachable(&ask.url, &format!("more than {REDIRECTS} redirects"))))
    }

    fn once(
        &self,
        ask: &Ask<'_>,
        url: &Url,
        authorization: Option<&str>,
    ) -> Result<Response<Body>, ureq::Error> {
        // Until the answer begins, and not longer: who holds an answer may have to ask something else first.
        let _permit = self.permits.take();
        let agent: &Agent = self.network.agent(url);
        let whole = ask.is_document.then_some(self.patience);
        if let Some(form) = ask.form {
            let request = agent.post(url.as_str()).config().timeout_global(whole).build();
            return request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").send(form);
        }
        let mut request = agent.get(url.as_str()).config().timeout_global(whole).build();
        request = request.header(header::ACCEPT, ask.accept);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if ask.from > 0 {
            request = request.header(header::RANGE, format!("bytes={}-", ask.from));
        }
        request.call()
    }
}

/// How an agent behaves for every request.
pub(crate) fn config(silence: Duration) -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("layertrust/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECT.min(silence)))
        .timeout_resolve(Some(CONNECT.min(silence)))
        .timeout_recv_response(Some(silence))
        .timeout_per_read(Some(silence))
        .timeout_per_write(Some(silence))
        .max_response_header_size(HEADER_SIZE)
        .max_idle_connections_per_host(CONCURRENT)
}

/// Whether trying again may help.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// How long a busy registry asks to wait, and what to say if it stays busy.
fn busy(answer: Answer) -> (Option<Duration>, Error) {
    let wait = answer.header(header::RETRY_AFTER).and_then(|text| text.trim().parse().ok());
    let wait = wait.map(Duration::from_secs);
    let url = answer.url.clone();
    if answer.status != StatusCode::TOO_MANY_REQUESTS {
        let said = answer.complaint();
        return (wait, unreachable(&url, &said));
    }
    let mut found = answer.complaint();
    if let Some(wait) = wait {
        found.push_str(&format!("; try again in {} s", wait.as_secs()));
    }
    let error = Error::new(Code::RateLimited, url.shown()).expected("an answer").found(found);
    (wait, error)
}

/// Why there is no answer, or not the whole of it.
pub(crate) enum Failed {
    /// Trying again may help.
    Broken(Error),
    ForGood(Error),
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Broken(error) | Failed::ForGood(error) => error,
        }
    }
}

/// A body that could not be read to its end.
fn cut(url: &Url, error: std::io::Error) -> Failed {
    failed(url, ureq::Error::from(error))
}

fn failed(url: &Url, error: ureq::Error) -> Failed {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let is_broken = match &error {
        // A connection that was kept open may have been closed on the other side.
        ureq::Error::Io(error) => {
            matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
        }
        _ => false,
    };
    let error = unreachable(url, &error);
    if is_broken { Failed::Broken(error) } else { Failed::ForGood(error) }
}

pub(crate) fn unreachable(url: &Url, found: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Unreachable, url.shown()).expected("an answer").found(found)
}

/// The one limit on requests that wait for an answer.
#[derive(Default)]
struct Permits(Arc<(Mutex<usize>, Condvar)>);

/// The right to one request.
pub(crate) struct Permit(Arc<(Mutex<usize>, Condvar)>);

impl Permits {
    fn take(&self) -> Permit {
        let (taken, freed) = &*self.0;
        let taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = freed.wait_while(taken, |taken| *taken >= CONCURRENT);
        *wait.unwrap_or_else(PoisonError::into_inner) += 1;
        Permit(self.0.clone())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let (taken, freed) = &*self.0;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_sub(1);
        freed.notify_one();
    }
}
