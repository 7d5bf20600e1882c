//! Indexes whose children are not what their descriptors say.

use crate::case::Case;
use crate::export;
use crate::image::{Image, Platform, index_json};
use crate::policy::Policy;
use crate::store::{Descriptor, INDEX, Layout, MANIFEST};

use super::accepted_rules::two_platforms;
use super::scene;

const BOTH: &str = r#"platforms = ["linux/amd64", "linux/arm64"]"#;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        child_media_type_mismatch(),
        platform_mismatch(),
        platform_ambiguous(),
        platform_missing(),
        platform_asked_for_missing(),
        empty_index(),
        index_child_missing(),
        disguised_child(),
        disguised_child_unknown_platform(),
        one_child_unsigned(),
    ]
}

fn child_media_type_mismatch() -> Case {
    let case = Case::rejected(
        "child-media-type-mismatch",
        "a child's descriptor in the signed index says image manifest; the document behind it is an index",
        "OCI image-spec v1.1 descriptor.md: mediaType; image-index.md: mediaType",
        &["media-type-mismatch", "malformed"],
    );
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    let mut layout = Layout::new();
    let manifest = app.put(&mut layout);
    let inner = layout.put(INDEX, index_json(&[app.child()], &[]).bytes());
    let disguised = Descriptor {
        media_type: MANIFEST.to_owned(),
        platform: Some(app.spec.platform.json()),
        ..inner.clone()
    };
    let outer = layout.put(INDEX, index_json(&[disguised], &[]).bytes());
    export::oras(&mut layout, scene::ORG_TAG, &outer, &[inner, manifest]);
    scene::sign(&mut layout, &scene::org(), &outer);
    case.image(layout, &outer.digest).evidence(base.evidence(&scene::vendor()))
}

fn platform_mismatch() -> Case {
    let case = Case::rejected(
        "platform-mismatch",
        "the signed index offers a linux/amd64 image (by its config) as linux/arm64",
        "OCI image-spec v1.1 image-index.md: platform; config.md: architecture",
        &["platform-mismatch"],
    );
    let app = scene::app(&scene::base().images[0]);
    let child = Descriptor { platform: Some(Platform::of("linux/arm64").json()), ..app.descriptor() };
    signed_index(case, &[&app], &[child])
}

fn platform_ambiguous() -> Case {
    let case = Case::rejected(
        "platform-ambiguous",
        "the signed index has a child for linux/arm64 and one for linux/arm64/v8: containerd takes them for the same",
        "OCI image-spec v1.1 image-index.md: platform variants (v8 is arm64's default)",
        &["platform-ambiguous"],
    );
    let base = scene::base_two();
    let plain = scene::app(&base.images[1]);
    let mut spec = scene::app_spec(&base.images[1]);
    spec.platform = Platform::of("linux/arm64/v8");
    spec.cmd = vec!["/app/other.py".to_owned()];
    let v8 = spec.build();
    signed_index(case, &[&plain, &v8], &[plain.child(), v8.child()]).evidence(base.evidence(&scene::vendor()))
}

fn platform_missing() -> Case {
    let case = Case::rejected(
        "platform-missing",
        "the policy wants linux/amd64 and linux/arm64, the signed index holds linux/amd64",
        "docs/POLICY.md: [image] platforms",
        &["platform-missing"],
    );
    let app = scene::app(&scene::base().images[0]);
    signed_index(case, &[&app], &[app.child()]).policy(Policy::derived().with("[image]", BOTH))
}

fn platform_asked_for_missing() -> Case {
    let case = Case::rejected(
        "platform-asked-for-missing",
        "the caller asks for linux/s390x, the signed index holds linux/amd64",
        "OCI image-spec v1.1 image-index.md: platform",
        &["platform-missing"],
    );
    let app = scene::app(&scene::base().images[0]);
    signed_index(case, &[&app], &[app.child()]).platform("linux/s390x")
}

fn empty_index() -> Case {
    let case = Case::rejected(
        "empty-index",
        "the signed index has no children: nothing was verified, so nothing can be accepted",
        "docs/DESIGN.md: empty sets never pass",
        &["platform-missing"],
    );
    signed_index(case, &[], &[])
}

fn index_child_missing() -> Case {
    let case = Case::rejected(
        "index-child-missing",
        "the signed index lists two platforms, the layout holds the manifest of one",
        "OCI image-spec v1.1 image-layout.md: blobs; docs/DESIGN.md: every child of an index is verified",
        &["blob-missing"],
    );
    let (base, images) = two_platforms();
    let children = [images[0].child(), images[1].child()];
    signed_index(case, &[&images[0]], &children).evidence(base.evidence(&scene::vendor()))
}

fn disguised_child() -> Case {
    let case = Case::rejected(
        "disguised-child",
        "the runnable linux/arm64 child is annotated as an attestation manifest; it and the index are unsigned",
        "docs/DESIGN.md: a child is skipped by its checked content, never by an annotation",
        &["signature-missing", "layer-unattributed", "config-unattributed"],
    );
    let (_, images) = two_platforms();
    disguised(case, &images, images[1].child())
}

fn disguised_child_unknown_platform() -> Case {
    let case = Case::rejected(
        "disguised-child-unknown-platform",
        "the same with platform unknown/unknown in the descriptor; the manifest behind it holds a runnable image",
        "docs/DESIGN.md: a child is skipped only if its platform is unknown and it holds only in-toto layers",
        &["platform-mismatch", "signature-missing", "layer-unattributed", "config-unattributed"],
    );
    let (_, images) = two_platforms();
    let unknown = Some(Platform::of("unknown/unknown").json());
    disguised(case, &images, Descriptor { platform: unknown, ..images[1].descriptor() })
}

/// The index holds the first image, signed, and this child with the annotations of an attestation manifest.
fn disguised(case: Case, images: &[Image], child: Descriptor) -> Case {
    let child = child
        .annotated("vnd.docker.reference.digest", &images[0].digest())
        .annotated("vnd.docker.reference.type", "attestation-manifest");
    let (mut layout, index) = scene::index_with(&[&images[0], &images[1]], &[images[0].child(), child]);
    scene::sign(&mut layout, &scene::org(), &images[0].descriptor());
    case.image(layout, &index.digest).evidence(scene::base_two().evidence(&scene::vendor()))
}

fn one_child_unsigned() -> Case {
    let case = Case::rejected(
        "one-child-unsigned",
        "of two platforms one manifest is signed, the other and the index are not",
        "docs/DESIGN.md: every child of an index is verified",
        &["signature-missing"],
    );
    let (base, images) = two_platforms();
    let (mut layout, index) = scene::index_of(&[&images[0], &images[1]]);
    scene::sign(&mut layout, &scene::org(), &images[0].descriptor());
    case.image(layout, &index.digest).evidence(base.evidence(&scene::vendor()))
}

/// An index with these children, signed by the organization.
fn signed_index(case: Case, images: &[&Image], children: &[Descriptor]) -> Case {
    let (mut layout, index) = scene::index_with(images, children);
    scene::sign(&mut layout, &scene::org(), &index);
    case.image(layout, &index.digest).evidence(scene::base().evidence(&scene::vendor()))
}
