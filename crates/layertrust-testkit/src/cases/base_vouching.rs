//! Bases for which the vendor does not vouch, or not under a name that the policy admits.

use crate::case::Case;
use crate::image::Image;
use crate::json::Json;
use crate::object;
use crate::policy::Policy;
use crate::statement::{SPDX, subject};
use crate::store::{INDEX, Layout, MANIFEST};
use crate::vendor::{VendorAttestation, VendorImage, attach, sign_manifest};

use super::scene;
use super::signatures::other_digest;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        base_unsigned(),
        base_wrong_key(),
        base_sbom_only(),
        base_attestation_unsigned(),
        base_signed_by_org_only(),
        base_customization_of_other_org(),
        base_package_image(),
        base_names_two_orgs(),
        base_names_mixed(),
        base_names_nothing(),
        base_statement_names_other_subject(),
        base_annotation_predicate_mismatch(),
        base_payload_names_other_manifest(),
        base_index_signature_for_other_index(),
        base_attestation_missing(),
        base_one_platform_unsigned(),
    ]
}

fn base_unsigned() -> Case {
    let case = Case::rejected(
        "base-unsigned",
        "the base's documents are at hand and a prefix of the image, but nobody signed them",
        "docs/DESIGN.md: vendor-signed",
        &["base-unsigned"],
    );
    on(case, &scene::base(), scene::base().documents())
}

fn base_wrong_key() -> Case {
    let case = Case::rejected(
        "base-wrong-key",
        "the base's provenance has the vendor's form and is signed with another key",
        "cosign specs/SIGNATURE_SPEC.md: the signature is over the payload's bytes",
        &["base-unsigned"],
    );
    on(case, &scene::base(), scene::base().evidence(&scene::stranger()))
        .unverified(&["signature-invalid", "signer-not-allowed"])
}

fn base_sbom_only() -> Case {
    let case = Case::rejected(
        "base-sbom-only",
        "the vendor signed an SBOM of the base and nothing else: an SBOM describes, it does not vouch",
        "docs/DESIGN.md: SBOM, VEX, VSA and scans never vouch",
        &["base-unsigned"],
    );
    let base = scene::base();
    attested(case, &base, &base.sbom(&scene::vendor(), 0))
}

fn base_attestation_unsigned() -> Case {
    let case = Case::rejected(
        "base-attestation-unsigned",
        "the base's provenance stands in an attestation manifest that nobody signed",
        "docs/DESIGN.md: a plain statement counts only in an attestation manifest that was signed directly",
        &["base-unsigned", "attestation-unsigned"],
    );
    let base = scene::base();
    let mut evidence = base.documents();
    let attestation = base.provenance(&scene::vendor(), 0).put_unsigned(&mut evidence);
    evidence.entry(&attestation.bare());
    on(case, &base, evidence).unverified(&["attestation-unsigned", "signature-missing"])
}

fn base_signed_by_org_only() -> Case {
    let case = Case::rejected(
        "base-signed-by-org-only",
        "the organization, not the vendor, signed the base: only the signers of [base] vouch for it",
        "docs/POLICY.md: [base] signers",
        &["base-unsigned"],
    );
    on(case, &scene::base(), scene::base().evidence(&scene::org()))
}

fn base_customization_of_other_org() -> Case {
    let case = Case::rejected(
        "base-customization-of-other-org",
        "the vendor built the base for another organization (globex/dhi-python)",
        "docs/DESIGN.md: class of a vendor image, accept-customizations",
        &["base-not-allowed"],
    );
    let base = VendorImage::new("globex/dhi-python", &["linux/amd64"]);
    on(case, &base, base.evidence(&scene::vendor()))
}

fn base_package_image() -> Case {
    let case = Case::rejected(
        "base-package-image",
        "the vendor-signed base is a package (dhi/pkg-python), which is no image to stand on",
        "docs/DESIGN.md: dhi/pkg-* never counts",
        &["base-not-allowed"],
    );
    let base = VendorImage::new("dhi/pkg-python", &["linux/amd64"]);
    on(case, &base, base.evidence(&scene::vendor()))
}

