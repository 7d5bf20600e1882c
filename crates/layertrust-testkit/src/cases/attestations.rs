//! Attestations of the organization that are missing, somebody else's, or not what the policy wants. The
//! image signature beside them is good, except where it is the point that there is none.

use crate::case::{Case, PlatformFacts};
use crate::cosign::signed_bundle;
use crate::json::Json;
use crate::policy::Policy;
use crate::statement::{CYCLONEDX, ORG_BUILDER, SLSA_V1, attest_statement, cyclonedx, slsa_v1};
use crate::store::{Descriptor, Layout};
use crate::vendor::VendorAttestation;

use super::buildkit;
use super::scene::{self, REPOSITORY};
use super::signatures::other_digest;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        attestation_is_no_image_signature(),
        provenance_missing(),
        provenance_of_other_image(),
        provenance_builder_not_allowed(),
        provenance_by_stranger(),
        provenance_predicate_invalid(),
        provenance_without_builder(),
        sbom_missing(),
        attestation_type_confusion(),
        attestation_unsigned(),
        index_signature_does_not_satisfy_attestation(),
        manifest_signed_by_bundle(),
        manifest_attested_and_not_signed(),
        exception_expired(),
    ]
}

fn attestation_is_no_image_signature() -> Case {
    let case = Case::rejected(
        "attestation-is-no-image-signature",
        "the organization attested provenance and signed nothing: an attestation is no image signature",
        "docs/DESIGN.md: an attestation by the same signer is not an image signature",
        &["signature-missing"],
    );
    scene::plain_with(case, |layout, image| {
        scene::attest_provenance(layout, &scene::org(), image, &scene::base());
    })
}

/// A plain statement in a manifest of its own, as BuildKit writes it.
fn plain_provenance(layout: &mut Layout, image: &Descriptor) -> Descriptor {
    let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, scene::provenance(&scene::base()));
    let plain = VendorAttestation {
        key: scene::org(),
        subject: image.clone(),
        annotation: SLSA_V1.to_owned(),
        statement,
        docker_reference: String::new(),
        optional: Json::Null,
    };
    let manifest = plain.put_unsigned(layout);
    layout.entry(&manifest.bare());
    manifest
}

fn manifest_signed_by_bundle() -> Case {
    let case = Case::accepted(
        "attestation-manifest-signed-by-bundle",
        "the provenance is a plain statement, and the organization signed its manifest directly with a bundle, as \
         Docker's builder on GitHub does",
        "docs/RULES.md R2.5",
    );
    with_attestation(case, |layout, image| {
        let manifest = plain_provenance(layout, image);
        scene::sign(layout, &scene::org(), &manifest);
    })
    .policy(provenance_wanted())
    .facts(PlatformFacts::org_only(&scene::plain_spec().build()))
}

fn manifest_attested_and_not_signed() -> Case {
    let case = Case::rejected(
        "attestation-manifest-attested-only",
        "the provenance is a plain statement; the organization attested something about its manifest and signed \
         it not",
        "docs/RULES.md R2.2, R2.5",
        &["attestation-missing", "attestation-unsigned"],
    );
    with_attestation(case, |layout, image| {
        let manifest = plain_provenance(layout, image);
        scene::attest(
            layout,
            &scene::org(),
            &manifest,
            CYCLONEDX,
            cyclonedx("acme/orders-api", &image.digest),
        );
    })
    .policy(provenance_wanted())
    .unverified(&["attestation-unsigned"])
}

fn provenance_missing() -> Case {
    let case = Case::rejected(
        "provenance-missing",
        "the policy wants the organization's provenance, and there is none",
        "docs/POLICY.md: [[org.attestation]]",
        &["attestation-missing"],
    );
    scene::signed_plain(case, &scene::plain_spec().build()).policy(provenance_wanted())
}

fn provenance_of_other_image() -> Case {
    let case = Case::rejected(
        "provenance-of-other-image",
        "the only provenance attached was signed for another image",
        "in-toto attestation v1 statement.md: subject is matched by digest",
        &["subject-mismatch", "attestation-missing"],
    );
    with_attestation(case, |layout, image| {
        let predicate = scene::provenance(&scene::base());
        let statement = attest_statement(REPOSITORY, &other_digest(), SLSA_V1, predicate);
        scene::add_bundle(layout, image, SLSA_V1, &signed_bundle(&scene::org(), &statement));
    })
    .policy(provenance_wanted())
    .unverified(&["subject-mismatch"])
}

fn provenance_builder_not_allowed() -> Case {
    let case = Case::rejected(
        "provenance-builder-not-allowed",
        "the provenance is the organization's, but its builder is not on the list",
        "SLSA provenance v1: runDetails.builder.id",
        &["builder-not-allowed"],
    );
    with_attestation(case, |layout, image| {
        let laptop = slsa_v1("https://laptop.acme.test/", None);
        scene::attest(layout, &scene::org(), image, SLSA_V1, laptop);
    })
    .policy(builder_wanted())
}

