//! The organization's signature, the names it goes under, its age, and what is revoked.

use std::collections::{BTreeMap, BTreeSet};

use super::Trying;
use super::answer::{Answer, Answers};
use super::attestations::{self, Section};
use super::base::{Outlook, is_about};
use super::signers::{Known, Made};
use crate::code::Code;
use crate::error::Error;
use crate::layers::image_name;
use crate::policy::evaluate::age::{Told, made, signers as who_may_say};
use crate::policy::rules::AttestationType;
use crate::policy::{Cover, MaxAge, OrgRule, OrgSignature};
use crate::report::{AttestationFact, ImageKind, InputRole, SignatureFact};
use crate::statement::predicate::PredicateType;
use crate::statement::slsa::Provenance;

/// Every rule of `[org]`.
pub(super) fn rules(trying: &Trying<'_>, outlook: &Outlook<'_>, answers: &mut Answers<'_>) {
    let rule = &trying.policy.org;
    // Whoever adds a key says here who tries it.
    let OrgRule {
        layers_allowed,
        always,
        signature: _,
        cover: _,
        signers: _,
        require_all: _,
        threshold: _,
        references,
        annotations: _,
        attestations,
        max_age,
        revoked,
    } = rule;
    let own = outlook.is_the_image(trying);
    if !revoked.is_empty() {
        answers.add("[org] revoked", is_revoked(trying, rule));
    }
    if !layers_allowed {
        let error = Error::new(Code::LayerUnattributed, format!("image {}", trying.platform.digest))
            .expected("the vendor's own image, as the policy says")
            .found("layers or a configuration that are not the vendor's");
        answers.add(
            "[org] layers",
            match own {
                Known::Yes => Answer::Holds,
                Known::Unclear => Answer::Unclear(UNSURE.to_owned()),
                Known::No => Answer::fails(&error),
            },
        );
        return;
    }
    let needed = |answer: Answer| match own {
        Known::Unclear if !always => answer.failing_only_if(UNSURE),
        _ => answer,
    };
    if own == Known::Yes && !always {
        answers.add("[org]", Answer::Holds);
        return;
    }
    answers.add("[org] signers", needed(signature(trying)));
    let all = rule.all_signers();
    let section = Section {
        place: "[[org.attestation]]",
        rules: attestations,
        signers: &all,
        about: &trying.platform.digest,
    };
    for (name, answer) in attestations::rules(trying, &section, outlook) {
        answers.add(name, needed(answer));
    }
    if !references.is_empty() {
        answers.add("[org] references", needed(named(trying, rule)));
    }
    if let Some(max) = max_age {
        let who = who_may_say(&all, attestations);
        let counts = |one: &SignatureFact| {
            let about = is_about(&one.subject_path, &trying.platform.digest);
            if about { counting(trying, &all, one.into()) } else { Known::No }
        };
        let any = |_: &AttestationFact| true;
        let own = &trying.platform.digest;
        answers.add("[org] max-age", needed(age(trying, *max, Code::ImageTooOld, own, &who, &counts, &any)));
    }
}

const UNSURE: &str = "whether the image is the vendor's own under this policy is not in the report";

/// Whether a signature counts for the organization.
fn counting(trying: &Trying<'_>, names: &[String], one: Made<'_>) -> Known {
    let rule = &trying.policy.org;
    let from_the_top =
        one.subject_path.len() > 1 && one.subject_path.first() == trying.report.image.digest.as_ref();
    if rule.cover == Cover::Index && !from_the_top {
        return Known::No;
    }
    match trying.is_by(names, one) {
        // What a signer noted is not in a report.
        Known::Yes if !rule.annotations.is_empty() => Known::Unclear,
        known => known,
    }
}

/// Whether the organization signed: with what surely counts, then with what may count.
fn signature(trying: &Trying<'_>) -> Answer {
    let rule = &trying.policy.org;
    let digest = &trying.platform.digest;
    let signatures = trying.platform.signatures.iter().filter(|one| is_about(&one.subject_path, digest));
    let provenance = trying.platform.attestations.iter().filter(|one| {
        rule.signature == OrgSignature::Provenance
            && rule.annotations.is_empty()
            && is_about(&one.subject_path, digest)
            && AttestationType::SlsaProvenance.covers(&PredicateType::new(&one.predicate_type))
    });
    let made: Vec<Made<'_>> = signatures.map(Made::from).chain(provenance.map(Made::from)).collect();
    let suffices = |least: Known| {
        let mut by_signer: BTreeMap<_, BTreeSet<&String>> = BTreeMap::new();
        let all = rule.all_signers();
        for one in &made {
            let names = all.iter().filter(|name| counting(trying, std::slice::from_ref(name), *one) >= least);
            let names: Vec<&String> = names.collect();
            if !names.is_empty() {
                let who = (&one.signer.key_id, &one.signer.issuer, &one.signer.identity);
                let own = rule.signers.iter().chain(&rule.require_all).filter(|name| names.contains(name));
                by_signer.entry(who).or_default().extend(own);
            }
        }
        let is_one = |names: &&BTreeSet<&String>| names.iter().any(|name| rule.signers.contains(name));
        let any = rule.signers.is_empty() || by_signer.values().filter(is_one).count() >= rule.threshold;
        let has = |name: &String| by_signer.values().any(|names| names.contains(name));
        let each = rule.require_all.iter().all(has) && by_signer.len() >= rule.require_all.len();
        any && each && !by_signer.is_empty()
    };
    if suffices(Known::Yes) {
        return Answer::Holds;
    }
    if suffices(Known::Unclear) {
        let why =
            "the report does not say under which root, or with which annotations, the signatures in it hold";
        return Answer::Unclear(why.to_owned());
    }
    if trying.has_other_evidence() {
        return Trying::other_evidence();
    }
    let (code, found) = match made.first() {
        Some(one) => (Code::SignerNotAllowed, format!("one by {}", one.signer.name)),
        None => (Code::SignatureMissing, "none in the report".to_owned()),
    };
    Answer::fails(
        &Error::new(code, format!("image {digest}"))
            .expected(format!("image signatures by {}", rule.all_signers().join(", ")))
            .found(found),
    )
}

