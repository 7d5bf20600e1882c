use serde_json::{Value, json};

use super::*;
use crate::code::Code;
use crate::error::Error;
use crate::statement::predicate::{Predicate, PredicateType};

const OPENVEX: &str = "https://openvex.dev/ns/v0.2.0";
const CYCLONEDX: &str = "https://cyclonedx.org/bom/v1.6";

fn parse(kind: &str, predicate: &Value) -> Result<Predicate, Error> {
    Predicate::parse(&PredicateType::new(kind), &predicate.to_string(), &Limits::default())
}

fn openvex(predicate: &Value) -> Result<Vex, Error> {
    parse(OPENVEX, predicate).map(|read| match read {
        Predicate::Vex(vex) => *vex,
        other => panic!("{other:?}"),
    })
}

/// What a CycloneDX document says of vulnerabilities; none if nothing.
fn cyclonedx(predicate: &Value) -> Option<Result<Vex, Error>> {
    match parse(CYCLONEDX, predicate).unwrap() {
        Predicate::Sbom(sbom) => sbom.analyses.map(|vex| *vex),
        other => panic!("{other:?}"),
    }
}

/// As Docker writes it.
fn document() -> Value {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://openvex.dev/docs/public/vex-e5512696",
        "author": "Demo vendor <dhi@vendor.test>",
        "role": "Document Creator",
        "timestamp": "2025-08-14T18:11:12.545Z",
        "version": 1,
        "statements": [{
            "@id": "585b949c-e58a-4f30-89be-1fc08e64bb68",
            "vulnerability": {
                "@id": "https://nvd.nist.gov/vuln/detail/CVE-2024-6531",
                "name": "CVE-2024-6531",
                "aliases": ["GHSA-vc8w-jr9v-vj7f"],
            },
            "timestamp": "2025-08-06T08:12:11.536Z",
            "products": [
                { "@id": "pkg:npm/bootstrap@4.6.2" },
                {
                    "@id": "pkg:docker/dhi/prometheus",
                    "identifiers": { "purl": "pkg:docker/dhi/prometheus", "cpe23": "cpe:2.3:a:x:y:1:*" },
                    "hashes": { "sha-256": "402fa523" },
                    "subcomponents": [{ "@id": "pkg:npm/bootstrap@4.6.2" }],
                },
            ],
            "status": "not_affected",
            "status_notes": "The carousel is not used.",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "none",
        }],
    })
}

/// The document with one member changed, by its path; null takes it out.
fn with(path: &str, value: Value) -> Value {
    let mut document = document();
    let (parent, name) = path.rsplit_once('/').unwrap();
    match document.pointer_mut(path) {
        Some(member) => *member = value,
        None => document.pointer_mut(parent).unwrap()[name] = value,
    }
    document
}

#[test]
fn everything_that_a_statement_says_is_kept() {
    let vex = openvex(&document()).unwrap();
    assert_eq!(vex.author.as_deref(), Some("Demo vendor <dhi@vendor.test>"));
    let [statement] = vex.statements.as_slice() else { panic!("{vex:?}") };
    let names: Vec<&str> = statement.vulnerability.names().collect();
    let expected = ["CVE-2024-6531", "https://nvd.nist.gov/vuln/detail/CVE-2024-6531", "GHSA-vc8w-jr9v-vj7f"];
    assert_eq!(names, expected);
    assert_eq!(statement.status, Status::NotAffected);
    assert_eq!(statement.justification, Some(Justification::NotInExecutePath));
    assert_eq!(statement.impact.as_deref(), Some("none"));
    assert_eq!(statement.notes.as_deref(), Some("The carousel is not used."));
    assert_eq!(statement.at, Some("2025-08-06T08:12:11.536Z".parse().unwrap()));
    let product = &statement.products[1];
    assert_eq!(product.component.identifiers["cpe23"], "cpe:2.3:a:x:y:1:*");
    assert_eq!(product.component.hashes["sha-256"], "402fa523");
    assert_eq!(product.subcomponents[0].id.as_deref(), Some("pkg:npm/bootstrap@4.6.2"));
    let facts = json!({
        "id": "https://openvex.dev/docs/public/vex-e5512696",
        "author": "Demo vendor <dhi@vendor.test>",
        "timestamp": "2025-08-14T18:11:12.545Z",
        "version": 1,
        "statements": 1,
        "not-affected": 1,
    });
    assert_eq!(json!(vex.facts()), facts);
}

