use serde_json::{Value, json};

use super::*;
use crate::limits::Limits;
use crate::statement::predicate::{Predicate, PredicateType};

fn parse(version: &str, predicate: &Value) -> Result<Predicate> {
    let kind = PredicateType::new(&format!("https://slsa.dev/verification_summary/{version}"));
    Predicate::parse(&kind, &predicate.to_string(), &Limits::default())
}

fn read(predicate: &Value) -> Result<Summary> {
    match parse("v1", predicate)? {
        Predicate::Summary(read) => Ok(*read),
        other => panic!("{other:?}"),
    }
}

/// All that the specification defines.
fn full() -> Value {
    json!({
        "verifier": { "id": "https://verifier.example/v1", "version": { "layertrust": "1.2.3" } },
        "timeVerified": "2026-11-17T06:00:00.25Z",
        "resourceUri": "pkg:docker/acme/orders@1.4.2",
        "policy": { "uri": "https://policies.example/p", "digest": { "sha256": "a".repeat(64) } },
        "inputAttestations": [{ "uri": "https://x.example/1", "digest": { "sha256": "b".repeat(64) } }],
        "verificationResult": "PASSED",
        "verifiedLevels": ["SLSA_BUILD_LEVEL_2", "SLSA_SOURCE_LEVEL_UNEVALUATED", "ACME_L1"],
        "dependencyLevels": { "SLSA_BUILD_LEVEL_3": 5, "SLSA_BUILD_LEVEL_0": 0 },
        "slsaVersion": "1.2",
        "https://other.example/extension": { "anything": null },
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut predicate = full();
    predicate[key] = value;
    predicate
}

fn without(path: &[&str]) -> Value {
    let mut predicate = full();
    let (last, objects) = path.split_last().unwrap();
    let object = objects.iter().fold(&mut predicate, |value, key| &mut value[key]);
    object.as_object_mut().unwrap().remove(*last).unwrap();
    predicate
}

fn refused(predicate: &Value) -> String {
    let error = read(predicate).unwrap_err();
    assert_eq!(error.code(), Code::PredicateInvalid, "{predicate}");
    error.message()
}

#[test]
fn everything_that_is_specified_is_a_fact() {
    let read = read(&full()).unwrap();
    let expected = json!({
        "verifier": "https://verifier.example/v1",
        "verifier-version": { "layertrust": "1.2.3" },
        "verified": "2026-11-17T06:00:00.25Z",
        "resource": "pkg:docker/acme/orders@1.4.2",
        "policy": "https://policies.example/p",
        "policy-digest": { "sha256": "a".repeat(64) },
        "result": "PASSED",
        "levels": ["SLSA_BUILD_LEVEL_2", "SLSA_SOURCE_LEVEL_UNEVALUATED", "ACME_L1"],
        "dependency-levels": { "SLSA_BUILD_LEVEL_0": 0, "SLSA_BUILD_LEVEL_3": 5 },
        "input-attestations": 1,
        "slsa-version": "1.2",
    });
    assert_eq!(json!(read.facts()), expected);
    assert_eq!(read.verified, Some("2026-11-17T06:00:00.25Z".parse().unwrap()));
    let digest = |letter: &str| format!("sha256:{}", letter.repeat(64)).parse::<Digest>().unwrap();
    assert!(read.is_by_policy(&digest("a")));
    assert!(!read.is_by_policy(&digest("b")));
}

#[test]
fn what_is_optional_may_be_left_out_or_null() {
    let optional: [&[&str]; 6] = [
        &["verifier", "version"],
        &["timeVerified"],
        &["policy", "digest"],
        &["inputAttestations"],
        &["dependencyLevels"],
        &["slsaVersion"],
    ];
    for path in optional {
        let left_out = read(&without(path)).unwrap();
        assert_eq!(left_out.facts().len(), 10, "{path:?}");
        let (last, objects) = path.split_last().unwrap();
        let mut null = full();
        objects.iter().fold(&mut null, |value, key| &mut value[key])[last] = Value::Null;
        assert_eq!(read(&null).unwrap().facts(), left_out.facts(), "{path:?}");
    }
    let no_dependencies = read(&with("dependencyLevels", json!({}))).unwrap();
    assert_eq!(no_dependencies.facts()["dependency-levels"], json!({}), "no dependencies is a claim");
}

#[test]
fn what_is_required_and_missing_is_named() {
    let required: [&[&str]; 5] = [
        &["verifier", "id"],
        &["resourceUri"],
        &["policy", "uri"],
        &["verificationResult"],
        &["verifiedLevels"],
    ];
    for path in required {
        let message = refused(&without(path));
        assert!(message.contains(&path.join(".")), "{message}");
        let others = required.iter().filter(|other| **other != path).map(|other| other.join("."));
        assert!(others.into_iter().all(|other| !message.contains(&other)), "{message}");
    }
    let message = refused(&json!({}));
    assert!(required.iter().all(|path| message.contains(&path.join("."))), "{message}");
    refused(&json!("PASSED"));
    refused(&with("resourceUri", json!("")));
    refused(&with("verifier", json!("https://verifier.example")));
}

#[test]
fn another_shape_is_refused() {
    for (key, value) in [
        ("verifier", json!({ "id": 1 })),
        ("verifier", json!({ "id": "x", "version": "1.0" })),
        ("verifier", json!({ "id": "x", "version": { "a": 1 } })),
        ("timeVerified", json!("yesterday")),
        ("timeVerified", json!(1_700_000_000)),
        ("resourceUri", json!(["x"])),
        ("policy", json!({ "uri": "x", "digest": ["a"] })),
        ("policy", json!({ "uri": "x", "digest": { "sha256": 1 } })),
        ("inputAttestations", json!({})),
        ("inputAttestations", json!(["x"])),
        ("verifiedLevels", json!("SLSA_BUILD_LEVEL_3")),
        ("verifiedLevels", json!([3])),
        ("verifiedLevels", json!([""])),
        ("dependencyLevels", json!([])),
        ("dependencyLevels", json!({ "SLSA_BUILD_LEVEL_3": "5" })),
        ("dependencyLevels", json!({ "SLSA_BUILD_LEVEL_3": -1 })),
        ("slsaVersion", json!(1.0)),
    ] {
        refused(&with(key, value));
    }
}

#[test]
fn only_two_results_are_known() {
    assert!(read(&full()).unwrap().has_passed);
    for failed in [json!(["FAILED"]), json!([]), json!(["SLSA_BUILD_LEVEL_1"])] {
        let mut predicate = with("verificationResult", json!("FAILED"));
        predicate["verifiedLevels"] = failed;
        assert!(!read(&predicate).unwrap().has_passed);
    }
    for other in ["passed", "PASSED ", "WARNING", "true"] {
        let message = refused(&with("verificationResult", json!(other)));
        assert!(message.contains(&format!("{other:?}")), "{message}");
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    for levels in [
        json!(["FAILED"]),
        json!(["SLSA_BUILD_LEVEL_3", "FAILED"]),
        json!([]),
        json!(["SLSA_BUILD_LEVEL_1", "SLSA_BUILD_LEVEL_3"]),
        json!(["SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_UNEVALUATED"]),
    ] {
        refused(&with("verifiedLevels", levels));
    }
    read(&with("verifiedLevels", json!(["SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_3"]))).unwrap();
}

#[test]
fn a_level_implies_those_below_it_in_its_track() {
    for (level, wanted, expected) in [
        ("SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_3", true),
        ("SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_1", true),
        ("SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_0", true),
        ("SLSA_BUILD_LEVEL_10", "SLSA_BUILD_LEVEL_9", true),
        ("SLSA_BUILD_LEVEL_2", "SLSA_BUILD_LEVEL_3", false),
        ("SLSA_SOURCE_LEVEL_3", "SLSA_BUILD_LEVEL_1", false),
        ("SLSA_BUILD_LEVEL_3", "slsa_build_level_3", false),
        ("SLSA_BUILD_LEVEL_UNEVALUATED", "SLSA_BUILD_LEVEL_0", false),
        ("SLSA_BUILD_LEVEL_UNEVALUATED", "SLSA_BUILD_LEVEL_UNEVALUATED", true),
        ("SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_UNEVALUATED", false),
        ("SLSA_BUILD_LEVEL_03", "SLSA_BUILD_LEVEL_3", false),
        ("SLSA_BUILD_LEVEL_+3", "SLSA_BUILD_LEVEL_3", false),
        ("SLSA_BUILD_LEVEL_", "SLSA_BUILD_LEVEL_0", false),
        ("SLSA_BUILD_LEVEL_99999999999", "SLSA_BUILD_LEVEL_3", false),
        ("SLSA__LEVEL_3", "SLSA__LEVEL_1", false),
        ("SLSA_BUILD_LEVEL_3 ", "SLSA_BUILD_LEVEL_3", false),
        ("ACME_BUILD_LEVEL_3", "ACME_BUILD_LEVEL_1", false),
        ("ACME_L3", "ACME_L3", true),
        ("SLSA_SOURCE_TWO_PARTY_REVIEWED", "SLSA_SOURCE_TWO_PARTY_REVIEWED", true),
    ] {
        let read = read(&with("verifiedLevels", json!([level])));
        let has = read.is_ok_and(|read| read.has_level(wanted));
        assert_eq!(has, expected, "{level} for {wanted}");
    }
}

#[test]
fn drafts_are_known_and_not_read() {
    for version in ["v0.1", "v0.2"] {
        let error = parse(version, &full()).unwrap_err();
        assert_eq!(error.code(), Code::PredicateInvalid);
        assert!(
            error
                .message()
                .contains(&format!("an old draft, https://slsa.dev/verification_summary/{version}"))
        );
    }
}

#[test]
fn lists_are_bounded() {
    let words = |count: usize| (0..count).map(|number| json!(format!("ACME_{number}"))).collect::<Value>();
    let counts = |count: usize| {
        Value::Object((0..count).map(|number| (format!("ACME_{number}"), json!(number))).collect())
    };
    read(&with("verifiedLevels", words(SUMMARY_LEVELS))).unwrap();
    read(&with("dependencyLevels", counts(SUMMARY_LEVELS))).unwrap();
    for predicate in [
        with("verifiedLevels", words(SUMMARY_LEVELS + 1)),
        with("dependencyLevels", counts(SUMMARY_LEVELS + 1)),
    ] {
        assert_eq!(read(&predicate).unwrap_err().code(), Code::LimitExceeded);
    }
}

#[test]
fn a_key_twice_is_refused_and_letter_case_is_free() {
    let kind = PredicateType::new("https://slsa.dev/verification_summary/v1");
    let twice = full().to_string().replacen('{', r#"{"verificationResult":"FAILED","#, 1);
    let error = Predicate::parse(&kind, &twice, &Limits::default()).unwrap_err();
    assert_eq!(error.code(), Code::DuplicateKey);
    // Another key, which nobody defined.
    assert!(read(&with("VerificationResult", json!("FAILED"))).unwrap().has_passed);
}
