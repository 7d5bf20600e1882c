//! A registry on loopback that does what a test asks: serve layouts by the distribution API, ask for
//! credentials, be slow, misbehave, and keep a record of everything it was asked.
//!
//! ```no_run
//! # use layertrust_testkit::registry::{Auth, Fault, Registry, Rule};
//! # use layertrust_testkit::store::Layout;
//! # let layout = Layout::new();
//! let registry = Registry::new()
//!     .repository("org/app", &layout)
//!     .auth(Auth::bearer().login("robot", "secret"))
//!     .fault(Rule::on("/v2/*/blobs/*", Fault::Status(503)).times(2))
//!     .start();
//! let name = registry.reference("org/app", "1.2"); // 127.0.0.1:PORT/org/app:1.2
//! // … ask …
//! assert_eq!(registry.count("/v2/org/app/blobs/*"), 3);
//! ```
//!
//! HTTP/1.1 on plain sockets: no server of a framework can be made to truncate a body or to send a byte a
//! second. The server ends when its handle is dropped, whatever its connections are doing.

mod access;
mod content;
mod fault;
mod http;
mod record;
mod serve;

use std::collections::BTreeMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub use access::Auth;
pub use fault::{Fault, Rule};
pub use record::Asked;

use crate::store::Layout;
use access::Access;
use content::Repository;
use record::Record;

/// What a registry is to be, before it runs.
#[derive(Clone, Default)]
pub struct Builder {
    repositories: BTreeMap<String, Repository>,
    auth: Auth,
    referrers: Referrers,
    ignores_ranges: bool,
    delay: Duration,
    rules: Vec<Rule>,
}

/// Whether there is a referrers API, and how many referrers make a page.
#[derive(Clone, Copy, Default)]
enum Referrers {
    #[default]
    OnePage,
    Pages(usize),
    /// As registries before distribution-spec 1.1: 404, whatever the digest.
    Absent,
}

impl Builder {
    /// Serves a layout under this name. Its tags are the reference names in its `index.json` (of
    /// `registry/name:tag` the tag alone), cosign's tags where the entries are those of `cosign save`, and
    /// `latest` for a single entry without a name.
    #[must_use]
    pub fn repository(mut self, name: &str, layout: &Layout) -> Self {
        self.repositories.insert(name.to_owned(), Repository::of(layout));
        self
    }

    /// One more tag. The repository must be there already.
    #[must_use]
    pub fn tag(mut self, repository: &str, tag: &str, digest: &str) -> Self {
        let repository = self.repositories.get_mut(repository).expect("a repository of that name");
        repository.tags.insert(tag.to_owned(), digest.to_owned());
        self
    }

    /// Who may read. Anybody by default.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// No referrers API, as in distribution 2.8: 404.
    #[must_use]
    pub fn without_referrers_api(mut self) -> Self {
        self.referrers = Referrers::Absent;
        self
    }

    /// Referrers in pages of this many, joined by `Link` headers.
    #[must_use]
    pub fn referrers_a_page(mut self, count: usize) -> Self {
        self.referrers = Referrers::Pages(count);
        self
    }

    /// `Range` is ignored: the whole blob, status 200.
    #[must_use]
    pub fn without_ranges(mut self) -> Self {
        self.ignores_ranges = true;
        self
    }

    /// Waits this long before each answer, as a network would.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Misbehaves from the start. Of several rules the first that applies is followed.
    #[must_use]
    pub fn fault(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Listens on a free port of 127.0.0.1.
    #[must_use]
    pub fn start(self) -> Registry {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            address,
            access: Access::new(self.auth, address),
            repositories: Mutex::new(self.repositories),
            referrers: self.referrers,
            ranges: !self.ignores_ranges,
            delay: self.delay,
            rules: Mutex::new(self.rules),
            record: Record::default(),
            connections: Mutex::default(),
            accepted: AtomicUsize::new(0),
            stop: Stop::default(),
        });
        let shared = Arc::clone(&state);
        let listening = thread::spawn(move || listen(&listener, &shared));
        Registry { state, listening: Some(listening) }
    }
}

/// A registry that runs until it is dropped.
pub struct Registry {
    state: Arc<State>,
    listening: Option<JoinHandle<()>>,
}

