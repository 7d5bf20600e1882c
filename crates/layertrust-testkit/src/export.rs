//! Where each tool leaves an image and its evidence when it writes an OCI layout.

use crate::cosign::SIGNED_AT;
use crate::image::index_json;
use crate::object;
use crate::store::{Descriptor, INDEX, Layout, REF_NAME, hex_of};

/// `oras cp -r`: the image with its name, then every document reached as an entry of its own; referrers with
/// artifact type and annotations, without subject.
pub fn oras(layout: &mut Layout, name: &str, image: &Descriptor, reached: &[Descriptor]) {
    layout.tag(&image.bare(), name);
    for document in reached {
        layout.entry(&Descriptor { platform: None, ..document.clone() });
    }
}

/// `regctl image copy --referrers`: the referrers of a digest in an index under the fallback tag
/// `sha256-<hex>`, which a registry without the referrers API holds too.
pub fn fallback_index(layout: &mut Layout, digest: &str, referrers: &[Descriptor]) {
    let index = layout.put(INDEX, index_json(referrers, &[]).bytes());
    layout.entry(&dated(&index, &format!("sha256-{}", hex_of(digest))));
}

/// `regctl image copy --digest-tags`: a legacy manifest under its tag, `suffix` is `sig` or `att`.
pub fn digest_tag(layout: &mut Layout, digest: &str, suffix: &str, manifest: &Descriptor) {
    layout.entry(&dated(manifest, &format!("sha256-{}.{suffix}", hex_of(digest))));
}

/// The image itself as regctl lists it.
pub fn regctl_image(layout: &mut Layout, name: &str, image: &Descriptor) {
    layout.entry(&dated(image, name));
}

/// `cosign save`: entries are told apart by a `kind` annotation, no names. Bundles are in the blobs, but no
/// entry names them: `attached` holds legacy manifests with the kind `sigs` or `atts` only.
pub fn cosign_save(layout: &mut Layout, image: &Descriptor, attached: &[(&str, Descriptor)]) {
    layout.indent = 3;
    let image_kind = if image.media_type == INDEX { "imageIndex" } else { "image" };
    for (kind, descriptor) in [(image_kind, image.clone())].iter().chain(attached) {
        let mut entry = descriptor.bare().go_json();
        entry.add("annotations", object! { "kind": format!("dev.cosignproject.cosign/{kind}") });
        entry.add("artifactType", "application/vnd.oci.image.config.v1+json");
        layout.entries.push(entry);
    }
}

fn dated(descriptor: &Descriptor, name: &str) -> Descriptor {
    descriptor.bare().annotated("org.opencontainers.image.created", SIGNED_AT).annotated(REF_NAME, name)
}
