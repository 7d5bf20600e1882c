//! R2: signatures, and what they cover.

use layertrust::report::{SignatureKind, UnverifiedKind};
use layertrust::{Code, Severity};
use layertrust_testkit::case::Case;
use layertrust_testkit::cases::scene;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::policy::Policy;
use layertrust_testkit::statement::{
    COSIGN_SIGN, CYCLONEDX, SLSA_V1, attest_statement, cyclonedx, sign_statement,
};
use layertrust_testkit::{cosign, object};

use crate::ask::{accepted, ask_new, first, no, no_because, rejected, unverified, yes};
use crate::scenario::codes;

#[test]
fn r2_1_two_forms_are_image_signatures() {
    let kind = |case: &str| {
        let report = yes(case);
        let own =
            first(&report).signatures.iter().find(|one| one.rule.as_deref() == Some("org.signers")).unwrap();
        own.kind
    };
    assert_eq!(kind("derived-bundle"), SignatureKind::Dsse);
    for case in ["derived-legacy-tags", "derived-oci11-referrers", "derived-cosign-save-legacy-kinds"] {
        assert_eq!(kind(case), SignatureKind::SimpleSigning);
    }
    no("critical-type-wrong", "signature-missing");
    no("predicate-type-not-sign-v1", "signature-missing");
}

#[test]
fn r2_2_an_attestation_is_no_image_signature() {
    let report = no("attestation-is-no-image-signature", "signature-missing");
    assert!(!first(&report).attestations.is_empty(), "the attestations themselves hold");
}

#[test]
fn r2_3_a_signature_names_the_image_or_an_index_above_it() {
    no("signature-of-other-image", "subject-mismatch");
    no("legacy-signature-of-other-image", "subject-mismatch");
    for case in ["multiarch-index-signed", "nested-index-signed", "multiarch-child-signed"] {
        let report = yes(case);
        for platform in &report.platforms {
            let own =
                platform.signatures.iter().find(|one| one.rule.as_deref() == Some("org.signers")).unwrap();
            assert_eq!(own.subject_path.last(), Some(&platform.digest), "{case}");
        }
    }
}

#[test]
fn r2_4_an_index_that_does_not_contain_the_image_covers_nothing() {
    no("signature-of-base-index", "signature-missing");
    no("base-index-signature-for-other-index", "base-unsigned");
}

#[test]
fn r2_5_attestations_have_two_forms() {
    let report = yes("provenance-and-sbom-wanted");
    let of_org = first(&report).attestations.iter().filter(|one| one.rule.is_some());
    assert!(of_org.count() >= 2);
    let report = yes("derived-bundle");
    let of_base = first(&report).attestations.iter().find(|one| one.subject_path.len() == 2).unwrap();
    assert_ne!(
        of_base.subject_path[0], of_base.subject_path[1],
        "attestation manifest, then platform manifest"
    );
}

#[test]
fn r2_6_an_index_signature_attests_nothing() {
    no("index-signature-does-not-satisfy-attestation", "attestation-unsigned");
    no("base-attestation-unsigned", "base-unsigned");
}

#[test]
fn r2_7_a_stranger_is_told_from_altered_bytes_only_by_a_hint() {
    no("wrong-key", "signer-not-allowed");
    no("wrong-key-without-hint", "signature-invalid");
    no("wrong-key-our-hint", "signature-invalid");
    no("payload-tampered", "signature-invalid");
    no("legacy-payload-tampered", "signature-invalid");
    no("legacy-signature-wrong-key", "signature-invalid");
}

/// The hint is not signed: a good signature with a stranger's hint is a good signature.
#[test]
fn r2_8_a_wrong_hint_hides_no_good_signature() {
    yes("derived-bundle-without-hint");
    let case = Case::accepted("case", "a stranger's hint on a good signature", "-");
    let case = scene::plain_with(case, |layout, image| {
        let envelope = cosign::envelope(&scene::org(), &sign_statement(&image.digest).bytes());
        let bundle = cosign::bundle(Some(&scene::stranger().hint()), envelope);
        scene::add_bundle(layout, image, COSIGN_SIGN, &bundle);
    });
    accepted(ask_new(&case));
}

