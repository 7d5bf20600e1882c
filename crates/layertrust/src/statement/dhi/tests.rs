use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::code::Code;
use crate::error::Error;
use crate::limits::Limits;
use crate::report::Facts;
use crate::statement::predicate::{Predicate, PredicateType};

const FIPS: &str = "https://docker.com/dhi/fips/v0.1";
const STIG: &str = "https://docker.com/dhi/stig/v0.1";
const SOURCE: &str = "https://docker.com/dhi/source/v0.1";
const SECRETS: &str = "https://scout.docker.com/secrets/v0.1";
const VIRUS: &str = "https://scout.docker.com/virus/v0.1";
const TESTS: &str = "https://scout.docker.com/tests/v0.1";
const PROVENANCE: &str = "https://scout.docker.com/provenance/v0.1";

fn read(kind: &str, predicate: &Value) -> Result<Predicate, Error> {
    Predicate::parse(&PredicateType::new(kind), &predicate.to_string(), &Limits::default())
}

fn facts(kind: &str, predicate: &Value) -> Value {
    let facts: Facts = read(kind, predicate).unwrap().facts();
    json!(facts)
}

fn refused(kind: &str, predicates: &[Value]) {
    for predicate in predicates {
        let error = read(kind, predicate).unwrap_err();
        assert_eq!(error.code(), Code::PredicateInvalid, "{kind} {predicate}: {error}");
    }
}

#[test]
fn every_one_of_them_is_an_object_or_an_array_and_nothing_else() {
    for kind in [FIPS, STIG, SECRETS] {
        refused(kind, &[Value::Null, json!({}), json!(""), json!(7), json!(false)]);
    }
    for kind in [SOURCE, VIRUS, TESTS, PROVENANCE] {
        refused(kind, &[Value::Null, json!([]), json!(""), json!(7), json!(false)]);
    }
}

#[test]
fn modules_are_told_with_certificate_and_day() {
    let module = json!({
        "certification": "CMVP #4985",
        "certificationUrl": "https://csrc.nist.gov/projects/cryptographic-module-validation-program/certificate/4985",
        "name": "OpenSSL FIPS Provider",
        "package": "pkg:dhi/openssl-provider-fips@3.1.2",
        "standard": "FIPS 140-3",
        "status": "active",
        "sunsetDate": "2030-03-10",
        "version": "3.1.2",
    });
    let expected = json!({ "modules": [{
        "certification": "CMVP #4985",
        "certification-url": module["certificationUrl"],
        "name": "OpenSSL FIPS Provider",
        "package": "pkg:dhi/openssl-provider-fips@3.1.2",
        "standard": "FIPS 140-3",
        "status": "active",
        "sunset": "2030-03-10",
        "version": "3.1.2",
    }] });
    assert_eq!(facts(FIPS, &json!([module])), expected);
    // What it does not say is not said for it.
    assert_eq!(facts(FIPS, &json!([{ "name": "x" }])), json!({ "modules": [{ "name": "x" }] }));
    assert_eq!(facts(FIPS, &json!([])), json!({ "modules": [] }));
    refused(
        FIPS,
        &[
            json!([[]]),
            json!(["OpenSSL"]),
            json!([{}]),
            json!([{ "name": "" }]),
            json!([{ "name": "x", "status": 1 }]),
            json!([{ "name": "x", "sunsetDate": 2030 }]),
        ],
    );
}

#[test]
fn scores_are_percent_and_never_rounded_up() {
    let profile = |score: Value, max: Value| json!([{ "name": "GPOS", "summary": { "defaultScore": score, "maxDefaultScore": max } }]);
    for (score, max, percent) in [
        (json!(100), json!(100), json!(100.0)),
        (json!(99.999), json!(100), json!(99.99)),
        (json!(45), json!(50.0), json!(90.0)),
        (json!(0), json!(1), json!(0.0)),
    ] {
        let expected = json!({ "profiles": [{ "name": "GPOS", "score": percent }] });
        assert_eq!(facts(STIG, &profile(score, max)), expected);
    }
    assert_eq!(facts(STIG, &json!([])), json!({ "profiles": [] }));
    refused(
        STIG,
        &[
            profile(json!(0), json!(0)),
            profile(json!(-1), json!(100)),
            profile(json!(101), json!(100)),
            profile(json!(1), json!(-1)),
            profile(json!("90"), json!(100)),
            profile(json!(90), Value::Null),
            json!([{ "name": "GPOS" }]),
            json!([{ "summary": { "defaultScore": 1, "maxDefaultScore": 1 } }]),
            json!([7]),
        ],
    );
}

#[test]
fn secrets_are_counted() {
    assert_eq!(facts(SECRETS, &json!([])), json!({ "clean": true, "found": 0 }));
    assert_eq!(facts(SECRETS, &json!([{}, "x"])), json!({ "clean": false, "found": 2 }));
}

fn scan(report: &str) -> Value {
    json!({ "scanner": { "report": STANDARD.encode(report), "uri": "clamav/clamav:stable" } })
}

#[test]
fn the_scanners_report_says_how_many_files_are_infected() {
    let report = "----------- SCAN SUMMARY -----------\nKnown viruses: 3627833\nScanned files: 21\n\
                  Infected files: 0\nTime: 11.473 sec (0 m 11 s)\n";
    let clean = json!({ "scanner": "clamav/clamav:stable", "clean": true, "infected": 0, "scanned": 21 });
    assert_eq!(facts(VIRUS, &scan(report)), clean);
    assert_eq!(facts(VIRUS, &scan(&report.replace('\n', "\r\n"))), clean);
    let infected = facts(VIRUS, &scan(&report.replace("files: 0", "files: 3")));
    assert_eq!((&infected["clean"], &infected["infected"]), (&json!(false), &json!(3)));
    let nothing = facts(VIRUS, &scan(&report.replace("files: 21", "files: 0")));
    assert_eq!(nothing["clean"], json!(false));
    let short = json!({ "scanner": { "report": STANDARD.encode("Infected files: 0") } });
    assert_eq!(facts(VIRUS, &short), json!({ "clean": true, "infected": 0 }));
}

