//! Finding the base: candidates are filtered by claim, signature, policy and proof, *then* the longest wins,
//! so that an unsigned longer one masks nothing.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::evidence::Examiner;
use crate::files::LayerReader;
use crate::image::Target;
use crate::layers::below::{Below, distinct};
use crate::layers::candidates::{Candidate, Candidates, LedTo, named_by};
use crate::layers::intermediates::{Intermediate, PassedOver, chain, vouch};
use crate::layers::names::{Class, class};
use crate::layers::proof::{self, Claim};
use crate::layers::revoked::is_revoked;
use crate::policy::{BaseRule, IntermediateRule, proof_name};
use crate::report::{BaseCandidate, CandidateOutcome, Layers, OwnerKind, Proof};
use crate::statement::binding::{Vouchers, bind};
use crate::statement::predicate::Kind;
use crate::verify::Signer;

/// The vendor's image at the bottom.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) below: Below,
    pub(crate) class: Class,
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

    pub(crate) fn len(&self) -> usize {
        self.below.len()
    }
}

/// Everything that the search for a base found.
#[derive(Debug, Default)]
pub(crate) struct Bases {
    pub(crate) base: Option<Base>,
    /// The images between the base and this one, bottom up; at most one for each rule.
    pub(crate) intermediates: Vec<Intermediate>,
    /// Why others are no intermediates.
    pub(crate) passed_over: Vec<PassedOver>,
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

