//! Image signatures that are absent, somebody else's, altered, or for something else.

use crate::case::Case;
use crate::cosign::{bundle, envelope, legacy_manifest, payload, signature_layer, signed_bundle};
use crate::export;
use crate::object;
use crate::policy::Policy;
use crate::statement::{COSIGN_SIGN, sign_statement};
use crate::store::{Descriptor, Layout, sha256};

use super::accepted_forms::saved_index;
use super::accepted_rules::{REFERENCES, legacy_named, two_platforms};
use super::scene::{self, REPOSITORY};

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        unsigned(),
        untouched_to_be_signed(),
        wrong_key(),
        wrong_key_without_hint(),
        wrong_key_our_hint(),
        payload_tampered(),
        legacy_payload_tampered(),
        signature_of_other_image(),
        legacy_signature_of_other_image(),
        signature_of_base_index(),
        critical_type_wrong(),
        legacy_signature_wrong_key(),
        legacy_payload_other_spelling(),
        threshold_not_reached(),
        threshold_same_key_twice(),
        require_all_one_missing(),
        references_mismatch(),
        references_no_name(),
        cover_index_but_only_platform_signed(),
        cosign_save_index_of_a_stranger(),
    ]
}

fn unsigned() -> Case {
    let case = Case::rejected(
        "unsigned",
        "nobody signed the organization's image; its base alone is fine",
        "docs/DESIGN.md: image signature",
        &["signature-missing"],
    );
    scene::app_with(case, |_, _| {})
}

