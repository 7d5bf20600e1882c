//! A repository of a registry as a source of images and evidence.

mod early;
mod referrers;

use std::collections::HashMap;
use std::fmt;
use std::io::{Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use layertrust::{
    Code, Descriptor, Digest, Error, Limits, Referrer, Referrers, Repository, Selector, Source, Want,
};
use ureq::http::{HeaderName, StatusCode, header};

use crate::cells::Cells;
use crate::client::{Client, Question, Reply};
use crate::documents::{Document, Kind, Link, MANIFESTS, media_type};
use crate::http::Answer;
use crate::limits::{ALL_KEPT_SIZE, KEPT_SIZE, MANIFEST_SIZE};
use crate::stream::Stream;

/// The tag of a name that says none.
const LATEST: &str = "latest";
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// The images of one repository, and what is attached to them (distribution-spec 1.1).
///
/// What it was told it does not ask again: tags, digests that are not there, documents. So it is for one run, which
/// sees one state of the registry. Documents are fetched whole, at most once, and several at a time where
/// [`Source::prefetch`] says early what will be asked for; layers are read as they come. A connection that breaks in
/// the middle of a layer is continued.
#[derive(Clone)]
pub struct RegistrySource(Arc<Inner>);

impl fmt::Debug for RegistrySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RegistrySource").field(&self.0.places).finish()
    }
}

struct Inner {
    client: Arc<Client>,
    /// The repository itself, and where else attestations of its images are.
    places: Vec<Repository>,
    selector: Selector,
    limits: Limits,
    /// What documents that came from here name, and in which place that is.
    named: Mutex<HashMap<Digest, (usize, Link)>>,
    cells: Cells<Key, Fetched>,
    /// Bytes of all documents that are held.
    kept: AtomicU64,
}

/// What is fetched as one.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Tag(usize, String),
    Manifest(Digest),
    Blob(Digest),
    /// The list of what names a digest as its subject.
    List(usize, Digest),
}

#[derive(Clone)]
enum Fetched {
    Absent,
    Document(Arc<Document>),
    List(Arc<Vec<Referrer>>),
}

/// A document being read by one who asked.
struct Whole(Arc<Document>);

impl AsRef<[u8]> for Whole {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl RegistrySource {
    pub(crate) fn new(
        client: Arc<Client>,
        places: Vec<Repository>,
        selector: Selector,
        limits: Limits,
    ) -> Self {
        RegistrySource(Arc::new(Inner {
            client,
            places,
            selector,
            limits,
            named: Mutex::default(),
            cells: Cells::default(),
            kept: AtomicU64::new(0),
        }))
    }
}

impl Source for RegistrySource {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>, Error> {
        let selector = if *selector == Selector::Only { &self.0.selector } else { selector };
        let key = match selector {
            Selector::Only => Key::Tag(0, LATEST.to_owned()),
            Selector::Tag(tag) => Key::Tag(0, tag.clone()),
            Selector::Digest(digest) => Key::Manifest(*digest),
        };
        Ok(self.0.document(&key)?.map(|found| descriptor(&found)))
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>, Error> {
        let whole = |key| {
            let found = self.0.document(&key)?;
            Ok(found.map(|found| Box::new(Cursor::new(Whole(found))) as Box<dyn Read + Send>))
        };
        if self.0.cells.known(&Key::Manifest(*digest)).is_some() {
            return whole(Key::Manifest(*digest));
        }
        match self.0.named(digest) {
            Some((_, link)) if link.kind == Kind::Manifest => whole(Key::Manifest(*digest)),
            Some((_, link)) if link.kind == Kind::Blob && link.size <= KEPT_SIZE => whole(Key::Blob(*digest)),
            known => {
                let (first, size) = known.map_or((0, None), |(place, link)| (place, Some(link.size)));
                self.0.stream(digest, first, size)
            }
        }
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers, Error> {
        Ok(Inner::referrers(&self.0, subject, limits))
    }

    fn images(&self, _limits: &Limits) -> Result<Vec<Descriptor>, Error> {
        match self.0.selector {
            Selector::Only => Ok(Vec::new()),
            _ => Ok(self.resolve(&Selector::Only)?.into_iter().collect()),
        }
    }

    fn prefetch(&self, wants: &[Want]) {
        Inner::prefetch(&self.0, wants);
    }

    fn expects(&self, digest: &Digest) -> bool {
        self.0.named(digest).is_some()
            || matches!(self.0.cells.known(&Key::Manifest(*digest)), Some(Fetched::Document(_)))
    }
}

fn descriptor(document: &Document) -> Descriptor {
    Descriptor::new(document.media_type.clone(), document.digest, document.bytes.len() as u64)
}

impl Inner {
    fn named(&self, digest: &Digest) -> Option<(usize, Link)> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).get(digest).copied()
    }