    /// Every image below this one, the nearest first.
    pub(crate) fn below(&self) -> Vec<&Below> {
        let base = self.base.iter().filter(|base| !base.is_itself).map(|base| &base.below);
        base.chain(self.intermediates.iter().map(|one| &one.below)).rev().collect()
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
    pub(crate) intermediates: &'q [IntermediateRule],
    pub(crate) mode: Layers,
    pub(crate) named: &'q [Digest],
}

/// What candidates were proved to be, each with its place in the list of candidates.
#[derive(Default)]
struct Proved {
    bases: Vec<(usize, Base)>,
    intermediates: Vec<(usize, Intermediate)>,
}

/// Finds what one platform's image stands on.
pub(crate) fn find(search: &Search<'_, '_, '_>, target: &Target, vouchers: &Rc<Vouchers>) -> Result<Bases> {
    let mut bases = Bases::default();
    let mut proved = Proved::default();
    let mut revoked: Vec<usize> = Vec::new();
    let mut candidates = Candidates::new(search.examiner.documents, target);
    let mut seeds = candidates.seeds(vouchers, search.named)?;
    while !seeds.is_empty() {
        let known = proved.intermediates.len();
        for candidate in candidates.resolve(seeds)? {
            if is_revoked(search.rule, target, &candidate, &mut bases) {
                revoked.push(bases.candidates.len());
            }
            one(search, target, vouchers, candidate, &mut proved, &mut bases);
        }
        // An intermediate's own provenance names what is below it.
        let found = proved.intermediates.get(known..).unwrap_or_default();
        seeds = found.iter().flat_map(|(_, one)| named_by(&one.below.vouchers)).collect();
    }
    choose(proved.bases, &mut bases);
    let base = bases.base.as_ref().map_or(0, Base::len);
    bases.intermediates = chain(proved.intermediates, base, &mut bases.candidates);
    bases.passed_over.retain(|one| one.len > base);
    // A base stays the base: a shorter one below it must not take its place.
    for at in revoked {
        if let Some(entry) = bases.candidates.get_mut(at) {
            entry.outcome = CandidateOutcome::Revoked;
        }
    }
    Ok(bases)
}

/// Examines one candidate and lists what came of it.
fn one(
    search: &Search<'_, '_, '_>,
    target: &Target,
    vouchers: &Rc<Vouchers>,
    candidate: Candidate,
    proved: &mut Proved,
    bases: &mut Bases,
) {
    let mut entry = BaseCandidate {
        digest: candidate.digest.to_string(),
        origin: candidate.origin,
        grade: None,
        signed: None,
        allowed: None,
        outcome: CandidateOutcome::NotAtHand,
    };
    let is_itself = candidate.digest == target.image.digest;
    let place = bases.candidates.len();
    match examine(search, target, vouchers, candidate, &mut entry, bases) {
        Ok(Found::Base(base)) => proved.bases.push((place, *base)),
        Ok(Found::Intermediates(found)) => {
            entry.outcome = CandidateOutcome::Shorter;
            proved.intermediates.extend(found.into_iter().map(|one| (place, one)));
        }
        // That an image is no vendor's own is the ordinary case, not a failure.
        Err(failed) if is_itself && entry.outcome == CandidateOutcome::Unsigned => {
            bases.not_the_vendors_own = failed.map(|failed| failed.error);
            return;
        }
        Err(failed) => bases.failures.extend(failed),
    }
    bases.candidates.push(entry);
}

/// What a candidate is.
enum Found {
    Base(Box<Base>),
    /// One for each rule that takes it.
    Intermediates(Vec<Intermediate>),
}

/// One candidate, cheapest checks first; blobs are opened only for what is signed and allowed.
fn examine(
    search: &Search<'_, '_, '_>,
    target: &Target,
    vouchers: &Rc<Vouchers>,
    candidate: Candidate,
    entry: &mut BaseCandidate,
    bases: &mut Bases,
) -> Result<Found, Option<Failed>> {
    let digest = candidate.digest;
    let (image, paths) = match candidate.led_to {
        LedTo::Image { image, paths } => (image, paths),
        LedTo::OtherPlatform => {
            entry.outcome = CandidateOutcome::OtherPlatform;
            return Err(None);
        }
        LedTo::NotAtHand(error) => return Err(failed(unavailable(&digest, &error))),
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

    // 2. Somebody must vouch for it, under names that the policy admits: the vendor for a base, the signers of
    //    its rule for an intermediate, which is another image than this one.
    let is_itself = digest == target.image.digest;
    let own = if is_itself { vouchers.clone() } else { Rc::new(bind(search.examiner, &paths, &[])) };
    let voices = voices(&own, search.rule);
    let rules = search.intermediates.iter().enumerate().filter(|_| !is_itself);
    let said: Vec<(usize, Result<Vec<Signer>, Error>)> =
        rules.map(|(at, rule)| (at, vouch(rule, &digest, &own))).collect();
    let vouched = said.iter().filter_map(|(at, said)| Some((*at, said.as_ref().ok()?)));
    let as_intermediates: Vec<(usize, Vec<Signer>)> =
        vouched.map(|(at, signers)| (at, signers.clone())).collect();
    let len = image.layers.len();
    let refused =
        said.into_iter().filter_map(|(rule, said)| Some(PassedOver { rule, len, error: said.err()? }));
    bases.passed_over.extend(refused);
    let is_intermediate = !as_intermediates.is_empty();
    entry.signed = Some(!voices.is_empty() || is_intermediate);
    if !is_itself {
        bases.others.push(own.clone());
    }
    if let Claim::Conflict(layer, error) = claim {
        entry.outcome = CandidateOutcome::NotPrefix;
        entry.grade = Some(Proof::None);
        // Only a signed base can show that this image's config lies.
        let about_image = !voices.is_empty() || is_intermediate;
        return Err(Some(Failed { error, layer: Some(layer), about_image }));
    }
    let admitted = voices.iter().find(|voice| admits(search.rule, &voice.class));
    if admitted.is_none() && !is_intermediate {
        entry.grade = Some(Proof::Claimed);
        if voices.is_empty() {
            entry.outcome = CandidateOutcome::Unsigned;
            return Err(failed(unsigned(&digest, &own, search.rule)));
        }
        entry.allowed = Some(false);
        entry.outcome = CandidateOutcome::NotAllowed;
        return Err(failed(not_allowed(&digest, &voices, search.rule)));
    }
    entry.allowed = Some(true);
    if admitted.is_none() && !voices.is_empty() {
        bases.failures.extend(failed(not_allowed(&digest, &voices, search.rule)));
    }

    // 3. Every layer must be proved.
    let comparison = proof::compare(&target.image, &image, search.reader, search.mode);
    entry.grade = Some(comparison.grade);
    let needed = admitted.map_or(Proof::Recomputed, |_| search.rule.min_proof.max(Proof::Recomputed));
    if comparison.grade < needed {
        entry.outcome = CandidateOutcome::NotPrefix;
        let error = too_weak(&digest, comparison.grade, needed, search.mode);
        let passed_over = |(rule, _): &(usize, _)| PassedOver { rule: *rule, len, error: error.clone() };
        bases.passed_over.extend(as_intermediates.iter().map(passed_over));
        for (layer, error) in comparison.faults {
            let about_image = error.code() != Code::BlobMissing;
            bases.failures.push(Failed { error, layer: Some(layer), about_image });
        }
        return Err(failed(error));
    }
    let indexes: Vec<Digest> =
        paths.iter().flat_map(|path| path.iter().copied().filter(|step| *step != digest)).collect();
    let below = |signers: Vec<Signer>| Below {
        image: image.clone(),
        index: indexes.first().copied(),
        indexes: indexes.clone(),
        vouchers: own.clone(),
        signers,
        comparison: comparison.clone(),
        origin: entry.origin,
    };
    Ok(match admitted {
        Some(admitted) => {
            let below = below(distinct(voices.iter().map(|voice| &voice.signer)));
            Found::Base(Box::new(Base { below, class: admitted.class.clone(), is_itself }))
        }
        None => {
            let found = as_intermediates.into_iter();
            let found = found.map(|(rule, signers)| Intermediate { rule, below: below(signers) });
            Found::Intermediates(found.collect())
        }
    })
}

/// The longest proved base; of equal ones the image itself, then what verified provenance names.
fn choose(mut proved: Vec<(usize, Base)>, bases: &mut Bases) {
    proved.sort_by_key(|(_, base)| {
        (Reverse(base.len()), !base.is_itself, base.below.origin, base.below.image.digest)
    });
    if let [(_, first), (_, second), ..] = proved.as_slice()
        && first.len() == second.len()
        && !first.is_itself
    {
        bases.ambiguous = Some(Error::new(Code::BaseAmbiguous, "base").expected("one longest base").found(
            format!("{} and {}; the first was chosen", first.below.image.digest, second.below.image.digest),
        ));
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

fn too_weak(digest: &Digest, grade: Proof, needed: Proof, mode: Layers) -> Error {
    let error = not_proved(digest)
        .expected(format!("proof {} for every layer", proof_name(needed)))
        .found(proof_name(grade));
    match mode {
        Layers::None if grade == Proof::Claimed => {
            let error = Error::new(Code::RuleNotEvaluated, error.message());
            error.hint("Its layers were recompressed; run again with --layers auto so that they are opened.")
        }
        _ => error,
    }
}
