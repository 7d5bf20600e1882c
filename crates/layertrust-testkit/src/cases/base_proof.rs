//! Bases that are not at hand or not in the image, and layers or configs that nobody owns.

use crate::case::Case;
use crate::image::{ImageSpec, Platform, Writer, derived_from};
use crate::layer::{Compression, Layer, tar_of};
use crate::object;
use crate::policy::Policy;
use crate::store::{INDEX, Layout};
use crate::vendor::{TAG, VendorImage, labels, vendor_spec};

use super::accepted_bases::recompressed_app;
use super::scene;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        base_evidence_absent(),
        base_index_at_hand_child_not(),
        base_other_platform(),
        base_not_prefix(),
        base_forged_annotation(),
        base_builder_stage_only(),
        base_missing_squashed(),
        base_only_empty_layers(),
        base_same_blob_required(),
        base_recompressed_not_opened(),
        org_layers_forbidden(),
        config_changed_unsigned(),
        layers_forbidden_config_changed(),
        layers_forbidden_unsigned_catalog(),
    ]
}

fn base_evidence_absent() -> Case {
    let case = Case::rejected(
        "base-evidence-absent",
        "the image is signed, but nothing about any base was given",
        "docs/DESIGN.md: the base's manifest and config must be at hand",
        &["base-unavailable", "base-missing"],
    );
    Case { evidence: None, ..scene::honest(case) }
}

fn base_index_at_hand_child_not() -> Case {
    let case = Case::rejected(
        "base-index-at-hand-child-not",
        "the evidence holds the base's signed index, but not the platform manifest that it lists",
        "docs/DESIGN.md: the base's platform manifest and config must be at hand and checked",
        &["base-unavailable"],
    );
    let base = scene::base();
    let mut evidence = Layout::new();
    let index = evidence.put(INDEX, base.index.clone());
    evidence.tag(&index, TAG);
    base.sign_index(&scene::vendor(), &mut evidence);
    scene::honest(case).evidence(evidence)
}

fn base_other_platform() -> Case {
    let case = Case::rejected(
        "base-other-platform",
        "the only base with these layers is the vendor's image for linux/arm64, the image is linux/amd64",
        "docs/DESIGN.md: a base has the image's OS, architecture and variant",
        &["base-not-proved", "base-missing"],
    );
    let mut spec = vendor_spec("dhi/python", "linux/amd64");
    spec.platform = Platform::of("linux/arm64");
    let other = VendorImage::of("dhi/python", vec![spec.build()]);
    scene::honest(case).evidence(other.evidence(&scene::vendor()))
}

fn base_not_prefix() -> Case {
    let case = Case::rejected(
        "base-not-prefix",
        "the base's layers are all in the image, but the organization's layer lies below them",
        "docs/DESIGN.md: the base's complete diff IDs equal the image's first N",
        &["base-not-proved", "base-missing"],
    );
    scene::signed_app(case, |mut spec| {
        spec.layers.rotate_right(1);
        spec.history.rotate_right(1);
        spec
    })
}

fn base_forged_annotation() -> Case {
    let case = Case::rejected(
        "base-forged-annotation",
        "annotations and labels name the vendor's base, but none of its layers is in the image",
        "OCI image-spec v1.1 annotations.md: org.opencontainers.image.base.digest is a claim",
        &["base-not-proved", "base-missing"],
    );
    let base = scene::base();
    let mut spec = from_scratch();
    spec.labels = base.images[0].spec.labels.clone();
    let image = spec.build().edit_manifest(|manifest| {
        manifest.add(
            "annotations",
            object! {
                "org.opencontainers.image.base.digest": base.descriptor().digest,
                "org.opencontainers.image.base.name": format!("dhi.io/python:{TAG}"),
            },
        );
    });
    scene::signed_image(case, &image)
}

fn base_builder_stage_only() -> Case {
    let case = Case::rejected(
        "base-builder-stage-only",
        "the signed provenance lists the vendor's index, but it was a build stage: none of its layers is in the image",
        "SLSA provenance v1: resolvedDependencies lists what was used, not what the result stands on",
        &["base-not-proved", "base-missing"],
    );
    let image = from_scratch().build();
    let mut case = scene::signed_image(case, &image);
    scene::attest_provenance(&mut case.image, &scene::org(), &image.descriptor(), &scene::base());
    case
}

