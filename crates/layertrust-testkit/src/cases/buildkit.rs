//! What BuildKit puts beside an image: plain statements in a child of the index.

use crate::case::Case;
use crate::export;
use crate::image::{Image, Platform, index_json};
use crate::json::Json;
use crate::object;
use crate::statement::{IN_TOTO, SLSA_V1, SPDX, STATEMENT_V1, spdx, subject, vendor_statement};
use crate::store::{CONFIG, Descriptor, EMPTY, INDEX, Layout, MANIFEST};

use super::scene;

/// How the attestation manifest is written.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// The default: an OCI artifact with a subject.
    Artifact,
    /// `oci-artifact=false`: an image config, no subject.
    ImageConfig,
}

/// The application in an index with BuildKit's attestations; the organization signed the index. The
/// documents are indented, as BuildKit writes them.
pub(super) fn signed_index(case: Case, form: Form) -> Case {
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    let mut layout = Layout::new();
    let image = app.put(&mut layout);
    let attestations = put_attestations(&mut layout, &app, form);
    let unknown =
        Descriptor { platform: Some(Platform::of("unknown/unknown").json()), ..attestations.clone() }
            .annotated("vnd.docker.reference.digest", &image.digest)
            .annotated("vnd.docker.reference.type", "attestation-manifest");
    let index = layout.put(INDEX, index_json(&[app.child(), unknown], &[]).pretty(2));
    export::oras(&mut layout, scene::ORG_TAG, &index, &[image, attestations]);
    scene::sign(&mut layout, &scene::org(), &index);
    case.image(layout, &index.digest).evidence(base.evidence(&scene::vendor()))
}

fn put_attestations(layout: &mut Layout, image: &Image, form: Form) -> Descriptor {
    let purl = "pkg:docker/registry.acme.test/orders/api@1.4.2?platform=linux%2Famd64";
    let subjects = || vec![subject(purl, &image.digest())];
    let documents =
        [(SPDX, spdx("orders-api", &image.digest())), (SLSA_V1, scene::provenance(&scene::base()))];
    let layers = documents.map(|(predicate_type, predicate)| {
        let statement = vendor_statement(STATEMENT_V1, subjects(), predicate_type, predicate);
        layout.put(IN_TOTO, statement.bytes()).annotated("in-toto.io/predicate-type", predicate_type)
    });
    let manifest = match form {
        Form::Artifact => artifact(layout, image, &layers),
        Form::ImageConfig => with_image_config(layout, &layers),
    };
    layout.put(MANIFEST, manifest.pretty(2))
}

fn artifact(layout: &mut Layout, image: &Image, layers: &[Descriptor]) -> Json {
    let mut config = layout.put(EMPTY, *b"{}").json();
    config.add("data", "e30=");
    object! {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": "application/vnd.docker.attestation.manifest.v1+json",
        "config": config,
        "layers": layers.iter().map(Descriptor::json).collect::<Vec<_>>(),
        "subject": image.descriptor().json(),
    }
}

fn with_image_config(layout: &mut Layout, layers: &[Descriptor]) -> Json {
    let diff_ids: Vec<&str> = layers.iter().map(|layer| layer.digest.as_str()).collect();
    let config = object! {
        "architecture": "unknown",
        "os": "unknown",
        "config": object! {},
        "rootfs": object! { "type": "layers", "diff_ids": diff_ids },
    };
    let config = layout.put(CONFIG, config.bytes());
    object! {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.json(),
        "layers": layers.iter().map(Descriptor::json).collect::<Vec<_>>(),
    }
}
