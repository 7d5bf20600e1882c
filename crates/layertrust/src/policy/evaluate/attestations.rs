//! Rules about attestations, for the base and for the image alike.

use crate::code::Code;
use crate::error::Error;
use crate::evidence::What;
use crate::policy::evaluate::provenance::provenance;
use crate::policy::evaluate::{Evaluation, EvidenceList, NOT_PROVED, PlatformFacts, deployed_as};
use crate::policy::rules::AttestationRule;
use crate::report::{Finding, Role, Severity};
use crate::statement::binding::Attestation;
use crate::statement::predicate::PredicateType;

/// Every rule of a section must find its attestation; one good one suffices, a bad one beside it hides nothing.
pub(super) fn attestations(
    role: Role,
    rules: &[AttestationRule],
    section: &[String],
    facts: &PlatformFacts<'_>,
    evaluation: &mut Evaluation,
) {
    let place = if role == Role::Base { "base.attestation" } else { "org.attestation" };
    for (number, rule) in rules.iter().enumerate() {
        let signers = rule.signers_or(section);
        let of_kind = facts.vouchers.attestations.iter().enumerate();
        let of_kind: Vec<(usize, &Attestation)> =
            of_kind.filter(|(_, one)| rule.kind.covers(&one.statement.predicate_type)).collect();
        let good = of_kind.iter().find_map(|(at, one)| {
            one.signer.known_as(signers)?;
            provenance(rule, one, facts).ok().map(|warnings| (*at, warnings))
        });
        match good {
            Some((at, warnings)) => {
                evaluation.used.mark(role, EvidenceList::Attestation, at, format!("{place}[{number}]"));
                let warnings = warnings
                    .into_iter()
                    .map(|error| Finding::new(&error.about(place)).severity(Severity::Warning));
                evaluation.findings.extend(warnings);
            }
            None => {
                let error = attestation_failure(rule, signers, &of_kind, facts);
                evaluation.findings.push(Finding::new(&error.about(place)));
            }
        }
    }
}

fn attestation_failure(
    rule: &AttestationRule,
    signers: &[String],
    of_kind: &[(usize, &Attestation)],
    facts: &PlatformFacts<'_>,
) -> Error {
    let what = format!("{} of image {}", rule.kind.name(), facts.target.image.digest);
    let expected = format!("one by {}", signers.join(" or "));
    let ours = of_kind.iter().filter(|(_, one)| one.signer.known_as(signers).is_some());
    if let Some(error) = ours.filter_map(|(_, one)| provenance(rule, one, facts).err()).next() {
        return error;
    }
    const ORDER: [Code; 6] = [
        Code::SubjectMismatch,
        Code::PredicateMismatch,
        Code::PredicateInvalid,
        Code::DuplicateKey,
        Code::KeyInactive,
        Code::SignerNotAllowed,
    ];
    let unverified = facts.vouchers.unverified.iter().filter(|one| {
        let kind = one.predicate_type.as_deref().map(PredicateType::new);
        one.what == What::Attestation && kind.is_some_and(|kind| rule.kind.covers(&kind))
    });
    let find = |code: &Code| unverified.clone().find(|one| one.error.code() == *code);
    if let Some(found) = ORDER.iter().chain(&NOT_PROVED).find_map(find) {
        let error = Error::new(found.error.code(), what).expected(expected);
        return match found.error.code() {
            Code::SubjectMismatch => error.found(format!("one about {}", found.error.found_text())),
            _ => error.found(found.error.message()),
        };
    }
    if let Some((_, stranger)) = of_kind.first() {
        return Error::new(Code::SignerNotAllowed, what)
            .expected(expected)
            .found(format!("one by {}", stranger.signer.describe()));
    }
    if let Some(found) = [Code::SignatureInvalid, Code::AttestationUnsigned].iter().find_map(find) {
        return Error::new(found.error.code(), what).expected(expected).found(found.error.message());
    }
    let (kind, file) = rule.kind.cosign();
    let image = deployed_as(facts);
    Error::new(Code::AttestationMissing, what).expected(expected).found("none").hint(format!(
        "Attach it: `cosign attest --key cosign.key --type {kind} --predicate {file} {image}`."
    ))
}