fn base_names_two_orgs() -> Case {
    let case = Case::rejected(
        "base-names-two-orgs",
        "the signed data names two organizations, both admitted: docker-reference acme, statement globex",
        "docs/DESIGN.md: two organizations are class `other` and refused",
        &["base-not-allowed"],
    );
    let base = VendorImage::new("globex/dhi-python", &["linux/amd64"]);
    let mut provenance = base.provenance(&scene::vendor(), 0);
    provenance.docker_reference = "registry.scout.docker.com/acme/dhi-python".to_owned();
    attested(case, &base, &provenance)
        .policy(Policy::derived().with("[base]", r#"accept-customizations = ["acme", "globex"]"#))
}

fn base_names_mixed() -> Case {
    let case = Case::rejected(
        "base-names-mixed",
        "the statement names dhi/python, the docker-reference globex/dhi-python: the stricter reading counts",
        "docs/DESIGN.md: catalog only if all names are dhi/X",
        &["base-not-allowed"],
    );
    let base = scene::base();
    let mut provenance = base.provenance(&scene::vendor(), 0);
    provenance.docker_reference = "registry.scout.docker.com/globex/dhi-python".to_owned();
    attested(case, &base, &provenance)
}

fn base_names_nothing() -> Case {
    let case = Case::rejected(
        "base-names-nothing",
        "the vendor signed provenance of the base in which no field holds a name",
        "docs/DESIGN.md: a vendor signature that names nothing has no class and vouches for nothing",
        &["base-unsigned", "base-not-allowed"],
    );
    let base = scene::base();
    let mut provenance = base.provenance(&scene::vendor(), 0);
    let nameless = object! {
        "digest": object! { "sha256": crate::store::hex_of(&base.images[0].digest()) },
    };
    provenance.docker_reference = String::new();
    provenance.optional = Json::Null;
    provenance.statement.set("subject", vec![nameless]);
    attested(case, &base, &provenance)
}

fn base_statement_names_other_subject() -> Case {
    let case = Case::rejected(
        "base-statement-names-other-subject",
        "the vendor-signed attestation manifest refers to the base, the statement in it is about another image",
        "in-toto attestation v1 statement.md: subject is matched by digest",
        &["base-unsigned", "subject-mismatch"],
    );
    let base = scene::base();
    let mut provenance = base.provenance(&scene::vendor(), 0);
    let other = subject("pkg:docker/dhi/python@3.13-debian13?platform=linux%2Famd64", &other_digest());
    provenance.statement.set("subject", vec![other]);
    attested(case, &base, &provenance).unverified(&["subject-mismatch"])
}

fn base_annotation_predicate_mismatch() -> Case {
    let case = Case::rejected(
        "base-annotation-predicate-mismatch",
        "the attestation manifest's annotation says SPDX, the vendor-signed statement in it is provenance",
        "docs/FORMATS.md: the statement's predicate type must equal the annotation's",
        &["base-unsigned", "predicate-mismatch"],
    );
    let base = scene::base();
    let mut provenance = base.provenance(&scene::vendor(), 0);
    provenance.annotation = SPDX.to_owned();
    attested(case, &base, &provenance).unverified(&["predicate-mismatch"])
}

fn base_payload_names_other_manifest() -> Case {
    let case = Case::rejected(
        "base-payload-names-other-manifest",
        "the signature manifest refers to the provenance, its signed payload names another manifest",
        "cosign specs/SIGNATURE_SPEC.md: critical.image.docker-manifest-digest must match",
        &["base-unsigned", "subject-mismatch"],
    );
    let base = scene::base();
    let provenance = base.provenance(&scene::vendor(), 0);
    let mut evidence = base.documents();
    let attestation = provenance.put_unsigned(&mut evidence);
    evidence.entry(&attestation.bare());
    let mut payload = crate::cosign::payload(&provenance.docker_reference, &other_digest());
    payload.set("optional", provenance.optional.clone());
    let signature = sign_manifest(&mut evidence, &scene::vendor(), &attestation, &payload);
    evidence.entry(&signature);
    on(case, &base, evidence).unverified(&["subject-mismatch"])
}

fn base_index_signature_for_other_index() -> Case {
    let case = Case::rejected(
        "base-index-signature-for-other-index",
        "the vendor signed an index in which this base's manifest does not stand",
        "OCI image-spec v1.1 image-index.md: an index covers the manifests it lists, nothing else",
        &["base-unsigned"],
    );
    let base = scene::base();
    let other = VendorImage::new("dhi/python", &["linux/arm64"]);
    let mut evidence = base.documents();
    let index = evidence.put(INDEX, other.index.clone());
    evidence.put(MANIFEST, other.images[0].manifest.clone());
    evidence.tag(&index, "3.14-debian13");
    other.images[0].put_documents(&mut evidence);
    other.sign_index(&scene::vendor(), &mut evidence);
    on(case, &base, evidence)
}

fn base_attestation_missing() -> Case {
    let case = Case::rejected(
        "base-attestation-missing",
        "the base is proved and vouched for, but the SBOM that the policy wants of it is missing",
        "docs/POLICY.md: [[base.attestation]]",
        &["attestation-missing"],
    );
    on(case, &scene::base(), scene::base().evidence(&scene::vendor()))
        .policy(Policy::derived().table("[[base.attestation]]", &[r#"type = "sbom""#]))
}

fn base_one_platform_unsigned() -> Case {
    let case = Case::rejected(
        "base-one-platform-unsigned",
        "the image has two platforms, the vendor's provenance covers the base of one",
        "docs/DESIGN.md: every platform is verified by itself",
        &["base-unsigned"],
    );
    let base = scene::base_two();
    let images: Vec<Image> = base.images.iter().map(scene::app).collect();
    let (mut layout, index) = scene::index_of(&[&images[0], &images[1]]);
    scene::sign(&mut layout, &scene::org(), &index);
    let mut evidence = base.documents();
    attach(&mut evidence, &base.provenance(&scene::vendor(), 0));
    case.image(layout, &index.digest).evidence(evidence)
}

/// The signed application on a base whose only attestation is this one.
fn attested(case: Case, base: &VendorImage, attestation: &VendorAttestation) -> Case {
    let mut evidence = base.documents();
    attach(&mut evidence, attestation);
    on(case, base, evidence)
}

/// The signed application on a base, with this evidence.
fn on(case: Case, base: &VendorImage, evidence: Layout) -> Case {
    let app = scene::app(&base.images[0]);
    case.image(scene::signed(&app), &app.digest()).evidence(evidence)
}
