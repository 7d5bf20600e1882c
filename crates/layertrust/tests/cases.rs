//! Every case of `testdata/cases`: one fault each, and the code that names it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use scenario::{Scenario, testdata};

#[test]
fn every_case_is_answered_as_it_states() {
    let mut wrong = Vec::new();
    let (mut accepted, mut rejected) = (0, 0);
    for entry in std::fs::read_dir(testdata().join("cases")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("case.toml").is_file() {
            continue;
        }
        let policy = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
        if cfg!(not(feature = "keyless")) && policy.contains("[roots.") {
            println!("SKIPPED without the feature keyless: {}", folder.display());
            continue;
        }
        let case = Scenario::load(&folder.join("case.toml"));
        if cfg!(not(feature = "layers")) && case.needs.as_deref() == Some("layers") {
            println!("SKIPPED without the feature layers: {}", folder.display());
            continue;
        }
        let differences = case.differences(&case.run(&folder));
        if case.expect == "rejected" {
            rejected += 1;
        } else {
            accepted += 1;
        }
        if !differences.is_empty() {
            wrong.push(format!("{}: {}", case.name, differences.join("; ")));
        }
    }
    wrong.sort();
    println!("{} cases: {accepted} accepted, {rejected} rejected", accepted + rejected);
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(accepted >= 35 && rejected >= 110, "cases are missing: {accepted} accepted, {rejected} rejected");
}
