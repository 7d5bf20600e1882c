//! Rules about the images between the base and the organization's.

use crate::code::Code;
use crate::error::Error;
use crate::layers::{Base, Bases, Below};
use crate::policy::Policy;
use crate::policy::evaluate::attestations::{Section, attestations};
use crate::policy::evaluate::{Evaluation, EvidenceList, Part, PlatformFacts};
use crate::policy::rules::AttestationType;
use crate::report::Finding;

/// Each that is there is looked at with its own signers and attestations; each that must be there is.
pub(super) fn intermediates(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    for (place, one) in facts.bases.intermediates.iter().enumerate() {
        let Some(rule) = policy.intermediates.get(one.rule) else { continue };
        let part = Part::Intermediate(place);
        let shorter = |below: &&&Below| below.len() < one.below.len();
        let below: Vec<&Below> = facts.below.iter().filter(shorter).copied().collect();
        let facts = PlatformFacts { vouchers: &one.below.vouchers, below: &below, ..*facts };
        let section = Section {
            part,
            place: &format!("intermediate[{}].attestation", one.rule),
            rules: &rule.attestations,
            signers: &rule.signers,
            what: format!("intermediate {}", one.below.image.digest),
        };
        attestations(&section, &facts, evaluation);
        mark_vouching(part, one.rule, &rule.signers, &one.below, evaluation);
    }
    for (at, rule) in policy.intermediates.iter().enumerate().filter(|(_, rule)| rule.require) {
        if facts.bases.intermediates.iter().all(|one| one.rule != at) {
            evaluation.findings.push(Finding::new(&missing(at, &rule.name, facts.bases)));
        }
    }
}

/// What vouches for it is used, whatever else is asked.
fn mark_vouching(part: Part, rule: usize, signers: &[String], below: &Below, evaluation: &mut Evaluation) {
    let name = format!("intermediate[{rule}].signers");
    for (at, one) in below.vouchers.signatures.iter().enumerate() {
        if one.signer.known_as(signers).is_some() {
            evaluation.used.mark(part, EvidenceList::Signature, at, name.as_str());
        }
    }
    for (at, one) in below.vouchers.attestations.iter().enumerate() {
        let is_provenance = AttestationType::SlsaProvenance.covers(&one.statement.predicate_type);
        if is_provenance && one.names_platform && one.signer.known_as(signers).is_some() {
            evaluation.used.mark(part, EvidenceList::Attestation, at, name.as_str());
        }
    }
}

fn missing(rule: usize, name: &str, bases: &Bases) -> Error {
    let above = bases.base.as_ref().map_or(0, Base::len);
    let seen = bases.passed_over.iter().find(|one| one.rule == rule && one.len > above);
    Error::new(Code::BaseMissing, format!("intermediate {name:?}"))
        .expected("an image by its signers between the base and this one")
        .found(seen.map_or_else(|| "none at hand".to_owned(), |one| format!("only {}", one.error)))
        .hint("Build FROM it, and bring its manifest, config and signatures with --evidence.")
}
