//! Layers that lie: corrupt, absent, or not what the config's diff IDs say.

use crate::case::Case;
use crate::image::ImageSpec;
use crate::layer::{Compression, Layer};

use super::scene;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        layer_corrupt(),
        layer_missing(),
        base_layer_missing(),
        diff_ids_lie(),
        org_diff_id_lies(),
        equal_blobs_other_diff_ids(),
        base_layer_trailing_data(),
        layer_media_type_lies(),
    ]
}

fn layer_corrupt() -> Case {
    let case = Case::rejected(
        "layer-corrupt",
        "one bit of the organization's layer blob is flipped; name and size are unchanged",
        "OCI image-spec v1.1 descriptor.md: verification of content against its digest",
        &["digest-mismatch"],
    );
    let mut case = scene::honest(case).layers("all");
    let blob = case.image.blobs.get_mut(&scene::app_layer().digest()).expect("the layer");
    let last = blob.len() - 9;
    blob[last] ^= 1;
    case
}

fn layer_missing() -> Case {
    let case = Case::rejected(
        "layer-missing",
        "the layout does not hold the organization's layer, and the caller wants every layer checked",
        "OCI image-spec v1.1 image-layout.md: blobs",
        &["blob-missing"],
    );
    let mut case = scene::honest(case).layers("all");
    case.image.blobs.remove(&scene::app_layer().digest());
    case
}

fn base_layer_missing() -> Case {
    let case = Case::rejected(
        "base-layer-missing",
        "the layout does not hold one of the base's layers, and the caller wants every layer checked",
        "OCI image-spec v1.1 image-layout.md: blobs",
        &["blob-missing"],
    );
    let mut case = scene::honest(case).layers("all");
    case.image.blobs.remove(&scene::base().images[0].spec.layers[1].digest());
    case
}

fn diff_ids_lie() -> Case {
    let case = Case::rejected(
        "diff-ids-lie",
        "the config lists the base's diff IDs, but one layer blob decompresses to other bytes",
        "OCI image-spec v1.1 config.md: Layer DiffID is the digest of the uncompressed tar",
        &["diff-id-mismatch"],
    );
    let evil = Layer::of(Compression::Zstd, &[("usr/bin/python3.13", "#!evil\n")]);
    scene::signed_app(case, |spec| with_layer(spec, 1, |layer| Layer::lying(layer, &evil)))
}

fn org_diff_id_lies() -> Case {
    let case = Case::rejected(
        "org-diff-id-lies",
        "the organization's layer does not decompress to its diff ID, and the caller wants every layer checked",
        "OCI image-spec v1.1 config.md: Layer DiffID is the digest of the uncompressed tar",
        &["diff-id-mismatch"],
    );
    let other = Layer::of(Compression::Gzip, &[("app/main.py", "print('other')\n")]);
    scene::signed_app(case, |spec| with_layer(spec, 2, |layer| Layer::lying(layer, &other))).layers("all")
}

fn equal_blobs_other_diff_ids() -> Case {
    let case = Case::rejected(
        "equal-blobs-other-diff-ids",
        "the manifest lists the base's own blobs, the config another diff ID for one: runtimes reuse layers by chain ID",
        "OCI image-spec v1.1 config.md: Layer ChainID",
        &["diff-id-mismatch"],
    );
    let evil = Layer::of(Compression::Zstd, &[("usr/bin/python3.13", "#!evil\n")]);
    scene::signed_app(case, |spec| with_layer(spec, 1, |layer| Layer::lying(&evil, layer)))
}

fn base_layer_trailing_data() -> Case {
    let case = Case::rejected(
        "base-layer-trailing-data",
        "a recompressed base layer has another tar's gzip bytes behind 16 zero bytes: some readers stop, some go on",
        "RFC 1952 section 2.2; docs/DESIGN.md: no second view (trailing data) that differs",
        &["layer-inconsistent", "diff-id-mismatch", "unsupported-format"],
    );
    let hidden = Layer::of(Compression::Gzip, &[("usr/bin/python3.13", "#!evil\n")]);
    let trailing = [vec![0; 16], hidden.blob].concat();
    scene::signed_app(case, |spec| {
        with_layer(spec, 1, |layer| layer.recompressed(Compression::Gzip).with_trailing(&trailing))
    })
    .layers("all")
}

fn layer_media_type_lies() -> Case {
    let case = Case::rejected(
        "layer-media-type-lies",
        "a base layer's blob is gzip, its media type says zstd: what is unpacked depends on who unpacks",
        "OCI image-spec v1.1 layer.md: media types",
        &["media-type-mismatch", "diff-id-mismatch", "unsupported-format", "malformed", "layer-inconsistent"],
    );
    scene::signed_app(case, |spec| {
        with_layer(spec, 1, |layer| Layer {
            media_type: layer.media_type.clone(),
            ..layer.recompressed(Compression::Gzip)
        })
    })
    .layers("all")
}

fn with_layer(mut spec: ImageSpec, position: usize, edit: impl FnOnce(&Layer) -> Layer) -> ImageSpec {
    let edited = edit(&spec.layers[position]);
    spec.layers[position] = edited;
    spec
}