#[test]
fn r2_9_one_good_signature_suffices() {
    let report = yes("foreign-signature-beside-good");
    assert!(
        unverified(&report).iter().any(|code| ["signer-not-allowed", "signature-invalid"].contains(code))
    );
}

/// Each step adds a more specific failure to those before, and it becomes the code.
#[test]
fn r2_10_the_most_specific_failure_is_the_code() {
    let steps = ["signature-missing", "signature-invalid", "signer-not-allowed", "subject-mismatch"];
    for step in 0..steps.len() {
        let case = Case::rejected("case", "several failures", "-", &["signature-missing"]);
        let case = scene::plain_with(case, |layout, image| {
            let statement = sign_statement(&image.digest);
            if step >= 1 {
                let envelope = cosign::envelope(&scene::stranger(), &statement.bytes());
                scene::add_bundle(layout, image, COSIGN_SIGN, &cosign::bundle(None, envelope));
            }
            if step >= 2 {
                scene::sign(layout, &scene::stranger(), image);
            }
            if step >= 3 {
                let other = sign_statement(&format!("sha256:{}", "0".repeat(64)));
                scene::add_bundle(layout, image, COSIGN_SIGN, &cosign::signed_bundle(&scene::org(), &other));
            }
        });
        let report = rejected(ask_new(&case), steps[step]);
        let found = codes(&report, Severity::Error);
        assert!(steps.iter().filter(|code| found.contains(code)).count() == 1, "{found:?}");
    }
}

#[test]
fn r2_11_an_envelope_has_exactly_one_signature() {
    no_because("dsse-two-signatures", "malformed");
    no_because("dsse-no-signature", "malformed");
}

#[test]
fn r2_12_a_payload_has_the_in_toto_type() {
    no_because("dsse-payload-type-wrong", "unsupported-format");
    no_because("dsse-duplicate-payload-type", "duplicate-key");
}

#[test]
fn r2_13_a_bundle_says_one_thing() {
    no_because("bundle-two-contents", "malformed");
    no_because("bundle-certificate-and-key", "malformed");
    no_because("bundle-version-unknown", "unsupported-format");
    no_because("bundle-duplicate-envelope", "duplicate-key");
}

#[test]
fn r2_14_all_known_algorithms_of_a_digest_set_match() {
    no("subject-digest-set-partly-wrong", "subject-mismatch");
    yes("subject-digest-set-right");
}

#[test]
fn r2_15_empty_sets_never_pass() {
    no("statement-empty-subject", "subject-mismatch");
    no_because("statement-no-subject-digest", "subject-mismatch");
    no_because("dsse-no-signature", "malformed");
    no("unsigned", "signature-missing");
    no("provenance-missing", "attestation-missing");
    no_because("statement-duplicate-subject", "duplicate-key");
    no_because("statement-type-unknown", "malformed");
}

#[test]
fn r2_16_thresholds_count_distinct_keys() {
    no("threshold-same-key-twice", "signature-missing");
    no("threshold-not-reached", "signature-missing");
    no("require-all-one-missing", "signature-missing");
    yes("two-signers-threshold");
    yes("require-all");
}

#[test]
fn r2_17_a_rule_wants_type_signer_and_builder() {
    no("attestation-type-confusion", "attestation-missing");
    no("sbom-missing", "attestation-missing");
    no("provenance-by-stranger", "signer-not-allowed");
    no("provenance-builder-not-allowed", "builder-not-allowed");
    no("provenance-without-builder", "builder-not-allowed");
    no("provenance-of-other-image", "subject-mismatch");
    no("attestation-unsigned", "signature-invalid");
    no("base-attestation-missing", "attestation-missing");
    yes("provenance-and-sbom-wanted");
}