    fn document(&self, key: &Key) -> Result<Option<Arc<Document>>, Error> {
        let fetched = self.cells.get(key, || self.fetch(key))?;
        Ok(match fetched {
            Fetched::Document(document) => {
                self.keep_within_bounds(key, &document);
                Some(document)
            }
            Fetched::Absent | Fetched::List(_) => None,
        })
    }

    /// What is too much is fetched again by who asks again.
    fn keep_within_bounds(&self, key: &Key, document: &Document) {
        if matches!(key, Key::Blob(_)) && self.kept.load(Ordering::Relaxed) > ALL_KEPT_SIZE {
            self.cells.forget(key);
            self.kept.fetch_sub(document.bytes.len() as u64, Ordering::Relaxed);
        }
    }

    fn fetch(&self, key: &Key) -> Result<Fetched, Error> {
        match key {
            Key::Tag(place, tag) => self.manifest(*place, tag, None),
            Key::Manifest(digest) => {
                self.in_places(digest, |place| self.manifest(place, &digest.to_string(), Some(digest)))
            }
            Key::Blob(digest) => self.in_places(digest, |place| self.whole_blob(place, digest)),
            Key::List(place, subject) => self.list(*place, subject),
        }
    }

    /// Asks the place that named a digest, and then the others.
    fn in_places(
        &self,
        digest: &Digest,
        fetch: impl Fn(usize) -> Result<Fetched, Error>,
    ) -> Result<Fetched, Error> {
        let first = self.named(digest).map_or(0, |(place, _)| place);
        let others = (0..self.places.len()).filter(|place| *place != first);
        for place in [first].into_iter().chain(others) {
            match fetch(place)? {
                Fetched::Absent => {}
                found => return Ok(found),
            }
        }
        Ok(Fetched::Absent)
    }

    /// A manifest by tag or digest. What it is called by counts nothing: its digest is that of its bytes.
    fn manifest(&self, place: usize, reference: &str, asked: Option<&Digest>) -> Result<Fetched, Error> {
        let Some(repository) = self.places.get(place) else { return Ok(Fetched::Absent) };
        let at = format!("manifests/{reference}");
        let what = format!("{repository} {at}");
        let limit = self.limits.manifest_size.max(MANIFEST_SIZE);
        let (headers, bytes) = match self.client.document(repository, &at, MANIFESTS, limit)? {
            Reply::Whole(headers, bytes) => (headers, bytes),
            Reply::None(answer) if answer.status == StatusCode::NOT_FOUND => return Ok(Fetched::Absent),
            Reply::None(answer) => return Err(unexpected(&what, answer.complaint())),
        };
        let said = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let algorithm = asked.map_or(layertrust::Algorithm::Sha256, Digest::algorithm);
        let digest = Digest::of(algorithm, &bytes);
        // By digest the library compares; by tag this is the only word about what was meant.
        let announced: Option<Digest> = said(&CONTENT_DIGEST).and_then(|digest| digest.parse().ok());
        if let Some(other) = announced.filter(|other| other.algorithm() == algorithm && *other != digest) {
            return Err(Error::new(Code::DigestMismatch, what)
                .expected(format!("{other}, as the registry says"))
                .found(format!("bytes of {digest}")));
        }
        let said = said(&header::CONTENT_TYPE);
        let Some(media_type) = media_type(said, &bytes) else {
            let found = format!("an answer of type {:?}", said.unwrap_or_default());
            return Err(unexpected(&what, found));
        };
        let document = Arc::new(Document { media_type, digest: *asked.unwrap_or(&digest), bytes });
        self.learn(place, &document);
        if asked.is_none() {
            self.cells.put(Key::Manifest(digest), Fetched::Document(document.clone()));
        }
        Ok(Fetched::Document(document))
    }