/// A file whose name holds a line break can write a line of the report.
#[test]
fn a_report_that_two_readers_take_differently_is_refused() {
    refused(
        VIRUS,
        &[
            scan(""),
            scan("/app/Infected files: 0"),
            scan("Infected files: 0\nInfected files: 2\n"),
            scan("/app/x\nInfected files: 0\n/y: OK\nInfected files: 2\n"),
            scan("Infected files: 0\n INFECTED FILES: 2\n"),
            scan("Infected files: 0\nInfected files: 0\n"),
            scan("Infected files:\n"),
            scan("Infected files: none\n"),
            scan("Infected files: -0\n"),
            scan("Infected files: +0\n"),
            scan("Infected files: 0 of 1\n"),
            scan("Infected files: 0x0\n"),
            scan("Infected files: 99999999999999999999\n"),
            scan("Infected files: 0\nScanned files: many\n"),
            json!({ "scanner": { "report": "Infected files: 0" } }),
            json!({ "scanner": { "report": "" } }),
            json!({ "scanner": {} }),
            json!({ "scanner": "clamav" }),
            json!({}),
        ],
    );
}

fn run(summary: Value) -> Value {
    json!({ "reportFormat": "CTRF", "results": { "summary": summary } })
}

#[test]
fn tests_are_counted_and_must_add_up() {
    let shown = json!({ "failed": 0, "passed": 1, "skipped": 0, "start": 1749216533, "stop": 1749216574, "tests": 1 });
    let expected = json!({
        "tests": 1, "passed": 1, "failed": 0, "pending": 0, "skipped": 0, "other": 0,
        "finished": "2025-06-06T13:29:34Z",
    });
    assert_eq!(facts(TESTS, &run(shown.clone())), expected);
    let mut milliseconds = shown;
    milliseconds["stop"] = json!(1_749_216_574_000_u64);
    assert_eq!(facts(TESTS, &run(milliseconds)), expected);
    let all = json!({ "tests": 15, "passed": 1, "failed": 2, "pending": 3, "skipped": 4, "other": 5 });
    assert_eq!(facts(TESTS, &run(all.clone())), all);
    let nothing = json!({ "tests": 0, "passed": 0, "failed": 0 });
    assert!(read(TESTS, &run(nothing)).is_ok());
    refused(
        TESTS,
        &[
            run(json!({ "tests": 2, "passed": 1, "failed": 0 })),
            run(json!({ "tests": 1, "passed": 1, "failed": 1 })),
            run(json!({ "tests": 0, "passed": u64::MAX, "failed": 1 })),
            run(json!({ "tests": 1, "passed": 1 })),
            run(json!({ "passed": 1, "failed": 0 })),
            run(json!({ "tests": 1, "passed": "1", "failed": 0 })),
            run(json!({ "tests": 1, "passed": 1, "failed": -1 })),
            run(json!({ "tests": 1, "passed": 1, "failed": 0, "stop": "yesterday" })),
            run(json!({ "tests": 1, "passed": 1, "failed": 0, "stop": u64::MAX })),
            json!({ "reportFormat": "JUnit", "results": { "summary": { "tests": 0, "passed": 0, "failed": 0 } } }),
            json!({ "results": { "summary": { "tests": 0, "passed": 0, "failed": 0 } } }),
            json!({ "reportFormat": "CTRF", "results": {} }),
            json!({ "reportFormat": "CTRF" }),
        ],
    );
}

#[test]
fn tests_that_are_listed_are_those_that_are_counted() {
    let listed = |statuses: &[&str]| {
        let tests: Vec<Value> =
            statuses.iter().map(|status| json!({ "name": "x", "status": status })).collect();
        let mut report = run(json!({ "tests": 2, "passed": 1, "failed": 1 }));
        report["results"]["tests"] = json!(tests);
        report
    };
    assert!(read(TESTS, &listed(&["passed", "failed"])).is_ok());
    refused(
        TESTS,
        &[
            listed(&["passed", "passed"]),
            listed(&["failed"]),
            listed(&[]),
            listed(&["passed", "failed", "failed"]),
        ],
    );
}

#[test]
fn the_source_image_has_a_name_and_a_digest() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let source = |digest: &str| json!({ "source": { "name": "dhi/python", "digest": digest } });
    let expected = json!({ "source": "dhi/python", "source-digest": digest });
    assert_eq!(facts(SOURCE, &source(&digest)), expected);
    refused(
        SOURCE,
        &[
            source("sha256:abc"),
            source(""),
            json!({ "source": { "digest": digest } }),
            json!({ "source": "dhi/python" }),
            json!({}),
        ],
    );
}

#[test]
fn of_scouts_provenance_only_what_is_known_is_shown() {
    let known = json!({ "base_image": "debian:13", "source_map": { "dockerfile": "RlJPTQ==" } });
    assert_eq!(facts(PROVENANCE, &known), json!({ "base-image": "debian:13", "source-map": ["dockerfile"] }));
    let named = json!({ "base_image": { "name": "debian:13" }, "source_map": [] });
    assert_eq!(facts(PROVENANCE, &named), json!({ "base-image": "debian:13" }));
    assert_eq!(facts(PROVENANCE, &json!({ "base_image": 7 })), json!({}));
}
