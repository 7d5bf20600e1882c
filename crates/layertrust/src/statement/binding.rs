//! From "somebody signed this" to "somebody signed this *about that image*", by digest alone.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::Error;
use crate::evidence::{Attached, Direct, Examiner, PlainStatement, Signed, SimpleSigning, Unverified, What};
use crate::oci::Origin;
use crate::report::{InputRole, SignatureKind};
use crate::statement::Statement;
use crate::statement::predicate::Kind;
use crate::verify::Signer;

/// Everything that is about one platform's image.
#[derive(Debug, Default)]
pub(crate) struct Vouchers {
    pub(crate) signatures: Vec<ImageSignature>,
    pub(crate) attestations: Vec<Attestation>,
    pub(crate) unverified: Vec<Unverified>,
    /// Statements that choose where to look for a base, nothing else.
    pub(crate) hints: Vec<Arc<Statement>>,
    pub(crate) incomplete: Vec<Error>,
}

/// An image signature: it names the platform manifest or an index that contains it.
#[derive(Debug)]
pub(crate) struct ImageSignature {
    pub(crate) signer: Signer,
    pub(crate) kind: SignatureKind,
    /// Signed digest → … → platform manifest.
    pub(crate) path: Vec<Digest>,
    /// Names of the image in the signed data.
    pub(crate) names: Vec<String>,
    /// What the signer noted beside the digest.
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) origin: Origin,
    pub(crate) inputs: Vec<(Digest, InputRole)>,
}

/// A verified statement about this image.
#[derive(Debug)]
pub(crate) struct Attestation {
    pub(crate) signer: Signer,
    pub(crate) statement: Arc<Statement>,
    /// Signed digest → … → platform manifest.
    pub(crate) path: Vec<Digest>,
    /// Whether the statement names the platform manifest itself and not only an index above it.
    pub(crate) names_platform: bool,
    /// Names of the image in the signed data.
    pub(crate) names: Vec<String>,
    pub(crate) origin: Origin,
    pub(crate) inputs: Vec<(Digest, InputRole)>,
}

/// Binds what is attached anywhere on `paths`, each of which ends in the same platform manifest, and in
/// `children`, the attestation manifests that the image's own index lists.
pub(crate) fn bind(
    examiner: &Examiner<'_, '_>,
    paths: &[Vec<Digest>],
    children: &[Rc<Attached>],
) -> Vouchers {
    let mut vouchers = Vouchers::default();
    let mut seen = BTreeSet::new();
    let binder = Binder { examiner, paths };
    for digest in paths.iter().flatten().filter(|digest| seen.insert(**digest)) {
        binder.take(&examiner.attached(digest), &mut vouchers);
    }
    for child in children {
        binder.take(child, &mut vouchers);
    }
    vouchers
}

struct Binder<'b, 'd, 's> {
    examiner: &'b Examiner<'d, 's>,
    paths: &'b [Vec<Digest>],
}

