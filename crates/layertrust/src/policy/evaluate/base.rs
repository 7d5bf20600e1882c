//! Rules about the base.

use crate::code::{Code, Family};
use crate::error::Error;
use crate::layers::Bases;
use crate::policy::Policy;
use crate::policy::evaluate::attestations::{Section, attestations};
use crate::policy::evaluate::{Evaluation, EvidenceList, Part, PlatformFacts, age, labels};
use crate::policy::rules::AttestationType;
use crate::report::Finding;
use crate::statement::binding::Vouchers;

/// A base is wanted, or one that is there is looked at: signed, allowed, proved, with its attestations.
pub(super) fn base(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    let bases = facts.bases;
    // What opening showed about the image's own bytes is true whichever base was chosen.
    for failed in bases.failures.iter().filter(|failed| failed.about_image || bases.base.is_none()) {
        let about_bytes = failed.error.code().family() == Family::Input;
        if about_bytes || failed.error.code() == Code::RuleNotEvaluated {
            evaluation.findings.push(Finding::new(&failed.error).layer(failed.layer));
        }
    }
    if let Some(error) = &bases.ambiguous {
        evaluation.findings.push(Finding::new(error));
    }
    match &bases.base {
        Some(base) => {
            let vouchers = &base.below.vouchers;
            let facts = PlatformFacts { vouchers, below: &[], ..*facts };
            evaluation.findings.extend(labels::base(&policy.base, &base.below.image.config, facts.now));
            let section = Section {
                part: Part::Base,
                place: "base.attestation",
                rules: &policy.base.attestations,
                signers: &policy.base.signers,
                what: format!("base {}", base.below.image.digest),
            };
            attestations(&section, &facts, evaluation);
            // What a rule used bears the rule's name.
            mark_vouching(policy, vouchers, evaluation);
            age::base(policy, base, facts.now, evaluation);
            let label = facts.target.image.config.label("com.docker.dhi.chain-id");
            let proved = base.below.image.chain_id(base.len()).map(|id| id.to_string());
            if let (Some(label), Some(proved)) = (label, proved)
                && label != proved
            {
                let error = Error::new(Code::LabelMismatch, "label com.docker.dhi.chain-id").expected(proved);
                evaluation.findings.push(Finding::new(&error.found(format!("{label:?}"))));
            }
        }
        None if policy.base.require => evaluation.findings.push(Finding::new(&base_failure(policy, bases))),
        None => {}
    }
}

fn mark_vouching(policy: &Policy, vouchers: &Vouchers, evaluation: &mut Evaluation) {
    for (at, signature) in vouchers.signatures.iter().enumerate() {
        if signature.signer.known_as(&policy.base.signers).is_some() && !signature.names.is_empty() {
            evaluation.used.mark(Part::Base, EvidenceList::Signature, at, "base.signers");
        }
    }
    for (at, attestation) in vouchers.attestations.iter().enumerate() {
        let is_provenance = AttestationType::SlsaProvenance.covers(&attestation.statement.predicate_type);
        if is_provenance
            && attestation.names_platform
            && attestation.signer.known_as(&policy.base.signers).is_some()
        {
            evaluation.used.mark(Part::Base, EvidenceList::Attestation, at, "base.signers");
        }
    }
}

/// The one failure that is the base's code; the others stand among the candidates.
fn base_failure(policy: &Policy, bases: &Bases) -> Error {
    const ORDER: [Code; 4] =
        [Code::BaseNotAllowed, Code::BaseUnsigned, Code::BaseNotProved, Code::BaseUnavailable];
    let first =
        ORDER.iter().find_map(|code| bases.failures.iter().find(|failed| failed.error.code() == *code));
    match first {
        Some(failed) => failed.error.clone(),
        // Where only the vendor's own images are allowed, this one was meant to be one.
        None if !policy.org.layers_allowed => bases.not_the_vendors_own.clone().unwrap_or_else(no_base),
        None => no_base(),
    }
}

fn no_base() -> Error {
    Error::new(Code::BaseMissing, "base")
        .expected("a vendor image at the bottom of this one")
        .found("nothing that names one")
        .hint(
            "Name the base with --base or bring its manifests with --evidence. \
             A squashed image has no base: build it without squashing.",
        )
}
