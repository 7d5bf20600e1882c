//! Who owns which layers, bottom up.

use crate::image::Layer;
use crate::layers::{Base, Below, Class};
use crate::policy::{Part, Policy};
use crate::report::{LayerFact, OwnerKind, Proof, SegmentFact, SignedAt, SignerFact, VendorClass};
use crate::verifier::assemble::{Judged, signer_as};

/// Whether the organization's signature is on the manifest itself or on an index above it.
pub(super) fn signed_at(judged: &Judged) -> Option<SignedAt> {
    let used = &judged.evaluation.used;
    let counted = judged.vouchers.signatures.iter().enumerate();
    let counted = counted.filter(|(at, _)| used.signature(Part::Org, *at).is_some());
    let lengths: Vec<usize> = counted.map(|(_, signature)| signature.path.len()).collect();
    match lengths.iter().min() {
        Some(1) => Some(SignedAt::Platform),
        Some(_) => Some(SignedAt::Index),
        None => None,
    }
}

/// Segments partition the layers, bottom up; none is empty.
pub(super) fn segments(judged: &Judged, policy: &Policy) -> Vec<SegmentFact> {
    let image = &judged.target.image;
    let all = image.layers.len();
    let mut segments: Vec<SegmentFact> =
        judged.bases.base.iter().map(|base| base_segment(base, policy)).collect();
    let mut from = judged.bases.base.as_ref().map_or(0, Base::len);
    for one in &judged.bases.intermediates {
        let Some(rule) = policy.intermediates.get(one.rule) else { continue };
        // Two teams may sign one image: its layers go by the first one's name.
        if one.below.len() > from {
            let fact = SegmentFact {
                owner: OwnerKind::Intermediate,
                name: Some(rule.name.clone()),
                ..segment(&one.below, from, &rule.signers)
            };
            segments.push(fact);
            from = one.below.len();
        }
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
        class: Some(class),
        repository,
        further_repositories,
        ..segment(&base.below, 0, &policy.base.signers)
    }
}

/// What an image below brings beside its owner: its layers from `from` on.
fn segment(below: &Below, from: usize, signers: &[String]) -> SegmentFact {
    let own = below.comparison.layers.iter().skip(from).copied();
    SegmentFact {
        owner: OwnerKind::Unattributed,
        name: None,
        layers: [from, below.len()],
        image: below.image.digest.to_string(),
        index: below.index.map(|index| index.to_string()),
        chain_id: below.image.chain_id(below.len()).map(|id| id.to_string()),
        proof: own.min().unwrap_or(Proof::None),
        class: None,
        repository: None,
        further_repositories: Vec::new(),
        signers: below.signers.iter().map(|one| signer_as(one, signers)).collect(),
        signed_at: None,
    }
}

fn org_signers(judged: &Judged, policy: &Policy) -> Vec<SignerFact> {
    let allowed = policy.org.all_signers();
    let used = &judged.evaluation.used;
    let signatures = judged.vouchers.signatures.iter().enumerate();
    let signatures =
        signatures.filter(|(at, _)| used.signature(Part::Org, *at).is_some()).map(|(_, one)| &one.signer);
    let provenance = judged.vouchers.attestations.iter().enumerate();
    let provenance = provenance
        .filter(|(at, _)| used.attestation(Part::Org, *at).is_some_and(|rule| rule == "org.signers"))
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

/// Every layer, with the owner of its segment and its own proof.
pub(super) fn layers(judged: &Judged, segments: &[SegmentFact]) -> Vec<LayerFact> {
    let image = &judged.target.image;
    let base = judged.bases.base.iter().map(|base| &base.below);
    let below: Vec<&Below> = base.chain(judged.bases.intermediates.iter().map(|one| &one.below)).collect();
    let fact = |(index, layer): (usize, &Layer)| {
        let proved = below.iter().find_map(|one| one.comparison.layers.get(index).copied());
        let segment = segments.iter().position(|one| index < one.layers[1]).unwrap_or_default();
        let owner = segments.get(segment).map_or(OwnerKind::Unattributed, |one| one.owner);
        LayerFact {
            index,
            diff_id: layer.diff_id.to_string(),
            digest: layer.blob.digest.to_string(),
            media_type: layer.blob.media_type.clone(),
            size: layer.blob.size,
            owner,
            segment,
            proof: match proved {
                Some(proof) => proof,
                None if owner == OwnerKind::Org => Proof::SameBlob,
                None => Proof::None,
            },
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
