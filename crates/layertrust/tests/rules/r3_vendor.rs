//! R3: the vendor.

use layertrust::report::{CandidateOutcome, OwnerKind};
use layertrust::{BaseRule, Code, OrgRule, Policy, SignerKey};

use crate::ask::{first, no, no_because, yes};

#[test]
fn r3_1_the_payload_names_the_attestation_manifest() {
    no_because("base-payload-names-other-manifest", "subject-mismatch");
}

#[test]
fn r3_2_the_statement_names_the_platform_manifest() {
    no_because("base-statement-names-other-subject", "subject-mismatch");
}

#[test]
fn r3_3_every_word_about_the_type_agrees() {
    no_because("base-annotation-predicate-mismatch", "predicate-mismatch");
}

#[test]
fn r3_4_an_sbom_describes_and_does_not_vouch() {
    no("base-sbom-only", "base-unsigned");
    no("base-unsigned", "base-unsigned");
    no("base-wrong-key", "base-unsigned");
    no("base-signed-by-org-only", "base-unsigned");
    yes("base-by-image-signature-only");
    yes("base-platform-manifest-only");
}

/// It was no input where the policy asked only for other attestations.
#[test]
fn r3_4b_what_vouches_is_an_input_whatever_else_is_asked() {
    let report = yes("fips-in-force");
    let provenance =
        first(&report).attestations.iter().find(|one| one.kind.as_deref() == Some("slsa-provenance"));
    assert_eq!(provenance.unwrap().rule.as_deref(), Some("base.signers"));
}

#[test]
fn r3_5_the_class_comes_from_all_names() {
    for case in ["base-names-mixed", "base-names-two-orgs", "base-customization-of-other-org"] {
        let report = no(case, "base-not-allowed");
        let refused =
            first(&report).base_candidates.iter().find(|one| one.outcome == CandidateOutcome::NotAllowed);
        assert_eq!(refused.unwrap().allowed, Some(false), "{case}");
    }
}

#[test]
fn r3_6_packages_are_no_base() {
    no("base-package-image", "base-not-allowed");
}

#[test]
fn r3_7_a_signature_that_names_nothing_vouches_for_nothing() {
    no("base-names-nothing", "base-unsigned");
}

#[test]
fn r3_8_a_customization_is_owned_as_such() {
    let report = yes("customization-accepted");
    assert_eq!(first(&report).segments[0].owner, OwnerKind::VendorCustomization);
    assert!(first(&report).layers.iter().all(|layer| layer.owner == OwnerKind::VendorCustomization));
}

/// The arithmetic of inactive keys is tested beside the keyring; here, that the built-in list marks them.
#[test]
fn r3_9_a_key_of_the_vendor_is_active_or_not() {
    let keys = |key| {
        let policy = Policy::builder()
            .signer("dhi", key)
            .base(BaseRule::signed_by(["dhi"]))
            .org(OrgRule::layers_forbidden());
        policy.build().map(|policy| policy.summary()["signers"]["dhi"]["keys"].clone())
    };
    let both = keys(SignerKey::DockerDhi).unwrap();
    assert_eq!((both[0]["active"].as_bool(), both[1]["active"].as_bool()), (Some(true), Some(false)));
    assert_eq!(keys(SignerKey::DockerDhiPinned(1)).unwrap()[0]["active"], false);
    assert_eq!(keys(SignerKey::DockerDhiPinned(2)).unwrap()[0]["active"], true);
    assert_eq!(keys(SignerKey::DockerDhiPinned(9)).unwrap_err().code(), Code::PolicyInvalid);
}
