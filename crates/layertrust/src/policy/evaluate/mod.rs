//! Facts × policy → findings, owners, and which evidence each rule used.

pub(in crate::policy) mod age;
mod attestations;
mod base;
mod config;
mod exceptions;
mod intermediates;
mod labels;
pub(in crate::policy) mod layers;
pub(in crate::policy) mod provenance;
mod results;
mod revoked;
mod signature;
mod vex;
mod vsa;

use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::Timestamp;

use crate::code::Code;
use crate::error::Error;
use crate::image::Target;
use crate::layers::{Bases, Below, Contents, image_name, unknown_types};
use crate::policy::rules::AttestationType;
use crate::policy::{LayersRule, Policy};
use crate::report::{Finding, OwnerKind, Role};
use crate::statement::binding::Vouchers;

pub(crate) use exceptions::except;

/// Signatures whose arithmetic may hold and whose certificate, log entry or time does not: what went wrong says
/// more than that a signature is missing, and less than that a stranger made it. The most specific first.
const NOT_PROVED: [Code; 7] = [
    Code::CertificateExpired,
    Code::TimeNotProved,
    Code::TlogInvalid,
    Code::TlogMissing,
    Code::TimestampInvalid,
    Code::TimestampIgnored,
    Code::CertificateInvalid,
];

/// What is known about one platform's image when rules are evaluated.
pub(crate) struct PlatformFacts<'f> {
    pub(crate) target: &'f Target,
    pub(crate) vouchers: &'f Rc<Vouchers>,
    pub(crate) bases: &'f Bases,
    /// Every image below the one that rules are asked about, the nearest first.
    pub(crate) below: &'f [&'f Below],
    /// The files; none if the layers were not opened.
    pub(crate) contents: Option<&'f Contents>,
    /// The name that the caller deploys it under.
    pub(crate) name: Option<&'f str>,
    pub(crate) now: Timestamp,
}

/// What the rules came to for one platform.
#[derive(Debug, Default)]
pub(crate) struct Evaluation {
    pub(crate) findings: Vec<Finding>,
    /// Who owns the layers above the base, or all of them.
    pub(crate) upper: Option<OwnerKind>,
    pub(crate) config: Option<OwnerKind>,
    pub(crate) used: Used,
}

/// The part of an image that evidence counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Base,
    /// An intermediate, by its place in the chain.
    Intermediate(usize),
    Org,
}

impl Part {
    pub(crate) fn role(self) -> Role {
        match self {
            Part::Base => Role::Base,
            Part::Intermediate(_) => Role::Intermediate,
            Part::Org => Role::Org,
        }
    }
}

/// Which rule used which evidence, by its place in its list.
#[derive(Debug, Default)]
pub(crate) struct Used {
    rules: BTreeMap<(Part, EvidenceList, usize), String>,
}

/// Signatures and attestations are listed apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EvidenceList {
    Signature,
    Attestation,
}

impl Used {
    fn mark(&mut self, part: Part, what: EvidenceList, at: usize, rule: impl Into<String>) {
        self.rules.entry((part, what, at)).or_insert_with(|| rule.into());
    }

    pub(crate) fn signature(&self, part: Part, at: usize) -> Option<&String> {
        self.rules.get(&(part, EvidenceList::Signature, at))
    }

    pub(crate) fn attestation(&self, part: Part, at: usize) -> Option<&String> {
        self.rules.get(&(part, EvidenceList::Attestation, at))
    }
}

/// Evaluates every rule that is about one platform.
pub(crate) fn evaluate_platform(policy: &Policy, facts: &PlatformFacts<'_>) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let is_vendors_own = facts.bases.base.as_ref().is_some_and(|base| base.is_the_image_itself());

    // 1. The base: signed, allowed, proved, with its attestations.
    base::base(policy, facts, &mut evaluation);

    // 2. The images between, each with its own signers and attestations.
    intermediates::intermediates(policy, facts, &mut evaluation);

    // 3. The organization: nothing to sign on an untouched vendor image, unless the policy always wants it.
    let needed = (!is_vendors_own || policy.org.always) && policy.org.layers_allowed;
    let signed = needed && signature::signature(policy, facts, &mut evaluation);
    if needed {
        let section = attestations::Section {
            part: Part::Org,
            place: "org.attestation",
            rules: &policy.org.attestations,
            signers: &policy.org.all_signers(),
            what: format!("image {}", facts.target.image.digest),
        };
        attestations::attestations(&section, facts, &mut evaluation);
    }
    if signed {
        signature::references(policy, facts, &mut evaluation);
        age::image(policy, facts, &mut evaluation);
    }

    // What is revoked is revoked whoever vouches for it.
    revoked::revoked(policy, facts, &mut evaluation);

    // 4. Layers that nobody here can read.
    for (layer, error) in unknown_types(&facts.target.image) {
        evaluation.findings.push(Finding::new(&error).layer(Some(layer)));
    }

    // 5. An owner for every layer and for the configuration.
    let org = if signed { OwnerKind::Org } else { OwnerKind::Unattributed };
    evaluation.upper = Some(org);
    evaluation.config = Some(match &facts.bases.base {
        Some(base) if base.is_the_image_itself() => base.owner(),
        _ => org,
    });
    owners(policy, facts, &mut evaluation);

    // 6. What the layers and the configuration did to the base.
    content(policy, facts, &mut evaluation);

    // 7. What was passed over beside the evidence that counted.
    ignored_timestamps(facts, &mut evaluation);
    evaluation
}