/// The name that the image was judged under; names in signed data are not in a report.
fn named(trying: &Trying<'_>, rule: &OrgRule) -> Answer {
    let name = trying.report.options.name.as_deref().map(image_name);
    if name.is_some_and(|name| rule.references.iter().any(|pattern| pattern.matches(&name))) {
        return Answer::Holds;
    }
    Answer::Unclear(
        "the names in the signed data are not in a report, and --as is not one of these".to_owned(),
    )
}

/// The digests that the image was reached through.
fn is_revoked(trying: &Trying<'_>, rule: &OrgRule) -> Answer {
    let report = trying.report;
    let own = [Some(&trying.platform.digest), report.image.digest.as_ref()];
    let signed = trying.platform.signatures.iter().map(|one| &one.subject_path);
    let signed = signed.filter(|path| is_about(path, &trying.platform.digest)).flatten();
    let known: BTreeSet<&String> = own.into_iter().flatten().chain(signed).collect();
    let listed: Vec<String> = rule.revoked.iter().map(ToString::to_string).collect();
    if let Some(digest) = listed.iter().find(|digest| known.contains(digest)) {
        return Answer::fails(
            &Error::new(Code::ImageRevoked, format!("image {}", trying.platform.digest))
                .expected("nothing that [org] revoked lists")
                .found(digest),
        );
    }
    let is_index = |digest: &String| {
        report.inputs.iter().any(|input| input.role == InputRole::Index && input.digest == *digest)
    };
    match report.image.kind {
        Some(ImageKind::Manifest) => Answer::Holds,
        Some(ImageKind::Index) if !listed.iter().any(is_index) => Answer::Holds,
        _ => Answer::Unclear(
            "whether the image was reached through that index is not in the report".to_owned(),
        ),
    }
}

/// How old something is, by the same order of witnesses as in a verdict.
pub(super) fn age(
    trying: &Trying<'_>,
    max: MaxAge,
    too_old: Code,
    about: &str,
    who: &[String],
    counts: &dyn Fn(&SignatureFact) -> Known,
    names_it: &dyn Fn(&AttestationFact) -> bool,
) -> Answer {
    let unclear = || Answer::Unclear("the report does not say whose word on the time counts here".to_owned());
    // A newer or an older statement by a signer that the other policy did not know would change the answer.
    if trying.has_other_evidence() {
        return Trying::other_evidence();
    }
    let mut told = Vec::new();
    for one in trying.platform.attestations.iter().filter(|one| is_about(&one.subject_path, about)) {
        let kind = PredicateType::new(&one.predicate_type);
        if !AttestationType::SlsaProvenance.covers(&kind) {
            continue;
        }
        match (trying.is_by(who, one.into()), names_it(one)) {
            (Known::No, _) => {}
            (Known::Unclear, _) | (Known::Yes, false) => return unclear(),
            (Known::Yes, true) => told.push(Told {
                finished: Provenance::from_facts(&one.facts).and_then(|stated| stated.finished),
                signed: Made::from(one).signed(),
            }),
        }
    }
    let time = if told.is_empty() {
        let signatures = trying.platform.signatures.iter().filter(|one| is_about(&one.subject_path, about));
        let signatures: Vec<(Known, Made<'_>)> = signatures.map(|one| (counts(one), one.into())).collect();
        if signatures.iter().any(|(known, _)| *known == Known::Unclear) {
            return unclear();
        }
        let counted = signatures.iter().filter(|(known, _)| *known == Known::Yes);
        counted.filter_map(|(_, one)| one.signed()).min()
    } else {
        made(&told, trying.now).map(|(_, time)| time)
    };
    let what = format!("age of {about}");
    match time {
        Some(time) if !max.is_exceeded(time, trying.now) => Answer::Holds,
        Some(time) => Answer::fails(
            &Error::new(too_old, what)
                .expected(format!("an age of at most {max}"))
                .found(format!("{time}; the report's now is {}", trying.now)),
        ),
        None => Answer::fails(
            &Error::new(Code::TimeNotProved, what)
                .expected("a stated finish, or a signature with a proved time")
                .found("neither in the report"),
        ),
    }
}
