use serde_json::{Value, json};

use crate::code::Code;
use crate::error::Error;
use crate::limits::Limits;
use crate::statement::predicate::{Predicate, PredicateType};

const V0_1: &str = "https://in-toto.io/attestation/vulns/v0.1";
const V0_2: &str = "https://in-toto.io/attestation/vulns/v0.2";
const COSIGN: &str = "https://cosign.sigstore.dev/attestation/vuln/v1";
const SCOUT: &str = "https://scout.docker.com/vulnerabilities/v0.1";

fn read(kind: &str, predicate: &Value) -> Result<Predicate, Error> {
    Predicate::parse(&PredicateType::new(kind), &predicate.to_string(), &Limits::default())
}

/// The specification's example.
fn scan() -> Value {
    json!({
        "scanner": {
            "uri": "pkg:github/aquasecurity/trivy@244fd47e07d1004f0aed9",
            "version": "0.19.2",
            "db": {
                "uri": "pkg:github/aquasecurity/trivy-db/commit/4c76bb580b2736d67751410fa4ab66d2b6b9b27d",
                "version": "v1-2021080612",
                "lastUpdate": "2021-08-06T17:45:50.52Z",
            },
            "result": [
                { "id": "CVE-123", "severity": [
                    { "method": "nvd", "score": "medium" }, { "method": "cvss_score", "score": "5.2" },
                ] },
                { "id": "CVE-124", "severity": [{ "method": "nvd", "score": "Medium" }] },
            ],
        },
        "metadata": { "scanStartedOn": "2021-08-06T17:45:50.52Z", "scanFinishedOn": "2021-08-06T17:50:50.52Z" },
    })
}

/// The example with one member changed, by its path; null takes it out.
fn with(path: &str, value: Value) -> Value {
    let mut scan = scan();
    *scan.pointer_mut(path).unwrap() = value;
    scan
}

#[test]
fn a_scan_is_counted() {
    let expected = json!({
        "scanner": "pkg:github/aquasecurity/trivy@244fd47e07d1004f0aed9",
        "scanner-version": "0.19.2",
        "database": "pkg:github/aquasecurity/trivy-db/commit/4c76bb580b2736d67751410fa4ab66d2b6b9b27d",
        "database-version": "v1-2021080612",
        "database-updated": "2021-08-06T17:45:50.52Z",
        "started": "2021-08-06T17:45:50.52Z",
        "finished": "2021-08-06T17:50:50.52Z",
        "vulnerabilities": 2,
        "severities": { "nvd medium": 2 },
    });
    for kind in [V0_1, V0_2, "https://in-toto.io/attestation/vulns"] {
        let read = read(kind, &scan()).unwrap();
        assert_eq!(json!(read.facts()), expected, "{kind}");
        assert_eq!(read.time(), Some("2021-08-06T17:50:50.52Z".parse().unwrap()));
    }
}

#[test]
fn an_empty_list_found_nothing_and_no_list_says_nothing() {
    let empty = with("/scanner/result", json!([]));
    assert_eq!(read(V0_2, &empty).unwrap().facts()["vulnerabilities"], json!(0));
    for kind in [V0_1, V0_2, COSIGN] {
        let none = with("/scanner/result", Value::Null);
        assert_eq!(read(kind, &none).unwrap_err().code(), Code::PredicateInvalid, "{kind}");
    }
}

/// The text of v0.1 wraps each finding, its example does not.
#[test]
fn a_wrapped_finding_is_one_of_the_first_version_alone() {
    let finding = json!({ "id": "CVE-1", "severity": { "method": "nvd", "score": "high" } });
    let wrapped = with("/scanner/result", json!([{ "vulnerability": finding }]));
    assert_eq!(read(V0_1, &wrapped).unwrap().facts()["severities"], json!({ "nvd high": 1 }));
    assert_eq!(read(V0_2, &wrapped).unwrap_err().code(), Code::PredicateInvalid);
    let both = with("/scanner/result", json!([{ "id": "CVE-2", "severity": [], "vulnerability": finding }]));
    assert_eq!(read(V0_1, &both).unwrap_err().code(), Code::PredicateInvalid);
}