fn untouched_to_be_signed() -> Case {
    let case = Case::rejected(
        "catalog-untouched-to-be-signed",
        "a catalog image as the vendor made it, under a policy that wants the organization's signature in any case",
        "docs/POLICY.md: [org] require",
        &["signature-missing"],
    );
    let base = scene::base();
    let layout = base.evidence(&scene::vendor());
    let policy = Policy::derived().with("[org]", r#"require = "always""#);
    case.image(layout, &base.descriptor().digest).policy(policy)
}

fn wrong_key() -> Case {
    let case = Case::rejected(
        "wrong-key",
        "a sound bundle by a key that the policy does not name; its hint says so",
        "Sigstore bundle v0.3 (sigstore_common.proto): PublicKeyIdentifier.hint",
        &["signer-not-allowed"],
    );
    scene::app_with(case, |layout, image| scene::sign(layout, &scene::stranger(), image))
        .unverified(&["signer-not-allowed"])
}

fn wrong_key_without_hint() -> Case {
    let case = Case::rejected(
        "wrong-key-without-hint",
        "the same without a hint: with a bare key a stranger's signature and altered bytes cannot be told apart",
        "FIPS 186-5 section 6.4.2: ECDSA verification",
        &["signature-invalid"],
    );
    scene::app_with(case, |layout, image| {
        let envelope = envelope(&scene::stranger(), &sign_statement(&image.digest).bytes());
        scene::add_bundle(layout, image, COSIGN_SIGN, &bundle(None, envelope));
    })
    .unverified(&["signature-invalid"])
}

fn wrong_key_our_hint() -> Case {
    let case = Case::rejected(
        "wrong-key-our-hint",
        "a stranger's signature with the hint of the organization's key: a hint proves nothing",
        "Sigstore bundle v0.3 (sigstore_common.proto): PublicKeyIdentifier.hint is not authenticated",
        &["signature-invalid"],
    );
    scene::app_with(case, |layout, image| {
        let envelope = envelope(&scene::stranger(), &sign_statement(&image.digest).bytes());
        scene::add_bundle(layout, image, COSIGN_SIGN, &bundle(Some(&scene::org().hint()), envelope));
    })
    .unverified(&["signature-invalid"])
}

fn payload_tampered() -> Case {
    let case = Case::rejected(
        "payload-tampered",
        "the signed statement named another image; its subject was changed after signing",
        "DSSE protocol.md: the signature is over PAE(type, body)",
        &["signature-invalid"],
    );
    scene::app_with(case, |layout, image| {
        let signed = envelope(&scene::org(), &sign_statement(&other_digest()).bytes());
        let mut forged = envelope(&scene::org(), &sign_statement(&image.digest).bytes());
        forged.set("signatures", signed.get("signatures").clone());
        scene::add_bundle(layout, image, COSIGN_SIGN, &bundle(Some(&scene::org().hint()), forged));
    })
}

fn legacy_payload_tampered() -> Case {
    let case = Case::rejected(
        "legacy-payload-tampered",
        "the simple-signing payload named another image; its digest was changed after signing",
        "cosign specs/SIGNATURE_SPEC.md: the signature is over the payload's bytes",
        &["signature-invalid"],
    );
    legacy(case, |image| {
        let signed = signature_layer(&scene::org(), &payload(REPOSITORY, &other_digest()));
        let mut forged = signature_layer(&scene::org(), &payload(REPOSITORY, &image.digest));
        forged.annotations = signed.annotations;
        forged
    })
}

fn signature_of_other_image() -> Case {
    let case = Case::rejected(
        "signature-of-other-image",
        "a genuine bundle of the organization for another image is attached to this one",
        "in-toto attestation v1 statement.md: subject is matched by digest",
        &["subject-mismatch"],
    );
    scene::app_with(case, |layout, image| {
        let genuine = signed_bundle(&scene::org(), &sign_statement(&other_digest()));
        scene::add_bundle(layout, image, COSIGN_SIGN, &genuine);
    })
    .unverified(&["subject-mismatch"])
}

fn legacy_signature_of_other_image() -> Case {
    let case = Case::rejected(
        "legacy-signature-of-other-image",
        "a genuine simple-signing signature for another image lies under this image's tag",
        "cosign specs/SIGNATURE_SPEC.md: critical.image.docker-manifest-digest must match",
        &["subject-mismatch"],
    );
    legacy(case, |_| signature_layer(&scene::org(), &payload(REPOSITORY, &other_digest())))
}

fn signature_of_base_index() -> Case {
    let case = Case::rejected(
        "signature-of-base-index",
        "the organization signed the vendor's index, of which this image is no child",
        "OCI image-spec v1.1 image-index.md: an index covers the manifests it lists, nothing else",
        &["signature-missing", "subject-mismatch"],
    );
    scene::app_with(case, |layout, _| scene::sign(layout, &scene::org(), &scene::base().descriptor()))
}

fn critical_type_wrong() -> Case {
    let case = Case::rejected(
        "critical-type-wrong",
        "the signed payload's critical.type is `atomic container signature`: not cosign's image signature",
        "cosign specs/SIGNATURE_SPEC.md: critical.type",
        &["signature-missing", "signature-invalid", "predicate-mismatch", "malformed"],
    );
    legacy(case, |image| {
        let mut other = payload(REPOSITORY, &image.digest);
        other.get_mut("critical").set("type", "atomic container signature");
        signature_layer(&scene::org(), &other)
    })
}

fn legacy_signature_wrong_key() -> Case {
    let case = Case::rejected(
        "legacy-signature-wrong-key",
        "the legacy form names no key: a stranger's signature is an invalid one",
        "cosign specs/SIGNATURE_SPEC.md",
        &["signature-invalid"],
    );
    legacy(case, |image| signature_layer(&scene::stranger(), &payload(REPOSITORY, &image.digest)))
}

fn legacy_payload_other_spelling() -> Case {
    let case = Case::rejected(
        "legacy-payload-other-spelling",
        "the signed payload says Docker-manifest-digest: Go takes it for docker-manifest-digest, others do not",
        "docs/DESIGN.md: a key that equals a known field only by folding is malformed",
        &["signature-missing", "malformed"],
    );
    legacy(case, |image| {
        let mut other = payload(REPOSITORY, &image.digest);
        let spelled = object! { "Docker-manifest-digest": &image.digest };
        other.get_mut("critical").set("image", spelled);
        signature_layer(&scene::org(), &other)
    })
    .unverified(&["malformed"])
}

fn threshold_not_reached() -> Case {
    let case = Case::rejected(
        "threshold-not-reached",
        "one of two signers signed, the threshold is two",
        "docs/POLICY.md: [org] threshold",
        &["signature-missing"],
    );
    scene::honest(case).policy(two_of_two())
}

fn threshold_same_key_twice() -> Case {
    let case = Case::rejected(
        "threshold-same-key-twice",
        "one signer signed twice, the threshold is two",
        "DSSE protocol.md: (t, n)-ENVELOPE, the set of verified signers counts unique keys",
        &["signature-missing"],
    );
    scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        let mut again = sign_statement(&image.digest);
        again.get_mut("subject").at_mut(0).set("annotations", object! { "run": "2" });
        scene::add_bundle(layout, image, COSIGN_SIGN, &signed_bundle(&scene::org(), &again));
    })
    .policy(two_of_two())
}