#[test]
fn r2_18_an_invalid_predicate_satisfies_nothing() {
    no("provenance-predicate-invalid", "predicate-invalid");
}

/// A stranger's evidence is listed and changes neither verdict nor owners.
#[test]
fn r2_19_evidence_without_an_allowed_signer_changes_no_verdict() {
    let case = || Case::accepted("case", "a stranger's evidence beside an honest image", "-");
    let clean = accepted(ask_new(&scene::honest(case())));
    let mut noisy = scene::honest(case());
    let image = scene::app(&scene::base().images[0]).descriptor();
    scene::sign(&mut noisy.image, &scene::stranger(), &image);
    scene::attest(&mut noisy.image, &scene::stranger(), &image, CYCLONEDX, cyclonedx("app", &image.digest));
    let noisy = accepted(ask_new(&noisy));
    assert_eq!(first(&clean).segments, first(&noisy).segments);
    assert_eq!(first(&clean).signatures, first(&noisy).signatures);
    assert_eq!(first(&noisy).unverified.len(), first(&clean).unverified.len() + 2);
}

#[test]
fn r2_20_a_name_must_match_the_references() {
    no("references-mismatch", "image-not-allowed");
    no("references-no-name", "image-not-allowed");
    for case in ["references-by-as", "references-by-docker-reference", "references-by-subject-name"] {
        yes(case);
    }
}

#[test]
fn r2_21_a_key_proves_no_time() {
    let report = yes("derived-bundle");
    let platform = first(&report);
    assert!(platform.signatures.iter().all(|one| one.times.is_empty()));
    assert!(platform.attestations.iter().all(|one| one.times.is_empty()));
    assert!(platform.segments.iter().all(|one| one.signed_at.is_none()));
    assert!(
        platform.signatures.iter().all(|one| one.checks == ["signature", "subject"]),
        "only what was checked"
    );
}

#[test]
fn r2_23_a_signature_of_the_notary_project_is_named_and_never_counts() {
    for media_type in ["application/jose+json", "application/cose"] {
        let case = Case::rejected("case", "a signature by notation", "-", &["signature-missing"]);
        let case =
            scene::plain_with(case, |layout, image| cosign::notation_referrer(layout, image, media_type));
        let report = rejected(ask_new(&case), "signature-missing");
        let listed = &first(&report).unverified;
        let [one] = listed.as_slice() else { panic!("one entry: {listed:?}") };
        assert_eq!((one.code, one.what), (Code::UnsupportedFormat, UnverifiedKind::Signature));
        assert!(
            one.reason.contains("`notation verify`") && one.reason.contains(media_type),
            "{}",
            one.reason
        );
    }
}