impl Registry {
    /// An empty one that anybody may read.
    #[expect(clippy::new_ret_no_self, reason = "a registry is its builder until it runs")]
    #[must_use]
    pub fn new() -> Builder {
        Builder::default()
    }

    /// `127.0.0.1:PORT`
    #[must_use]
    pub fn host(&self) -> String {
        self.state.address.to_string()
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.state.address)
    }

    /// `127.0.0.1:PORT/repository:tag`, or with `@` for a digest.
    #[must_use]
    pub fn reference(&self, repository: &str, tag_or_digest: &str) -> String {
        let mark = if tag_or_digest.contains(':') { '@' } else { ':' };
        format!("{}/{repository}{mark}{tag_or_digest}", self.host())
    }

    /// Points a tag at another manifest, between two questions.
    pub fn retag(&self, repository: &str, tag: &str, digest: &str) {
        let mut repositories = self.state.repositories.lock().unwrap();
        let repository = repositories.get_mut(repository).expect("a repository of that name");
        repository.tags.insert(tag.to_owned(), digest.to_owned());
    }

    /// Misbehaves from now on, before the rules that are there.
    pub fn inject(&self, rule: Rule) {
        self.state.rules.lock().unwrap().insert(0, rule);
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.state.rules.lock().unwrap().clear();
    }

    /// Everything that was asked, in the order in which it came.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state.record.all()
    }

    /// How many requests had a path (with its query) of this pattern; `*` stands for anything.
    #[must_use]
    pub fn count(&self, pattern: &str) -> usize {
        self.asked().iter().filter(|asked| fault::matches(pattern, &asked.target)).count()
    }

    /// The most requests that were being answered at one time.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        self.state.record.most_at_once()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state.accepted.load(Ordering::SeqCst)
    }

    /// Forgets what was asked, and the most at one time.
    pub fn forget(&self) {
        self.state.record.forget();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.state.stop.now();
        // The listening thread waits for a connection: the last one tells it to look up.
        drop(TcpStream::connect(self.state.address));
        for connection in self.state.connections.lock().unwrap().values() {
            connection.shutdown(Shutdown::Both).ok();
        }
        if let Some(listening) = self.listening.take() {
            listening.join().ok();
        }
    }
}

/// What all connections share.
struct State {
    address: SocketAddr,
    access: Access,
    repositories: Mutex<BTreeMap<String, Repository>>,
    referrers: Referrers,
    ranges: bool,
    delay: Duration,
    rules: Mutex<Vec<Rule>>,
    record: Record,
    connections: Mutex<BTreeMap<usize, TcpStream>>,
    accepted: AtomicUsize,
    stop: Stop,
}

fn listen(listener: &TcpListener, state: &Arc<State>) {
    let mut threads = Vec::new();
    for stream in listener.incoming() {
        if state.stop.is_set() {
            break;
        }
        let Ok(stream) = stream else { continue };
        let id = state.accepted.fetch_add(1, Ordering::SeqCst);
        state.connections.lock().unwrap().insert(id, stream.try_clone().expect("a second handle"));
        let shared = Arc::clone(state);
        threads.push(thread::spawn(move || {
            // A client that hangs up is no mistake of the test.
            serve::connection(&stream, &shared).ok();
            stream.shutdown(Shutdown::Both).ok();
            shared.connections.lock().unwrap().remove(&id);
        }));
    }
    // Those accepted while the handle was being dropped.
    for connection in state.connections.lock().unwrap().values() {
        connection.shutdown(Shutdown::Both).ok();
    }
    threads.into_iter().for_each(|thread| {
        thread.join().ok();
    });
}

/// Waits that end when the registry does.
#[derive(Default)]
struct Stop {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    fn now(&self) {
        *self.set.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn is_set(&self) -> bool {
        *self.set.lock().unwrap()
    }

    fn wait(&self, time: Duration) {
        let set = self.set.lock().unwrap();
        drop(self.changed.wait_timeout_while(set, time, |set| !*set).unwrap());
    }

    fn wait_for_it(&self) {
        drop(self.changed.wait_while(self.set.lock().unwrap(), |set| !*set).unwrap());
    }
}

#[cfg(test)]
mod tests;