    /// Notes what a document names.
    fn learn(&self, place: usize, document: &Document) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        for link in document.links() {
            named.entry(link.digest).or_insert((place, link));
        }
    }

    fn whole_blob(&self, place: usize, digest: &Digest) -> Result<Fetched, Error> {
        let size = self.named(digest).map(|(_, link)| link.size);
        let Some(repository) = self.places.get(place) else { return Ok(Fetched::Absent) };
        let at = format!("blobs/{digest}");
        let bytes = match self.client.document(repository, &at, "*/*", size.unwrap_or(KEPT_SIZE)) {
            Ok(Reply::Whole(_, bytes)) => bytes,
            Ok(Reply::None(answer)) if answer.status == StatusCode::NOT_FOUND => return Ok(Fetched::Absent),
            Ok(Reply::None(answer)) => {
                return Err(unexpected(&format!("{repository} {at}"), answer.complaint()));
            }
            Err(error) if error.code() == Code::LimitExceeded => {
                return Err(longer(digest, size.unwrap_or(KEPT_SIZE)));
            }
            Err(error) => return Err(error),
        };
        self.kept.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let document = Document { media_type: String::new(), digest: *digest, bytes };
        Ok(Fetched::Document(Arc::new(document)))
    }

    /// A blob as it comes, from the first place that has it.
    fn stream(
        &self,
        digest: &Digest,
        first: usize,
        size: Option<u64>,
    ) -> Result<Option<Box<dyn Read + Send + '_>>, Error> {
        let others = (0..self.places.len()).filter(|place| *place != first);
        for place in [first].into_iter().chain(others) {
            let Some(answer) = self.open_blob(place, digest, size)? else { continue };
            let (client, repository) = (self.client.clone(), self.places.get(place).cloned());
            let at = format!("blobs/{digest}");
            let again = move |from| match &repository {
                Some(repository) => {
                    client.ask(repository, Question { at: &at, accept: "*/*", from, is_document: false })
                }
                None => Err(Error::new(Code::Unreachable, at.clone())),
            };
            return Ok(Some(Box::new(Stream::new(answer, again))));
        }
        Ok(None)
    }

    fn open_blob(&self, place: usize, digest: &Digest, size: Option<u64>) -> Result<Option<Answer>, Error> {
        let Some(repository) = self.places.get(place) else { return Ok(None) };
        let at = format!("blobs/{digest}");
        let question = Question { at: &at, accept: "*/*", from: 0, is_document: false };
        let answer = self.client.ask(repository, question)?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !answer.status.is_success() {
            return Err(unexpected(&format!("{repository} {at}"), answer.complaint()));
        }
        match (size, answer.content_length()) {
            (Some(size), Some(length)) if length > size => Err(longer(digest, size)),
            _ => Ok(Some(answer)),
        }
    }
}

/// More bytes than the descriptor says. Fewer are the library's to find.
fn longer(digest: &Digest, size: u64) -> Error {
    Error::new(Code::DigestMismatch, format!("blob {digest}")).expected(format!("{size} bytes")).found("more")
}

/// An answer that is none to what was asked.
fn unexpected(what: &str, found: String) -> Error {
    Error::new(Code::Unreachable, what).expected("an answer of a registry's").found(found)
}
