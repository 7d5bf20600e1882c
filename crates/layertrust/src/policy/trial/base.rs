//! Whether the report's base would be this policy's, and the rules about it.

use super::Trying;
use super::answer::{Answer, Answers};
use super::attestations::{self, Section};
use super::org::age;
use super::signers::{Known, Made};
use crate::code::Code;
use crate::digest::{ChainId, DiffId, Digest};
use crate::error::Error;
use crate::policy::evaluate::age::signers as who_may_say;
use crate::policy::rules::AttestationType;
use crate::policy::{BaseRule, EndOfLife};
use crate::report::{
    AttestationFact, BaseCandidate, CandidateOutcome, Finding, Input, InputRole, OwnerKind, Proof,
    SegmentFact, SignatureFact, SignerFact, VendorClass,
};
use crate::statement::predicate::PredicateType;

/// What would become of the base under the tried policy.
pub(super) struct Outlook<'t> {
    /// The report's base, if the policy would take it.
    pub(super) base: Option<&'t SegmentFact>,
    /// Why it would not, or why there is none.
    failure: Option<Error>,
    /// Why another image may be the base, or none. Then nothing about the base is sure.
    pub(super) unsure: Option<&'static str>,
}

impl Outlook<'_> {
    /// Whether the image is the vendor's own.
    pub(super) fn is_the_image(&self, trying: &Trying<'_>) -> Known {
        match (self.base, self.unsure) {
            (_, Some(_)) => Known::Unclear,
            (Some(base), None) if base.image == trying.platform.digest => Known::Yes,
            _ => Known::No,
        }
    }

    /// Whether what the report says in comparison with its base holds in comparison with this policy's.
    pub(super) fn is_as_reported(&self, trying: &Trying<'_>) -> bool {
        let is_intermediate = |segment: &SegmentFact| segment.owner == OwnerKind::Intermediate;
        self.unsure.is_none()
            && self.base.is_some() == reported(trying).is_some()
            && trying.policy.intermediates.is_empty()
            && !trying.platform.segments.iter().any(is_intermediate)
    }
}

fn reported<'t>(trying: &Trying<'t>) -> Option<&'t SegmentFact> {
    let is_vendors =
        |segment: &&SegmentFact| matches!(segment.owner, OwnerKind::Vendor | OwnerKind::VendorCustomization);
    trying.platform.segments.first().filter(is_vendors)
}

/// Compares the report's base and candidates with what the policy asks of a base.
pub(super) fn outlook<'t>(trying: &Trying<'t>) -> Outlook<'t> {
    let rule = &trying.policy.base;
    let base = reported(trying);
    // 1. The chosen one.
    let (admitted, failure) = match base {
        Some(base) => admits(trying, rule, base),
        None => (Known::No, missing(trying)),
    };
    // 2. What might be chosen instead: what the report's policy refused, and below a refused one what is shorter.
    let other = |one: &BaseCandidate| {
        let is_chosen = base.is_some_and(|base| base.image == one.digest);
        match one.outcome {
            _ if is_chosen => false,
            CandidateOutcome::Unsigned
            | CandidateOutcome::NotAllowed
            | CandidateOutcome::Revoked
            | CandidateOutcome::Intermediate => true,
            CandidateOutcome::NotPrefix => one.grade.is_some_and(|grade| grade > Proof::None),
            CandidateOutcome::Shorter => admitted != Known::Yes,
            // Who is chosen from the report is the segment; a candidate of another name is none.
            CandidateOutcome::Base => base.is_some(),
            CandidateOutcome::NotAtHand | CandidateOutcome::OtherPlatform => false,
        }
    };
    let unsure = if admitted == Known::Unclear {
        Some("whether this policy admits the report's base is not in the report")
    } else if trying.platform.base_candidates.iter().any(other) {
        Some("the report lists a base candidate that its policy refused; this one may take it")
    } else if may_be_the_vendors_own(trying, rule, base) {
        Some("whether this policy's base signers vouch for the image itself is not in the report")
    } else {
        None
    };
    Outlook { base: base.filter(|_| admitted != Known::No), failure, unsure }
}