fn require_all_one_missing() -> Case {
    let case = Case::rejected(
        "require-all-one-missing",
        "the policy names two signers that must both sign, one did",
        "docs/POLICY.md: [org] require-all",
        &["signature-missing"],
    );
    let policy = Policy::derived()
        .with_qa()
        .without_key("[org]", "signers")
        .with("[org]", r#"require-all = ["org", "qa"]"#);
    scene::honest(case).policy(policy)
}

fn references_mismatch() -> Case {
    let case = Case::rejected(
        "references-mismatch",
        "the signature is good, but its docker-reference is another team's repository",
        "docs/POLICY.md: [org] references",
        &["image-not-allowed"],
    );
    legacy_named(case, "registry.acme.test/payments/api").policy(Policy::derived().with("[org]", REFERENCES))
}

fn references_no_name() -> Case {
    let case = Case::rejected(
        "references-no-name",
        "the bundle signature names nothing and the caller gives no name, but the policy wants one",
        "docs/POLICY.md: [org] references, no name at all",
        &["image-not-allowed"],
    );
    scene::honest(case).policy(Policy::derived().with("[org]", REFERENCES))
}

fn cover_index_but_only_platform_signed() -> Case {
    let case = Case::rejected(
        "cover-index-but-only-platform-signed",
        "the policy wants the index signed; only its children are",
        "docs/POLICY.md: [org] cover = \"index\"",
        &["signature-missing"],
    );
    let (base, images) = two_platforms();
    let (mut layout, index) = scene::index_of(&[&images[0], &images[1]]);
    for image in &images {
        scene::sign(&mut layout, &scene::org(), &image.descriptor());
    }
    case.image(layout, &index.digest)
        .evidence(base.evidence(&scene::vendor()))
        .policy(Policy::derived().with("[org]", r#"cover = "index""#))
}

fn cosign_save_index_of_a_stranger() -> Case {
    let case = Case::rejected(
        "cosign-save-index-of-a-stranger",
        "cosign save of an index whose bundle, among the blobs only, is by a key that the policy does not name",
        "OCI image-spec v1.1 manifest.md: subject; Sigstore bundle v0.3: PublicKeyIdentifier.hint",
        &["signer-not-allowed"],
    );
    let (base, images) = two_platforms();
    let (layout, index) = saved_index(&images, &scene::stranger());
    case.image(layout, &index.digest)
        .evidence(base.evidence(&scene::vendor()))
        .unverified(&["signer-not-allowed"])
}

/// The digest of an image that is not here.
pub(super) fn other_digest() -> String {
    sha256(b"another image")
}

fn two_of_two() -> Policy {
    Policy::derived().with_qa().with("[org]", r#"signers = ["org", "qa"]"#).with("[org]", "threshold = 2")
}

/// The application with one layer under its `.sig` tag.
fn legacy(case: Case, signature: impl FnOnce(&Descriptor) -> crate::cosign::LegacyLayer) -> Case {
    let base = scene::base();
    let app = scene::app(&base.images[0]);
    let mut layout = Layout::new();
    let image = app.put(&mut layout);
    let manifest = legacy_manifest(&mut layout, &[signature(&image)]);
    export::regctl_image(&mut layout, scene::ORG_TAG, &image);
    export::digest_tag(&mut layout, &image.digest, "sig", &manifest);
    case.image(layout, &image.digest).evidence(base.evidence(&scene::vendor()))
}
