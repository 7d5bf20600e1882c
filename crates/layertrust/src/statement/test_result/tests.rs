use serde_json::{Value, json};

use crate::code::Code;
use crate::error::Error;
use crate::limits::Limits;
use crate::statement::predicate::{Predicate, PredicateType};

fn read(predicate: &Value) -> Result<Predicate, Error> {
    let kind = PredicateType::new("https://in-toto.io/attestation/test-result/v0.1");
    Predicate::parse(&kind, &predicate.to_string(), &Limits::default())
}

/// The specification's own example, shortened.
#[test]
fn a_run_is_read() {
    let run = json!({
        "result": "PASSED",
        "configuration": [{ "name": ".github/workflows/ci.yml", "digest": { "gitBlob": "ebe4add4" } }],
        "url": "https://github.com/in-toto/in-toto/actions/runs/4425592351",
        "passedTests": ["build (3.7)", "build (3.8)"],
        "warnedTests": [],
        "failedTests": [],
    });
    let expected = json!({
        "result": "PASSED", "configurations": 1, "passed": 2, "warned": 0, "failed": 0,
        "url": "https://github.com/in-toto/in-toto/actions/runs/4425592351",
    });
    assert_eq!(json!(read(&run).unwrap().facts()), expected);
    for word in ["WARNED", "FAILED"] {
        let facts = read(&json!({ "result": word, "configuration": [] })).unwrap().facts();
        assert_eq!(facts["result"], json!(word));
    }
}

#[test]
fn what_is_no_test_result_is_refused() {
    for predicate in [
        Value::Null,
        json!([]),
        json!("PASSED"),
        json!({ "configuration": [] }),
        json!({ "result": "passed", "configuration": [] }),
        json!({ "result": "SKIPPED", "configuration": [] }),
        json!({ "result": "PASSED " , "configuration": [] }),
        json!({ "result": true, "configuration": [] }),
        json!({ "result": "PASSED" }),
        json!({ "result": "PASSED", "configuration": {} }),
        json!({ "result": "PASSED", "configuration": ["ci.yml"] }),
        json!({ "result": "PASSED", "configuration": [], "failedTests": "x" }),
        json!({ "result": "PASSED", "configuration": [], "failedTests": [7] }),
        json!({ "result": "PASSED", "configuration": [], "passedTests": {} }),
    ] {
        assert_eq!(read(&predicate).unwrap_err().code(), Code::PredicateInvalid, "{predicate}");
    }
}
