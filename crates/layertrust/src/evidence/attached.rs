//! What is attached to one digest: found, read, and every signature tried, once for all who ask.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::evidence::kept::{Form, Key};
use crate::evidence::{Bundle, Envelope, Kept, SimpleSigning, annotations, bundle, decode_base64};
use crate::limits::Limits;
use crate::oci::descriptor::Descriptor;
use crate::oci::documents::Documents;
use crate::oci::manifest::{Document, Manifest};
use crate::oci::media_type;
use crate::oci::{Origin, Referrer};
use crate::statement::Statement;
use crate::statement::predicate::{Kind, PredicateType};
use crate::verify::{Content, Material, Message, Signed as SignedBytes, Signer, Signers, Verified};

const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
const PREDICATE_TYPES: [&str; 3] =
    ["in-toto.io/predicate-type", "predicateType", "dev.sigstore.bundle.predicateType"];

/// Everything attached to one digest. What verified is bound to no image yet.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    /// Payloads that name a manifest.
    pub(crate) payloads: Vec<Signed<SimpleSigning>>,
    /// Statements in signed envelopes.
    pub(crate) statements: Vec<Signed<Arc<Statement>>>,
    /// Statements in attestation manifests, with the signatures made directly on those.
    pub(crate) plain: Vec<PlainStatement>,
    /// Everything else, with the reason.
    pub(crate) unverified: Vec<Unverified>,
    /// Statements that nobody we know signed. They choose where to look for a base, nothing else.
    pub(crate) hints: Vec<Arc<Statement>>,
    /// Why something may be missing here.
    pub(crate) incomplete: Vec<Error>,
    /// Signatures and statements looked at, and their bytes.
    looked_at: u64,
    bytes: u64,
}

/// A verified value with how it was found and the documents it rests on.
#[derive(Debug)]
pub(crate) struct Signed<T> {
    pub(crate) verified: Arc<Verified<T>>,
    pub(crate) origin: Origin,
    /// Manifest and blob, in the order they were read.
    pub(crate) documents: [Digest; 2],
}

/// A statement in an attestation manifest: parsed only because somebody signed that manifest directly.
#[derive(Debug)]
pub(crate) struct PlainStatement {
    pub(crate) manifest: Digest,
    pub(crate) blob: Digest,
    pub(crate) statement: Arc<Statement>,
    /// The predicate types that the unsigned annotations announce.
    pub(crate) announced: Vec<String>,
    pub(crate) signatures: Vec<Direct>,
    pub(crate) origin: Origin,
}

/// A signature made directly on an attestation manifest, with what else its payload says.
#[derive(Debug, Clone)]
pub(crate) struct Direct {
    pub(crate) signer: Signer,
    pub(crate) reference: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) predicate_type: Option<String>,
    pub(crate) documents: [Digest; 2],
}

/// Evidence that proves nothing, and why.
#[derive(Debug, Clone)]
pub(crate) struct Unverified {
    pub(crate) what: What,
    pub(crate) origin: Origin,
    /// The predicate type, announced or signed, where there is one.
    pub(crate) predicate_type: Option<String>,
    pub(crate) error: Error,
    /// The statement itself, where it could be read: it says which image it would be about.
    pub(crate) statement: Option<Arc<Statement>>,
    /// Who signed it, where that is known and only what was signed cannot be read.
    pub(crate) signer: Option<Signer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Signature,
    Attestation,
}

/// Finds and checks what is attached to digests. Each digest is examined once.
pub(crate) struct Examiner<'d, 's> {
    pub(crate) documents: &'d Documents<'s>,
    signers: &'d Signers,
    /// The time after which nothing can have been signed.
    now: Timestamp,
    /// What is known of documents from other questions.
    kept: &'d Kept,
    known: RefCell<BTreeMap<Digest, Rc<Attached>>>,
}

impl<'d, 's> Examiner<'d, 's> {
    pub(crate) fn new(
        documents: &'d Documents<'s>,
        signers: &'d Signers,
        now: Timestamp,
        kept: &'d Kept,
    ) -> Self {
        Examiner { documents, signers, now, kept, known: RefCell::default() }
    }