/// Where provenance counts as the signature, its failure is the one to show; else it is no signature at all.
#[test]
fn r2_10b_the_failure_of_provenance_that_counts_as_signature_is_shown() {
    let ask = |policy: Policy, key: TestKey, other: bool, expected: &str| {
        let case = Case::rejected("case", "provenance that does not hold", "-", &["signature-missing"]);
        let case = scene::plain_with(case, |layout, image| {
            let digest = if other { format!("sha256:{}", "0".repeat(64)) } else { image.digest.clone() };
            let predicate = scene::provenance(&scene::base());
            let statement = attest_statement(scene::REPOSITORY, &digest, SLSA_V1, predicate);
            scene::add_bundle(layout, image, SLSA_V1, &cosign::signed_bundle(&key, &statement));
        });
        rejected(ask_new(&case.policy(policy)), expected);
    };
    let counts = || Policy::no_base().with("[org]", r#"signature = "provenance""#);
    ask(counts(), scene::stranger(), false, "signer-not-allowed");
    ask(counts(), scene::org(), true, "subject-mismatch");
    ask(Policy::no_base(), scene::stranger(), false, "signature-missing");
}

/// The annotation is in the signed payload, in either form; beside it, unsigned, it is nothing.
#[test]
fn r2_22_annotations_are_signed() {
    let wanted = || Policy::no_base().with("[org]", r#"annotations = { env = "production" }"#);
    let dsse = |annotations: &str| {
        let case = Case::rejected("case", "annotations", "-", &["signature-missing"]);
        let case = scene::plain_with(case, |layout, image| {
            let hex = image.digest.trim_start_matches("sha256:");
            let statement = format!(
                r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[{{"digest":{{"sha256":"{hex}"}},"annotations":{annotations}}}],"predicateType":"{COSIGN_SIGN}","predicate":{{}}}}"#
            );
            let envelope = cosign::envelope(&scene::org(), statement.as_bytes());
            scene::add_bundle(layout, image, COSIGN_SIGN, &cosign::bundle(None, envelope));
        });
        ask_new(&case.policy(wanted()))
    };
    accepted(dsse(r#"{"env":"production","team":"orders"}"#));
    for other in ["{}", r#"{"env":"test"}"#, r#"{"ENV":"production"}"#, r#"{"env":["production"]}"#] {
        rejected(dsse(other), "signature-missing");
    }
    let simple = |optional: &str| {
        let case = Case::rejected("case", "annotations", "-", &["signature-missing"]);
        let case = scene::plain_with(case, |layout, image| {
            let payload = cosign::payload("registry.acme.test/orders/api", &image.digest).bytes();
            let payload = String::from_utf8(payload)
                .unwrap()
                .replace(r#""optional":null"#, &format!(r#""optional":{optional}"#));
            let key = scene::org();
            let stored = layout.put("application/vnd.dev.cosign.simplesigning.v1+json", payload.clone());
            let layer =
                stored.annotated("dev.cosignproject.cosign/signature", &key.sign_base64(payload.as_bytes()));
            // The unsigned annotation says what the policy wants; it must not count.
            let layer = layer.annotated("env", "production");
            let config = layout.put("application/vnd.oci.image.config.v1+json", *b"{}");
            let manifest = object! {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": config.go_json(),
                "layers": [layer.go_json()],
            };
            let manifest = layout.put("application/vnd.oci.image.manifest.v1+json", manifest.bytes());
            layertrust_testkit::export::digest_tag(layout, &image.digest, "sig", &manifest);
        });
        ask_new(&case.policy(wanted()))
    };
    accepted(simple(r#"{"env":"production"}"#));
    rejected(simple("null"), "signature-missing");
    rejected(simple(r#"{"env":"test"}"#), "signature-missing");
}

#[test]
fn r2_24_a_build_is_what_the_policy_asks() {
    for case in [
        "provenance-source",
        "provenance-source-as-written",
        "provenance-source-ref",
        "provenance-build-type",
        "provenance-parameters",
    ] {
        yes(case);
    }
    for case in [
        "provenance-source-not-allowed",
        "provenance-source-ref-not-allowed",
        "provenance-source-local",
        "provenance-parameter-differs",
        "provenance-parameter-of-another-type",
        "provenance-parameter-absent",
    ] {
        no(case, "source-not-allowed");
    }
    no("provenance-build-type-not-allowed", "builder-not-allowed");
    let report = no("provenance-build-type-unknown", "source-not-allowed");
    assert!(report.errors().any(|finding| finding.message.contains("is not known")), "{:?}", report.findings);
}

#[test]
fn r2_25_dependencies_are_the_base_and_what_the_policy_names() {
    for case in [
        "provenance-base-dependency",
        "provenance-base-dependency-by-platform",
        "provenance-builder-images",
        "provenance-builder-images-none",
    ] {
        yes(case);
    }
    for case in [
        "provenance-base-dependency-other-digest",
        "provenance-base-dependency-absent",
        "provenance-builder-images-other",
        "provenance-builder-images-without-digest",
        "provenance-builder-images-not-even-one",
    ] {
        no(case, "dependency-not-allowed");
    }
}

#[test]
fn r2_26_a_draft_is_no_provenance() {
    no("provenance-draft", "predicate-invalid");
}
