//! Each byte is hashed once and each document parsed once, whoever asks for it.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;

use layertrust_testkit::cases::scene;

use super::*;
use crate::digest::Digest;
use crate::oci::{Descriptor, Layout, Referrers, Selector, Stack};
use crate::{BaseRule, Limits, OrgRule, PublicKey, SignerKey, metrics};

/// Counts what is read through it, and cannot look at some of it.
pub(super) struct Counting {
    pub(super) inner: Stack,
    pub(super) reads: Mutex<BTreeMap<Digest, usize>>,
    pub(super) unreadable: Option<Digest>,
    pub(super) no_referrers_of: Option<Digest>,
}

impl Counting {
    pub(super) fn new(inner: Stack) -> Self {
        Counting { inner, reads: Mutex::default(), unreadable: None, no_referrers_of: None }
    }
}

fn cannot_look() -> Error {
    Error::new(Code::Io, "source").found("a broken disk")
}

impl Source for Counting {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        self.inner.resolve(selector)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        *self.reads.lock().unwrap().entry(*digest).or_default() += 1;
        if self.unreadable == Some(*digest) {
            return Err(cannot_look());
        }
        self.inner.blob(digest)
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers> {
        if self.no_referrers_of == Some(*subject) {
            return Err(cannot_look());
        }
        self.inner.referrers(subject, limits)
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>> {
        self.inner.images(limits)
    }
}

pub(super) fn layout(folder: &tempfile::TempDir, written: &layertrust_testkit::store::Layout) -> Box<Layout> {
    written.write_dir(folder.path());
    Box::new(Layout::open_folder(folder.path(), &Limits::default()).unwrap())
}

pub(super) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn key(key: &layertrust_testkit::key::TestKey) -> SignerKey {
    SignerKey::Key(PublicKey::from_pem(key.public_pem().as_bytes()).unwrap())
}

pub(super) fn verifier() -> Verifier {
    let policy = Policy::builder()
        .signer("vendor", key(&scene::vendor()))
        .signer("org", key(&scene::org()))
        .base(BaseRule::signed_by(["vendor"]))
        .org(OrgRule::signed_by(["org"]));
    Verifier::new(policy.build().unwrap()).unwrap()
}

#[test]
fn every_byte_is_hashed_once_and_every_document_parsed_once() {
    let base = scene::base();
    let image = scene::app(&base.images[0]);
    let written = scene::signed(&image);
    let (here, there) = (folder(), folder());
    let evidence = layout(&there, &base.evidence(&scene::vendor()));
    let stack = Stack::new(layout(&here, &written)).evidence(evidence);
    let source = Counting::new(stack);
    let digest = image.digest().parse().unwrap();
    let request = Request::new("image", Selector::Digest(digest), "2026-11-24T12:00:00Z".parse().unwrap());

    let verifier = verifier();
    metrics::take();
    let _accepted = verifier.verify(&source, &request.layers(Layers::None)).unwrap();
    let (hashed, parsed) = metrics::take();

    let reads = source.reads.into_inner().unwrap();
    assert!(reads.values().all(|count| *count == 1), "a blob was read twice: {reads:?}");
    let mut bytes = 0;
    let mut documents = 0;
    for digest in reads.keys() {
        let mut content = Vec::new();
        source.inner.blob(digest).unwrap().unwrap().read_to_end(&mut content).unwrap();
        bytes += content.len();
        // A statement is one document inside a bundle, and its predicate is parsed by who understands it.
        let text = String::from_utf8_lossy(&content);
        documents += match () {
            () if text.contains("dsseEnvelope") => 3,
            () if text.contains("\"_type\"") => 2,
            () => 1,
        };
    }
    println!("{} documents, {parsed} parsed; {bytes} bytes, {hashed} hashed", reads.len());
    assert_eq!(hashed, bytes, "bytes hashed and bytes read");
    assert_eq!(parsed, documents, "documents parsed and documents there");
    assert!(reads.len() > 10);
}

#[test]
fn a_verifier_can_be_used_from_several_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Verifier>();
    shared::<Stack>();
}

#[test]
fn an_image_that_is_not_there_is_no_answer() {
    let here = folder();
    let source = Stack::new(layout(&here, &layertrust_testkit::store::Layout::new()));
    let request = Request::new("image", Selector::Only, "2026-11-24T12:00:00Z".parse().unwrap());
    match verifier().verify(&source, &request) {
        Err(Failure::Error(error)) => assert_eq!(error.code(), Code::NotFound),
        other => panic!("{other:?}"),
    }
}

/// Has one image for whatever it does not have.
struct OneForAll(Stack);

