use serde_json::{Value, json};

use super::*;
use crate::limits::Limits;
use crate::statement::vex::Status;

const EARLY: &str = "2026-01-01T00:00:00Z";
const LATE: &str = "2026-02-01T00:00:00Z";

/// A document of these statements: vulnerability, product, status, time.
fn document(statements: &[(&str, &str, &str, &str)]) -> Vex {
    let statements: Vec<Value> = statements
        .iter()
        .map(|(vulnerability, product, status, at)| {
            json!({
                "vulnerability": { "name": vulnerability, "aliases": [format!("alias of {vulnerability}")] },
                "products": [{ "@id": product }],
                "status": status,
                "timestamp": at,
                "action_statement": "x",
                "impact_statement": "x",
            })
        })
        .collect();
    parse(&json!(statements))
}

fn parse(statements: &Value) -> Vex {
    let document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "x", "timestamp": EARLY, "version": 1,
        "statements": statements,
    });
    Vex::openvex(&crate::json::parse(document.to_string().as_bytes(), 64, "x").unwrap(), &Limits::default())
        .unwrap()
}

/// What is answered about CVE-1 in A.
fn ask(documents: &[(&Vex, Option<&str>)]) -> Result<Option<Status>, Code> {
    let spoken: Vec<Spoken<'_>> = documents
        .iter()
        .map(|(document, signed)| Spoken { document, signed: signed.map(|time| time.parse().unwrap()) })
        .collect();
    let question = |name| Question {
        vulnerability: name,
        product: Some(Name { algorithm: None, text: "A" }),
        part: None,
    };
    let answers = answers(&spoken).map_err(|error| error.code())?;
    let status = |name| answers.get(&question(name)).map(|statement| statement.status);
    assert_eq!(status("CVE-1"), status("alias of CVE-1"), "one vulnerability by each of its names");
    Ok(status("CVE-1"))
}

#[test]
fn within_a_document_the_later_statement_counts() {
    let changed = document(&[("CVE-1", "A", "affected", EARLY), ("CVE-1", "A", "fixed", LATE)]);
    assert_eq!(ask(&[(&changed, None)]), Ok(Some(Status::Fixed)));
    let reversed = document(&[("CVE-1", "A", "fixed", LATE), ("CVE-1", "A", "affected", EARLY)]);
    assert_eq!(ask(&[(&reversed, None)]), Ok(Some(Status::Fixed)));
    let at_once = document(&[("CVE-1", "A", "fixed", LATE), ("CVE-1", "A", "affected", LATE)]);
    assert_eq!(ask(&[(&at_once, None)]), Err(Code::AttestationConflict));
    let settled = document(&[
        ("CVE-1", "A", "fixed", EARLY),
        ("CVE-1", "A", "affected", EARLY),
        ("CVE-1", "A", "fixed", LATE),
    ]);
    assert_eq!(ask(&[(&settled, None)]), Ok(Some(Status::Fixed)));
}

#[test]
fn among_documents_the_newest_signature_counts() {
    let affected = document(&[("CVE-1", "A", "affected", EARLY)]);
    let fixed = document(&[("CVE-1", "A", "fixed", EARLY)]);
    assert_eq!(ask(&[(&affected, Some(EARLY)), (&fixed, Some(LATE))]), Ok(Some(Status::Fixed)));
    assert_eq!(ask(&[(&fixed, Some(EARLY)), (&affected, Some(LATE))]), Ok(Some(Status::Affected)));
    let conflict = Err(Code::AttestationConflict);
    assert_eq!(ask(&[(&affected, None), (&fixed, None)]), conflict);
    assert_eq!(ask(&[(&affected, Some(EARLY)), (&fixed, None)]), conflict);
    assert_eq!(ask(&[(&affected, Some(LATE)), (&fixed, Some(LATE))]), conflict);
    assert_eq!(ask(&[(&fixed, None), (&fixed, None), (&fixed, Some(EARLY))]), Ok(Some(Status::Fixed)));
}

/// Anybody can have an old document's signature timestamped once more.
#[test]
fn a_document_signed_again_does_not_outdo_one_that_says_that_it_is_later() {
    let affected = document(&[("CVE-1", "A", "affected", LATE)]);
    let fixed = document(&[("CVE-1", "A", "fixed", EARLY)]);
    assert_eq!(ask(&[(&affected, Some(EARLY)), (&fixed, Some(LATE))]), Err(Code::AttestationConflict));
    assert_eq!(ask(&[(&fixed, Some(EARLY)), (&affected, Some(LATE))]), Ok(Some(Status::Affected)));
}

#[test]
fn different_questions_do_not_contradict_each_other() {
    let of_a = document(&[("CVE-1", "A", "affected", EARLY)]);
    let of_b = document(&[("CVE-1", "B", "fixed", EARLY), ("CVE-2", "A", "fixed", EARLY)]);
    assert_eq!(ask(&[(&of_a, None), (&of_b, None)]), Ok(Some(Status::Affected)));
    let whole = json!([{ "vulnerability": { "name": "CVE-1" }, "status": "fixed" }]);
    assert_eq!(ask(&[(&of_b, None), (&parse(&whole), None)]), Ok(None));
    let part = json!([{
        "vulnerability": { "name": "CVE-1" }, "status": "fixed",
        "products": [{ "@id": "A", "subcomponents": [{ "@id": "B" }] }],
    }]);
    assert_eq!(ask(&[(&of_a, None), (&parse(&part), None)]), Ok(Some(Status::Affected)));
}

/// A product may be named by one document in one way and by another in another.
#[test]
fn a_product_is_known_by_each_of_its_names() {
    let of = |product: Value, status: &str| {
        parse(&json!([{
            "vulnerability": { "name": "CVE-1" }, "products": [product], "status": status, "action_statement": "x",
        }]))
    };
    let by_all =
        of(json!({ "@id": "x", "identifiers": { "purl": "A" }, "hashes": { "sha-256": "ab" } }), "fixed");
    let conflict = |other: Value| {
        let other = of(other, "affected");
        let spoken = [&by_all, &other].map(|document| Spoken { document, signed: None });
        answers(&spoken).err().map(|error| error.code())
    };
    assert_eq!(conflict(json!({ "@id": "A" })), Some(Code::AttestationConflict));
    assert_eq!(conflict(json!({ "hashes": { "sha-256": "ab" } })), Some(Code::AttestationConflict));
    assert_eq!(conflict(json!({ "hashes": { "sha-512": "ab" } })), None);
    assert_eq!(conflict(json!({ "@id": "ab" })), None);
}

#[test]
fn one_status_for_two_reasons_is_two_answers() {
    let because = |justification: &str| {
        parse(&json!([{
            "vulnerability": { "name": "CVE-1" }, "status": "not_affected", "justification": justification,
        }]))
    };
    let (absent, unreached) =
        (because("component_not_present"), because("vulnerable_code_not_in_execute_path"));
    let spoken = [&absent, &unreached].map(|document| Spoken { document, signed: None });
    let error = answers(&spoken).unwrap_err();
    assert_eq!(error.code(), Code::AttestationConflict);
    let expected = "VEX about \"CVE-1\" in what the attestation is about: expected one answer, or times that say \
                    which is the newest, found not_affected (component_not_present) and not_affected \
                    (vulnerable_code_not_in_execute_path)";
    assert_eq!(error.message(), expected);
}