    /// What is attached to this digest.
    pub(crate) fn attached(&self, digest: &Digest) -> Rc<Attached> {
        if let Some(known) = self.known.borrow().get(digest) {
            return known.clone();
        }
        let mut attached = Attached::default();
        for referrer in self.referrers(digest, &mut attached) {
            self.examine(digest, &referrer, &mut attached);
        }
        let attached = Rc::new(attached);
        self.known.borrow_mut().insert(*digest, attached.clone());
        attached
    }

    /// The statements of an attestation manifest that an index lists as its child.
    pub(crate) fn attestation_child(&self, descriptor: &Descriptor) -> Attached {
        let mut attached = Attached::default();
        match self.documents.document(descriptor).as_deref() {
            Ok(Document::Manifest(manifest)) => {
                self.attestation_manifest(descriptor, manifest, Origin::IndexChild, &mut attached);
            }
            Ok(Document::Index(_)) => {}
            Err(error) => attached.refuse(What::Attestation, Origin::IndexChild, None, error.clone()),
        }
        attached
    }

    pub(super) fn referrers(&self, digest: &Digest, attached: &mut Attached) -> Vec<Referrer> {
        let limits = &self.documents.limits;
        let answer = self.documents.source.referrers(digest, limits);
        let answer = answer.and_then(|answer| crate::oci::bounded(answer, digest, limits));
        match answer {
            Ok(answer) => {
                attached.incomplete.extend(answer.incomplete);
                answer.found
            }
            Err(error) => {
                attached.incomplete.push(error);
                Vec::new()
            }
        }
    }

    pub(super) fn examine(&self, digest: &Digest, referrer: &Referrer, attached: &mut Attached) {
        let origin = referrer.origin;
        if origin == Origin::BundleFile {
            return self.loose(digest, &referrer.descriptor, attached);
        }
        let document = match self.documents.document(&referrer.descriptor) {
            Ok(document) => document,
            Err(error) => return attached.refuse(What::Attestation, origin, None, error),
        };
        let Document::Manifest(manifest) = &*document else { return };
        match &manifest.subject {
            Some(subject) if subject.digest == *digest => {}
            // Found as a referrer of this digest, but it names another: it belongs there.
            _ if origin.needs_subject() => return,
            Some(subject) => {
                let error =
                    Error::new(Code::SubjectMismatch, format!("manifest {}", referrer.descriptor.digest))
                        .expected(format!("subject {digest}"))
                        .found(subject.digest);
                return attached.refuse(What::Signature, origin, None, error);
            }
            None => {}
        }
        if let Err(error) = self.count(digest, &manifest.layers, attached) {
            return attached.incomplete.push(error);
        }
        if manifest.holds_only_statements() {
            return self.attestation_manifest(&referrer.descriptor, manifest, origin, attached);
        }
        for layer in &manifest.layers {
            self.layer(&referrer.descriptor.digest, manifest, layer, origin, attached);
        }
    }

    /// A bundle or envelope without a manifest around it.
    fn loose(&self, digest: &Digest, blob: &Descriptor, attached: &mut Attached) {
        if let Err(error) = self.count(digest, std::slice::from_ref(blob), attached) {
            return attached.incomplete.push(error);
        }
        let (origin, documents) = (Origin::BundleFile, [blob.digest, blob.digest]);
        let form = match blob.media_type.as_str() {
            media_type::SIMPLE_SIGNING => {
                return match self.simple_signing(blob) {
                    Ok(verified) => attached.payloads.push(Signed { verified, origin, documents }),
                    Err(error) => attached.refuse(What::Signature, origin, None, error),
                };
            }
            media_type::DSSE => Form::Envelope,
            kind if kind.starts_with(media_type::BUNDLE_PREFIX) => Form::Bundle,
            other => {
                let error = unknown(&format!("signature {}", blob.digest), other);
                return attached.refuse(What::Signature, origin, None, error);
            }
        };
        match self.envelope(blob, form) {
            Ok(verified) => attached.statements.push(Signed { verified, origin, documents }),
            Err(error) => {
                let hint = self.hint(blob);
                let kind = hint.as_ref().map(|statement| statement.predicate_type.to_string());
                attached.hints.extend(hint);
                attached.refuse(what(kind.as_deref()), origin, kind, error);
            }
        }
    }

