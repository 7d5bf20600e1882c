//! Docker's form: plain statements in a manifest of their own, and signatures made directly on that manifest.

use crate::code::Code;
use crate::digest::Digest;
use crate::error::Error;
use crate::evidence::attached::{Attached, Direct, Examiner, PlainStatement, Unverified, What, announced};
use crate::oci::Origin;
use crate::oci::descriptor::Descriptor;
use crate::oci::manifest::{Document, Manifest};
use crate::statement::predicate::Kind;

impl Examiner<'_, '_> {
    /// Reads the statements of a manifest, and who signed it.
    pub(super) fn attestation_manifest(
        &self,
        at: &Descriptor,
        manifest: &Manifest,
        origin: Origin,
        attached: &mut Attached,
    ) {
        let (signatures, refused) = self.direct_signatures(&at.digest, attached);
        for layer in &manifest.layers {
            let announced = announced(manifest, layer);
            let first = announced.first().cloned();
            match self.plain(layer) {
                Err(error) => attached.refuse(What::Attestation, origin, first, error),
                Ok(statement) if signatures.is_empty() => {
                    let error = refused.clone().unwrap_or_else(|| {
                        Error::new(Code::AttestationUnsigned, format!("statement {}", layer.digest))
                            .expected(format!("a signature on its manifest {}", at.digest))
                            .found("none")
                    });
                    attached.unverified.push(Unverified {
                        what: What::Attestation,
                        origin,
                        predicate_type: Some(statement.predicate_type.to_string()),
                        error,
                        statement: Some(statement.clone()),
                        signer: None,
                    });
                    attached.hints.push(statement);
                }
                Ok(statement) => attached.plain.push(PlainStatement {
                    manifest: at.digest,
                    blob: layer.digest,
                    statement,
                    announced,
                    signatures: signatures.clone(),
                    origin,
                }),
            }
        }
    }

    /// Signatures whose payload names exactly this attestation manifest, and the most telling refusal.
    fn direct_signatures(&self, manifest: &Digest, attached: &mut Attached) -> (Vec<Direct>, Option<Error>) {
        let mut found = Attached::default();
        for referrer in self.referrers(manifest, &mut found) {
            // One step only: an attestation manifest of an attestation manifest attests no image.
            let is_nested = referrer.origin != Origin::BundleFile
                && matches!(
                    self.documents.document(&referrer.descriptor).as_deref(),
                    Ok(Document::Manifest(nested)) if nested.holds_only_statements()
                );
            if !is_nested {
                self.examine(manifest, &referrer, &mut found);
            }
        }
        attached.incomplete.append(&mut found.incomplete);
        let mut refused: Option<Error> = found.unverified.first().map(|unverified| unverified.error.clone());
        let elsewhere = |found: String| {
            Error::new(Code::SubjectMismatch, "signature on an attestation manifest")
                .expected(manifest)
                .found(found)
        };
        let mut direct = Vec::new();
        for signed in found.payloads {
            let payload = signed.verified.value();
            if payload.digest == *manifest {
                direct.push(Direct {
                    signer: signed.verified.signer().clone(),
                    reference: payload.reference.clone(),
                    subject: payload.subject.clone(),
                    predicate_type: payload.predicate_type.clone(),
                    documents: signed.documents,
                });
            } else {
                refused = Some(elsewhere(payload.digest.to_string()));
            }
        }
        // The same by a bundle, as Docker's builder on GitHub signs. Any other statement about the manifest is
        // no signature of it.
        let raw = self.documents.known_bytes(manifest);
        for signed in found.statements {
            let statement = signed.verified.value();
            if statement.predicate_type.kind() != Kind::ImageSignature || statement.predicate.is_err() {
                continue;
            }
            let subject =
                raw.as_ref().and_then(|raw| statement.subjects_matching(manifest, raw).first().copied());
            match subject {
                Some(subject) => direct.push(Direct {
                    signer: signed.verified.signer().clone(),
                    reference: subject.name.clone(),
                    subject: None,
                    predicate_type: None,
                    documents: signed.documents,
                }),
                None => {
                    let named = statement.subjects.iter().take(3).map(crate::statement::Subject::describe);
                    refused = Some(elsewhere(named.collect::<Vec<_>>().join(", ")));
                }
            }
        }
        (direct, refused)
    }
}