#[test]
fn a_time_and_a_product_come_from_around_the_statement() {
    let mut predicate = with("/statements/0/timestamp", Value::Null);
    predicate["statements"][0]["products"].take();
    let vex = openvex(&predicate).unwrap();
    assert_eq!(vex.statements[0].at, Some("2025-08-14T18:11:12.545Z".parse().unwrap()));
    assert!(vex.statements[0].products.is_empty());
    // The newest of all times is when the document was changed.
    assert_eq!(vex.time(), vex.issued);
    let later = openvex(&with("/statements/0/timestamp", json!("2027-01-01T00:00:00Z"))).unwrap();
    assert_eq!(later.time(), Some("2027-01-01T00:00:00Z".parse().unwrap()));
    let updated = openvex(&with("/last_updated", json!("2026-01-01T00:00:00Z"))).unwrap();
    assert_eq!(updated.time(), Some("2026-01-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn what_the_specification_requires_is_there() {
    for (path, value) in [
        ("/@context", Value::Null),
        ("/@context", json!("https://openvex.dev/ns/v0.3.0")),
        ("/@context", json!(["https://openvex.dev/ns/v0.2.0"])),
        ("/@id", Value::Null),
        ("/author", json!("")),
        ("/timestamp", Value::Null),
        ("/timestamp", json!("2025-08-14")),
        ("/last_updated", json!("soon")),
        ("/version", Value::Null),
        ("/version", json!("1")),
        ("/version", json!(0)),
        ("/statements", Value::Null),
        ("/statements", json!([])),
        ("/statements", json!({})),
        ("/statements/0", json!("CVE-2024-6531 is fixed")),
        ("/statements/0/vulnerability", Value::Null),
        ("/statements/0/vulnerability", json!("CVE-2024-6531")),
        ("/statements/0/vulnerability/name", Value::Null),
        ("/statements/0/vulnerability/aliases", json!([7])),
        ("/statements/0/timestamp", json!("never")),
        ("/statements/0/status", Value::Null),
        ("/statements/0/status", json!("Fixed")),
        ("/statements/0/status", json!("resolved")),
        ("/statements/0/justification", json!("it_is_fine")),
        ("/statements/0/products", json!([])),
        ("/statements/0/products", json!({})),
        ("/statements/0/products/0", json!("pkg:npm/bootstrap@4.6.2")),
        ("/statements/0/products/0", json!({})),
        ("/statements/0/products/0", json!({ "@id": "" })),
        ("/statements/0/products/0", json!({ "subcomponents": [{ "@id": "x" }] })),
        ("/statements/0/products/0/identifiers", json!({ "purl": 7 })),
        ("/statements/0/products/0/hashes", json!([])),
        ("/statements/0/products/1/subcomponents", json!([{}])),
    ] {
        let error = openvex(&with(path, value.clone())).unwrap_err();
        assert_eq!(error.code(), Code::PredicateInvalid, "{path} {value}: {error}");
    }
    for (product, is_read) in [
        (json!({ "hashes": { "sha-256": "402fa523" } }), true),
        (json!({ "identifiers": { "purl": "pkg:npm/x@1" } }), true),
        (json!({ "identifiers": {}, "hashes": {} }), false),
    ] {
        assert_eq!(openvex(&with("/statements/0/products/0", product)).is_ok(), is_read);
    }
}

#[test]
fn a_status_needs_its_reason() {
    let statement = |status: &str, more: Value| {
        let mut predicate =
            with("/statements/0", json!({ "vulnerability": { "name": "CVE-1" }, "status": status }));
        for (name, value) in more.as_object().unwrap() {
            predicate["statements"][0][name] = value.clone();
        }
        openvex(&predicate).map(drop).map_err(|error| error.code())
    };
    let missing = Err(Code::PredicateInvalid);
    assert_eq!(statement("not_affected", json!({})), missing);
    assert_eq!(statement("not_affected", json!({ "impact_statement": " ", "justification": "" })), missing);
    assert_eq!(statement("not_affected", json!({ "action_statement": "none" })), missing);
    assert_eq!(statement("not_affected", json!({ "impact_statement": "patched" })), Ok(()));
    assert_eq!(statement("not_affected", json!({ "justification": "component_not_present" })), Ok(()));
    assert_eq!(statement("affected", json!({})), missing);
    assert_eq!(statement("affected", json!({ "impact_statement": "x" })), missing);
    assert_eq!(statement("affected", json!({ "action_statement": "upgrade" })), Ok(()));
    assert_eq!(statement("fixed", json!({})), Ok(()));
    assert_eq!(statement("under_investigation", json!({})), Ok(()));
}

#[test]
fn the_first_version_is_known_and_refused() {
    let old = json!({
        "@context": "https://openvex.dev/ns", "@id": "x", "author": "x", "timestamp": "2023-01-08T18:02:03Z",
        "version": "1", "statements": [{ "vulnerability": "CVE-1", "products": ["pkg:x/y@1"], "status": "fixed" }],
    });
    let contexts = ["https://openvex.dev/ns", "https://openvex.dev/ns/v0.0.1"];
    let mut errors: Vec<Error> =
        contexts.map(|context| openvex(&with("/@context", json!(context))).unwrap_err()).into();
    errors.push(parse("https://openvex.dev/ns", &old).unwrap_err());
    errors.push(parse("https://openvex.dev/ns/v0.0.1", &document()).unwrap_err());
    for error in errors {
        assert_eq!(error.code(), Code::PredicateInvalid);
        assert!(error.message().contains("an old draft"), "{error}");
    }
    // cosign's type has no version; the document has.
    assert!(matches!(parse("https://openvex.dev/ns", &document()), Ok(Predicate::Vex(_))));
}

#[test]
fn answers_are_limited_before_they_are_made() {
    // Three names, in one product and in four names of another's one part.
    let kind = PredicateType::new(OPENVEX);
    for (vex_answers, expected) in [(15, None), (14, Some(Code::LimitExceeded))] {
        let limits = Limits { vex_answers, ..Limits::default() };
        let read = Predicate::parse(&kind, &document().to_string(), &limits);
        assert_eq!(read.err().map(|error| error.code()), expected, "{vex_answers}");
    }
}

fn bom(vulnerabilities: Value) -> Value {
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 2,
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata": {
            "timestamp": "2022-03-03T00:00:00Z",
            "authors": [{ "email": "x@acme.test" }, { "name": "Acme security" }],
            "component": { "bom-ref": "product", "name": "orders", "type": "application", "purl": "pkg:oci/orders" },
        },
        "components": [
            {
                "type": "library", "name": "a", "bom-ref": "a", "purl": "pkg:npm/a@1",
                "components": [{ "type": "library", "name": "b", "bom-ref": "b", "purl": "pkg:npm/b@2" }],
            },
            { "type": "library", "name": "c", "bom-ref": "twice", "purl": "pkg:npm/c@1" },
            { "type": "library", "name": "d", "bom-ref": "twice", "purl": "pkg:npm/d@1" },
            { "type": "library", "name": "e", "bom-ref": "nameless" },
        ],
        "vulnerabilities": vulnerabilities,
    })
}