impl Binder<'_, '_, '_> {
    fn take(&self, attached: &Attached, vouchers: &mut Vouchers) {
        for signed in &attached.payloads {
            match self.payload(signed) {
                Ok(signature) => vouchers.signatures.push(signature),
                Err(error) => {
                    vouchers.unverified.push(unverified(What::Signature, signed.origin, None, error))
                }
            }
        }
        for signed in &attached.statements {
            self.statement(signed, vouchers);
        }
        for plain in &attached.plain {
            self.plain(plain, vouchers);
        }
        let about_this = |unverified: &&Unverified| match &unverified.statement {
            // BuildKit lists the statements of all platforms side by side.
            Some(statement) if unverified.origin == Origin::IndexChild => self.locate(statement).is_some(),
            _ => true,
        };
        vouchers.unverified.extend(attached.unverified.iter().filter(about_this).cloned());
        vouchers
            .hints
            .extend(attached.hints.iter().filter(|statement| self.locate(statement).is_some()).cloned());
        vouchers.incomplete.extend(attached.incomplete.iter().cloned());
    }

    fn payload(&self, signed: &Signed<SimpleSigning>) -> Result<ImageSignature, Error> {
        let payload = signed.verified.value();
        let path = self.path_from(&payload.digest).ok_or_else(|| {
            Error::new(Code::SubjectMismatch, format!("payload {}", signed.documents[1]))
                .expected(self.expected())
                .found(payload.digest)
        })?;
        Ok(ImageSignature {
            signer: signed.verified.signer().clone(),
            kind: SignatureKind::SimpleSigning,
            path,
            names: payload.reference.iter().chain(&payload.subject).cloned().collect(),
            annotations: payload.annotations.clone(),
            origin: signed.origin,
            inputs: carried(signed.documents),
        })
    }

    fn statement(&self, signed: &Signed<Arc<Statement>>, vouchers: &mut Vouchers) {
        let statement = signed.verified.value();
        let is_signature = statement.predicate_type.kind() == Kind::ImageSignature;
        let what = if is_signature { What::Signature } else { What::Attestation };
        let kind = Some(statement.predicate_type.to_string());
        let located = self.locate(statement).ok_or_else(|| self.elsewhere(statement, &signed.documents));
        let (path, names) = match (located, &statement.predicate) {
            (Ok(located), Ok(_)) => located,
            (Err(error), _) => return vouchers.unverified.push(unverified(what, signed.origin, kind, error)),
            (_, Err(error)) => {
                let signer = Some(signed.verified.signer().clone());
                let unreadable = unverified(what, signed.origin, kind, error.clone());
                return vouchers.unverified.push(Unverified { signer, ..unreadable });
            }
        };
        let (signer, origin, inputs) =
            (signed.verified.signer().clone(), signed.origin, carried(signed.documents));
        if is_signature {
            let kind = SignatureKind::Dsse;
            let annotations = self.annotations(statement, path.first());
            vouchers.signatures.push(ImageSignature {
                signer,
                kind,
                path,
                names,
                annotations,
                origin,
                inputs,
            });
        } else {
            let names_platform = path.len() == 1;
            let statement = statement.clone();
            vouchers.attestations.push(Attestation {
                signer,
                statement,
                path,
                names_platform,
                names,
                origin,
                inputs,
            });
        }
    }

    /// Docker's form: the signature names the attestation manifest, the statement in it names the image.
    fn plain(&self, plain: &PlainStatement, vouchers: &mut Vouchers) {
        let kind = Some(plain.statement.predicate_type.to_string());
        let located = self.locate(&plain.statement);
        if located.is_none() && plain.origin == Origin::IndexChild {
            return;
        }
        for direct in &plain.signatures {
            match self.check_plain(plain, direct, located.as_ref()) {
                Ok(attestation) => vouchers.attestations.push(attestation),
                Err(error) => {
                    let is_unreadable = plain.statement.predicate.as_ref().is_err_and(|own| *own == error);
                    let signer = is_unreadable.then(|| direct.signer.clone());
                    let refused = unverified(What::Attestation, plain.origin, kind.clone(), error);
                    vouchers.unverified.push(Unverified { signer, ..refused });
                }
            }
        }
    }

    fn check_plain(
        &self,
        plain: &PlainStatement,
        direct: &Direct,
        located: Option<&(Vec<Digest>, Vec<String>)>,
    ) -> Result<Attestation, Error> {
        let statement = &plain.statement;
        let (path, names) =
            located.cloned().ok_or_else(|| self.elsewhere(statement, &[plain.manifest, plain.blob]))?;
        // Every word about the type, signed or not, must agree with the statement's own.
        let mut announced = plain.announced.iter().chain(&direct.predicate_type);
        if let Some(kind) = announced.find(|kind| **kind != statement.predicate_type.as_str()) {
            return Err(Error::new(Code::PredicateMismatch, format!("statement {}", plain.blob))
                .expected(format!("{kind:?}, as its manifest or signature says"))
                .found(format!("{:?}", statement.predicate_type.as_str())));
        }
        if let Some(named) = direct.subject.as_deref().and_then(|subject| subject.rsplit_once('@')) {
            let named: Option<Digest> = named.1.parse().ok();
            if named.is_none_or(|named| !path.contains(&named)) {
                return Err(Error::new(
                    Code::SubjectMismatch,
                    format!("signature of statement {}", plain.blob),
                )
                .expected(self.expected())
                .found(format!("{:?}", direct.subject.as_deref().unwrap_or_default())));
            }
        }
        statement.predicate.as_ref().map_err(Clone::clone)?;
        let said = direct.reference.iter().chain(&direct.subject).cloned();
        let [carrier, signed] = direct.documents;
        Ok(Attestation {
            signer: direct.signer.clone(),
            statement: statement.clone(),
            names_platform: path.len() == 1,
            path: [&[plain.manifest], path.as_slice()].concat(),
            names: said.chain(names).collect(),
            origin: plain.origin,
            inputs: vec![
                (carrier, InputRole::Carrier),
                (signed, InputRole::Signed),
                (plain.manifest, InputRole::AttestationManifest),
                (plain.blob, InputRole::Statement),
            ],
        })
    }

    /// Where on the paths a statement's subject is, nearest to the image first, and the names it gives it.
    fn locate(&self, statement: &Statement) -> Option<(Vec<Digest>, Vec<String>)> {
        let mut below_first: Vec<&Digest> = self.paths.iter().flat_map(|path| path.iter().rev()).collect();
        below_first.dedup();
        below_first.into_iter().find_map(|digest| {
            let raw = self.examiner.documents.known_bytes(digest)?;
            let subjects = statement.subjects_matching(digest, &raw);
            if subjects.is_empty() {
                return None;
            }
            let names = subjects.iter().filter_map(|subject| subject.name.clone()).collect();
            Some((self.path_from(digest)?, names))
        })
    }

    /// What stands beside the digest that was signed. Subjects that contradict each other say nothing.
    fn annotations(&self, statement: &Statement, signed: Option<&Digest>) -> BTreeMap<String, String> {
        let raw = signed.and_then(|digest| Some((digest, self.examiner.documents.known_bytes(digest)?)));
        let subjects = raw.map(|(digest, raw)| statement.subjects_matching(digest, &raw)).unwrap_or_default();
        match subjects.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other.annotations == first.annotations) => {
                first.annotations.clone()
            }
            _ => BTreeMap::new(),
        }
    }

    fn path_from(&self, digest: &Digest) -> Option<Vec<Digest>> {
        self.paths.iter().find_map(|path| {
            let at = path.iter().position(|step| step == digest)?;
            path.get(at..).map(<[Digest]>::to_vec)
        })
    }

    fn expected(&self) -> String {
        let digests: BTreeSet<_> = self.paths.iter().flatten().map(ToString::to_string).collect();
        digests.into_iter().collect::<Vec<_>>().join(" or ")
    }

    fn elsewhere(&self, statement: &Statement, [_, blob]: &[Digest; 2]) -> Error {
        let found: Vec<String> = statement.subjects.iter().take(3).map(super::Subject::describe).collect();
        let found = if found.is_empty() { "no subject".to_owned() } else { found.join(", ") };
        Error::new(Code::SubjectMismatch, format!("statement {blob}")).expected(self.expected()).found(found)
    }
}

fn carried([carrier, signed]: [Digest; 2]) -> Vec<(Digest, InputRole)> {
    // A bundle from a file has no manifest around it.
    let carrier = (carrier != signed).then_some((carrier, InputRole::Carrier));
    carrier.into_iter().chain([(signed, InputRole::Signed)]).collect()
}

fn unverified(what: What, origin: Origin, predicate_type: Option<String>, error: Error) -> Unverified {
    Unverified { what, origin, predicate_type, error, statement: None, signer: None }
}
