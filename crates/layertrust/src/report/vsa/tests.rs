use super::*;
use crate::limits::Limits;
use crate::statement::Statement;
use crate::statement::predicate::Predicate;

const VERIFIER: &str = "https://ci.example.com/verifier";

fn digest(letter: &str) -> String {
    format!("sha256:{}", letter.repeat(64))
}

fn platform(name: &str, letter: &str, verdict: &str) -> Value {
    let segment = |owner: &str, layers: [usize; 2]| {
        json!({
            "owner": owner, "layers": layers, "image": digest(letter), "proof": "same-blob", "signers": [],
        })
    };
    json!({
        "platform": name, "digest": digest(letter), "verdict": verdict, "signed_at": "platform",
        "segments": [segment("vendor", [0, 2]), segment("org", [2, 3])],
        "layers": [],
        "config": { "owner": "org", "changes": [] },
        "base_candidates": [], "signatures": [], "attestations": [], "unverified": [],
    })
}

/// An image of two platforms, accepted.
fn value() -> Value {
    let input = |letter: &str, role: &str| json!({ "digest": digest(letter), "role": role });
    json!({
        "schema": "layertrust.report/v1",
        "tool": { "name": "layertrust", "version": "9.8.7" },
        "verdict": "accepted",
        "scope": "all",
        "image": { "reference": "oci:app", "digest": digest("0"), "kind": "index" },
        "now": { "time": "2026-11-24T12:00:00Z", "source": "argument" },
        "options": { "layers": "auto", "as": "registry.example.com:5000/orders:1.2" },
        "policy": { "name": "my org", "mode": "enforce", "digest": digest("f") },
        "inputs": [
            input("0", "index"), input("1", "manifest"), input("2", "config"), input("3", "base-manifest"),
            input("4", "base-config"), input("5", "carrier"), input("6", "signed"),
            input("7", "attestation-manifest"), input("8", "statement"),
        ],
        "exceptions_used": [],
        "findings": [],
        "platforms": [
            platform("linux/amd64", "a", "accepted"), platform("linux/arm64", "b", "accepted"),
        ],
    })
}

fn vsa(report: &Value) -> Result<Option<Value>> {
    serde_json::from_value::<Report>(report.clone()).unwrap().to_vsa(VERIFIER)
}

fn with(path: &str, new: Value) -> Value {
    let mut report = value();
    *report.pointer_mut(path).unwrap() = new;
    report
}

fn subjects(statement: &Value) -> Vec<&str> {
    let subjects = statement["subject"].as_array().unwrap().iter();
    subjects.map(|subject| subject["digest"]["sha256"].as_str().unwrap().get(..1).unwrap()).collect()
}

#[test]
fn our_own_reader_reads_what_is_written() {
    let statement = vsa(&value()).unwrap().unwrap();
    let read = Statement::parse(statement.to_string().as_bytes(), &Limits::default()).unwrap();
    let Ok(Predicate::Summary(read)) = read.predicate else { panic!("{statement}") };
    let expected = json!({
        "verifier": VERIFIER,
        "verifier-version": { "layertrust": "9.8.7" },
        "verified": "2026-11-24T12:00:00Z",
        "resource": "oci://registry.example.com:5000/orders",
        "policy": "layertrust:policy/my%20org",
        "policy-digest": { "sha256": "f".repeat(64) },
        "result": "PASSED",
        "levels": [
            "SLSA_BUILD_LEVEL_UNEVALUATED", "LAYERTRUST_OWNED", "LAYERTRUST_VENDOR_BASE",
            "LAYERTRUST_VENDOR_BASE_SAME_BLOB", "LAYERTRUST_ORG_SIGNED",
        ],
        "input-attestations": 4,
        "slsa-version": "1.2",
    });
    assert_eq!(json!(read.facts()), expected);
    let inputs = statement["predicate"]["inputAttestations"].as_array().unwrap().iter();
    let roles: Vec<&Value> = inputs.map(|input| &input["annotations"]["layertrust:role"]).collect();
    assert_eq!(json!(roles), json!(["carrier", "signed", "attestation-manifest", "statement"]));
    let platform = &statement["predicate"]["layertrust:platforms"][1];
    assert_eq!(platform["digest"]["sha256"], "b".repeat(64));
    assert_eq!(platform["segments"][1]["layers"], json!([2, 3]));
}

#[test]
fn subjects_are_the_index_and_all_platforms_or_only_those_asked_for() {
    let all = vsa(&value()).unwrap().unwrap();
    assert_eq!(subjects(&all), ["0", "a", "b"]);
    assert_eq!(all["subject"][0]["name"], "registry.example.com:5000/orders");
    let mut asked = with("/scope", json!(["linux/arm64"]));
    asked["platforms"].as_array_mut().unwrap().remove(0);
    assert_eq!(subjects(&vsa(&asked).unwrap().unwrap()), ["b"]);
    let mut manifest =
        with("/image", json!({ "reference": "oci:app", "digest": digest("a"), "kind": "manifest" }));
    manifest["platforms"].as_array_mut().unwrap().pop();
    assert_eq!(subjects(&vsa(&manifest).unwrap().unwrap()), ["a"]);
}