fn analyzed(analysis: Value) -> Value {
    bom(json!([{ "id": "CVE-1", "analysis": analysis, "affects": [{ "ref": "a" }] }]))
}

#[test]
fn cyclonedx_says_the_same_in_its_own_words() {
    let vex = cyclonedx(&bom(json!([{
        "id": "SNYK-1",
        "references": [{ "id": "CVE-1" }],
        "recommendation": "Upgrade a.",
        "analysis": {
            "state": "not_affected", "justification": "code_not_reachable", "response": ["update"],
            "detail": "Never called.", "firstIssued": "2022-01-01T00:00:00Z", "lastUpdated": "2022-02-01T00:00:00Z",
        },
        "affects": [
            { "ref": "a" }, { "ref": "b" }, { "ref": "product" }, { "ref": "twice" }, { "ref": "nameless" },
            { "ref": "urn:cdx:3e671687/1#x", "versions": [{ "version": "2.4", "status": "affected" }, { "range": "vers:npm/<3" }] },
        ],
    }])))
    .unwrap()
    .unwrap();
    assert_eq!(vex.id.as_deref(), Some("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"));
    assert_eq!((vex.author.as_deref(), vex.version), (Some("Acme security"), Some(2)));
    let statement = &vex.statements[0];
    assert_eq!(statement.vulnerability.names().collect::<Vec<_>>(), ["SNYK-1", "CVE-1"]);
    assert_eq!(statement.status, Status::NotAffected);
    assert_eq!(statement.justification, Some(Justification::NotInExecutePath));
    assert_eq!(statement.impact.as_deref(), Some("Never called."));
    assert_eq!(statement.action.as_deref(), Some("Upgrade a."));
    assert_eq!(statement.at, Some("2022-02-01T00:00:00Z".parse().unwrap()));
    let ids: Vec<&str> =
        statement.products.iter().map(|product| product.component.id.as_deref().unwrap()).collect();
    let expected =
        ["pkg:npm/a@1", "pkg:npm/b@2", "pkg:oci/orders", "twice", "nameless", "urn:cdx:3e671687/1#x"];
    assert_eq!(ids, expected);
    let versions = &statement.products[5].versions;
    assert_eq!((versions[0].version.as_str(), versions[0].status.as_deref()), ("2.4", Some("affected")));
    assert_eq!(versions[1].version, "vers:npm/<3");
}

