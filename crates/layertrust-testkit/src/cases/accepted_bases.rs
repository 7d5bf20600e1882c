//! Honest images, one for each way in which the base is found and proved.

use crate::case::{Case, PlatformFacts};
use crate::image::Image;
use crate::layer::{Compression, Layer};
use crate::policy::Policy;
use crate::store::Layout;
use crate::vendor::{self, TAG, VendorImage, attach, vendor_spec};

use super::scene;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        derived_recompressed(),
        derived_plain_layer(),
        derived_two_gzip_members(),
        catalog_untouched(),
        base_by_image_signature_only(),
        base_platform_manifest_only(),
        no_base_org_only(),
        customization_accepted(),
        longest_base_wins(),
        unsigned_longer_base_does_not_mask(),
        chain_id_label_changed(),
        config_only_signed(),
    ]
}

fn derived_recompressed() -> Case {
    let case = Case::accepted(
        "derived-recompressed",
        "buildah recompressed the base's layers from zstd to gzip: other blobs, equal diff IDs",
        "OCI image-spec v1.1 config.md: Layer DiffID is the digest of the uncompressed tar",
    );
    let base = scene::base();
    let app = recompressed_app(&base.images[0]);
    scene::signed_image(case, &app).facts(PlatformFacts::derived(&app, &base.images[0]))
}

/// The application with every layer of the base recompressed as gzip.
pub(super) fn recompressed_app(base: &Image) -> Image {
    let mut spec = scene::app_spec(base);
    for layer in &mut spec.layers {
        *layer = layer.recompressed(Compression::Gzip);
    }
    spec.build()
}

fn derived_plain_layer() -> Case {
    let case = Case::accepted(
        "derived-plain-layer",
        "the organization's layer is an uncompressed tar: blob digest and diff ID are the same",
        "OCI image-spec v1.1 layer.md: application/vnd.oci.image.layer.v1.tar",
    );
    let base = scene::base();
    let mut spec = scene::app_spec(&base.images[0]);
    let last = spec.layers.len() - 1;
    spec.layers[last] = scene::app_layer().recompressed(Compression::Plain);
    let app = spec.build();
    scene::signed_image(case, &app).layers("all").facts(PlatformFacts::derived(&app, &base.images[0]))
}

fn derived_two_gzip_members() -> Case {
    let case = Case::accepted(
        "derived-two-gzip-members",
        "the organization's layer is two gzip members, cut inside the tar; the diff ID covers both",
        "RFC 1952 section 2.2: a gzip file consists of a series of members",
    );
    let base = scene::base();
    let mut spec = scene::app_spec(&base.images[0]);
    let last = spec.layers.len() - 1;
    spec.layers[last] = Layer::two_members(&[("app/main.py", "print('orders')\n")]);
    let app = spec.build();
    scene::signed_image(case, &app).layers("all").facts(PlatformFacts::derived(&app, &base.images[0]))
}

