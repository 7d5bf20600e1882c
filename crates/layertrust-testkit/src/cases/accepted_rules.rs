//! Honest images under rules of the policy: several signers, names, several platforms, exceptions.

use crate::case::{Case, PlatformFacts};
use crate::cosign::{legacy_manifest, payload, signature_layer};
use crate::export;
use crate::image::Image;
use crate::policy::Policy;
use crate::statement::SLSA_V1;
use crate::store::{INDEX, Layout};
use crate::vendor::VendorImage;

use super::buildkit;
use super::scene::{self, REPOSITORY};

/// The pattern of the organization's repositories.
pub(super) const REFERENCES: &str = r#"references = ["registry.acme.test/orders/**"]"#;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        multiarch_index_signed(),
        multiarch_child_signed(),
        nested_index_signed(),
        two_signers_threshold(),
        require_all(),
        provenance_instead_of_signature(),
        provenance_and_sbom_wanted(),
        references_by_subject_name(),
        references_by_docker_reference(),
        references_by_as(),
        buildkit_attestation_child_skipped(),
        buildkit_attestation_child_old_form(),
        foreign_signature_beside_good(),
        exception_for_attestation_missing(),
    ]
}

fn multiarch_index_signed() -> Case {
    let case = Case::accepted(
        "multiarch-index-signed",
        "two platforms, only the index is signed; it covers its children by digest",
        "OCI image-spec v1.1 descriptor.md: digests, an index commits to its manifests",
    );
    let (base, images) = two_platforms();
    let (mut layout, index) = scene::index_of(&[&images[0], &images[1]]);
    scene::sign(&mut layout, &scene::org(), &index);
    two_facts(case.image(layout, &index.digest), &base, &images)
}

fn multiarch_child_signed() -> Case {
    let case = Case::accepted(
        "multiarch-child-signed",
        "two platforms, each manifest is signed and the index is not",
        "docs/DESIGN.md: an image signature names the platform manifest or an index that contains it",
    );
    let (base, images) = two_platforms();
    let (mut layout, index) = scene::index_of(&[&images[0], &images[1]]);
    for image in &images {
        scene::sign(&mut layout, &scene::org(), &image.descriptor());
    }
    two_facts(case.image(layout, &index.digest), &base, &images)
}

fn nested_index_signed() -> Case {
    let case = Case::accepted(
        "nested-index-signed",
        "a signed index that holds an index that holds the image",
        "OCI image-spec v1.1 image-index.md: manifests may be nested indexes",
    );
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    let mut layout = Layout::new();
    let manifest = app.put(&mut layout);
    let inner = layout.put(INDEX, crate::image::index_json(&[app.child()], &[]).bytes());
    let outer = layout.put(INDEX, crate::image::index_json(std::slice::from_ref(&inner), &[]).bytes());
    export::oras(&mut layout, scene::ORG_TAG, &outer, &[inner, manifest]);
    scene::sign(&mut layout, &scene::org(), &outer);
    case.image(layout, &outer.digest)
        .evidence(base.evidence(&scene::vendor()))
        .facts(PlatformFacts::derived(&app, &base.images[0]))
}

