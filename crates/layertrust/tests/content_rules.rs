//! `[base]` labels, `[layers]` and `[config]`, asked about whole images.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use std::collections::BTreeSet;

use layertrust::report::{ChangeKind, Layers, Report, SuspiciousClass};
use layertrust::{Failure, Policy, Severity, Verifier};
use scenario::{Beside, Scenario, codes, testdata};

/// The error and warning codes of a case under another policy, without opening layers.
fn ask(case: &str, base: &str, rules: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let folder = testdata().join("cases").join(case);
    let text = format!(
        "version = 1\n[signers.vendor]\nkey = \"../keys/vendor.pub\"\n[signers.org]\nkey = \"../keys/org.pub\"\n\
         [base]\nsigners = [\"vendor\"]\n{base}\n[org]\nsigners = [\"org\"]\n{rules}"
    );
    let policy = Policy::from_toml(&text, &Beside(folder.clone())).unwrap();
    let case = Scenario::load(&folder.join("case.toml"));
    let source = case.source(&folder).unwrap();
    let request = case.request(&folder).layers(Layers::None);
    let found = |report: &Report| (codes(report, Severity::Error), codes(report, Severity::Warning));
    match Verifier::new(policy).unwrap().verify(&source, &request) {
        Ok(accepted) => found(accepted.report()),
        Err(Failure::Rejected(report)) => found(&report),
        Err(Failure::Error(error)) => panic!("no answer: {error}"),
    }
}

fn errors(base: &str, rules: &str) -> Vec<&'static str> {
    ask("derived-bundle", base, rules).0
}

#[test]
fn the_proved_bases_own_labels_are_judged() {
    assert!(
        errors("variants = [\"runtime\"]\ncompliance = [\"cis\"]\nend-of-life = \"deny\"", "").is_empty()
    );
    assert_eq!(errors("variants = [\"dev\"]", ""), ["base-not-allowed"]);
    assert_eq!(errors("compliance = [\"cis\", \"fips\"]", ""), ["base-not-allowed"]);
}

#[test]
fn the_configuration_is_judged_by_itself() {
    assert!(
        errors("", "[config]\nuser = \"inherit\"\nentrypoint = \"any\"\ndeny-env = [\"LD_PRELOAD\"]")
            .is_empty()
    );
    assert!(errors("", "[config]\nuser = \"non-root\"").is_empty(), "the base's user is a number");
    assert_eq!(errors("", "[config]\nuser = \"1000\""), ["config-changed"]);
    // The base sets PATH; what it set itself is fine.
    assert!(errors("", "[config]\ndeny-env = [\"PATH\"]").is_empty());
}

#[test]
fn rules_about_files_are_not_evaluated_on_layers_that_were_not_opened() {
    let rules = "[layers]\ndeny = [\"replace\"]\nmax-added-size = 5";
    assert_eq!(errors("", rules), ["rule-not-evaluated", "rule-not-evaluated"]);
    // Nothing is above the base.
    let (errors, _) = ask("catalog-untouched", "", rules);
    assert!(errors.is_empty(), "{errors:?}");
}

/// A policy that asks only who vouches: nothing about files, the configuration, the base's labels, attestations
/// and images between.
fn without_content_rules(mut policy: toml::Table) -> toml::Table {
    for section in ["layers", "config", "exception", "intermediate"] {
        policy.remove(section);
    }
    for section in ["base", "org"] {
        let Some(section) = policy.get_mut(section).and_then(toml::Value::as_table_mut) else { continue };
        for key in ["variants", "compliance", "end-of-life", "attestation"] {
            section.remove(key);
        }
    }
    policy
}

#[test]
fn every_case_about_content_fails_by_its_rules_alone() {
    let mut tried = 0;
    for entry in std::fs::read_dir(testdata().join("cases")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("case.toml").is_file() {
            continue;
        }
        let case = Scenario::load(&folder.join("case.toml"));
        if case.error.is_empty() {
            continue;
        }
        assert_eq!(case.expect, "rejected", "{}", case.name);
        let policy: toml::Table =
            std::fs::read_to_string(folder.join("policy.toml")).unwrap().parse().unwrap();
        let policy = without_content_rules(policy).to_string();
        let policy = Policy::from_toml(&policy, &Beside(folder.clone())).unwrap();
        let (source, request) = (case.source(&folder).unwrap(), case.request(&folder));
        if let Err(failure) = Verifier::new(policy).unwrap().verify(&source, &request) {
            panic!("{}: rejected without its rules as well: {failure}", case.name);
        }
        tried += 1;
    }
    println!("{tried} cases are accepted without their rules");
    assert!(tried >= 50, "only {tried} cases state exact errors");
}

/// A class or a kind that is added later needs a case.
#[test]
fn every_kind_of_change_and_every_class_has_a_case_that_fails_by_it() {
    let (mut kinds, mut classes) = (BTreeSet::new(), BTreeSet::new());
    for entry in std::fs::read_dir(testdata().join("cases")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("case.toml").is_file() || Scenario::load(&folder.join("case.toml")).error.is_empty() {
            continue;
        }
        let policy: toml::Table =
            std::fs::read_to_string(folder.join("policy.toml")).unwrap().parse().unwrap();
        let only = |key: &str| match policy.get("layers")?.get(key)?.as_array()?.as_slice() {
            [one] => one.as_str().map(str::to_owned),
            _ => None,
        };
        kinds.extend(only("deny"));
        classes.extend(only("deny-suspicious"));
    }
    assert_eq!(kinds, ChangeKind::ALL.iter().map(|(_, name)| (*name).to_owned()).collect());
    assert_eq!(classes, SuspiciousClass::ALL.iter().map(|(_, name)| (*name).to_owned()).collect());
}