#[test]
fn every_state_and_justification_of_cyclonedx_has_one_meaning() {
    let of = |analysis: Value| {
        let vex = cyclonedx(&analyzed(analysis)).unwrap().unwrap();
        (vex.statements[0].status, vex.statements[0].justification)
    };
    for (state, status) in [
        ("resolved", Status::Fixed),
        ("resolved_with_pedigree", Status::Fixed),
        ("exploitable", Status::Affected),
        ("in_triage", Status::UnderInvestigation),
        ("false_positive", Status::NotAffected),
    ] {
        assert_eq!(of(json!({ "state": state })), (status, None), "{state}");
    }
    for (word, justification) in [
        ("code_not_present", Justification::VulnerableCodeNotPresent),
        ("code_not_reachable", Justification::NotInExecutePath),
        ("requires_configuration", Justification::NotInExecutePath),
        ("requires_dependency", Justification::NotInExecutePath),
        ("requires_environment", Justification::NotInExecutePath),
        ("protected_by_compiler", Justification::InlineMitigations),
        ("protected_at_runtime", Justification::InlineMitigations),
        ("protected_at_perimeter", Justification::InlineMitigations),
        ("protected_by_mitigating_control", Justification::InlineMitigations),
    ] {
        let expected = (Status::NotAffected, Some(justification));
        assert_eq!(of(json!({ "state": "not_affected", "justification": word })), expected, "{word}");
    }
    // Without one of its own an analysis is as old as its document.
    let vex = cyclonedx(&analyzed(json!({ "state": "resolved" }))).unwrap().unwrap();
    assert_eq!(vex.statements[0].at, vex.issued);
}

#[test]
fn an_sbom_without_analyses_is_no_vex_and_one_with_bad_ones_is_still_an_sbom() {
    let with = |component: Value| {
        let mut document = bom(Value::Null);
        document["components"] = json!([component]);
        document
    };
    for predicate in [
        bom(Value::Null),
        bom(json!([])),
        bom(json!([{ "id": "CVE-1", "affects": [{ "ref": "a" }] }])),
        with(json!({ "type": "library", "name": "\"vulnerabilities\"" })),
        with(json!({ "type": "library", "name": "a", "vulnerabilities": [{ "analysis": {} }] })),
    ] {
        assert!(cyclonedx(&predicate).is_none(), "{predicate}");
    }
    for predicate in [
        bom(json!(["CVE-1"])),
        bom(json!([{ "id": "CVE-1", "analysis": [] }])),
        bom(json!([{ "analysis": { "state": "resolved" } }])),
        bom(json!([{ "id": "CVE-1", "analysis": { "state": "resolved" }, "affects": [] }])),
        bom(json!([{ "id": "CVE-1", "analysis": { "state": "resolved" }, "affects": [{}] }])),
        bom(
            json!([{ "id": "CVE-1", "analysis": { "state": "resolved" }, "affects": [{ "ref": "a", "versions": [{}] }] }]),
        ),
        analyzed(json!({})),
        analyzed(json!({ "state": "fixed" })),
        analyzed(json!({ "state": "not_affected" })),
        analyzed(json!({ "state": "not_affected", "justification": "component_not_present" })),
        analyzed(json!({ "state": "resolved", "lastUpdated": "yesterday" })),
        analyzed(json!({ "state": "resolved", "response": "update" })),
    ] {
        let error = cyclonedx(&predicate).unwrap().unwrap_err();
        assert_eq!(error.code(), Code::PredicateInvalid, "{predicate}: {error}");
    }
}

/// The name of the member, spelled as no tool does and every reader understands.
#[test]
fn an_escaped_name_hides_no_analysis() {
    let text = analyzed(json!({ "state": "resolved" }))
        .to_string()
        .replace("\"vulnerabilities\"", "\"\\u0076ulnerabilities\"");
    let read = Predicate::parse(&PredicateType::new(CYCLONEDX), &text, &Limits::default()).unwrap();
    assert!(matches!(read, Predicate::Sbom(sbom) if sbom.analyses.is_some()));
}