/// The rules that need no signature: what is in the image.
fn content(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    let image = &facts.target.image;
    let base = facts.bases.base.as_ref();
    let nothing_above = base.is_some_and(|base| base.len() == image.layers.len());
    let findings = &mut evaluation.findings;
    match (&policy.layers, facts.contents) {
        (Some(rule), Some(contents)) => findings.extend(layers::layers(rule, contents)),
        (None, Some(contents)) => findings.extend(layers::layers(&LayersRule::default(), contents)),
        // Proved layers are the base's, and there are no others that could break a rule.
        (Some(rule), None) if !nothing_above => findings.extend(layers::not_opened(rule)),
        (_, None) => {}
    }
    let of_base = base.map(|base| &*base.below.image.config);
    let rule = policy.config.clone().unwrap_or_default();
    findings.extend(config::config(&rule, &image.config, of_base, facts.contents));
    findings.extend(labels::vendor_labels(of_base, &image.config));
}

/// A timestamp by an authority outside the root proves nothing, and its signature holds without it.
fn ignored_timestamps(facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    let of_base = facts.bases.base.as_ref().map(|base| (Part::Base, &base.below.vouchers));
    let between = facts.bases.intermediates.iter().enumerate();
    let between = between.map(|(at, one)| (Part::Intermediate(at), &one.below.vouchers));
    let mut ignored = 0;
    for (part, vouchers) in of_base.into_iter().chain(between).chain([(Part::Org, facts.vouchers)]) {
        let signatures = vouchers.signatures.iter().enumerate();
        let used = &evaluation.used;
        ignored += signatures
            .filter(|(at, _)| used.signature(part, *at).is_some())
            .map(|(_, one)| one.signer.witness.ignored)
            .sum::<usize>();
        let attestations = vouchers.attestations.iter().enumerate();
        ignored += attestations
            .filter(|(at, _)| used.attestation(part, *at).is_some())
            .map(|(_, one)| one.signer.witness.ignored)
            .sum::<usize>();
    }
    if ignored > 0 {
        let error = Error::new(Code::TimestampIgnored, format!("image {}", facts.target.image.digest))
            .expected("timestamps by authorities of the root")
            .found(format!("{ignored} by others"));
        evaluation.findings.push(Finding::new(&error));
    }
}

/// An unattributed layer or configuration is always an error.
fn owners(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    let all = facts.target.image.layers.len();
    let of_vendor = facts.bases.base.as_ref().map_or(0, |base| base.len());
    // Where only the vendor's layers are allowed, those of an image between are not.
    let covered = match policy.org.layers_allowed {
        true => facts.below.first().map_or(of_vendor, |nearest| nearest.len()),
        false => of_vendor,
    };
    let allowed = match policy.org.layers_allowed {
        true => "somebody whom the policy allows to vouch for them",
        false => "none above the vendor's, as the policy says",
    };
    if covered < all && evaluation.upper == Some(OwnerKind::Unattributed) {
        let error = Error::new(Code::LayerUnattributed, format!("layers {covered} to {}", all - 1))
            .expected(allowed)
            .found(if policy.org.layers_allowed { "nobody" } else { "layers that are not the vendor's" });
        evaluation.findings.push(Finding::new(&error));
    }
    if evaluation.config == Some(OwnerKind::Unattributed) {
        let config = facts.target.image.manifest.config.digest;
        let error = Error::new(Code::ConfigUnattributed, format!("config {config}")).expected(
            match policy.org.layers_allowed {
                true => "somebody whom the policy allows to vouch for it",
                false => "the vendor's own, as the policy says",
            },
        );
        evaluation.findings.push(Finding::new(&error.found("nobody")));
    }
}

/// The exact commands, digest filled in.
fn sign_hint(facts: &PlatformFacts<'_>) -> String {
    let image = deployed_as(facts);
    let (kind, file) = AttestationType::SlsaProvenance.cosign();
    format!(
        "Sign it: `cosign sign --key cosign.key {image}`. Attach how it was built: \
         `cosign attest --key cosign.key --type {kind} --predicate {file} {image}`."
    )
}

fn deployed_as(facts: &PlatformFacts<'_>) -> String {
    let name = facts.name.map_or_else(|| "REGISTRY/REPOSITORY".to_owned(), image_name);
    let digest = facts.target.path.first().unwrap_or(&facts.target.image.digest);
    format!("{name}@{digest}")
}
