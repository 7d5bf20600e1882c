//! From what was verified to the report. Nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::digest::Digest;
use crate::evidence::{Unverified, What};
use crate::image::{Resolved, Target};
use crate::layers::{Base, Bases, Class, Contents, Passwd, config_changes, runs_as, vendor_labels};
use crate::policy::{Evaluation, Policy};
use crate::report::{
    All, AttestationFact, ConfigFact, Finding, ImageFact, ImageKind, Input, InputRole, LayerFact, Now,
    Options, OwnerKind, PlatformReport, PolicyFact, Proof, Report, Role, Scope, SegmentFact, SignatureFact,
    SignedAt, SignerFact, SignerKind, Tool, UnverifiedFact, UnverifiedKind, VendorClass,
};
use crate::statement::binding::{Attestation, ImageSignature, Vouchers};
use crate::statement::predicate::Predicate;
use crate::verifier::Request;
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
    let mut evidence = |vouchers: &Vouchers, role: Role| {
        for (at, signature) in vouchers.signatures.iter().enumerate() {
            if used.signature(role, at).is_some() {
                inputs.extend(signature.inputs.iter().copied());
            }
        }
        for (at, attestation) in vouchers.attestations.iter().enumerate() {
            if used.attestation(role, at).is_some() {
                inputs.extend(attestation.inputs.iter().copied());
            }
        }
    };
    evidence(&judged.vouchers, Role::Org);
    if let Some(base) = &judged.bases.base {
        evidence(&base.vouchers, Role::Base);
        inputs.extend(base.index.map(|index| (index, InputRole::Index)));
        if !base.is_the_image_itself() {
            inputs.insert((base.image.digest, InputRole::BaseManifest));
            inputs.insert((base.image.manifest.config.digest, InputRole::BaseConfig));
        }
    }
}

fn platform(judged: &Judged, policy: &Policy) -> PlatformReport {
    let image = &judged.target.image;
    let base = judged.bases.base.as_ref();
    let used = &judged.evaluation.used;
    let own_roles = match base {
        Some(base) if base.is_the_image_itself() => Role::Base,
        _ => Role::Org,
    };
    let mut signatures: Vec<SignatureFact> = Vec::new();
    let mut attestations: Vec<AttestationFact> = Vec::new();
    let mut add = |vouchers: &Vouchers, role: Role| {
        // On an image that is the vendor's own, the organization's rules may have used evidence as well.
        let or_org = |of_role: Option<&'_ String>, of_org: Option<&'_ String>| match (of_role, of_org) {
            (None, Some(rule)) if role == own_roles => (Role::Org, Some(rule.clone())),
            (rule, _) => (role, rule.cloned()),
        };
        for (at, one) in vouchers.signatures.iter().enumerate() {
            let (role, rule) = or_org(used.signature(role, at), used.signature(Role::Org, at));
            signatures.push(signature(one, role, rule));
        }
        for (at, one) in vouchers.attestations.iter().enumerate() {
            let (role, rule) = or_org(used.attestation(role, at), used.attestation(Role::Org, at));
            attestations.push(attestation(one, role, rule));
        }
    };
    if let Some(base) = base.filter(|base| !base.is_the_image_itself()) {
        add(&base.vouchers, Role::Base);
    }
    add(&judged.vouchers, own_roles);
    PlatformReport {
        platform: image.platform().to_string(),
        digest: image.digest.to_string(),
        verdict: None,
        signed_at: signed_at(judged),
        segments: segments(judged, policy),
        layers: layers(judged),
        config: ConfigFact {
            owner: judged.evaluation.config.unwrap_or(OwnerKind::Unattributed),
            runs_as: runs_as(
                &image.config,
                judged.contents.as_ref().map_or(Passwd::NotOpened, Contents::passwd),
            ),
            changes: base.map(|base| config_changes(&base.image.config, &image.config)).unwrap_or_default(),
            vendor_labels: vendor_labels(base.map(|base| &*base.image.config), &image.config),
        },
        base_candidates: judged.bases.candidates.clone(),
        signatures,
        attestations,
        unverified: unverified(judged),
        changes: judged.contents.as_ref().map(|contents| contents.changes.clone()),
        added: judged.contents.as_ref().map(|contents| contents.added.clone()),
        packages: judged.contents.as_ref().map(|contents| contents.packages.clone()),
    }
}

fn signed_at(judged: &Judged) -> Option<SignedAt> {
    let used = &judged.evaluation.used;
    let counted = judged.vouchers.signatures.iter().enumerate();
    let counted = counted.filter(|(at, _)| used.signature(Role::Org, *at).is_some());
    let lengths: Vec<usize> = counted.map(|(_, signature)| signature.path.len()).collect();
    match lengths.iter().min() {
        Some(1) => Some(SignedAt::Platform),
        Some(_) => Some(SignedAt::Index),
        None => None,
    }
}

