//! Honest images, one for each form and place in which tools leave the organization's evidence.

use crate::case::{Case, PlatformFacts};
use crate::cosign::{
    attestation_layer, bundle_referrer, envelope, legacy_manifest, oci11_referrer, payload, signature_layer,
    signed_bundle,
};
use crate::export;
use crate::image::{Image, index_json};
use crate::json::Json;
use crate::key::TestKey;
use crate::policy::Policy;
use crate::statement::{COSIGN_SIGN, SLSA_V1, attest_statement, sign_statement};
use crate::store::{Descriptor, INDEX, Layout};

use super::accepted_rules::{two_facts, two_platforms};
use super::scene::{self, REPOSITORY};

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        derived_bundle(),
        derived_legacy_tags(),
        derived_oci11_referrers(),
        derived_cosign_save_legacy_kinds(),
        derived_cosign_save_bundles(),
        multiarch_cosign_save_bundles(),
        derived_fallback_tag_index(),
        derived_ed25519(),
        derived_bundle_without_hint(),
    ]
}

fn derived_bundle() -> Case {
    let case = Case::accepted(
        "derived-bundle",
        "an application on a catalog image, signed with a Sigstore bundle referrer; oras copied both",
        "Sigstore bundle v0.3 (sigstore_bundle.proto), key-signed DSSE content; docs/DESIGN.md: image signature",
    );
    with_facts(scene::honest(case))
}

fn derived_legacy_tags() -> Case {
    let case = Case::accepted(
        "derived-legacy-tags",
        "signature and provenance under the tags sha256-<hex>.sig and .att, copied by regctl --digest-tags",
        "cosign specs/SIGNATURE_SPEC.md: tag-based discovery",
    );
    let policy = provenance_wanted();
    with_facts(stored(case, |layout, image| {
        let (sig, att) = legacy(layout, image);
        export::regctl_image(layout, scene::ORG_TAG, image);
        export::digest_tag(layout, &image.digest, "sig", &sig);
        export::digest_tag(layout, &image.digest, "att", &att);
    }))
    .policy(policy)
}

fn derived_oci11_referrers() -> Case {
    let case = Case::accepted(
        "derived-oci11-referrers",
        "a simple-signing signature manifest that refers to the image by `subject` (cosign's OCI 1.1 mode)",
        "OCI image-spec v1.1 manifest.md: subject; cosign specs/SIGNATURE_SPEC.md",
    );
    with_facts(stored(case, |layout, image| {
        let signature = signature_layer(&scene::org(), &payload(REPOSITORY, &image.digest));
        let referrer = oci11_referrer(layout, image, &[signature]);
        export::oras(layout, scene::ORG_TAG, image, &[referrer]);
    }))
}

fn derived_cosign_save_legacy_kinds() -> Case {
    let case = Case::accepted(
        "derived-cosign-save-legacy-kinds",
        "cosign save of legacy signatures: index.json tells image, sigs and atts apart by `kind` annotations",
        "cosign pkg/oci/layout: annotation kind dev.cosignproject.cosign/{image,sigs,atts}",
    );
    let policy = provenance_wanted();
    with_facts(stored(case, |layout, image| {
        let (sig, att) = legacy(layout, image);
        export::cosign_save(layout, image, &[("sigs", sig), ("atts", att)]);
    }))
    .policy(policy)
}

fn derived_cosign_save_bundles() -> Case {
    let case = Case::accepted(
        "derived-cosign-save-bundles",
        "cosign save of bundles: the referrer is among the blobs only, index.json names just the image",
        "OCI image-spec v1.1 manifest.md: subject (a referrer is found by its subject, not by a listing)",
    );
    with_facts(stored(case, |layout, image| {
        bundle(layout, image);
        export::cosign_save(layout, image, &[]);
    }))
}

fn multiarch_cosign_save_bundles() -> Case {
    let case = Case::accepted(
        "multiarch-cosign-save-bundles",
        "cosign save of a signed index: its referrer is among the blobs only, and cosign itself does not find it",
        "OCI image-spec v1.1 manifest.md: subject; cosign pkg/oci/layout: kind dev.cosignproject.cosign/imageIndex",
    );
    let (base, images) = two_platforms();
    let (layout, index) = saved_index(&images, &scene::org());
    two_facts(case.image(layout, &index.digest), &base, &images)
}

