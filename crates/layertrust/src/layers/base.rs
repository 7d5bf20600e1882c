//! Finding the base: candidates are filtered by claim, signature, policy and proof, *then* the longest wins,
//! so that an unsigned longer one masks nothing.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::evidence::Examiner;
use crate::files::LayerReader;
use crate::image::{Image, Target};
use crate::layers::candidates::{Candidate, Found, candidates};
use crate::layers::names::{Class, class};
use crate::layers::proof::{self, Claim, Comparison};
use crate::layers::revoked::is_revoked;
use crate::policy::BaseRule;
use crate::report::{BaseCandidate, CandidateOrigin, CandidateOutcome, Layers, OwnerKind, Proof};
use crate::statement::binding::{Vouchers, bind};
use crate::statement::predicate::Kind;
use crate::verify::Signer;

/// A base that is signed, allowed and proved.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) image: Image,
    /// The index through which it was found, if any.
    pub(crate) index: Option<Digest>,
    /// Every index at hand that leads to it.
    pub(crate) indexes: Vec<Digest>,
    pub(crate) vouchers: Rc<Vouchers>,
    pub(crate) class: Class,
    /// Who vouches for it, without repeats.
    pub(crate) signers: Vec<Signer>,
    pub(crate) comparison: Comparison,
    origin: CandidateOrigin,
    is_itself: bool,
}

impl Base {
    pub(crate) fn owner(&self) -> OwnerKind {
        match self.class {
            Class::Customization { .. } => OwnerKind::VendorCustomization,
            Class::Catalog(_) | Class::Other(_) => OwnerKind::Vendor,
        }
    }

    /// Whether the image *is* the vendor's, down to its manifest.
    pub(crate) fn is_the_image_itself(&self) -> bool {
        self.is_itself
    }

    /// Whether a digest is its platform manifest's, or an index's that leads to it.
    pub(crate) fn is_named_by(&self, digest: &Digest) -> bool {
        self.image.digest == *digest || self.indexes.contains(digest)
    }

    pub(crate) fn len(&self) -> usize {
        self.image.layers.len()
    }
}

/// Everything that the search for a base found.
#[derive(Debug, Default)]
pub(crate) struct Bases {
    pub(crate) base: Option<Base>,
    pub(crate) candidates: Vec<BaseCandidate>,
    /// Why candidates failed; the base's own code is the first of a fixed order.
    pub(crate) failures: Vec<Failed>,
    /// Why the image itself is no vendor's; worth a word only where nothing else is allowed.
    pub(crate) not_the_vendors_own: Option<Error>,
    /// What the policy revokes, and the candidate below the image that it stands for.
    pub(crate) revoked: BTreeSet<(Digest, Digest)>,
    /// Two equally long bases.
    pub(crate) ambiguous: Option<Error>,
    /// Evidence of candidates that did not verify, and of the base.
    pub(crate) others: Vec<Rc<Vouchers>>,
}

impl Bases {
    /// No base could be looked for, because of what the sources hold.
    pub(crate) fn none_because(error: Error) -> Self {
        let failures = vec![Failed { error, layer: None, about_image: true }];
        Bases { failures, ..Bases::default() }
    }
}

/// Why one candidate is not the base.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) layer: Option<usize>,
    /// Whether this is a truth about the image's own bytes, whoever led to it.
    pub(crate) about_image: bool,
}

/// What the search needs besides the image.
pub(crate) struct Search<'q, 'd, 's> {
    pub(crate) examiner: &'q Examiner<'d, 's>,
    pub(crate) reader: &'q LayerReader<'d, 's>,
    pub(crate) rule: &'q BaseRule,
    pub(crate) mode: Layers,
    pub(crate) named: &'q [Digest],
}

/// Finds the base of one platform's image.
pub(crate) fn find(search: &Search<'_, '_, '_>, target: &Target, vouchers: &Rc<Vouchers>) -> Result<Bases> {
    let mut bases = Bases::default();
    let mut proved: Vec<(usize, Base)> = Vec::new();
    let mut revoked: Vec<usize> = Vec::new();
    for candidate in candidates(search.examiner.documents, target, vouchers, search.named)? {
        let mut entry = BaseCandidate {
            digest: candidate.digest.to_string(),
            origin: candidate.origin,
            grade: None,
            signed: None,
            allowed: None,
            outcome: CandidateOutcome::NotAtHand,
        };
        let is_itself = candidate.digest == target.image.digest;
        let is_revoked = is_revoked(search.rule, target, &candidate, &mut bases);
        match examine(search, target, vouchers, candidate, &mut entry, &mut bases) {
            Ok(base) => proved.push((bases.candidates.len(), base)),
            // That an image is no vendor's own is the ordinary case, not a failure.
            Err(failed) if is_itself && entry.outcome == CandidateOutcome::Unsigned => {
                bases.not_the_vendors_own = failed.map(|failed| failed.error);
                continue;
            }
            Err(failed) => bases.failures.extend(failed),
        }
        if is_revoked {
            revoked.push(bases.candidates.len());
        }
        bases.candidates.push(entry);
    }
    choose(proved, &mut bases);
    // A base stays the base: a shorter one below it must not take its place.
    for at in revoked {
        if let Some(entry) = bases.candidates.get_mut(at) {
            entry.outcome = CandidateOutcome::Revoked;
        }
    }
    Ok(bases)
}

