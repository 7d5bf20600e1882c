use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::policy::Policy;
use crate::policy::file::tests::{ORG, policy};

fn with(kind: &str, line: &str) -> Result<Policy> {
    policy(&format!("{ORG}[[org.attestation]]\ntype = {kind:?}\n{line}\n"))
}

const KEYS: [&str; 6] = [
    r#"build-type = ["https://example.com/x@v1"]"#,
    r#"source = ["git+https://github.com/acme/*"]"#,
    r#"source-ref = ["refs/tags/*"]"#,
    "external-parameters = { workflow.path = \"x\", inputs.push = true, level = -1, list = [1, \"a\"] }",
    "base-dependency = true",
    "builder-images = []",
];

#[test]
fn every_key_is_in_the_resolved_policy() {
    let digests: BTreeSet<String> =
        KEYS.iter().map(|line| with("slsa-provenance", line).unwrap().digest()).collect();
    assert_eq!(digests.len(), KEYS.len());
    let all = with("slsa-provenance", &KEYS.join("\n")).unwrap().summary();
    let expected = json!({
        "type": "slsa-provenance",
        "signers": ["ci"],
        "builder": [],
        "build-type": ["https://example.com/x@v1"],
        "source": ["git+https://github.com/acme/*"],
        "source-ref": ["refs/tags/*"],
        "external-parameters": [
            { "path": ["inputs", "push"], "value": true },
            { "path": ["level"], "value": -1 },
            { "path": ["list"], "value": [1, "a"] },
            { "path": ["workflow", "path"], "value": "x" },
        ],
        "base-dependency": true,
        "builder-images": [],
    });
    assert_eq!(all["org"]["attestation"][0], expected);
}

#[test]
fn a_rule_that_asks_nothing_has_no_more_in_it_than_before() {
    let plain = with("slsa-provenance", "").unwrap();
    let rule = &plain.summary()["org"]["attestation"][0];
    assert_eq!(*rule, json!({ "type": "slsa-provenance", "signers": ["ci"], "builder": [] }));
    assert_eq!(with("slsa-provenance", "base-dependency = false").unwrap().digest(), plain.digest());
}

#[test]
fn other_types_are_asked_nothing_about_a_build() {
    for line in KEYS.iter().copied().chain(["base-dependency = false", "builder = [\"x\"]"]) {
        let error = with("sbom", line).unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid, "{line}");
        let key = line.split(' ').next().unwrap();
        assert!(error.to_string().contains(key), "{error}");
    }
}

#[test]
fn what_asks_nothing_or_cannot_be_asked_is_refused() {
    for line in [
        "source = []",
        "source-ref = []",
        "build-type = []",
        "source = [\"\"]",
        "builder-images = [\"a***b\"]",
        "external-parameters = {}",
        "external-parameters = { a = {} }",
        "external-parameters = { a = 2026-01-01 }",
        "external-parameters = { a = [2026-01-01T00:00:00Z] }",
        "external-parameters = [\"a\"]",
        "base-dependency = \"yes\"",
    ] {
        assert_eq!(with("slsa-provenance", line).unwrap_err().code(), Code::PolicyInvalid, "{line}");
    }
    let base = format!("[[base.attestation]]\ntype = \"slsa-provenance\"\nbase-dependency = true\n{ORG}");
    let error = policy(&base).unwrap_err();
    assert!(error.to_string().contains("[[base.attestation]] base-dependency"), "{error}");
}

#[test]
fn a_quoted_key_is_one_key_and_a_dotted_one_a_path() {
    let rule = |line: &str| with("slsa-provenance", line).unwrap().summary()["org"]["attestation"][0].clone();
    let path = |line: &str| rule(line)["external-parameters"][0]["path"].clone();
    assert_eq!(path("external-parameters.a.b = 1"), json!(["a", "b"]));
    assert_eq!(path("external-parameters = { a = { b = 1 } }"), json!(["a", "b"]));
    assert_eq!(path("external-parameters = { \"a.b\" = 1 }"), json!(["a.b"]));
}

const OF_VSA: [&str; 4] = [
    r#"verifier = ["https://verifier.example/*"]"#,
    r#"resource = ["registry.example.com/orders/**"]"#,
    r#"levels = ["SLSA_BUILD_LEVEL_3", "ACME_L1"]"#,
    r#"policy-digest = ["sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]"#,
];

