//! From what was verified to the report. Nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::digest::Digest;
use crate::evidence::{Unverified, What};
use crate::image::{Resolved, Target};
use crate::layers::{Bases, Contents, Passwd, config_changes, runs_as, vendor_labels};
use crate::policy::{Evaluation, Part, Policy};
use crate::report::{
    All, AttestationFact, ConfigFact, Finding, ImageFact, ImageKind, Input, InputRole, Now, Options,
    OwnerKind, PackagesFact, PlatformReport, PolicyFact, Report, Role, Scope, SignatureFact, SignerFact,
    SignerKind, Tool, UnverifiedFact, UnverifiedKind,
};
use crate::statement::binding::{Attestation, ImageSignature, Vouchers};
use crate::statement::predicate::Predicate;
use crate::verifier::Request;
use crate::verifier::segments::{layers, segments, signed_at};
use crate::verify::{Signer, Who};

/// Everything that is known about one platform.
pub(super) struct Judged {
    pub(super) target: Target,
    pub(super) vouchers: Rc<Vouchers>,
    pub(super) bases: Bases,
    pub(super) evaluation: Evaluation,
    /// For each layer whether it was opened and holds; empty if none was.
    pub(super) opened: Vec<Option<bool>>,
    /// The files; none if not all layers were opened.
    pub(super) contents: Option<Contents>,
}

/// A report about an image of which nothing is known yet.
pub(super) fn empty_report(schema: &str, request: &Request, policy: &Policy) -> Report {
    let asked: Vec<String> = request.platforms.iter().map(ToString::to_string).collect();
    Report {
        schema: schema.to_owned(),
        tool: Tool::this(),
        verdict: None,
        scope: if asked.is_empty() { Scope::All(All::All) } else { Scope::Platforms(asked) },
        image: ImageFact { reference: request.reference.clone(), digest: None, kind: None },
        now: Now { time: request.now.to_string(), source: request.now_source },
        options: Options {
            layers: request.layers,
            name: request.name.clone(),
            bases: request.bases.iter().map(ToString::to_string).collect(),
        },
        policy: Some(PolicyFact {
            name: policy.name().to_owned(),
            mode: policy.mode(),
            digest: policy.digest(),
            roots: policy.root_facts(),
        }),
        inputs: Vec::new(),
        exceptions_used: Vec::new(),
        findings: Vec::new(),
        platforms: Vec::new(),
    }
}

pub(super) fn assemble(report: &mut Report, resolved: &Resolved, judged: Vec<Judged>, policy: &Policy) {
    report.image.kind = Some(if resolved.is_index { ImageKind::Index } else { ImageKind::Manifest });
    let mut inputs = BTreeSet::new();
    for judged in &judged {
        collect_inputs(judged, &mut inputs);
        report.platforms.push(platform(judged, policy));
    }
    report.inputs =
        inputs.into_iter().map(|(digest, role)| Input { digest: digest.to_string(), role }).collect();
    for judged in judged {
        let name = judged.target.image.platform().to_string();
        let own = judged
            .evaluation
            .findings
            .into_iter()
            .map(|finding: Finding| finding.platform(Some(name.clone())));
        report.findings.extend(own);
    }
}

