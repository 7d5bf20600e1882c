//! Manifests and configs that are not what they seem; the organization signed each as it is.

use crate::case::Case;
use crate::image::Image;
use crate::json::Json;
use crate::object;
use crate::policy::Policy;
use crate::store::Descriptor;

use super::scene;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        manifest_duplicate_key(),
        manifest_case_folded_key(),
        manifest_known_key_only_folded(),
        manifest_and_index_polyglot(),
        manifest_trailing_bytes(),
        manifest_negative_size(),
        manifest_float_size(),
        manifest_media_type_other(),
        non_utf8_manifest(),
        deeply_nested_json(),
        too_many_layers(),
        manifest_digest_mismatch(),
        config_duplicate_key(),
        config_case_folded_key(),
        config_diff_ids_count(),
        config_empty_os(),
        config_size_mismatch(),
        config_blob_missing(),
        config_trailing_bytes(),
    ]
}

fn manifest_duplicate_key() -> Case {
    let case = Case::rejected(
        "manifest-duplicate-key",
        "the signed manifest has the key `layers` twice with different values: readers take the first or the last",
        "RFC 8259 section 4: the names within an object SHOULD be unique",
        &["duplicate-key"],
    );
    manifest(case, |json| {
        let mut fewer = json.get("layers").clone();
        fewer.elements_mut().pop();
        json.add("layers", fewer);
    })
}

fn manifest_case_folded_key() -> Case {
    let case = Case::rejected(
        "manifest-case-folded-key",
        "the signed manifest has `layers` and `Layers`: Go reads keys without regard to case, the last one wins",
        "RFC 8259 section 4; docs/DESIGN.md: keys equal under Unicode simple case folding are duplicates",
        &["duplicate-key", "malformed"],
    );
    manifest(case, |json| {
        let mut fewer = json.get("layers").clone();
        fewer.elements_mut().pop();
        json.add("Layers", fewer);
    })
}

fn manifest_known_key_only_folded() -> Case {
    let case = Case::rejected(
        "manifest-known-key-only-folded",
        "the signed manifest has `Subject` and no `subject`: Go reads it, strict readers do not",
        "docs/DESIGN.md: a key that equals a known field only by folding is malformed",
        &["malformed"],
    );
    manifest(case, |json| {
        json.add("Subject", Descriptor::of(crate::store::MANIFEST, b"another image").go_json());
    })
}

fn manifest_and_index_polyglot() -> Case {
    let case = Case::rejected(
        "manifest-and-index-polyglot",
        "one signed document is an image manifest and an index at once; its mediaType says manifest",
        "CVE-2021-41190; OCI image-spec v1.1 manifest.md: mediaType",
        &["malformed", "media-type-mismatch"],
    );
    manifest(case, |json| {
        let child = Descriptor::of(crate::store::MANIFEST, b"another image").go_json();
        json.add("manifests", vec![child]);
    })
}

fn manifest_trailing_bytes() -> Case {
    let case = Case::rejected(
        "manifest-trailing-bytes",
        "a second JSON document follows the signed manifest in the same blob",
        "RFC 8259 section 2: a JSON text is one serialized value",
        &["malformed"],
    );
    bytes(case, |mut manifest| {
        manifest.extend_from_slice(b"{}");
        manifest
    })
}

fn manifest_negative_size() -> Case {
    let case = Case::rejected(
        "manifest-negative-size",
        "a layer's size in the signed manifest is -1",
        "OCI image-spec v1.1 descriptor.md: size, the number of bytes",
        &["malformed"],
    );
    manifest(case, |json| json.get_mut("layers").at_mut(0).set("size", -1))
}

fn manifest_float_size() -> Case {
    let case = Case::rejected(
        "manifest-float-size",
        "a layer's size in the signed manifest has a fraction",
        "OCI image-spec v1.1 descriptor.md: size is an int64",
        &["malformed"],
    );
    manifest(case, |json| {
        let layer = json.get_mut("layers").at_mut(0);
        let size = format!("{}.0", layer.get("size"));
        layer.set("size", Json::Raw(size));
    })
}

fn manifest_media_type_other() -> Case {
    let case = Case::rejected(
        "manifest-media-type-other",
        "the signed manifest calls itself an index; the descriptor in index.json says manifest",
        "OCI image-spec v1.1 manifest.md: mediaType must match the descriptor",
        &["media-type-mismatch", "malformed"],
    );
    manifest(case, |json| json.set("mediaType", crate::store::INDEX))
}

fn non_utf8_manifest() -> Case {
    let case = Case::rejected(
        "non-utf8-manifest",
        "an annotation of the signed manifest holds a byte that is no UTF-8",
        "RFC 8259 section 8.1: JSON text MUST be encoded using UTF-8",
        &["malformed"],
    );
    let image = plain().edit_manifest(|json| json.add("annotations", object! { "note": "bad:#" }));
    let bytes: Vec<u8> = image.manifest.iter().map(|byte| if *byte == b'#' { 0xff } else { *byte }).collect();
    scene::signed_plain(case, &image.with_manifest(bytes))
}

