//! Rules about attestations, as far as the facts of a report tell.

use serde_json::Value;

use super::Trying;
use super::answer::Answer;
use super::base::{Outlook, is_about};
use super::signers::{Known, Made};
use crate::code::Code;
use crate::error::Error;
use crate::layers::dependency_names;
use crate::policy::evaluate::provenance;
use crate::policy::provenance::ProvenanceRule;
use crate::policy::rules::{AttestationRule, AttestationType};
use crate::report::{AttestationFact, SignerKind};
use crate::statement::predicate::PredicateType;
use crate::statement::slsa::{Dependency, Provenance};
use crate::verify::Identity;

/// The attestation rules of one section.
pub(super) struct Section<'s> {
    pub(super) place: &'s str,
    pub(super) rules: &'s [AttestationRule],
    pub(super) signers: &'s [String],
    /// The platform manifest that they must be about.
    pub(super) about: &'s str,
}

/// What is said of each rule, under its name.
pub(super) fn rules(
    trying: &Trying<'_>,
    section: &Section<'_>,
    outlook: &Outlook<'_>,
) -> Vec<(String, Answer)> {
    let rule = |(at, rule): (usize, &AttestationRule)| {
        let name = format!("{}[{at}] {}", section.place, rule.kind.name());
        (name, answer(trying, section, rule, outlook))
    };
    section.rules.iter().enumerate().map(rule).collect()
}

/// One good statement suffices; a bad one beside it hides nothing.
fn answer(
    trying: &Trying<'_>,
    section: &Section<'_>,
    rule: &AttestationRule,
    outlook: &Outlook<'_>,
) -> Answer {
    let signers = rule.signers_or(section.signers);
    let of_kind = |one: &&AttestationFact| {
        is_about(&one.subject_path, section.about)
            && rule.kind.covers(&PredicateType::new(&one.predicate_type))
    };
    let mut failed = None;
    let mut unclear = None;
    let mut strangers = 0;
    for one in trying.platform.attestations.iter().filter(of_kind) {
        let judged = match trying.is_by(signers, one.into()) {
            Known::No => {
                strangers += 1;
                continue;
            }
            Known::Yes => judge(trying, rule, one, outlook),
            Known::Unclear => judge(trying, rule, one, outlook)
                .only_if("the report does not say whether its signer is one of this rule's"),
        };
        match judged {
            Answer::Holds => return Answer::Holds,
            Answer::Unclear(_) => unclear = Some(judged),
            Answer::Fails(_) => failed = Some(judged),
        }
    }
    if let Some(unclear) = unclear {
        return unclear;
    }
    if trying.has_other_evidence() {
        return Trying::other_evidence();
    }
    failed.unwrap_or_else(|| {
        let (code, found) = match strangers {
            0 => (Code::AttestationMissing, "none in the report"),
            _ => (Code::SignerNotAllowed, "one by another in the report"),
        };
        let what = format!("{} of {}", rule.kind.name(), section.about);
        Answer::fails(
            &Error::new(code, what).expected(format!("one by {}", signers.join(" or "))).found(found),
        )
    })
}

/// One statement against what a rule asks of it.
fn judge(
    trying: &Trying<'_>,
    rule: &AttestationRule,
    one: &AttestationFact,
    outlook: &Outlook<'_>,
) -> Answer {
    // Whoever adds a key says here who tries it. What is asked of summaries and results is asked of kinds that are
    // not tried.
    let AttestationRule { kind, signers: _, provenance, vsa: _, results: _, max_age } = rule;
    let unread =
        || Answer::Unclear(format!("a report does not hold all that a rule about {} looks at", kind.name()));
    let signed = Made::from(one).signed();
    let aged = |stated: Option<jiff::Timestamp>| {
        let Some(max) = max_age else { return Answer::Holds };
        match stated.into_iter().chain(signed).min() {
            Some(done) if !max.is_exceeded(done, trying.now) => Answer::Holds,
            Some(done) => Answer::fails(
                &Error::new(Code::AttestationTooOld, kind.name())
                    .expected(format!("an age of at most {max}"))
                    .found(format!("one of {done}; the report's now is {}", trying.now)),
            ),
            None => Answer::fails(
                &Error::new(Code::TimeNotProved, format!("age of {}", kind.name()))
                    .expected("a statement that says when, or a signature with a proved time")
                    .found("neither in the report"),
            ),
        }
    };
    match kind {
        AttestationType::SlsaProvenance => match Provenance::from_facts(&one.facts) {
            None => unread(),
            Some(stated) if stated.finished.is_some_and(|finished| finished > trying.now) => unread(),
            Some(stated) => match judge_provenance(provenance, one, &stated, trying, outlook) {
                Answer::Holds => aged(stated.finished),
                other => other,
            },
        },
        // That it is there, and of an SBOM that it lists something and was made by now, is all that is asked.
        AttestationType::Predicate(_) if max_age.is_none() => Answer::Holds,
        AttestationType::Sbom | AttestationType::Spdx | AttestationType::CycloneDx if max_age.is_none() => {
            let count = |name: &str| one.facts.get(name).and_then(Value::as_u64).unwrap_or_default();
            let lists = ["packages", "files", "unread"].map(count).iter().any(|count| *count > 0);
            let created = one.facts.get("created").and_then(Value::as_str);
            let created = created.map(|time| time.parse().ok().filter(|time| *time <= trying.now));
            match lists && created.is_none_or(|time: Option<jiff::Timestamp>| time.is_some()) {
                true => Answer::Holds,
                false => unread(),
            }
        }
        _ => unread(),
    }
}