/// One candidate, cheapest checks first; blobs are opened only for what is signed and allowed.
fn examine(
    search: &Search<'_, '_, '_>,
    target: &Target,
    vouchers: &Rc<Vouchers>,
    candidate: Candidate,
    entry: &mut BaseCandidate,
    bases: &mut Bases,
) -> Result<Base, Option<Failed>> {
    let digest = candidate.digest;
    let (image, paths) = match candidate.found {
        Found::Image { image, paths } => (image, paths),
        Found::OtherPlatform => {
            entry.outcome = CandidateOutcome::OtherPlatform;
            return Err(None);
        }
        Found::NotAtHand(error) => return Err(failed(unavailable(&digest, &error))),
    };

    // 1. The configs must claim it.
    let claim = proof::claim(&target.image, &image);
    if matches!(claim, Claim::NotPrefix) {
        entry.outcome = CandidateOutcome::NotPrefix;
        entry.grade = Some(Proof::None);
        return Err(failed(
            not_proved(&digest).expected("its diff IDs as the image's first").found("others"),
        ));
    }

    // 2. A vendor signer must vouch for it, under names that the policy admits.
    let is_itself = digest == target.image.digest;
    let own = if is_itself { vouchers.clone() } else { Rc::new(bind(search.examiner, &paths, &[])) };
    let voices = voices(&own, search.rule);
    entry.signed = Some(!voices.is_empty());
    if !is_itself {
        bases.others.push(own.clone());
    }
    if let Claim::Conflict(layer, error) = claim {
        entry.outcome = CandidateOutcome::NotPrefix;
        entry.grade = Some(Proof::None);
        // Only a signed base can show that this image's config lies.
        let about_image = !voices.is_empty();
        return Err(Some(Failed { error, layer: Some(layer), about_image }));
    }
    if voices.is_empty() {
        entry.outcome = CandidateOutcome::Unsigned;
        entry.grade = Some(Proof::Claimed);
        return Err(failed(unsigned(&digest, &own, search.rule)));
    }
    let admitted = voices.iter().find(|voice| admits(search.rule, &voice.class));
    entry.allowed = Some(admitted.is_some());
    let Some(admitted) = admitted else {
        entry.outcome = CandidateOutcome::NotAllowed;
        entry.grade = Some(Proof::Claimed);
        return Err(failed(not_allowed(&digest, &voices, search.rule)));
    };

    // 3. Every layer must be proved.
    let comparison = proof::compare(&target.image, &image, search.reader, search.mode);
    entry.grade = Some(comparison.grade);
    if comparison.grade < search.rule.min_proof.max(Proof::Recomputed) {
        entry.outcome = CandidateOutcome::NotPrefix;
        for (layer, error) in comparison.faults {
            let about_image = error.code() != Code::BlobMissing;
            bases.failures.push(Failed { error, layer: Some(layer), about_image });
        }
        return Err(failed(too_weak(&digest, comparison.grade, search)));
    }
    let mut signers: Vec<Signer> = Vec::new();
    for voice in &voices {
        if signers.iter().all(|known| known.id() != voice.signer.id()) {
            signers.push(voice.signer.clone());
        }
    }
    signers.sort_by_key(Signer::id);
    let indexes: Vec<Digest> =
        paths.iter().flat_map(|path| path.iter().copied().filter(|step| *step != digest)).collect();
    let index = indexes.first().copied();
    let class = admitted.class.clone();
    let origin = entry.origin;
    Ok(Base { image, index, indexes, vouchers: own, class, signers, comparison, origin, is_itself })
}