fn deeply_nested_json() -> Case {
    let case = Case::rejected(
        "deeply-nested-json",
        "an unknown field of the signed manifest nests 200 arrays",
        "RFC 8259 section 9: an implementation may set limits on the maximum depth of nesting",
        &["limit-exceeded", "malformed"],
    );
    manifest(case, |json| json.add("x", Json::Raw(format!("{}{}", "[".repeat(200), "]".repeat(200)))))
}

fn too_many_layers() -> Case {
    let case = Case::rejected(
        "too-many-layers",
        "the image has two layers, the policy's limit is one",
        "docs/POLICY.md: [limits] layers",
        &["limit-exceeded"],
    );
    scene::signed_plain(case, &plain()).policy(Policy::no_base().with("[limits]", "layers = 1"))
}

fn manifest_digest_mismatch() -> Case {
    let case = Case::rejected(
        "manifest-digest-mismatch",
        "the manifest's bytes do not hash to the digest under which they lie: two layers are swapped",
        "OCI image-spec v1.1 descriptor.md: verification of content against its digest",
        &["digest-mismatch"],
    );
    let mut case = scene::signed_plain(case, &plain());
    let swapped = plain().edit_manifest(|json| json.get_mut("layers").elements_mut().swap(0, 1));
    case.image.blobs.insert(case.digest.clone(), swapped.manifest);
    case
}

fn config_duplicate_key() -> Case {
    let case = Case::rejected(
        "config-duplicate-key",
        "the config has the key `User` twice, 65532 and 0",
        "RFC 8259 section 4: the names within an object SHOULD be unique",
        &["duplicate-key"],
    );
    config(case, |json| {
        json.get_mut("config").add("User", "65532");
        json.get_mut("config").add("User", "0");
    })
}

fn config_case_folded_key() -> Case {
    let case = Case::rejected(
        "config-case-folded-key",
        "the config has `User` and `u\u{17f}er` (long s): equal under Unicode folding, and Go takes the last",
        "RFC 8259 section 4; docs/DESIGN.md: keys equal under Unicode simple case folding are duplicates",
        &["duplicate-key", "malformed"],
    );
    config(case, |json| {
        json.get_mut("config").add("User", "65532");
        json.get_mut("config").add("u\u{17f}er", "0");
    })
}

fn config_diff_ids_count() -> Case {
    let case = Case::rejected(
        "config-diff-ids-count",
        "the config lists one diff ID less than the manifest lists layers",
        "OCI image-spec v1.1 config.md: rootfs.diff_ids, one for each layer in order",
        &["malformed", "diff-id-mismatch"],
    );
    config(case, |json| {
        json.get_mut("rootfs").get_mut("diff_ids").elements_mut().pop();
    })
}

fn config_empty_os() -> Case {
    let case = Case::rejected(
        "config-empty-os",
        "the config's os is empty, as `crane append --oci-empty-base` leaves it",
        "OCI image-spec v1.1 config.md: os is REQUIRED",
        &["malformed"],
    );
    config(case, |json| json.set("os", ""))
}

fn config_size_mismatch() -> Case {
    let case = Case::rejected(
        "config-size-mismatch",
        "the config's descriptor has the right digest and a size that is one too large",
        "OCI image-spec v1.1 descriptor.md: content of another size should not be trusted",
        &["digest-mismatch", "malformed"],
    );
    manifest(case, |json| {
        let config = json.get_mut("config");
        let size: i64 = config.get("size").to_string().parse().expect("a number");
        config.set("size", size + 1);
    })
}

fn config_blob_missing() -> Case {
    let case = Case::rejected(
        "config-blob-missing",
        "the layout does not hold the config",
        "OCI image-spec v1.1 image-layout.md: blobs",
        &["blob-missing"],
    );
    let image = plain();
    let mut case = scene::signed_plain(case, &image);
    case.image.blobs.remove(&crate::store::sha256(&image.config));
    case
}

fn config_trailing_bytes() -> Case {
    let case = Case::rejected(
        "config-trailing-bytes",
        "bytes follow the JSON document in the config",
        "RFC 8259 section 2: a JSON text is one serialized value",
        &["malformed"],
    );
    let spec = scene::plain_spec();
    let config = [spec.config_json().bytes(), b"\n{}".to_vec()].concat();
    scene::signed_plain(case, &spec.with_config(config))
}

fn plain() -> Image {
    scene::plain_spec().build()
}

/// The signed image after an edit of its manifest.
fn manifest(case: Case, edit: impl FnOnce(&mut Json)) -> Case {
    scene::signed_plain(case, &plain().edit_manifest(edit))
}

/// The signed image with a manifest of other bytes.
fn bytes(case: Case, edit: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Case {
    let image = plain();
    let bytes = edit(image.manifest.clone());
    scene::signed_plain(case, &image.with_manifest(bytes))
}

/// The signed image after an edit of its config.
fn config(case: Case, edit: impl FnOnce(&mut Json)) -> Case {
    let spec = scene::plain_spec();
    let mut config = spec.config_json();
    edit(&mut config);
    scene::signed_plain(case, &spec.with_config(config.bytes()))
}