fn judge_provenance(
    asked: &ProvenanceRule,
    one: &AttestationFact,
    stated: &Provenance,
    trying: &Trying<'_>,
    outlook: &Outlook<'_>,
) -> Answer {
    // Whoever adds a key says here who tries it.
    let ProvenanceRule {
        builders: _,
        build_types: _,
        sources,
        source_refs: _,
        parameters,
        base_dependency,
        builder_images,
    } = asked;
    let identity = (one.signer.kind == SignerKind::Certificate).then(|| Identity::from_fact(&one.signer));
    let certificate = identity.as_ref();
    // 1. Builder, build type and source are in the report.
    let origin = provenance::builder(asked, stated, certificate)
        .and_then(|_| provenance::build_type(asked, stated))
        .and_then(|()| provenance::source(asked, stated, certificate));
    if let Err(error) = origin {
        // A pattern may match a source as it was written, which a report does not say. The rest it does.
        let is_certified = certificate.is_some_and(|identity| identity.source_repository().is_some());
        let without = ProvenanceRule { sources: Vec::new(), ..asked.clone() };
        let may_match = !sources.is_empty()
            && !is_certified
            && stated.source.is_ok()
            && error.code() == Code::SourceNotAllowed
            && provenance::source(&without, stated, certificate).is_ok();
        return match may_match {
            true => Answer::Unclear("a report does not say how the provenance spells its source".to_owned()),
            false => Answer::fails(&error),
        };
    }
    // 2. Of the rest it holds a part.
    if !parameters.is_empty() {
        return Answer::Unclear("parameters of provenance are not in a report".to_owned());
    }
    if *base_dependency || builder_images.is_some() {
        return dependencies(asked, one, stated, trying, outlook);
    }
    Answer::Holds
}

/// Images among the dependencies are in the report where they have a digest.
fn dependencies(
    asked: &ProvenanceRule,
    one: &AttestationFact,
    stated: &Provenance,
    trying: &Trying<'_>,
    outlook: &Outlook<'_>,
) -> Answer {
    let unclear = |why: &str| Answer::Unclear(why.to_owned());
    if !outlook.is_as_reported(trying) {
        return unclear("which base the dependencies are compared with is not in the report");
    }
    let is_base = |image: &&Dependency| {
        let digest = image.image().map(|digest| digest.to_string());
        let base = |base: &crate::report::SegmentFact| {
            digest.as_ref() == Some(&base.image) || digest.is_some() && digest == base.index
        };
        outlook.base.is_some_and(base)
    };
    if asked.base_dependency && !stated.dependencies.iter().any(|image| is_base(&image)) {
        return unclear(
            "whether another digest among the dependencies is an index of the base is not in the report",
        );
    }
    let Some(patterns) = &asked.builder_images else { return Answer::Holds };
    let all = one.facts.get("dependencies").and_then(Value::as_u64);
    let is_allowed = |image: &Dependency| {
        dependency_names(&image.uri).iter().any(|name| patterns.iter().any(|pattern| pattern.matches(name)))
    };
    let fit = stated.dependencies.iter().all(|image| is_base(&image) || is_allowed(image));
    match fit && all == u64::try_from(stated.dependencies.len()).ok() {
        true => Answer::Holds,
        false => unclear(
            "dependencies that are no image with a digest, or an index of the base, are not in a report",
        ),
    }
}