#[test]
fn a_rejection_is_about_what_failed() {
    let mut report = with("/verdict", json!("rejected"));
    report["platforms"][1]["verdict"] = json!("rejected");
    let statement = vsa(&report).unwrap().unwrap();
    assert_eq!(subjects(&statement), ["0", "b"], "arm64 is what failed");
    assert_eq!(statement["predicate"]["verificationResult"], "FAILED");
    assert_eq!(statement["predicate"]["verifiedLevels"], json!(["FAILED"]));
    // The index could not even be read.
    report["platforms"] = json!([]);
    report["image"] = json!({ "reference": "oci:app", "digest": digest("0") });
    assert_eq!(subjects(&vsa(&report).unwrap().unwrap()), ["0"]);
    report["scope"] = json!(["linux/amd64"]);
    assert!(vsa(&report).unwrap().is_none(), "no platform of those asked for was seen");
    report["scope"] = json!("all");
    report["image"] = json!({ "reference": "oci:app" });
    assert!(vsa(&report).unwrap().is_none(), "not even a digest is known");
}

#[test]
fn without_a_yes_or_no_there_is_no_statement() {
    assert!(vsa(&with("/verdict", json!("unknown"))).unwrap().is_none());
    let mut facts = with("/schema", json!("layertrust.facts/v1"));
    assert!(vsa(&facts).unwrap().is_none());
    facts.as_object_mut().unwrap().remove("verdict");
    facts.as_object_mut().unwrap().remove("policy");
    assert!(vsa(&facts).unwrap().is_none());
    assert!(vsa(&with("/platforms", json!([]))).unwrap().is_some_and(|one| subjects(&one) == ["0"]));
}

#[test]
fn a_word_holds_of_every_platform_or_is_not_there() {
    for (path, new, gone) in [
        ("/platforms/1/segments/1/owner", json!("unattributed"), vec!["LAYERTRUST_OWNED"]),
        ("/platforms/0/config/owner", json!("unattributed"), vec!["LAYERTRUST_OWNED"]),
        ("/platforms/1/segments/0/proof", json!("recomputed"), vec!["LAYERTRUST_VENDOR_BASE_SAME_BLOB"]),
        (
            "/platforms/1/segments/0/proof",
            json!("claimed"),
            vec!["LAYERTRUST_VENDOR_BASE", "LAYERTRUST_VENDOR_BASE_SAME_BLOB"],
        ),
        (
            "/platforms/0/segments/0/owner",
            json!("org"),
            vec!["LAYERTRUST_VENDOR_BASE", "LAYERTRUST_VENDOR_BASE_SAME_BLOB"],
        ),
        ("/platforms/0/signed_at", Value::Null, vec!["LAYERTRUST_ORG_SIGNED"]),
    ] {
        let words = |report: &Value| {
            let statement = vsa(report).unwrap().unwrap();
            serde_json::from_value::<Vec<String>>(statement["predicate"]["verifiedLevels"].clone()).unwrap()
        };
        let (all, left) = (words(&value()), words(&with(path, new)));
        let missing: Vec<&String> = all.iter().filter(|word| !left.contains(word)).collect();
        assert_eq!(missing, gone, "{path}");
    }
}

#[test]
fn a_used_exception_is_not_kept_quiet() {
    let exception = json!({ "code": "added-path", "until": "2027-01-31", "reason": "OPS-1234" });
    let statement = vsa(&with("/exceptions_used", json!([exception]))).unwrap().unwrap();
    assert_eq!(statement["predicate"]["layertrust:exceptions"][0]["reason"], "OPS-1234");
    assert!(vsa(&value()).unwrap().unwrap()["predicate"].get("layertrust:exceptions").is_none());
}

#[test]
fn who_verified_what_must_be_said() {
    let report: Report = serde_json::from_value(value()).unwrap();
    for verifier in ["", "ci", "https:", ":x", "1a:x", "a b:c", "https://ci.example.com/a b", "https://ci\n"]
    {
        assert_eq!(report.to_vsa(verifier).unwrap_err().code(), Code::Usage, "{verifier:?}");
    }
    assert!(report.to_vsa("urn:example:ci").is_ok());
    for name in ["", ":1.2", "a b", "orders?x", "\u{202e}orders", "@sha256:00"] {
        let error = vsa(&with("/options/as", json!(name))).unwrap_err();
        assert_eq!(error.code(), Code::Usage, "{name:?}");
    }
    let mut nameless = value();
    nameless["options"].as_object_mut().unwrap().remove("as");
    assert!(vsa(&nameless).unwrap_err().advice().contains("--as"));
}