#[test]
fn what_is_asked_of_summaries_is_in_the_resolved_policy() {
    let digests: BTreeSet<String> = OF_VSA.iter().map(|line| with("vsa", line).unwrap().digest()).collect();
    assert_eq!(digests.len(), OF_VSA.len());
    let all = with("vsa", &OF_VSA.join("\n")).unwrap().summary();
    let expected = json!({
        "type": "vsa",
        "signers": ["ci"],
        "builder": [],
        "verifier": ["https://verifier.example/*"],
        "resource": ["registry.example.com/orders/**"],
        "levels": ["SLSA_BUILD_LEVEL_3", "ACME_L1"],
        "policy-digest": [format!("sha256:{}", "a".repeat(64))],
    });
    assert_eq!(all["org"]["attestation"][0], expected);
    let plain = with("vsa", "").unwrap().summary();
    assert_eq!(plain["org"]["attestation"][0], json!({ "type": "vsa", "signers": ["ci"], "builder": [] }));
}

#[test]
fn only_summaries_are_asked_what_a_verifier_found() {
    for line in OF_VSA {
        let error = with("slsa-provenance", line).unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid, "{line}");
        let key = line.split(' ').next().unwrap();
        assert!(error.to_string().contains(key), "{error}");
    }
    for line in KEYS {
        assert_eq!(with("vsa", line).unwrap_err().code(), Code::PolicyInvalid, "{line}");
    }
    for line in [
        "verifier = []",
        "verifier = [\"\"]",
        "verifier = \"https://verifier.example\"",
        "resource = []",
        "resource = [\"a***b\"]",
        "levels = []",
        "levels = [\"\"]",
        "levels = [\"FAILED\"]",
        "policy-digest = []",
        "policy-digest = [\"\"]",
        "policy-digest = [\"sha256:AA\"]",
        "policy-digest = [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]",
    ] {
        assert_eq!(with("vsa", line).unwrap_err().code(), Code::PolicyInvalid, "{line}");
    }
}

/// Each key of Docker's results, the type that has it, and what is wrong with a value.
const RESULTS: [(&str, &str); 3] = [
    ("dhi-fips", r#"status = ["active", "historical"]"#),
    ("dhi-fips", r#"sunset-after = "2027-01-01""#),
    ("dhi-stig", "minimum-score = 90"),
];

#[test]
fn what_is_asked_of_results_is_in_the_resolved_policy() {
    for (kind, line) in RESULTS {
        let (plain, asked) = (with(kind, "").unwrap(), with(kind, line).unwrap());
        assert_ne!(plain.digest(), asked.digest(), "{line}");
        let key = line.split(' ').next().unwrap();
        let rule = |policy: &Policy| policy.summary()["org"]["attestation"][0][key].clone();
        assert!(rule(&plain).is_null() && !rule(&asked).is_null(), "{line}");
    }
    let both = with("dhi-fips", "status = [\"active\"]\nsunset-after = \"2027-01-01\"").unwrap().summary();
    let rule = &both["org"]["attestation"][0];
    assert_eq!((&rule["status"], &rule["sunset-after"]), (&json!(["active"]), &json!("2027-01-01")));
}

#[test]
fn results_are_asked_of_their_own_type_alone() {
    for (kind, line) in RESULTS {
        let key = line.split(' ').next().unwrap();
        for other in AttestationType::ALL.iter().map(AttestationType::name).filter(|other| *other != kind) {
            let error = with(other, line).unwrap_err();
            assert_eq!(error.code(), Code::PolicyInvalid, "{other} {line}");
            assert!(error.to_string().contains(key), "{error}");
        }
    }
    for (kind, line) in [
        ("dhi-fips", "status = []"),
        ("dhi-fips", "status = [\"\"]"),
        ("dhi-fips", "status = \"active\""),
        ("dhi-fips", "sunset-after = \"2027-02-30\""),
        ("dhi-fips", "sunset-after = \"soon\""),
        ("dhi-fips", "sunset-after = 2027-01-01"),
        ("dhi-stig", "minimum-score = 101"),
        ("dhi-stig", "minimum-score = 356"),
        ("dhi-stig", "minimum-score = -1"),
        ("dhi-stig", "minimum-score = 99.5"),
        ("dhi-stig", "minimum-score = \"90\""),
    ] {
        assert_eq!(with(kind, line).unwrap_err().code(), Code::PolicyInvalid, "{line}");
    }
    assert!(with("dhi-stig", "minimum-score = 100").is_ok() && with("dhi-stig", "minimum-score = 0").is_ok());
}