/// The longest proved base; of equal ones the image itself, then what verified provenance names.
fn choose(mut proved: Vec<(usize, Base)>, bases: &mut Bases) {
    proved.sort_by_key(|(_, base)| {
        (std::cmp::Reverse(base.len()), !base.is_itself, base.origin, base.image.digest)
    });
    if let [(_, first), (_, second), ..] = proved.as_slice()
        && first.len() == second.len()
        && !first.is_itself
    {
        bases.ambiguous = Some(
            Error::new(Code::BaseAmbiguous, "base")
                .expected("one longest base")
                .found(format!("{} and {}; the first was chosen", first.image.digest, second.image.digest)),
        );
    }
    for (at, (place, _)) in proved.iter().enumerate() {
        if let Some(entry) = bases.candidates.get_mut(*place) {
            entry.outcome = if at == 0 { CandidateOutcome::Base } else { CandidateOutcome::Shorter };
        }
    }
    bases.base = proved.into_iter().next().map(|(_, base)| base);
}

/// A signature that vouches for a base: an image signature, or provenance that names its platform manifest.
/// SBOM, VEX and scans describe; they never vouch.
struct Voice {
    signer: Signer,
    class: Class,
}

/// Every voice of an allowed signer. A signature that names nothing has no class and vouches for nothing.
fn voices(vouchers: &Vouchers, rule: &BaseRule) -> Vec<Voice> {
    let signatures = vouchers.signatures.iter().map(|signature| (&signature.signer, &signature.names));
    let provenance = vouchers.attestations.iter().filter(|attestation| {
        attestation.names_platform && attestation.statement.predicate_type.kind() == Kind::SlsaProvenance
    });
    signatures
        .chain(provenance.map(|attestation| (&attestation.signer, &attestation.names)))
        .filter(|(signer, _)| signer.known_as(&rule.signers).is_some())
        .filter_map(|(signer, names)| Some(Voice { signer: signer.clone(), class: class(names)? }))
        .collect()
}

fn admits(rule: &BaseRule, class: &Class) -> bool {
    match class {
        Class::Catalog(repositories) => {
            repositories.iter().all(|name| rule.repositories.iter().any(|pattern| pattern.matches(name)))
        }
        Class::Customization { org, .. } => rule.accept_customizations.contains(org),
        Class::Other(_) => false,
    }
}

fn failed(error: Error) -> Option<Failed> {
    Some(Failed { error, layer: None, about_image: false })
}

fn unavailable(digest: &Digest, cause: &Error) -> Error {
    if cause.is_source_failure() || cause.code() == Code::BaseUnavailable {
        return cause.clone();
    }
    Error::new(Code::BaseUnavailable, format!("base {digest}"))
        .expected("its manifest and config")
        .found(cause)
}

fn not_proved(digest: &Digest) -> Error {
    Error::new(Code::BaseNotProved, format!("base {digest}"))
}

fn unsigned(digest: &Digest, vouchers: &Vouchers, rule: &BaseRule) -> Error {
    let error = Error::new(Code::BaseUnsigned, format!("base {digest}")).expected(format!(
        "an image signature or provenance by {}, with a name in it",
        rule.signers.join(" or ")
    ));
    match vouchers.unverified.first() {
        Some(first) => error.found(format!("none that holds; {}", first.error)),
        None => error.found("none"),
    }
}

fn not_allowed(digest: &Digest, voices: &[Voice], rule: &BaseRule) -> Error {
    let found: Vec<String> = voices
        .iter()
        .map(|voice| match &voice.class {
            Class::Catalog(names) => names.join(", "),
            Class::Customization { org, repository } => format!("{repository}, built for {org}"),
            Class::Other(names) => format!("{}, no admitted class", names.join(", ")),
        })
        .collect();
    let patterns: Vec<&str> = rule.repositories.iter().map(|pattern| pattern.as_str()).collect();
    let customizations = match rule.accept_customizations.as_slice() {
        [] => String::new(),
        orgs => format!(", or a customization for {}", orgs.join(", ")),
    };
    Error::new(Code::BaseNotAllowed, format!("base {digest}"))
        .expected(format!("a repository {}{customizations}", patterns.join(", ")))
        .found(found.join("; "))
}

fn too_weak(digest: &Digest, grade: Proof, search: &Search<'_, '_, '_>) -> Error {
    let name = |proof| match proof {
        Proof::None => "none",
        Proof::Claimed => "claimed",
        Proof::Recomputed => "recomputed",
        Proof::SameBlob => "same-blob",
    };
    let error = not_proved(digest)
        .expected(format!("proof {} for every layer", name(search.rule.min_proof.max(Proof::Recomputed))))
        .found(name(grade));
    match search.mode {
        Layers::None if grade == Proof::Claimed => {
            let error = Error::new(Code::RuleNotEvaluated, error.message());
            error.hint("Its layers were recompressed; run again with --layers auto so that they are opened.")
        }
        _ => error,
    }
}