fn two_signers_threshold() -> Case {
    let case = Case::accepted(
        "two-signers-threshold",
        "two distinct signers of the organization signed, the threshold is two",
        "docs/DESIGN.md: thresholds count distinct keys",
    );
    let policy = Policy::derived()
        .with_qa()
        .with("[org]", r#"signers = ["org", "qa"]"#)
        .with("[org]", "threshold = 2");
    app_facts(signed_by_both(case)).policy(policy)
}

fn require_all() -> Case {
    let case = Case::accepted(
        "require-all",
        "the policy names two signers that must both sign, and both did",
        "docs/POLICY.md: [org] require-all",
    );
    let policy = Policy::derived()
        .with_qa()
        .without_key("[org]", "signers")
        .with("[org]", r#"require-all = ["org", "qa"]"#);
    app_facts(signed_by_both(case)).policy(policy)
}

fn provenance_instead_of_signature() -> Case {
    let case = Case::accepted(
        "provenance-instead-of-signature",
        "the policy lets verified provenance by a signer count as the signature; there is no other",
        "docs/POLICY.md: [org] signature = \"provenance\"",
    );
    let policy = Policy::derived().with("[org]", r#"signature = "provenance""#);
    app_facts(provenance_only(case)).policy(policy)
}

fn provenance_and_sbom_wanted() -> Case {
    let case = Case::accepted(
        "provenance-and-sbom-wanted",
        "base and organization have each the provenance and the SBOM that the policy wants, by allowed builders",
        "in-toto attestation v1 statement.md; SLSA provenance v0.2 and v1: builder.id",
    );
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    let mut evidence = base.evidence(&scene::vendor());
    crate::vendor::attach(&mut evidence, &base.sbom(&scene::vendor(), 0));
    let mut layout = scene::signed(&app);
    let image = app.descriptor();
    scene::attest_provenance(&mut layout, &scene::org(), &image, &base);
    let sbom = crate::statement::cyclonedx("acme/orders-api", &image.digest);
    scene::attest(&mut layout, &scene::org(), &image, crate::statement::CYCLONEDX, sbom);
    let policy = Policy::derived()
        .table(
            "[[base.attestation]]",
            &[r#"type = "slsa-provenance""#, r#"builder = ["https://builder.dhi.test/buildkit"]"#],
        )
        .table("[[base.attestation]]", &[r#"type = "sbom""#])
        .table(
            "[[org.attestation]]",
            &[
                r#"type = "slsa-provenance""#,
                r#"builder = ["https://github.com/acme/ci/.github/workflows/build.yml@refs/heads/main"]"#,
            ],
        )
        .table("[[org.attestation]]", &[r#"type = "sbom""#]);
    app_facts(case.image(layout, &image.digest).evidence(evidence)).policy(policy)
}

fn references_by_subject_name() -> Case {
    let case = Case::accepted(
        "references-by-subject-name",
        "the provenance that counts as signature names the image in its subject, and the policy's pattern matches",
        "in-toto attestation v1 resource_descriptor.md: name; docs/POLICY.md: [org] references",
    );
    let policy = Policy::derived().with("[org]", r#"signature = "provenance""#).with("[org]", REFERENCES);
    app_facts(provenance_only(case)).policy(policy)
}

fn references_by_docker_reference() -> Case {
    let case = Case::accepted(
        "references-by-docker-reference",
        "the simple-signing payload names the image in docker-reference, and the policy's pattern matches",
        "containers/image docs/containers-signature.5.md: critical.identity.docker-reference",
    );
    app_facts(legacy_named(case, REPOSITORY)).policy(Policy::derived().with("[org]", REFERENCES))
}

/// The application with a legacy signature whose payload has this docker-reference.
pub(super) fn legacy_named(case: Case, docker_reference: &str) -> Case {
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    let mut layout = Layout::new();
    let image = app.put(&mut layout);
    let signature = signature_layer(&scene::org(), &payload(docker_reference, &image.digest));
    let manifest = legacy_manifest(&mut layout, &[signature]);
    export::regctl_image(&mut layout, scene::ORG_TAG, &image);
    export::digest_tag(&mut layout, &image.digest, "sig", &manifest);
    case.image(layout, &image.digest).evidence(base.evidence(&scene::vendor()))
}

fn references_by_as() -> Case {
    let case = Case::accepted(
        "references-by-as",
        "the bundle signature names nothing; the caller says under which name the image will run",
        "docs/POLICY.md: [org] references, --as",
    );
    app_facts(scene::honest(case))
        .policy(Policy::derived().with("[org]", REFERENCES))
        .named("registry.acme.test/orders/api:1.4.2")
}

fn buildkit_attestation_child_skipped() -> Case {
    let case = Case::accepted(
        "buildkit-attestation-child-skipped",
        "the signed index holds the image and BuildKit's attestation manifest: platform unknown/unknown, in-toto layers only",
        "BuildKit docs/attestations/attestation-storage.md",
    );
    app_facts(buildkit::signed_index(case, buildkit::Form::Artifact))
}

fn buildkit_attestation_child_old_form() -> Case {
    let case = Case::accepted(
        "buildkit-attestation-child-old-form",
        "the same with oci-artifact=false: the attestation manifest has an image config and no subject",
        "BuildKit docs/attestations/attestation-storage.md",
    );
    app_facts(buildkit::signed_index(case, buildkit::Form::ImageConfig))
}

fn foreign_signature_beside_good() -> Case {
    let case = Case::accepted(
        "foreign-signature-beside-good",
        "somebody else signed too, first; one good signature suffices and the other is reported",
        "docs/DESIGN.md: one good signature suffices, a bad one beside it hides nothing",
    );
    app_facts(scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::stranger(), image);
        scene::sign(layout, &scene::org(), image);
    }))
    .unverified(&["signer-not-allowed"])
}

fn exception_for_attestation_missing() -> Case {
    let case = Case::accepted(
        "exception-for-attestation-missing",
        "the wanted provenance is missing, and an exception for that code is still open",
        "docs/POLICY.md: [[exception]]",
    );
    let policy = Policy::derived().table("[[org.attestation]]", &[r#"type = "slsa-provenance""#]).table(
        "[[exception]]",
        &[r#"code = "attestation-missing""#, r#"until = "2027-01-31""#, r#"reason = "OPS-1234""#],
    );
    app_facts(scene::honest(case)).policy(policy)
}

/// What must be reported about the organization's image on its base.
pub(super) fn app_facts(case: Case) -> Case {
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    case.facts(PlatformFacts::derived(&app, &base.images[0]))
}

fn signed_by_both(case: Case) -> Case {
    scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        scene::sign(layout, &scene::qa(), image);
    })
}

fn provenance_only(case: Case) -> Case {
    scene::app_with(case, |layout, image| {
        scene::attest(layout, &scene::org(), image, SLSA_V1, scene::provenance(&scene::base()));
    })
}

/// A base for two platforms and the application on each.
pub(super) fn two_platforms() -> (VendorImage, Vec<Image>) {
    let base = scene::base_two();
    let images = base.images.iter().map(scene::app).collect();
    (base, images)
}

/// What is reported of them if both stand on the base, under a policy that wants both.
pub(super) fn two_facts(case: Case, base: &VendorImage, images: &[Image]) -> Case {
    let policy = Policy::derived().with("[image]", r#"platforms = ["linux/amd64", "linux/arm64"]"#);
    case.policy(policy)
        .evidence(base.evidence(&scene::vendor()))
        .facts(PlatformFacts::derived(&images[0], &base.images[0]))
        .facts(PlatformFacts::derived(&images[1], &base.images[1]))
}
