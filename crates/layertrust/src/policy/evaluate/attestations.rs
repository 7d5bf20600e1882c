//! Rules about attestations, for the base and for the image alike.

use crate::code::Code;
use crate::error::Error;
use crate::evidence::What;
use crate::policy::Pattern;
use crate::policy::evaluate::{Evaluation, EvidenceList, NOT_PROVED, PlatformFacts, deployed_as};
use crate::policy::rules::AttestationRule;
use crate::report::{Finding, Role, Severity};
use crate::statement::binding::Attestation;
use crate::statement::predicate::{Predicate, PredicateType};
use crate::verify::{BUILD_CONFIG_URI, BUILD_SIGNER_URI, Who};

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
            builder(rule, one).ok().map(|warning| (*at, warning))
        });
        match good {
            Some((at, warning)) => {
                evaluation.used.mark(role, EvidenceList::Attestation, at, format!("{place}[{number}]"));
                let warning =
                    warning.map(|error| Finding::new(&error.about(place)).severity(Severity::Warning));
                evaluation.findings.extend(warning);
            }
            None => {
                let error = attestation_failure(rule, signers, &of_kind, facts);
                evaluation.findings.push(Finding::new(&error.about(place)));
            }
        }
    }
}

/// Whether the builder is an allowed one; also what about it deserves a warning.
///
/// Of a certificate the authority's word counts, and the predicate must not contradict it. Some generators
/// name the workflow that was started instead of the one that was called: then both are certified, and it is
/// a warning.
fn builder(rule: &AttestationRule, one: &Attestation) -> Result<Option<Error>, Error> {
    if rule.builders.is_empty() {
        return Ok(None);
    }
    let stated = match &one.statement.predicate {
        Ok(Predicate::Provenance(provenance)) => provenance.builder.as_deref(),
        _ => None,
    };
    let certificate = match &one.signer.who {
        Who::Certificate(identity) => Some(identity),
        Who::Key(_) => None,
    };
    let certified = certificate.and_then(|identity| identity.claim(BUILD_SIGNER_URI));
    let what = format!("builder of {}", rule.kind.name());
    let shown = |id: Option<&str>| id.map_or_else(|| "none".to_owned(), |id| format!("{id:?}"));
    let id = certified.or(stated);
    if !id.is_some_and(|id| rule.builders.iter().any(|pattern| pattern.matches(id))) {
        let patterns: Vec<&str> = rule.builders.iter().map(Pattern::as_str).collect();
        return Err(Error::new(Code::BuilderNotAllowed, what)
            .expected(patterns.join(" or "))
            .found(shown(id)));
    }
    if certified.is_none() || stated == certified {
        return Ok(None);
    }
    let differs = Error::new(Code::PredicateMismatch, what)
        .expected(format!("{}, as its certificate says", shown(certified)))
        .found(shown(stated));
    match certificate.and_then(|identity| identity.claim(BUILD_CONFIG_URI)) {
        Some(started) if stated == Some(started) => Ok(Some(differs)),
        _ => Err(differs),
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
    if let Some(error) = ours.filter_map(|(_, one)| builder(rule, one).err()).next() {
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
