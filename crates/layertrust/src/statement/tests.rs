use super::*;
use crate::statement::predicate::Kind;

const IMAGE: &[u8] = b"the manifest";

fn statement(subjects: &str, kind: &str, predicate: &str) -> Result<Statement> {
    let text = format!(
        r#"{{"_type":"https://in-toto.io/Statement/v1","subject":{subjects},"predicateType":"{kind}","predicate":{predicate}}}"#
    );
    Statement::parse(text.as_bytes(), &Limits::default())
}

fn about(digests: &str) -> bool {
    let statement = statement(&format!("[{{\"digest\":{{{digests}}}}}]"), "x", "{}").unwrap();
    !statement.subjects_matching(&Digest::sha256(IMAGE), IMAGE).is_empty()
}

#[test]
fn a_digest_set_matches_only_if_all_its_known_algorithms_do() {
    let right = Digest::sha256(IMAGE).hex();
    let right512 = Digest::of(crate::Algorithm::Sha512, IMAGE).hex();
    assert!(about(&format!(r#""sha256":"{right}""#)));
    assert!(about(&format!(r#""sha256":"{right}","sha512":"{right512}""#)));
    assert!(about(&format!(r#""sha256":"{right}","gitCommit":"abc""#)));
    assert!(!about(&format!(r#""sha256":"{right}","sha512":"{}""#, "0".repeat(128))));
    assert!(!about(&format!(r#""sha256":"{right}","sha384":"{}""#, "0".repeat(96))));
    assert!(
        !about(&format!(r#""sha512":"{right512}""#)),
        "the algorithm of the image's own digest is absent"
    );
    assert!(!about(&format!(r#""sha256":"{}""#, right.to_uppercase())));
    assert!(!about(""));
}

#[test]
fn no_subject_matches_nothing_and_a_null_subject_is_refused() {
    let none = statement("[]", "x", "{}").unwrap();
    assert!(none.subjects_matching(&Digest::sha256(IMAGE), IMAGE).is_empty());
    assert_eq!(statement("[null]", "x", "{}").unwrap_err().code(), Code::Malformed);
    assert_eq!(statement("null", "x", "{}").unwrap_err().code(), Code::Malformed);
}

#[test]
fn types_are_matched_by_version_and_never_by_prefix() {
    let kind = |uri: &str| PredicateType::new(uri).kind();
    assert_eq!(kind("https://slsa.dev/provenance/v1"), Kind::SlsaProvenance);
    assert_eq!(kind("https://slsa.dev/provenance/v0.1"), Kind::SlsaProvenance, "a draft, which is not read");
    assert_eq!(kind("https://slsa.dev/provenance/v0.1?draft"), Kind::Other);
    assert_eq!(kind("https://slsa.dev/provenance/v1.1"), Kind::Other);
    assert_eq!(kind("https://cyclonedx.org/bom/v1.6"), Kind::CycloneDx);
    assert_eq!(kind("https://cyclonedx.org/bomb"), Kind::Other);
    assert_eq!(kind("https://spdx.dev/Document/v2.3"), Kind::Spdx);
    assert_eq!(kind("https://spdx.dev/Documents"), Kind::Other);
}

#[test]
fn a_predicate_is_a_map_exact_duplicates_are_refused_and_case_is_free() {
    let bom = "https://cyclonedx.org/bom";
    let with = |more: &str| {
        let document = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6",{more}}}"#);
        statement("[]", bom, &document).unwrap().predicate
    };
    assert!(with(r#""A":1,"a":2,"SpecVersion":7"#).is_ok());
    assert_eq!(with(r#""a":{"b":1,"b":2}"#).unwrap_err().code(), Code::DuplicateKey);
    assert_eq!(statement("[]", bom, "null").unwrap().predicate.unwrap_err().code(), Code::PredicateInvalid);
}

/// `cosign attest --type spdx` writes the document as one string, JSON or tags and values.
#[test]
fn an_sbom_is_an_object_and_spdx_may_be_text() {
    let code = |kind: &str, predicate: &str| {
        statement("[]", kind, predicate).unwrap().predicate.err().map(|error| error.code())
    };
    let (spdx, cyclonedx, scout) =
        ("https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://scout.docker.com/sbom/v0.1");
    let object = r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"a","documentNamespace":"https://a.test",
        "creationInfo":{"created":"2026-11-20T09:15:00Z","creators":["Tool: a-1"]}}"#;
    let tags = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nDocumentNamespace: https://a.test\nCreated: 2026-11-20T09:15:00Z\n";
    let text = |text: &str| serde_json::Value::from(text).to_string();
    for text in [text(object), text(tags)] {
        assert_eq!(code(spdx, &text), None, "{text}");
        assert_eq!(code("https://spdx.dev/Document/v2.3", &text), None, "{text}");
        assert_eq!(code("https://spdx.dev/Document/v2.2", &text), Some(Code::PredicateMismatch), "{text}");
        assert_eq!(code(cyclonedx, &text), Some(Code::PredicateInvalid), "{text}");
        assert_eq!(code(scout, &text), Some(Code::PredicateInvalid), "{text}");
    }
    assert_eq!(code(spdx, object), None);
    assert_eq!(code(cyclonedx, r#"{"bomFormat":"CycloneDX","specVersion":"1.6"}"#), None);
    assert_eq!(code(scout, r#"{"artifacts":[]}"#), None);
    for kind in [spdx, cyclonedx, scout] {
        for wrong in
            ["{}", "null", "[]", "7", "true", "\"\"", "\" \\n\"", "\"Hello: you\"", "\"{}\"", "\"{\""]
        {
            let expected =
                if wrong == "\"{\"" && kind == spdx { Code::Malformed } else { Code::PredicateInvalid };
            assert_eq!(code(kind, wrong), Some(expected), "{kind} {wrong}");
        }
    }
}

/// `cosign attest --type custom`: any text, of no type that a rule asks for.
#[test]
fn cosigns_own_predicate_is_none_that_is_known() {
    let custom = "https://cosign.sigstore.dev/attestation/v1";
    let digest = Digest::sha256(IMAGE);
    let text = format!(
        r#"{{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"{custom}","subject":[{{"name":"registry.example.com/app","digest":{{"sha256":"{}"}}}}],"predicate":{{"Data":"{{\"_type\":\"x\"}}","Timestamp":"2022-07-08T18:10:09Z"}}}}"#,
        digest.hex()
    );
    let read = Statement::parse(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(read.predicate_type.kind(), Kind::Other);
    assert!(matches!(read.predicate, Ok(Predicate::Other)));
    assert_eq!(read.subjects_matching(&digest, IMAGE).len(), 1);
    // Versions that no tool ever wrote.
    for version in ["v0.2", "v1.0", "v2", "V1", "v0.1/"] {
        let other = text.replacen("Statement/v0.1", &format!("Statement/{version}"), 1);
        let error = Statement::parse(other.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(error.code(), Code::Malformed, "{version}");
    }
}

#[test]
fn subjects_are_limited() {
    let limits = Limits { subjects: 3, ..Limits::default() };
    let subjects = [r#"{"digest":{}}"#; 4].join(",");
    let text = format!(
        r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[{subjects}],"predicateType":"x"}}"#
    );
    assert_eq!(Statement::parse(text.as_bytes(), &limits).unwrap_err().code(), Code::LimitExceeded);
}

#[test]
fn an_sbom_is_judged_alike_wherever_it_stands() {
    let subject = r#""_type":"https://in-toto.io/Statement/v1","subject":[]"#;
    let (kind, mut judged) = (r#""predicateType":"https://cyclonedx.org/bom""#, Vec::new());
    let with = |more: &str| format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6"{more}}}"#);
    for predicate in [
        &*with(r#","a":1"#),
        r#"{"a":1}"#,
        &with(r#","components":7"#),
        r#""a text""#,
        r#"" ""#,
        "[]",
        "7",
        "null",
        &with(r#","a":1,"a":2"#),
        &with(r#","a":1e999"#),
        &with(r#","a":"\ud800""#),
        "{",
        "{]}",
        &with(&format!(r#","a":{}{}"#, "[".repeat(63), "]".repeat(63))),
        &with(&format!(r#","a":{}{}"#, "[".repeat(64), "]".repeat(64))),
        &with(r#"},"predicate":{"a":1"#),
        &with(r#"},"predicateType":"https://slsa.dev/provenance/v1","b":{"#),
        &with(r#"},"PredicateType":"https://slsa.dev/provenance/v1","b":{"#),
    ] {
        let read = |text: String| match Statement::parse(text.as_bytes(), &Limits::default()) {
            Ok(statement) => Ok(statement.predicate.map(|_| ()).map_err(|error| error.code())),
            Err(error) => Err(error.code()),
        };
        let after = read(format!(r#"{{{subject},{kind},"predicate":{predicate}}}"#));
        let before = read(format!(r#"{{{subject},"predicate":{predicate},{kind}}}"#));
        assert_eq!(after, before, "{predicate}");
        judged.push(after);
    }
    use Code::{DuplicateKey, LimitExceeded, Malformed, PredicateInvalid};
    let refused = |code| Ok(Err(code));
    let expected = [
        Ok(Ok(())),
        refused(PredicateInvalid),
        refused(PredicateInvalid),
        refused(PredicateInvalid),
        refused(PredicateInvalid),
        refused(PredicateInvalid),
        refused(PredicateInvalid),
        refused(PredicateInvalid),
        refused(DuplicateKey),
        refused(Malformed),
        refused(Malformed),
        Err(Malformed),
        Err(Malformed),
        Ok(Ok(())),
        refused(LimitExceeded),
        Err(DuplicateKey),
        Err(DuplicateKey),
        Err(DuplicateKey),
    ];
    assert_eq!(judged, expected);
}
