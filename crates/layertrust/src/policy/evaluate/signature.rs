//! Rules about the organization's signature, and about the names it goes under.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::Error;
use crate::evidence::What;
use crate::layers::image_name;
use crate::policy::evaluate::{Evaluation, EvidenceList, NOT_PROVED, Part, PlatformFacts, sign_hint};
use crate::policy::rules::AttestationType;
use crate::policy::{Cover, OrgSignature, Pattern, Policy};
use crate::report::Finding;
use crate::statement::predicate::PredicateType;
use crate::verify::{Signer, SignerId};

/// Whether the organization signed. Marks what counted; pushes the most specific failure otherwise.
pub(super) fn signature(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) -> bool {
    let rule = &policy.org;
    let covers = |path: &[Digest]| match rule.cover {
        Cover::Platform => true,
        Cover::Index => facts.target.path.len() > 1 && path.len() == facts.target.path.len(),
    };
    let annotated = |own: &BTreeMap<String, String>| {
        rule.annotations.iter().all(|(key, value)| own.get(key) == Some(value))
    };
    let mut by_signer: BTreeMap<SignerId, BTreeSet<&String>> = BTreeMap::new();
    let allowed = rule.all_signers();
    let names_of = |signer: &Signer| -> Vec<&String> {
        allowed.iter().filter(|name| signer.names.contains(name)).collect()
    };
    for (at, signature) in facts.vouchers.signatures.iter().enumerate() {
        let names = names_of(&signature.signer);
        if !names.is_empty() && covers(&signature.path) && annotated(&signature.annotations) {
            by_signer.entry(signature.signer.id()).or_default().extend(names);
            evaluation.used.mark(Part::Org, EvidenceList::Signature, at, "org.signers");
        }
    }
    if rule.signature == OrgSignature::Provenance {
        for (at, attestation) in facts.vouchers.attestations.iter().enumerate() {
            let names = names_of(&attestation.signer);
            let is_provenance = AttestationType::SlsaProvenance.covers(&attestation.statement.predicate_type);
            if is_provenance && !names.is_empty() && covers(&attestation.path) && rule.annotations.is_empty()
            {
                by_signer.entry(attestation.signer.id()).or_default().extend(names);
                evaluation.used.mark(Part::Org, EvidenceList::Attestation, at, "org.signers");
            }
        }
    }
    // Thresholds count distinct keys and identities, never names or signatures.
    let count =
        by_signer.values().filter(|names| names.iter().any(|name| rule.signers.contains(name))).count();
    let any = rule.signers.is_empty() || count >= rule.threshold;
    let has = |name: &String| by_signer.values().any(|names| names.contains(name));
    let all = rule.require_all.iter().all(has) && by_signer.len() >= rule.require_all.len();
    if any && all && !by_signer.is_empty() {
        return true;
    }
    let error = signature_failure(policy, facts, by_signer.len());
    evaluation.findings.push(Finding::new(&error));
    false
}

fn signature_failure(policy: &Policy, facts: &PlatformFacts<'_>, keys: usize) -> Error {
    let rule = &policy.org;
    let expected = match (rule.require_all.as_slice(), rule.threshold) {
        ([], 1) => format!("an image signature by {}", rule.signers.join(" or ")),
        ([], count) => {
            format!("image signatures by {count} of {}, with distinct keys", rule.signers.join(", "))
        }
        (all, _) => format!("image signatures by each of {}", all.join(", ")),
    };
    let noted: Vec<String> = rule.annotations.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let expected = match noted.as_slice() {
        [] => expected,
        noted => format!("{expected} with the signed annotations {}", noted.join(", ")),
    };
    let what = format!("image {}", facts.target.image.digest);
    if keys > 0 {
        return Error::new(Code::SignatureMissing, what).expected(expected).found(format!("{keys}"));
    }
    // The most specific failure, not the first one met. Provenance, or what may be some, counts where it is the
    // signature.
    let is_provenance = |kind: &String| AttestationType::SlsaProvenance.covers(&PredicateType::new(kind));
    let unverified = facts.vouchers.unverified.iter().filter(|one| {
        let provenance = rule.signature == OrgSignature::Provenance;
        one.what == What::Signature || provenance && one.predicate_type.as_ref().is_none_or(is_provenance)
    });
    let find = |code: Code| unverified.clone().find(|one| one.error.code() == code);
    if let Some(found) = find(Code::SubjectMismatch) {
        return Error::new(Code::SubjectMismatch, what)
            .expected(expected)
            .found(format!("one of {}", found.error.found_text()));
    }
    let stranger =
        facts.vouchers.signatures.iter().find(|one| one.signer.known_as(&rule.all_signers()).is_none());
    if let Some(stranger) = stranger {
        return Error::new(Code::SignerNotAllowed, what)
            .expected(expected)
            .found(format!("one by {}", stranger.signer.describe()));
    }
    let refused = [Code::SignerNotAllowed, Code::KeyInactive];
    for code in refused.into_iter().chain(NOT_PROVED).chain([Code::SignatureInvalid]) {
        if let Some(found) = find(code) {
            return Error::new(code, what).expected(expected).found(found.error.message());
        }
    }
    let found = match facts.vouchers.signatures.is_empty() {
        true => "none",
        false if rule.annotations.is_empty() => "none that covers the index",
        false => "none with them",
    };
    Error::new(Code::SignatureMissing, what).expected(expected).found(found).hint(sign_hint(facts))
}

/// A name in what the organization signed, or the name that the caller gives, must match.
pub(super) fn references(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    let patterns = &policy.org.references;
    if patterns.is_empty() {
        return;
    }
    let signers = policy.org.all_signers();
    let vouchers = facts.vouchers;
    let signatures = vouchers.signatures.iter().map(|one| (&one.signer, &one.names));
    let said = signatures.chain(vouchers.attestations.iter().map(|one| (&one.signer, &one.names)));
    let said = said.filter(|(signer, _)| signer.known_as(&signers).is_some()).flat_map(|(_, names)| names);
    let names: BTreeSet<String> =
        said.map(String::as_str).chain(facts.name).map(image_name).filter(|name| !name.is_empty()).collect();
    if names.iter().any(|name| patterns.iter().any(|pattern| pattern.matches(name))) {
        return;
    }
    let patterns: Vec<&str> = patterns.iter().map(Pattern::as_str).collect();
    let found = match names.is_empty() {
        true => "no name at all; this kind of signature holds none, so say it with --as".to_owned(),
        false => names.into_iter().collect::<Vec<_>>().join(", "),
    };
    let error = Error::new(Code::ImageNotAllowed, format!("image {}", facts.target.image.digest))
        .expected(format!("a signed name, or --as, that matches {}", patterns.join(" or ")))
        .found(found);
    evaluation.findings.push(Finding::new(&error));
}