impl Source for OneForAll {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        match self.0.resolve(selector)? {
            None => self.0.resolve(&Selector::Only),
            found => Ok(found),
        }
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        self.0.blob(digest)
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers> {
        self.0.referrers(subject, limits)
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>> {
        self.0.images(limits)
    }
}

#[test]
fn a_source_that_has_another_image_under_a_digest_is_refused() {
    let base = scene::base();
    let image = scene::app(&base.images[0]);
    let (here, there) = (folder(), folder());
    let evidence = layout(&there, &base.evidence(&scene::vendor()));
    let source = OneForAll(Stack::new(layout(&here, &scene::signed(&image))).evidence(evidence));
    let ask = |digest: Digest| {
        let request =
            Request::new("image", Selector::Digest(digest), "2026-11-24T12:00:00Z".parse().unwrap());
        verifier().verify(&source, &request)
    };
    let _accepted = ask(image.digest().parse().unwrap()).unwrap();
    match ask(Digest::sha256(b"another image")) {
        Err(Failure::Rejected(report)) => assert!(report.has(Code::DigestMismatch, Severity::Error)),
        other => panic!("{other:?}"),
    }
}

fn no_answer(outcome: Result<Accepted, Failure>) -> Code {
    match outcome {
        Err(Failure::Error(error)) => error.code(),
        other => panic!("there was an answer: {other:?}"),
    }
}

/// "Could not look" is never "nothing found", and never a pass.
#[test]
fn what_could_not_be_looked_at_leaves_the_question_open() {
    let base = scene::base();
    let image = scene::app(&base.images[0]);
    let (here, there) = (folder(), folder());
    let request = || {
        let selector = Selector::Digest(image.digest().parse().unwrap());
        Request::new("image", selector, "2026-11-24T12:00:00Z".parse().unwrap())
    };
    let config = layertrust_testkit::store::sha256(&image.config);
    let base_manifest = base.images[0].digest();
    let open = || {
        let evidence = layout(&there, &base.evidence(&scene::vendor()));
        Counting::new(Stack::new(layout(&here, &scene::signed(&image))).evidence(evidence))
    };
    let verifier = verifier();
    assert!(verifier.verify(&open(), &request()).is_ok());
    for digest in [image.digest(), config, base_manifest] {
        let source = Counting { unreadable: Some(digest.parse().unwrap()), ..open() };
        assert_eq!(no_answer(verifier.verify(&source, &request())), Code::Io, "{digest}");
    }
    for digest in [image.digest(), base.images[0].digest()] {
        let source = Counting { no_referrers_of: Some(digest.parse().unwrap()), ..open() };
        assert_eq!(no_answer(verifier.verify(&source, &request())), Code::Io, "referrers of {digest}");
    }
}

/// A definite no beats "could not look".
#[test]
fn a_tampered_image_is_rejected_even_if_something_could_not_be_looked_at() {
    let image = scene::app(&scene::base().images[0]);
    let here = folder();
    let written = scene::signed(&image);
    written.write_dir(here.path());
    let config = layertrust_testkit::store::sha256(&image.config);
    std::fs::write(here.path().join("blobs/sha256").join(config.trim_start_matches("sha256:")), "{}")
        .unwrap();
    let opened = Box::new(Layout::open_folder(here.path(), &Limits::default()).unwrap());
    let digest: Digest = image.digest().parse().unwrap();
    let source = Counting { no_referrers_of: Some(digest), ..Counting::new(Stack::new(opened)) };
    let request = Request::new("image", Selector::Digest(digest), "2026-11-24T12:00:00Z".parse().unwrap());
    match verifier().verify(&source, &request) {
        Err(Failure::Rejected(report)) => assert!(report.has(Code::DigestMismatch, Severity::Error)),
        other => panic!("{other:?}"),
    }
}

/// More evidence takes no revocation back, and evidence that cannot be read hides none.
#[test]
fn what_is_revoked_is_rejected_even_if_something_could_not_be_looked_at() {
    let base = scene::base();
    let image = scene::app(&base.images[0]);
    let (here, there) = (folder(), folder());
    let [own, below]: [Digest; 2] = [&image, &base.images[0]].map(|one| one.digest().parse().unwrap());
    let evidence = layout(&there, &base.evidence(&scene::vendor()));
    let stack = Stack::new(layout(&here, &scene::signed(&image))).evidence(evidence);
    let mut source = Counting { no_referrers_of: Some(own), ..Counting::new(stack) };
    let errors = |source: &Counting, base: BaseRule, org: OrgRule| {
        let policy =
            Policy::builder().signer("vendor", key(&scene::vendor())).signer("org", key(&scene::org()));
        let verifier = Verifier::new(policy.base(base).org(org).build().unwrap()).unwrap();
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        match verifier.verify(source, &Request::new("image", Selector::Digest(own), now)) {
            Err(Failure::Rejected(report)) => report.errors().map(|one| one.code).collect::<Vec<_>>(),
            Err(Failure::Error(error)) => vec![error.code()],
            Ok(_) => Vec::new(),
        }
    };
    let (any_base, any_image) = (|| BaseRule::optional(["vendor"]), || OrgRule::signed_by(["org"]));
    assert_eq!(errors(&source, any_base(), any_image()), [Code::Io]);
    assert!(errors(&source, any_base().revoked_platform(below), any_image()).contains(&Code::BaseRevoked));
    assert!(errors(&source, any_base(), any_image().revoked(own)).contains(&Code::ImageRevoked));

    // The base is there and cannot be read: an optional base is none then, but a revoked one stays in question.
    source = Counting { no_referrers_of: None, unreadable: Some(below), ..source };
    assert_eq!(errors(&source, any_base(), any_image()), []);
    assert_eq!(errors(&source, any_base().revoked_platform(below), any_image()), [Code::Io]);
}