/// Segments partition the layers, bottom up; none is empty.
fn segments(judged: &Judged, policy: &Policy) -> Vec<SegmentFact> {
    let image = &judged.target.image;
    let all = image.layers.len();
    let mut segments = Vec::new();
    let mut from = 0;
    if let Some(base) = &judged.bases.base {
        from = base.len();
        segments.push(base_segment(base, policy));
    }
    if from < all {
        let owner = judged.evaluation.upper.unwrap_or(OwnerKind::Unattributed);
        let signed = owner == OwnerKind::Org;
        segments.push(SegmentFact {
            owner,
            name: None,
            layers: [from, all],
            image: image.digest.to_string(),
            index: judged.target.path.first().filter(|root| **root != image.digest).map(ToString::to_string),
            chain_id: image.chain_id(all).map(|id| id.to_string()),
            proof: if signed { Proof::SameBlob } else { Proof::None },
            class: None,
            repository: None,
            further_repositories: Vec::new(),
            signers: if signed { org_signers(judged, policy) } else { Vec::new() },
            signed_at: None,
        });
    }
    segments
}

fn base_segment(base: &Base, policy: &Policy) -> SegmentFact {
    let mut further_repositories = Vec::new();
    let (class, repository, name) = match &base.class {
        Class::Catalog(names) => {
            further_repositories.extend(names.iter().skip(1).cloned());
            (VendorClass::Catalog, names.first().cloned(), None)
        }
        Class::Customization { org, repository } => {
            (VendorClass::Customization, Some(repository.clone()), Some(org.clone()))
        }
        Class::Other(names) => (VendorClass::Other, names.first().cloned(), None),
    };
    SegmentFact {
        owner: base.owner(),
        name,
        layers: [0, base.len()],
        image: base.image.digest.to_string(),
        index: base.index.map(|index| index.to_string()),
        chain_id: base.image.chain_id(base.len()).map(|id| id.to_string()),
        proof: base.comparison.grade,
        class: Some(class),
        repository,
        further_repositories,
        signers: base.signers.iter().map(|one| signer_as(one, &policy.base.signers)).collect(),
        signed_at: None,
    }
}

fn org_signers(judged: &Judged, policy: &Policy) -> Vec<SignerFact> {
    let allowed = policy.org.all_signers();
    let used = &judged.evaluation.used;
    let signatures = judged.vouchers.signatures.iter().enumerate();
    let signatures =
        signatures.filter(|(at, _)| used.signature(Role::Org, *at).is_some()).map(|(_, one)| &one.signer);
    let provenance = judged.vouchers.attestations.iter().enumerate();
    let provenance = provenance
        .filter(|(at, _)| used.attestation(Role::Org, *at).is_some_and(|rule| rule == "org.signers"))
        .map(|(_, one)| &one.signer);
    let mut facts: Vec<SignerFact> = Vec::new();
    for one in signatures.chain(provenance) {
        let fact = signer_as(one, &allowed);
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    facts.sort_unstable();
    facts
}

fn layers(judged: &Judged) -> Vec<LayerFact> {
    let base = judged.bases.base.as_ref();
    let covered = base.map_or(0, Base::len);
    let upper = judged.evaluation.upper.unwrap_or(OwnerKind::Unattributed);
    let image = &judged.target.image;
    let fact = |(index, layer): (usize, &crate::image::Layer)| {
        let proved = base.and_then(|base| base.comparison.layers.get(index).copied());
        let (owner, proof) = match (base, proved) {
            (Some(base), Some(proof)) => (base.owner(), proof),
            _ if upper == OwnerKind::Org => (upper, Proof::SameBlob),
            _ => (upper, Proof::None),
        };
        LayerFact {
            index,
            diff_id: layer.diff_id.to_string(),
            digest: layer.blob.digest.to_string(),
            media_type: layer.blob.media_type.clone(),
            size: layer.blob.size,
            owner,
            segment: usize::from(covered > 0 && index >= covered),
            proof,
            diff_id_checked: judged
                .opened
                .get(index)
                .copied()
                .flatten()
                .or_else(|| (proved == Some(Proof::Recomputed)).then_some(true)),
            history_claim: image.config.history.get(index).cloned().flatten(),
        }
    };
    image.layers.iter().enumerate().map(fact).collect()
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
fn signer_as(one: &Signer, allowed: &[String]) -> SignerFact {
    let fact = signer(one);
    SignerFact { name: one.known_as(allowed).cloned().unwrap_or(fact.name), ..fact }
}

fn path(path: &[Digest]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
}

fn signature(one: &ImageSignature, role: Role, rule: Option<String>) -> SignatureFact {
    let (times, checks) = witnessed(&one.signer, &["subject"]);
    SignatureFact {
        role,
        rule,
        kind: one.kind,
        signer: signer(&one.signer),
        subject_path: path(&one.path),
        times,
        checks,
        origin: one.origin,
    }
}

fn attestation(one: &Attestation, role: Role, rule: Option<String>) -> AttestationFact {
    let kind = &one.statement.predicate_type;
    let (times, checks) = witnessed(&one.signer, &["subject", "predicate-type"]);
    AttestationFact {
        role,
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
