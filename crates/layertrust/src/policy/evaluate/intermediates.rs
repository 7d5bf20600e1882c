//! Rules about the images between the base and the organization's.

use crate::code::Code;
use crate::error::Error;
use crate::layers::{Base, Bases, Below, is_admitted};
use crate::policy::evaluate::attestations::{Section, attestations};
use crate::policy::evaluate::{Evaluation, EvidenceList, Part, PlatformFacts};
use crate::policy::rules::AttestationType;
use crate::policy::{IntermediateRule, Policy};
use crate::report::Finding;
use crate::verify::Signer;

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
        mark_vouching(part, (one.rule, rule), &one.below, evaluation);
    }
    for (at, rule) in policy.intermediates.iter().enumerate().filter(|(_, rule)| rule.require) {
        if facts.bases.intermediates.iter().all(|one| one.rule != at) {
            evaluation.findings.push(Finding::new(&missing(at, &rule.name, facts.bases)));
        }
    }
}

/// What vouches for it is used, whatever else is asked.
fn mark_vouching(
    part: Part,
    (at, rule): (usize, &IntermediateRule),
    below: &Below,
    evaluation: &mut Evaluation,
) {
    let name = format!("intermediate[{at}].signers");
    let vouches = |signer: &Signer, names: &[String]| {
        signer.known_as(&rule.signers).is_some() && is_admitted(rule, names)
    };
    for (at, one) in below.vouchers.signatures.iter().enumerate() {
        if vouches(&one.signer, &one.names) {
            evaluation.used.mark(part, EvidenceList::Signature, at, name.as_str());
        }
    }
    for (at, one) in below.vouchers.attestations.iter().enumerate() {
        let is_provenance = AttestationType::SlsaProvenance.covers(&one.statement.predicate_type);
        if is_provenance && one.names_platform && vouches(&one.signer, &one.names) {
            evaluation.used.mark(part, EvidenceList::Attestation, at, name.as_str());
        }
    }
}

fn missing(rule: usize, name: &str, bases: &Bases) -> Error {
    let above = bases.base.as_ref().map_or(0, Base::len);
    // The candidate that came nearest to being one.
    const ORDER: [Code; 2] = [Code::BaseNotProved, Code::BaseNotAllowed];
    let rank = |code: Code| ORDER.iter().position(|one| *one == code).unwrap_or(ORDER.len());
    let seen = bases.passed_over.iter().filter(|one| one.rule == rule && one.len > above);
    let seen = seen.min_by_key(|one| rank(one.error.code()));
    Error::new(Code::BaseMissing, format!("intermediate {name:?}"))
        .expected("an image by its signers between the base and this one")
        .found(seen.map_or_else(|| "none at hand".to_owned(), |one| format!("only {}", one.error)))
        .hint("Build FROM it, and bring its manifest, config and signatures with --evidence.")
}