fn base_missing_squashed() -> Case {
    let case = Case::rejected(
        "base-missing-squashed",
        "base and application were squashed into one layer: the files are there, the vendor's layers are not",
        "OCI image-spec v1.1 config.md: rootfs.diff_ids",
        &["base-missing", "base-not-proved"],
    );
    let squashed = tar_of(&[
        ("etc/os-release", "ID=debian\n"),
        ("usr/bin/python3.13", "#!python 3.13.9 linux/amd64\n"),
        ("app/main.py", "print('orders')\n"),
    ]);
    scene::signed_app(case, |spec| ImageSpec {
        layers: vec![Layer::from_tar(Compression::Gzip, squashed)],
        history: vec![object! { "created": "0001-01-01T00:00:00Z" }],
        ..spec
    })
}

fn base_only_empty_layers() -> Case {
    let case = Case::rejected(
        "base-only-empty-layers",
        "the vendor-signed base has one layer, an empty tar, which any image may begin with",
        "docs/DESIGN.md: at least one of the base's diff IDs is not a known empty tar's",
        &["base-not-proved", "base-missing"],
    );
    let mut spec = ImageSpec::new(Writer::Vendor, Platform::of("linux/amd64"))
        .vendor_layer(Layer::of(Compression::Gzip, &[]), "add root layout");
    spec.labels = labels("dhi/static", &spec.diff_ids());
    let base = VendorImage::of("dhi/static", vec![spec.build()]);
    let app = scene::app(&base.images[0]);
    case.image(scene::signed(&app), &app.digest()).evidence(base.evidence(&scene::vendor()))
}

fn base_same_blob_required() -> Case {
    let case = Case::rejected(
        "base-same-blob-required",
        "the base's layers were recompressed, the policy wants the vendor's own blobs",
        "docs/POLICY.md: [base] min-proof = \"same-blob\"",
        &["base-not-proved"],
    );
    let app = recompressed_app(&scene::base().images[0]);
    scene::signed_image(case, &app).policy(Policy::derived().with("[base]", r#"min-proof = "same-blob""#))
}

fn base_recompressed_not_opened() -> Case {
    let case = Case::rejected(
        "base-recompressed-not-opened",
        "the base's layers were recompressed and the caller lets no layer be opened: the config's word is no proof",
        "docs/DESIGN.md: `claimed` never makes a base",
        &["base-not-proved", "rule-not-evaluated"],
    );
    scene::signed_image(case, &recompressed_app(&scene::base().images[0])).layers("none")
}

fn org_layers_forbidden() -> Case {
    let case = Case::rejected(
        "org-layers-forbidden",
        "the policy admits untouched images only, this one has a layer of the organization",
        "docs/POLICY.md: [org] layers = \"forbidden\"",
        &["layer-unattributed"],
    );
    scene::honest(case).policy(Policy::vendor_only())
}

fn config_changed_unsigned() -> Case {
    let case = Case::rejected(
        "config-changed-unsigned",
        "every layer is the vendor's, the entrypoint is not, and nobody signed the image",
        "docs/DESIGN.md: the config has an owner too",
        &["config-unattributed", "signature-missing"],
    );
    let image = other_entrypoint().build();
    case.image(scene::unsigned(&image), &image.digest()).evidence(scene::base().evidence(&scene::vendor()))
}

fn layers_forbidden_config_changed() -> Case {
    let case = Case::rejected(
        "layers-forbidden-config-changed",
        "the policy admits untouched images only; every layer is the vendor's, but the entrypoint is not",
        "docs/POLICY.md: [org] layers = \"forbidden\"; docs/DESIGN.md: the config has an owner too",
        &["config-unattributed", "layer-unattributed", "signature-missing"],
    );
    let image = other_entrypoint().build();
    case.image(scene::unsigned(&image), &image.digest())
        .evidence(scene::base().evidence(&scene::vendor()))
        .policy(Policy::vendor_only())
}

fn layers_forbidden_unsigned_catalog() -> Case {
    let case = Case::rejected(
        "layers-forbidden-unsigned-catalog",
        "an image that looks like the vendor's, without any signature",
        "docs/DESIGN.md: vendor-signed",
        &["base-unsigned", "base-missing", "layer-unattributed", "signature-missing"],
    );
    let base = scene::base();
    let mut layout = base.documents();
    base.put_layers(&mut layout);
    case.image(layout, &base.descriptor().digest).policy(Policy::vendor_only())
}

fn from_scratch() -> ImageSpec {
    let mut spec = ImageSpec::new(Writer::Crane, Platform::of("linux/amd64")).appended(scene::app_layer());
    spec.cmd = vec!["/app/main".to_owned()];
    spec
}

/// The base's layers with another entrypoint.
fn other_entrypoint() -> ImageSpec {
    let mut spec = derived_from(&scene::base().images[0].spec);
    spec.entrypoint = vec!["/bin/sh".to_owned(), "-c".to_owned(), "id".to_owned()];
    spec
}