    /// Counts what is looked at for one digest. Sources of evidence come first, so that a flood from
    /// elsewhere cannot hide them.
    fn count(&self, digest: &Digest, layers: &[Descriptor], attached: &mut Attached) -> Result<()> {
        attached.looked_at += layers.len() as u64;
        attached.bytes += layers.iter().fold(0, |sum: u64, layer| sum.saturating_add(layer.size));
        let limits = &self.documents.limits;
        let what = format!("evidence of {digest}");
        Limits::check("evidence", limits.evidence, attached.looked_at, &what)?;
        Limits::check("evidence-size", limits.evidence_size, attached.bytes, &what)
    }

    /// One layer of a signature or attestation manifest, by its media type.
    fn layer(
        &self,
        at: &Digest,
        manifest: &Manifest,
        layer: &Descriptor,
        origin: Origin,
        attached: &mut Attached,
    ) {
        let documents = [*at, layer.digest];
        let announced = announced(manifest, layer).into_iter().next();
        let what = what(announced.as_deref());
        match layer.media_type.as_str() {
            media_type::SIMPLE_SIGNING => match self.simple_signing(layer) {
                Ok(verified) => attached.payloads.push(Signed { verified, origin, documents }),
                Err(error) => attached.refuse(What::Signature, origin, None, error),
            },
            media_type::DSSE => match self.envelope(layer, Form::Envelope) {
                Ok(verified) => attached.statements.push(Signed { verified, origin, documents }),
                Err(error) => attached.refuse(What::Attestation, origin, announced, error),
            },
            kind if kind.starts_with(media_type::BUNDLE_PREFIX) => {
                match self.envelope(layer, Form::Bundle) {
                    Ok(verified) => attached.statements.push(Signed { verified, origin, documents }),
                    Err(error) => {
                        // Even what nobody we know signed may say where to look for a base.
                        attached.hints.extend(self.hint(layer));
                        attached.refuse(what, origin, announced, error);
                    }
                }
            }
            media_type::JWS | media_type::COSE => {
                let error = Error::new(Code::UnsupportedFormat, format!("manifest {at}"))
                    .expected(
                        "a signature by cosign; only `notation verify` checks those of the Notary Project",
                    )
                    .found(format!("a Notary Project signature ({})", layer.media_type));
                attached.refuse(What::Signature, origin, None, error);
            }
            other => {
                let kind = manifest.artifact_type.as_deref().unwrap_or(other);
                let error = unknown(&format!("manifest {at}"), kind);
                attached.refuse(what, origin, announced, error);
            }
        }
    }

    fn simple_signing(&self, layer: &Descriptor) -> Result<Arc<Verified<SimpleSigning>>> {
        let limits = &self.documents.limits;
        let limit = ("payload-size", limits.payload_size);
        let read = || self.documents.read_once(layer, "payload", limit);
        let is_there = || self.documents.is_there(layer, "payload");
        self.kept.payloads.of(self.key(layer, Form::Payload), is_there, read, |payload| {
            let signature = layer.annotation(SIGNATURE).ok_or_else(|| {
                Error::new(Code::Malformed, format!("payload {}", layer.digest))
                    .expected(format!("its signature in the annotation {SIGNATURE}"))
                    .found("none")
            })?;
            let signature = decode_base64(signature, "signature")?;
            let material = annotations::material(layer, None, limits)?;
            let signed = SignedBytes {
                message: Message::Parts(&[payload]),
                signature: &signature,
                content: Content::Message,
                stamped: &signature,
            };
            self.signers.verify(&signed, &material, self.now, || SimpleSigning::parse(payload, limits))
        })
    }