fn catalog_untouched() -> Case {
    let case = Case::accepted(
        "catalog-untouched",
        "a catalog image as the vendor made it, for both platforms; the policy forbids layers of the organization",
        "docs/DESIGN.md: owners (a vendor-signed, allowed image needs no signer of the organization)",
    );
    let base = scene::base_two();
    let mut layout = base.evidence(&scene::vendor());
    base.put_layers(&mut layout);
    let policy = Policy::vendor_only().with("[image]", r#"platforms = ["linux/amd64", "linux/arm64"]"#);
    case.image(layout, &base.descriptor().digest)
        .policy(policy)
        .facts(PlatformFacts::untouched(&base.images[0]))
        .facts(PlatformFacts::untouched(&base.images[1]))
}

fn base_by_image_signature_only() -> Case {
    let case = Case::accepted(
        "base-by-image-signature-only",
        "the vendor signed the base's index and attested nothing: an image signature vouches",
        "docs/DESIGN.md: vendor-signed is an image signature or verified provenance",
    );
    let base = scene::base();
    let mut evidence = base.documents();
    base.sign_index(&scene::vendor(), &mut evidence);
    on_base(case, &base.images[0]).evidence(evidence)
}

fn base_platform_manifest_only() -> Case {
    let case = Case::accepted(
        "base-platform-manifest-only",
        "the evidence holds the base's platform manifest with its provenance, and no index",
        "OCI image-spec v1.1 image-index.md: an index is optional above a manifest",
    );
    let base = scene::base();
    let mut evidence = Layout::new();
    let manifest = base.images[0].put_documents(&mut evidence);
    evidence.tag(&manifest, TAG);
    attach(&mut evidence, &base.provenance(&scene::vendor(), 0));
    on_base(case, &base.images[0]).evidence(evidence)
}

fn no_base_org_only() -> Case {
    let case = Case::accepted(
        "no-base-org-only",
        "an image from scratch, signed by the organization; the policy requires no base",
        "docs/DESIGN.md: without a proved base all layers are the organization's if it signed the image",
    );
    let app = scene::plain_spec().build();
    scene::signed_plain(case, &app).facts(PlatformFacts::org_only(&app))
}

fn customization_accepted() -> Case {
    let case = Case::accepted(
        "customization-accepted",
        "the vendor built the image for this organization (acme/dhi-python) and the policy admits that",
        "docs/DESIGN.md: class of a vendor image, accept-customizations",
    );
    let image = VendorImage::new("acme/dhi-python", &["linux/amd64"]);
    let mut layout = image.evidence(&scene::vendor());
    image.put_layers(&mut layout);
    let policy = Policy::vendor_only().with("[base]", r#"accept-customizations = ["acme"]"#);
    let facts = PlatformFacts {
        class: Some("customization"),
        config_owner: None,
        ..PlatformFacts::untouched(&image.images[0])
    };
    case.image(layout, &image.descriptor().digest).policy(policy).facts(facts)
}

fn longest_base_wins() -> Case {
    let case = Case::accepted(
        "longest-base-wins",
        "two vendor-signed bases are prefixes of the image: the longer one is its base",
        "docs/DESIGN.md: candidates are filtered, then the longest wins",
    );
    let (short, long) = (scene::base(), longer_base());
    let mut evidence = short.evidence(&scene::vendor());
    evidence.merge(&long.evidence(&scene::vendor()));
    on_base(case, &long.images[0]).evidence(evidence)
}

fn unsigned_longer_base_does_not_mask() -> Case {
    let case = Case::accepted(
        "unsigned-longer-base-does-not-mask",
        "a longer base is at hand but nobody signed it: the shorter, signed one is the base",
        "docs/DESIGN.md: candidates are filtered by proof, signature and policy, then the longest wins",
    );
    let (short, long) = (scene::base(), longer_base());
    let mut evidence = long.documents();
    evidence.merge(&short.evidence(&scene::vendor()));
    let app = scene::app(&long.images[0]);
    case.image(scene::signed(&app), &app.digest())
        .evidence(evidence)
        .facts(PlatformFacts::derived(&app, &short.images[0]))
}

fn chain_id_label_changed() -> Case {
    let case = Case::accepted(
        "chain-id-label-changed",
        "the image's label com.docker.dhi.chain-id is not the base's chain ID: labels are hints, the layers prove the base",
        "docs/DESIGN.md: labels, annotations and history are never a grade",
    );
    let wrong = format!("sha256:{}", "0".repeat(64));
    let base = scene::base();
    let app = scene::app_spec(&base.images[0]).labelled("com.docker.dhi.chain-id", &wrong).build();
    scene::signed_image(case, &app)
        .facts(PlatformFacts::derived(&app, &base.images[0]))
        .warns(&["label-mismatch"])
}

fn config_only_signed() -> Case {
    let case = Case::accepted(
        "config-only-signed",
        "no layer was added, only the command; the organization signed the image, so the config is its own",
        "docs/DESIGN.md: the config has an owner too",
    );
    let base = scene::base();
    let mut spec = crate::image::derived_from(&base.images[0].spec);
    spec.cmd = vec!["-m".to_owned(), "http.server".to_owned()];
    let app = spec.build();
    scene::signed_image(case, &app).facts(PlatformFacts::derived(&app, &base.images[0]))
}

/// A vendor image that has the layers of [`scene::base`] and one more.
pub(super) fn longer_base() -> VendorImage {
    let layer = Layer::of(Compression::Zstd, &[("usr/bin/pip3", "pip 25\n")]);
    let mut spec = vendor_spec("dhi/python", "linux/amd64").vendor_layer(layer, "add development tools");
    spec.labels = vendor::labels("dhi/python", &spec.diff_ids());
    VendorImage { tag: "3.13-debian13-dev", ..VendorImage::of("dhi/python", vec![spec.build()]) }
}

fn on_base(case: Case, base: &Image) -> Case {
    let app = scene::app(base);
    case.image(scene::signed(&app), &app.digest()).facts(PlatformFacts::derived(&app, base))
}