fn collect_inputs(judged: &Judged, inputs: &mut BTreeSet<(Digest, InputRole)>) {
    let path = &judged.target.path;
    inputs.extend(path.iter().take(path.len().saturating_sub(1)).map(|index| (*index, InputRole::Index)));
    inputs.insert((judged.target.image.digest, InputRole::Manifest));
    inputs.insert((judged.target.image.manifest.config.digest, InputRole::Config));
    let used = &judged.evaluation.used;
    let mut evidence = |vouchers: &Vouchers, part: Part| {
        for (at, signature) in vouchers.signatures.iter().enumerate() {
            if used.signature(part, at).is_some() {
                inputs.extend(signature.inputs.iter().copied());
            }
        }
        for (at, attestation) in vouchers.attestations.iter().enumerate() {
            if used.attestation(part, at).is_some() {
                inputs.extend(attestation.inputs.iter().copied());
            }
        }
    };
    evidence(&judged.vouchers, Part::Org);
    let base = judged.bases.base.as_ref();
    if let Some(base) = base {
        evidence(&base.below.vouchers, Part::Base);
    }
    for (place, one) in judged.bases.intermediates.iter().enumerate() {
        evidence(&one.below.vouchers, Part::Intermediate(place));
    }
    let between = judged
        .bases
        .intermediates
        .iter()
        .map(|one| (&one.below, InputRole::IntermediateManifest, InputRole::IntermediateConfig));
    let base = base.filter(|base| !base.is_the_image_itself());
    let base = base.map(|base| (&base.below, InputRole::BaseManifest, InputRole::BaseConfig));
    for (below, manifest, config) in base.into_iter().chain(between) {
        inputs.extend(below.index.map(|index| (index, InputRole::Index)));
        inputs.insert((below.image.digest, manifest));
        inputs.insert((below.image.manifest.config.digest, config));
    }
}

fn platform(judged: &Judged, policy: &Policy) -> PlatformReport {
    let image = &judged.target.image;
    let base = judged.bases.base.as_ref();
    let used = &judged.evaluation.used;
    let own_part = match base {
        Some(base) if base.is_the_image_itself() => Part::Base,
        _ => Part::Org,
    };
    let mut signatures: Vec<SignatureFact> = Vec::new();
    let mut attestations: Vec<AttestationFact> = Vec::new();
    let mut add = |vouchers: &Vouchers, part: Part, name: Option<&String>| {
        // On an image that is the vendor's own, the organization's rules may have used evidence as well.
        let or_org = |of_part: Option<&'_ String>, of_org: Option<&'_ String>| match (of_part, of_org) {
            (None, Some(rule)) if part == own_part => (Role::Org, name.cloned(), Some(rule.clone())),
            (rule, _) => (part.role(), name.cloned(), rule.cloned()),
        };
        for (at, one) in vouchers.signatures.iter().enumerate() {
            signatures.push(signature(one, or_org(used.signature(part, at), used.signature(Part::Org, at))));
        }
        for (at, one) in vouchers.attestations.iter().enumerate() {
            attestations
                .push(attestation(one, or_org(used.attestation(part, at), used.attestation(Part::Org, at))));
        }
    };
    if let Some(base) = base.filter(|base| !base.is_the_image_itself()) {
        add(&base.below.vouchers, Part::Base, None);
    }
    for (place, one) in judged.bases.intermediates.iter().enumerate() {
        let name = policy.intermediates.get(one.rule).map(|rule| &rule.name);
        add(&one.below.vouchers, Part::Intermediate(place), name);
    }
    add(&judged.vouchers, own_part, None);
    let segments = segments(judged, policy);
    PlatformReport {
        platform: image.platform().to_string(),
        digest: image.digest.to_string(),
        verdict: None,
        signed_at: signed_at(judged),
        layers: layers(judged, &segments),
        segments,
        config: ConfigFact {
            owner: judged.evaluation.config.unwrap_or(OwnerKind::Unattributed),
            runs_as: runs_as(
                &image.config,
                judged.contents.as_ref().map_or(Passwd::NotOpened, Contents::passwd),
            ),
            changes: base
                .map(|base| config_changes(&base.below.image.config, &image.config))
                .unwrap_or_default(),
            vendor_labels: vendor_labels(base.map(|base| &*base.below.image.config), &image.config),
        },
        base_candidates: judged.bases.candidates.clone(),
        signatures,
        attestations,
        unverified: unverified(judged),
        changes: judged.contents.as_ref().map(|contents| contents.changes.clone()),
        added: judged.contents.as_ref().map(|contents| contents.added.clone()),
        packages: judged.contents.as_ref().map(|contents| packages(contents, judged, policy)),
    }
}