    fn envelope(&self, layer: &Descriptor, form: Form) -> Result<Arc<Verified<Arc<Statement>>>> {
        let is_there = || self.documents.is_there(layer, "envelope");
        let read = || self.read_envelope(layer);
        self.kept.envelopes.of(self.key(layer, form), is_there, read, |bytes| {
            let limits = &self.documents.limits;
            let (envelope, material): (Envelope, Material) = match form {
                Form::Bundle => Bundle::parse(bytes, limits)?.into_envelope()?,
                _ => {
                    let envelope = Envelope::parse(bytes, limits)?;
                    let hint = envelope.key_hint.clone();
                    (envelope, annotations::material(layer, hint, limits)?)
                }
            };
            let header = envelope.pae_header();
            // cosign gave the log and the timestamp authority the envelope as it is, where there is no bundle.
            let (whole, stamped) = match form {
                Form::Bundle => (None, envelope.signature.as_slice()),
                _ => (Some(bytes), bytes),
            };
            let signed = SignedBytes {
                message: Message::Parts(&[header.as_bytes(), &envelope.payload]),
                signature: &envelope.signature,
                content: Content::Envelope { payload: &envelope.payload, envelope: whole },
                stamped,
            };
            let read = || Statement::parse(&envelope.payload, limits).map(Arc::new);
            self.signers.verify(&signed, &material, self.now, read)
        })
    }

    /// A statement that stands in no envelope.
    pub(super) fn plain(&self, layer: &Descriptor) -> Result<Arc<Statement>> {
        let limits = &self.documents.limits;
        let limit = ("statement-size", limits.statement_size);
        let read = || self.documents.read_once(layer, "statement", limit);
        let is_there = || self.documents.is_there(layer, "statement");
        let parse = |bytes: &[u8]| Statement::parse(bytes, limits);
        self.kept.plain.of(self.key(layer, Form::Plain), is_there, read, parse)
    }

    fn hint(&self, layer: &Descriptor) -> Option<Arc<Statement>> {
        let limits = &self.documents.limits;
        let is_there = || self.documents.is_there(layer, "envelope");
        let read = || self.read_envelope(layer);
        let hint = self.kept.plain.of(self.key(layer, Form::Hint), is_there, read, |bytes| {
            let payload = bundle::payload_hint(bytes, limits).ok_or_else(|| {
                Error::new(Code::Malformed, format!("envelope {}", layer.digest)).expected("a payload")
            })?;
            Statement::parse(&payload, limits)
        });
        hint.ok()
    }

    fn read_envelope(&self, layer: &Descriptor) -> Result<Vec<u8>> {
        let limit = ("statement-size", self.documents.limits.statement_size);
        self.documents.read_once(layer, "envelope", limit)
    }

    fn key(&self, layer: &Descriptor, form: Form) -> Key {
        Key { document: layer.clone(), form, now: self.now }
    }
}

impl Attached {
    /// Notes what proves nothing. What could not be looked at is another thing: it leaves the question open.
    pub(super) fn refuse(
        &mut self,
        what: What,
        origin: Origin,
        predicate_type: Option<String>,
        error: Error,
    ) {
        if error.is_source_failure() {
            self.incomplete.push(error.clone());
        }
        self.unverified.push(Unverified {
            what,
            origin,
            predicate_type,
            error,
            statement: None,
            signer: None,
        });
    }
}

/// Attached, and of no form that is read.
fn unknown(at: &str, kind: &str) -> Error {
    Error::new(Code::UnsupportedFormat, at)
        .expected("a cosign signature, a DSSE envelope, a Sigstore bundle or an in-toto statement")
        .found(format!("{kind:?}"))
}

/// What something would be if it verified, by the predicate type that is announced.
fn what(predicate_type: Option<&str>) -> What {
    match predicate_type {
        Some(kind) if PredicateType::new(kind).kind() != Kind::ImageSignature => What::Attestation,
        _ => What::Signature,
    }
}

/// The predicate types that a layer's and its manifest's annotations announce: hints.
pub(super) fn announced(manifest: &Manifest, layer: &Descriptor) -> Vec<String> {
    let both = [&layer.annotations, &manifest.annotations];
    let found = both.iter().flat_map(|all| PREDICATE_TYPES.iter().filter_map(|key| all.get(*key).cloned()));
    found.collect()
}

#[cfg(test)]
mod tests;