fn derived_fallback_tag_index() -> Case {
    let case = Case::accepted(
        "derived-fallback-tag-index",
        "the referrers stand in an index under the tag sha256-<hex>, as regctl and registries without the API keep them",
        "OCI distribution-spec v1.1: Referrers Tag Schema",
    );
    with_facts(stored(case, |layout, image| {
        let referrer = bundle(layout, image);
        export::fallback_index(layout, &image.digest, &[referrer]);
        export::regctl_image(layout, scene::ORG_TAG, image);
    }))
}

fn derived_ed25519() -> Case {
    let case = Case::accepted(
        "derived-ed25519",
        "the organization's signer has an Ed25519 key; the signature is pure Ed25519 over the DSSE encoding",
        "RFC 8032 section 5.1; DSSE protocol.md",
    );
    let policy = Policy::derived().without("[signers.org]").with_qa().with("[org]", r#"signers = ["qa"]"#);
    with_facts(scene::app_with(case, |layout, image| scene::sign(layout, &scene::qa(), image))).policy(policy)
}

fn derived_bundle_without_hint() -> Case {
    let case = Case::accepted(
        "derived-bundle-without-hint",
        "the bundle's publicKey has no hint: a hint only helps to choose among keys",
        "Sigstore bundle v0.3 (sigstore_common.proto): PublicKeyIdentifier.hint is optional and not authenticated",
    );
    with_facts(scene::app_with(case, |layout, image| {
        let envelope = envelope(&scene::org(), &sign_statement(&image.digest).bytes());
        scene::add_bundle(layout, image, COSIGN_SIGN, &crate::cosign::bundle(None, envelope));
    }))
}

fn provenance_wanted() -> Policy {
    Policy::derived().table("[[org.attestation]]", &[r#"type = "slsa-provenance""#])
}

/// `cosign save` of an index that this key signed with a bundle.
pub(super) fn saved_index(images: &[Image], key: &TestKey) -> (Layout, Descriptor) {
    let mut layout = Layout::new();
    let children: Vec<Descriptor> = images.iter().map(Image::child).collect();
    let index = layout.put(INDEX, index_json(&children, &[]).bytes());
    for image in images {
        image.put(&mut layout);
    }
    let bundle = signed_bundle(key, &sign_statement(&index.digest));
    bundle_referrer(&mut layout, &index, COSIGN_SIGN, &bundle.bytes());
    export::cosign_save(&mut layout, &index, &[]);
    (layout, index)
}

/// The image's blobs with evidence and entries of choice.
fn stored(case: Case, evidence: impl FnOnce(&mut Layout, &Descriptor)) -> Case {
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    let mut layout = Layout::new();
    let image = app.put(&mut layout);
    evidence(&mut layout, &image);
    case.image(layout, &image.digest).evidence(base.evidence(&scene::vendor()))
}

fn with_facts(case: Case) -> Case {
    let base = scene::base();
    let app: Image = scene::app(&base.images[0]);
    case.facts(PlatformFacts::derived(&app, &base.images[0]))
}

fn bundle(layout: &mut Layout, image: &Descriptor) -> Descriptor {
    let bundle: Json = signed_bundle(&scene::org(), &sign_statement(&image.digest));
    bundle_referrer(layout, image, COSIGN_SIGN, &bundle.bytes())
}

fn legacy(layout: &mut Layout, image: &Descriptor) -> (Descriptor, Descriptor) {
    let org = scene::org();
    let signature = signature_layer(&org, &payload(REPOSITORY, &image.digest));
    let provenance = scene::provenance(&scene::base());
    let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, provenance);
    let attestation = attestation_layer(&envelope(&org, &statement.bytes()), SLSA_V1);
    (legacy_manifest(layout, &[signature]), legacy_manifest(layout, &[attestation]))
}