/// Signer, class and proof of the report's base.
fn admits(trying: &Trying<'_>, rule: &BaseRule, base: &SegmentFact) -> (Known, Option<Error>) {
    let what = format!("base {}", base.image);
    // 1. A signer that vouches.
    let vouching = |one: Made<'_>| base.signers.iter().any(|signer| is_same(signer, one.signer));
    let evidence = about(trying, &base.image);
    let by = |vouches: bool| {
        Known::any(
            evidence
                .iter()
                .filter(|one| vouching(**one) == vouches)
                .map(|one| trying.is_by(&rule.signers, *one)),
        )
    };
    let mut admitted = match (by(true), by(false)) {
        (Known::Yes, _) => Known::Yes,
        (Known::No, Known::No) if !trying.has_other_evidence() => {
            let error = Error::new(Code::BaseUnsigned, what)
                .expected(format!("an image signature or provenance by {}", rule.signers.join(" or ")))
                .found("others in the report");
            return (Known::No, Some(error));
        }
        _ => Known::Unclear,
    };
    // 2. A name that is admitted. Another signature may carry another one.
    let allowed = match base.class {
        Some(VendorClass::Catalog) => {
            let names = base.repository.iter().chain(&base.further_repositories);
            let mut names = names.peekable();
            names.peek().is_some()
                && names.all(|name| rule.repositories.iter().any(|pattern| pattern.matches(name)))
        }
        Some(VendorClass::Customization) => {
            base.name.as_ref().is_some_and(|org| rule.accept_customizations.contains(org))
        }
        Some(VendorClass::Other) | None => false,
    };
    if !allowed && evidence.len() > 1 {
        admitted = Known::Unclear;
    } else if !allowed {
        let error = Error::new(Code::BaseNotAllowed, what)
            .expected("a repository or customization that the policy admits")
            .found(format!("{:?}", base.repository.as_deref().unwrap_or_default()));
        return (Known::No, Some(error));
    }
    // 3. A proof that is strong enough.
    if base.proof < rule.min_proof {
        let error = Error::new(Code::BaseNotProved, what)
            .expected(format!("proof {} for every layer", crate::policy::proof_name(rule.min_proof)))
            .found(crate::policy::proof_name(base.proof));
        return (Known::No, Some(error));
    }
    (admitted, None)
}

/// One key or identity, whatever it is called.
fn is_same(one: &SignerFact, other: &SignerFact) -> bool {
    (&one.kind, &one.key_id, &one.identity, &one.issuer)
        == (&other.kind, &other.key_id, &other.identity, &other.issuer)
}

/// What may vouch for an image: signatures of it, and provenance that names its platform manifest.
fn about<'t>(trying: &Trying<'t>, digest: &str) -> Vec<Made<'t>> {
    let signatures = trying.platform.signatures.iter().filter(|one| is_about(&one.subject_path, digest));
    let provenance = trying.platform.attestations.iter().filter(|one| {
        let kind = PredicateType::new(&one.predicate_type);
        is_about(&one.subject_path, digest) && AttestationType::SlsaProvenance.covers(&kind)
    });
    signatures.map(Made::from).chain(provenance.map(Made::from)).collect()
}

pub(super) fn is_about(path: &[String], digest: &str) -> bool {
    path.last().is_some_and(|last| last == digest)
}

/// Whether a statement names the platform manifest itself: alone, or under a manifest of statements. What is longer
/// may come from an index.
fn names_platform(trying: &Trying<'_>, one: &AttestationFact) -> bool {
    match one.subject_path.as_slice() {
        [_] => true,
        [carrier, _] => {
            let is_carrier =
                |input: &Input| input.role == InputRole::AttestationManifest && input.digest == *carrier;
            trying.report.inputs.iter().any(is_carrier)
        }
        _ => false,
    }
}

/// That an image is no vendor's own is no candidate's outcome in a report.
fn may_be_the_vendors_own(trying: &Trying<'_>, rule: &BaseRule, base: Option<&SegmentFact>) -> bool {
    let own = &trying.platform.digest;
    let is_known = base.is_some_and(|base| base.image == *own);
    let by_vendor = || about(trying, own).iter().any(|one| trying.is_by(&rule.signers, *one) != Known::No);
    !is_known && (by_vendor() || trying.has_other_evidence())
}

fn missing(trying: &Trying<'_>) -> Option<Error> {
    let outcomes = || trying.platform.base_candidates.iter().map(|one| one.outcome);
    let code = if outcomes().any(|outcome| outcome == CandidateOutcome::NotPrefix) {
        Code::BaseNotProved
    } else if outcomes().any(|outcome| outcome == CandidateOutcome::NotAtHand) {
        Code::BaseUnavailable
    } else {
        Code::BaseMissing
    };
    Some(
        Error::new(code, "base")
            .expected("a vendor image at the bottom of this one")
            .found("none in the report"),
    )
}