#[test]
fn what_in_totos_documents_require_is_there() {
    for (path, value) in [
        ("/scanner", Value::Null),
        ("/scanner/uri", json!("")),
        ("/scanner/uri", json!(7)),
        ("/scanner/db", Value::Null),
        ("/scanner/db/lastUpdate", Value::Null),
        ("/scanner/db/lastUpdate", json!("yesterday")),
        ("/scanner/result", json!({})),
        ("/scanner/result/0", json!("CVE-123")),
        ("/scanner/result/0/id", Value::Null),
        ("/scanner/result/0/severity", Value::Null),
        ("/scanner/result/0/severity", json!("medium")),
        ("/scanner/result/0/severity/0/method", Value::Null),
        ("/scanner/result/0/severity/0/score", Value::Null),
        ("/metadata", Value::Null),
        ("/metadata/scanStartedOn", Value::Null),
        ("/metadata/scanFinishedOn", Value::Null),
        ("/metadata/scanFinishedOn", json!("2021-08-06")),
        ("/metadata/scanFinishedOn", json!("2021-08-06T17:45:50Z")),
    ] {
        let predicate = with(path, value);
        for kind in [V0_1, V0_2] {
            let error = read(kind, &predicate).unwrap_err();
            assert_eq!(error.code(), Code::PredicateInvalid, "{kind} {path}");
        }
    }
    let number = with("/scanner/result/0/severity/0/score", json!(5.2));
    assert!(read(V0_2, &number).is_ok());
}

/// What `trivy image --format cosign-vuln` writes and cosign attests: the result is trivy's own report.
#[test]
fn cosigns_scan_has_the_scanners_own_report() {
    let mut predicate = scan();
    predicate["invocation"] = json!({ "parameters": null, "uri": "", "event_id": "", "builder.id": "" });
    predicate["scanner"]["db"] = json!({ "uri": "", "version": "" });
    predicate["scanner"]["result"] = json!({ "SchemaVersion": 2, "Results": [] });
    let expected = json!({
        "scanner": "pkg:github/aquasecurity/trivy@244fd47e07d1004f0aed9",
        "scanner-version": "0.19.2",
        "started": "2021-08-06T17:45:50.52Z",
        "finished": "2021-08-06T17:50:50.52Z",
    });
    assert_eq!(json!(read(COSIGN, &predicate).unwrap().facts()), expected);
    assert_eq!(read(V0_2, &predicate).unwrap_err().code(), Code::PredicateInvalid);
    // As its specification spells it, and no version of cosign.
    let mut several = predicate.clone();
    several["scanners"] = json!([several["scanner"].take()]);
    assert_eq!(read(COSIGN, &several).unwrap_err().code(), Code::PredicateInvalid);
    predicate["metadata"]["scanFinishedOn"].take();
    assert_eq!(read(COSIGN, &predicate).unwrap_err().code(), Code::PredicateInvalid);
}

#[test]
fn scouts_list_is_counted_package_by_package() {
    let list = json!([
        { "purl": "pkg:deb/debian/glibc@2.41-12", "vulnerabilities": [
            { "source_id": "CVE-2019-9192", "cvss": { "severity": "LOW", "score": 2.9 } },
            { "source_id": "CVE-2018-20796" },
        ] },
        { "purl": "pkg:deb/debian/zlib@1.3", "vulnerabilities": [
            { "source_id": "CVE-2019-9192", "cvss": { "severity": "LOW" } },
        ] },
        { "purl": "pkg:deb/debian/none@1" },
    ]);
    let expected = json!({ "vulnerabilities": 2, "affected": 2, "severities": { "cvss low": 2 } });
    let read_list = read(SCOUT, &list).unwrap();
    assert_eq!(json!(read_list.facts()), expected);
    assert_eq!(read_list.time(), None);
    assert_eq!(json!(read(SCOUT, &json!([])).unwrap().facts()), json!({ "vulnerabilities": 0 }));
    for predicate in [
        Value::Null,
        json!({}),
        json!(["x"]),
        json!([{ "vulnerabilities": {} }]),
        json!([{ "vulnerabilities": [{ "cvss": {} }] }]),
        json!([{ "vulnerabilities": [{ "source_id": "x", "cvss": 7 }] }]),
    ] {
        assert_eq!(read(SCOUT, &predicate).unwrap_err().code(), Code::PredicateInvalid, "{predicate}");
    }
}