fn provenance_by_stranger() -> Case {
    let case = Case::rejected(
        "provenance-by-stranger",
        "the only provenance was signed by a key that the policy does not name",
        "docs/POLICY.md: [[org.attestation]] signers",
        &["signer-not-allowed", "attestation-missing", "attestation-unsigned"],
    );
    with_attestation(case, |layout, image| {
        scene::attest_provenance(layout, &scene::stranger(), image, &scene::base());
    })
    .policy(provenance_wanted())
    .unverified(&["signer-not-allowed"])
}

fn provenance_predicate_invalid() -> Case {
    let case = Case::rejected(
        "provenance-predicate-invalid",
        "the organization signed provenance whose predicate is a string",
        "SLSA provenance v1: the predicate is an object with buildDefinition and runDetails",
        &["predicate-invalid", "attestation-missing", "malformed", "builder-not-allowed"],
    );
    with_attestation(case, |layout, image| {
        scene::attest(layout, &scene::org(), image, SLSA_V1, "built by hand".into());
    })
    .policy(builder_wanted())
}

fn provenance_without_builder() -> Case {
    let case = Case::rejected(
        "provenance-without-builder",
        "the provenance's builder.id is empty, as BuildKit writes it outside CI; the policy names a builder",
        "SLSA provenance v1: runDetails.builder.id is REQUIRED",
        &["builder-not-allowed", "predicate-invalid"],
    );
    with_attestation(case, |layout, image| {
        scene::attest(layout, &scene::org(), image, SLSA_V1, slsa_v1("", None))
    })
    .policy(builder_wanted())
}

fn sbom_missing() -> Case {
    let case = Case::rejected(
        "sbom-missing",
        "the policy wants an SBOM; the organization attested provenance only",
        "docs/POLICY.md: [[org.attestation]]",
        &["attestation-missing"],
    );
    with_attestation(case, |layout, image| {
        scene::attest_provenance(layout, &scene::org(), image, &scene::base());
    })
    .policy(Policy::no_base().table("[[org.attestation]]", &[r#"type = "sbom""#]))
}

fn attestation_type_confusion() -> Case {
    let case = Case::rejected(
        "attestation-type-confusion",
        "the referrer's annotation says provenance, the signed statement in it is an SBOM",
        "docs/DESIGN.md: predicate-type annotations are hints",
        &["attestation-missing", "predicate-mismatch"],
    );
    with_attestation(case, |layout, image| {
        let sbom = cyclonedx("acme/orders-api", &image.digest);
        let statement = attest_statement(REPOSITORY, &image.digest, CYCLONEDX, sbom);
        scene::add_bundle(layout, image, SLSA_V1, &signed_bundle(&scene::org(), &statement));
    })
    .policy(provenance_wanted())
}

fn attestation_unsigned() -> Case {
    let case = Case::rejected(
        "attestation-unsigned",
        "the provenance's envelope has a signature that the organization made for something else",
        "DSSE protocol.md: the signature is over PAE(type, body)",
        &["signature-invalid", "attestation-unsigned", "attestation-missing"],
    );
    with_attestation(case, |layout, image| {
        let predicate = scene::provenance(&scene::base());
        let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, predicate);
        let mut bundle = signed_bundle(&scene::org(), &statement);
        let other = scene::org().sign_base64(b"something else");
        bundle.get_mut("dsseEnvelope").get_mut("signatures").at_mut(0).set("sig", other);
        scene::add_bundle(layout, image, SLSA_V1, &bundle);
    })
    .policy(provenance_wanted())
    .unverified(&["signature-invalid"])
}

fn index_signature_does_not_satisfy_attestation() -> Case {
    let case = Case::rejected(
        "index-signature-does-not-satisfy-attestation",
        "the only provenance is BuildKit's plain statement inside the signed index: covered by digest, attested by nobody",
        "BuildKit docs/attestations/attestation-storage.md; docs/DESIGN.md: attestation",
        &["attestation-unsigned", "attestation-missing"],
    );
    buildkit::signed_index(case, buildkit::Form::Artifact)
        .policy(Policy::derived().table("[[org.attestation]]", &[r#"type = "slsa-provenance""#]))
        .unverified(&["attestation-unsigned"])
}

fn exception_expired() -> Case {
    let case = Case::rejected(
        "exception-expired",
        "the wanted provenance is missing, and the exception for that ended before `now`",
        "docs/POLICY.md: [[exception]] until",
        &["exception-expired", "attestation-missing"],
    );
    let policy = provenance_wanted().table(
        "[[exception]]",
        &[r#"code = "attestation-missing""#, r#"until = "2026-10-31""#, r#"reason = "OPS-1234""#],
    );
    scene::signed_plain(case, &scene::plain_spec().build()).policy(policy)
}

fn provenance_wanted() -> Policy {
    Policy::no_base().table("[[org.attestation]]", &[r#"type = "slsa-provenance""#])
}

fn builder_wanted() -> Policy {
    let builder = format!("builder = [{ORG_BUILDER:?}]");
    Policy::no_base().table("[[org.attestation]]", &[r#"type = "slsa-provenance""#, &builder])
}

/// The honestly signed image with a further attestation.
fn with_attestation(case: Case, attest: impl FnOnce(&mut Layout, &Descriptor)) -> Case {
    scene::plain_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        attest(layout, image);
    })
}