#[cfg(feature = "layers")]
fn packages(contents: &Contents, judged: &Judged, policy: &Policy) -> PackagesFact {
    super::sboms::with_sboms(contents.packages.clone(), judged, policy)
}

#[cfg(not(feature = "layers"))]
fn packages(contents: &Contents, _: &Judged, _: &Policy) -> PackagesFact {
    contents.packages.clone()
}

pub(crate) fn signer(signer: &Signer) -> SignerFact {
    let name = signer.names.first().cloned().unwrap_or_default();
    match &signer.who {
        Who::Key(id) => SignerFact {
            name,
            kind: SignerKind::Key,
            key_id: Some(id.to_string()),
            identity: None,
            issuer: None,
            claims: BTreeMap::new(),
        },
        Who::Certificate(identity) => SignerFact {
            name,
            kind: SignerKind::Certificate,
            key_id: None,
            identity: Some(identity.names.join(", ")),
            issuer: Some(identity.issuer.clone()),
            claims: identity.claims.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        },
    }
}

/// The times that were proved, and what was checked, in the order of the pipeline.
pub(crate) fn witnessed(signer: &Signer, further: &[&str]) -> (Vec<String>, Vec<String>) {
    let times = signer.witness.times.iter().map(ToString::to_string).collect();
    let checks = signer.witness.checks.iter().map(|check| check.name());
    (times, checks.chain(further.iter().copied()).map(str::to_owned).collect())
}

/// A signer under the name that a rule knows it by.
pub(super) fn signer_as(one: &Signer, allowed: &[String]) -> SignerFact {
    let fact = signer(one);
    SignerFact { name: one.known_as(allowed).cloned().unwrap_or(fact.name), ..fact }
}

fn path(path: &[Digest]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
}

/// What evidence counts for: its role, the intermediate's name, and the rule that used it.
type CountsFor = (Role, Option<String>, Option<String>);

fn signature(one: &ImageSignature, (role, intermediate, rule): CountsFor) -> SignatureFact {
    let (times, checks) = witnessed(&one.signer, &["subject"]);
    SignatureFact {
        role,
        intermediate,
        rule,
        kind: one.kind,
        signer: signer(&one.signer),
        subject_path: path(&one.path),
        times,
        checks,
        origin: one.origin,
    }
}

fn attestation(one: &Attestation, (role, intermediate, rule): CountsFor) -> AttestationFact {
    let kind = &one.statement.predicate_type;
    let (times, checks) = witnessed(&one.signer, &["subject", "predicate-type"]);
    AttestationFact {
        role,
        intermediate,
        rule,
        predicate_type: kind.to_string(),
        kind: crate::policy::AttestationType::of(kind).map(|kind| kind.name().to_owned()),
        signer: signer(&one.signer),
        subject_path: path(&one.path),
        times,
        checks,
        origin: one.origin,
        facts: one.statement.predicate.as_ref().map(Predicate::facts).unwrap_or_default(),
    }
}

fn unverified(judged: &Judged) -> Vec<UnverifiedFact> {
    let of_image = judged.vouchers.unverified.iter();
    let of_bases = judged.bases.others.iter().flat_map(|vouchers| &vouchers.unverified);
    let mut facts: Vec<UnverifiedFact> = Vec::new();
    let mut add = |fact: UnverifiedFact| {
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    };
    of_image.chain(of_bases).map(fact).for_each(&mut add);
    // The causes of base failures, beside the one that is the base's code.
    if judged.bases.base.is_none() {
        for failed in &judged.bases.failures {
            add(UnverifiedFact {
                what: UnverifiedKind::Signature,
                code: failed.error.code(),
                origin: None,
                reason: failed.error.message(),
            });
        }
    }
    facts
}

fn fact(one: &Unverified) -> UnverifiedFact {
    UnverifiedFact {
        what: match one.what {
            What::Signature => UnverifiedKind::Signature,
            What::Attestation => UnverifiedKind::Attestation,
        },
        code: one.error.code(),
        origin: Some(one.origin),
        reason: one.error.message(),
    }
}