/// Every rule of `[base]`.
pub(super) fn rules(trying: &Trying<'_>, outlook: &Outlook<'_>, answers: &mut Answers<'_>) {
    let rule = &trying.policy.base;
    // Whoever adds a key says here who tries it.
    let BaseRule {
        require,
        signers: _,
        min_proof: _,
        repositories: _,
        accept_customizations: _,
        attestations,
        variants,
        compliance,
        end_of_life,
        max_age,
        revoked_platforms,
        revoked_chain_ids,
    } = rule;
    let there = match (outlook.unsure, &outlook.failure) {
        (Some(why), _) => Answer::Unclear(why.to_owned()),
        (None, Some(error)) if *require => Answer::fails(error),
        (None, _) => Answer::Holds,
    };
    answers.add("[base]", there);
    if let Some(base) = outlook.base {
        let sure = |answer: Answer| match outlook.unsure {
            Some(why) => answer.only_if(why),
            None => answer,
        };
        let unread = || Answer::Unclear("a report does not hold the labels of the base".to_owned());
        if variants.is_some() {
            answers.add("[base] variants", sure(unread()));
        }
        if compliance.is_some() {
            answers.add("[base] compliance", sure(unread()));
        }
        if *end_of_life == EndOfLife::Deny {
            answers.add("[base] end-of-life", sure(ended(trying).unwrap_or_else(unread)));
        }
        let section = Section {
            place: "[[base.attestation]]",
            rules: attestations,
            signers: &rule.signers,
            about: &base.image,
        };
        for (name, answer) in attestations::rules(trying, &section, outlook) {
            answers.add(name, sure(answer));
        }
        if let Some(max) = max_age {
            let who = who_may_say(&rule.signers, attestations);
            let counts = |one: &SignatureFact| match trying.is_by(&rule.signers, one.into()) {
                // A signature that names nothing vouches for nothing, and a report holds no names.
                Known::Yes if one.rule.as_deref() != Some("base.signers") => Known::Unclear,
                known => known,
            };
            let names_it = |one: &AttestationFact| names_platform(trying, one);
            let answer = age(trying, *max, Code::BaseTooOld, &base.image, &who, &counts, &names_it);
            answers.add("[base] max-age", sure(answer));
        }
    }
    if !revoked_platforms.is_empty() {
        answers.add("[base] revoked platform", revoked_platform(trying, revoked_platforms.iter()));
    }
    if !revoked_chain_ids.is_empty() {
        let denied = |id: &Digest| revoked_chain_ids.contains(id);
        answers.add("[base] revoked chain-id", revoked_chain_id(trying, &denied));
    }
}

/// A report says that support has ended where its policy looked; it never says that it has not.
fn ended(trying: &Trying<'_>) -> Option<Answer> {
    let is_about = |one: &&Finding| {
        one.code == Code::BaseEndOfLife && one.platform.as_ref() == Some(&trying.platform.platform)
    };
    let found = trying.report.findings.iter().find(is_about)?;
    Some(Answer::Fails(vec![found.clone().severity(crate::code::Severity::Error)]))
}

fn revoked<'d>(trying: &Trying<'_>, found: impl std::fmt::Display + 'd) -> Answer {
    Answer::fails(
        &Error::new(Code::BaseRevoked, format!("image {}", trying.platform.digest))
            .expected("nothing that [base] revoked lists")
            .found(found),
    )
}

fn revoked_platform<'d>(trying: &Trying<'_>, listed: impl Iterator<Item = &'d Digest>) -> Answer {
    let candidates = &trying.platform.base_candidates;
    let below = |one: &&BaseCandidate| one.grade.is_some_and(|grade| grade >= Proof::Recomputed);
    let refuted = |one: &BaseCandidate| {
        one.outcome == CandidateOutcome::OtherPlatform || one.grade == Some(Proof::None)
    };
    for digest in listed.map(ToString::to_string) {
        let by_digest = || candidates.iter().filter(|one| one.digest == digest);
        let is_index = reported(trying).is_some_and(|base| base.index.as_ref() == Some(&digest));
        if is_index || by_digest().any(|one| below(&one)) {
            return revoked(trying, digest);
        }
        if by_digest().any(refuted) || candidates.iter().all(refuted) {
            continue;
        }
        return Answer::Unclear(format!(
            "whether {digest} is below the image, or an index of what is, is not in the report"
        ));
    }
    Answer::Holds
}

/// Diff IDs are in the report, and chain IDs follow from them.
fn revoked_chain_id(trying: &Trying<'_>, denied: &dyn Fn(&Digest) -> bool) -> Answer {
    let diff_ids: Option<Vec<_>> =
        trying.platform.layers.iter().map(|layer| layer.diff_id.parse().ok().map(DiffId)).collect();
    let Some(diff_ids) = diff_ids else {
        return Answer::Unclear("the report's diff IDs are none".to_owned());
    };
    match ChainId::each(diff_ids).find(|id| denied(&id.digest())) {
        Some(id) => revoked(trying, format!("chain-id {id}")),
        None => Answer::Holds,
    }
}
