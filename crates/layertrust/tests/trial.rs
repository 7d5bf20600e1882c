//! What policies say about saved reports: never more than the reports tell.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]
#![cfg(all(feature = "keyless", feature = "layers"))]

mod scenario;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use layertrust::report::{Report, RuleAnswer, TrialOutcome, TriedReport, Verdict};
use layertrust::{Code, Failure, Policy};
use scenario::{Beside, Scenario, testdata};

/// Every case with its policy's text and its report.
fn cases() -> Vec<(String, PathBuf, String, Report)> {
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(testdata().join("cases")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("case.toml").is_file() {
            continue;
        }
        let case = Scenario::load(&folder.join("case.toml"));
        let report = match case.run(&folder) {
            Ok(report) => report,
            Err(Failure::Rejected(report)) => *report,
            Err(Failure::Error(error)) => panic!("{}: {error}", case.name),
        };
        let text = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
        cases.push((case.name, folder, text, report));
    }
    assert!(cases.len() > 200, "cases are missing: {}", cases.len());
    cases
}

fn report_of(name: &str) -> (PathBuf, String, Report) {
    let folder = testdata().join("cases").join(name);
    let case = Scenario::load(&folder.join("case.toml"));
    let report = match case.run(&folder) {
        Ok(report) => report,
        Err(Failure::Rejected(report)) => *report,
        Err(Failure::Error(error)) => panic!("{name}: {error}"),
    };
    let text = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
    (folder, text, report)
}

fn tried(folder: &Path, policy: &str, report: &Report) -> TriedReport {
    let policy = Policy::from_toml(policy, &Beside(folder.to_owned())).unwrap();
    let trial = policy.try_on(std::slice::from_ref(report)).unwrap();
    assert!(trial.not_a_verdict);
    trial.reports.into_iter().next().unwrap()
}

fn answer<'t>(tried: &'t TriedReport, rule: &str) -> (RuleAnswer, Option<Code>, &'t str) {
    let found = tried.rules.iter().find(|one| one.rule == rule);
    let found = found.unwrap_or_else(|| panic!("no rule {rule} in {:#?}", tried.rules));
    (found.answer, found.code, &found.why)
}

/// The policy that made a report, and a policy that says the same under other names of its signers.
#[test]
fn a_policy_never_contradicts_its_own_verdict() {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, folder, text, report) in cases() {
        let renamed = renamed(&text);
        assert_ne!(renamed, text, "{name}");
        let tried = tried(&folder, &text, &report);
        let again = self::tried(&folder, &renamed, &report);
        for (tried, policy) in [(&tried, "its own"), (&again, "the renamed")] {
            let is_wrong = match (report.verdict, tried.outcome) {
                (Some(Verdict::Accepted), TrialOutcome::WouldBeRejected) => true,
                (Some(Verdict::Accepted), _) | (_, TrialOutcome::WouldBeRejected) => false,
                (_, outcome) => outcome == TrialOutcome::WouldBeAcceptedAsFarAsTold,
            };
            if is_wrong {
                let against: Vec<_> =
                    tried.rules.iter().filter(|one| one.answer == RuleAnswer::WouldNotHold).collect();
                wrong.push(format!("{name}, {policy}: {:?}, {against:?}", report.verdict));
            }
        }
        let verdict = if report.verdict == Some(Verdict::Accepted) { "accepted" } else { "rejected" };
        let outcome = match tried.outcome {
            TrialOutcome::WouldBeRejected => "would be rejected",
            TrialOutcome::CannotBeTold => "cannot be told",
            TrialOutcome::WouldBeAcceptedAsFarAsTold => "would be accepted",
        };
        *counts.entry((verdict, outcome)).or_default() += 1;
        if std::env::var_os("SHOW").is_some() && outcome == "cannot be told" {
            let why: Vec<_> =
                tried.rules.iter().filter(|one| one.answer == RuleAnswer::CannotBeTold).collect();
            println!(
                "{name} {verdict} {:?}",
                why.iter().map(|one| (&one.rule, &one.why)).collect::<Vec<_>>()
            );
        }
    }
    for ((verdict, outcome), count) in &counts {
        println!("{verdict}: {outcome}: {count}");
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    // It would be no use to whoever is told nothing.
    assert!(counts[&("accepted", "would be accepted")] >= 50, "{counts:?}");
    assert!(counts[&("rejected", "would be rejected")] >= 100, "{counts:?}");
}

/// Reports of one policy, tried with others, against what these say of the image itself.
#[test]
fn no_other_policy_contradicts_its_verdict() {
    let cases = cases();
    let tries = std::env::var("LAYERTRUST_TRIALS").map_or(2, |count| count.parse().unwrap());
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, (name, folder, _, report)) in cases.iter().enumerate() {
        for step in 0..tries {
            let (other, _, text, _) = &cases[(at * 7 + step * 37 + 11) % cases.len()];
            let case = Scenario::load(&folder.join("case.toml"));
            let policy = Policy::from_toml(text, &Beside(folder.clone())).unwrap();
            let outcome = policy.try_on(std::slice::from_ref(report)).unwrap().reports.remove(0);
            let source = case.source(folder).unwrap();
            let verifier = layertrust::Verifier::new(policy).unwrap();
            let truth = match verifier.verify(&source, &case.request(folder)) {
                Ok(_) => "accepted",
                Err(Failure::Rejected(_)) => "rejected",
                Err(Failure::Error(error)) => panic!("{name} by {other}: {error}"),
            };
            let told = match outcome.outcome {
                TrialOutcome::WouldBeRejected => "would be rejected",
                TrialOutcome::CannotBeTold => "cannot be told",
                TrialOutcome::WouldBeAcceptedAsFarAsTold => "would be accepted",
            };
            *counts.entry((truth, told)).or_default() += 1;
            if matches!((truth, told), ("accepted", "would be rejected") | ("rejected", "would be accepted"))
            {
                wrong.push(format!("{name} by the policy of {other}: {truth}, {:?}", outcome.rules));
            }
        }
    }
    println!("{counts:#?}");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Other names for every signer, so that nothing is recognized by its name.
fn renamed(text: &str) -> String {
    let mut document: toml::Table = text.parse().unwrap();
    document.insert("name".to_owned(), "another".into());
    let Some(toml::Value::Table(signers)) = document.remove("signers") else {
        return toml::to_string(&document).unwrap();
    };
    let names: Vec<String> = signers.keys().cloned().collect();
    let mut value = toml::Value::Table(document);
    rename(&mut value, &names);
    let other: toml::Table =
        signers.into_iter().map(|(name, rule)| (format!("other-{name}"), rule)).collect();
    if let toml::Value::Table(document) = &mut value {
        document.insert("signers".to_owned(), other.into());
    }
    toml::to_string(&value).unwrap()
}

/// In lists of signers only; other lists may hold the same words.
fn rename(value: &mut toml::Value, names: &[String]) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table.iter_mut() {
                match value {
                    toml::Value::Array(items) if ["signers", "require-all"].contains(&key.as_str()) => {
                        for item in items {
                            if let toml::Value::String(name) = item
                                && names.contains(name)
                            {
                                *name = format!("other-{name}");
                            }
                        }
                    }
                    value => rename(value, names),
                }
            }
        }
        toml::Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}

/// What would be said if one thing of a case's policy were different.
fn with(name: &str, change: impl FnOnce(String) -> String) -> TriedReport {
    let (folder, text, report) = report_of(name);
    let changed = change(text.clone());
    assert_ne!(changed, text);
    tried(&folder, &changed, &report)
}

#[test]
fn a_stricter_rule_about_added_paths_is_told_where_the_report_names_the_path() {
    // The report names a path that deserves a look, and a path that its own policy denied.
    let of_secret = with("added-secret", |text| {
        let at = text.find("[layers]").unwrap();
        format!("{}[layers]\ndeny-added = [\"**\"]\n", &text[..at])
    });
    assert_eq!(answer(&of_secret, "[layers] deny-added").0, RuleAnswer::WouldNotHold);
    assert_eq!(of_secret.outcome, TrialOutcome::WouldBeRejected);
    let same_path = with("added-file-denied", |text| text.replace("usr/bin/curl", "usr/bin/*"));
    assert_eq!(answer(&same_path, "[layers] deny-added").1, Some(Code::AddedPath));

    // Of other paths nothing is said, and that is no pass.
    let other_path = with("added-file-denied", |text| text.replace("usr/bin/curl", "opt/unheard/of"));
    assert_eq!(answer(&other_path, "[layers] deny-added").0, RuleAnswer::CannotBeTold);
    assert_eq!(other_path.outcome, TrialOutcome::CannotBeTold);
}

#[test]
fn layers_that_were_not_opened_tell_nothing() {
    let tried =
        with("derived-legacy-tags", |text| text + "\n[layers]\ndeny = [\"replace\"]\nmax-added-size = 1\n");
    assert_eq!(answer(&tried, "[layers] deny").0, RuleAnswer::CannotBeTold);
    assert_eq!(answer(&tried, "[layers] max-added-size").0, RuleAnswer::CannotBeTold);
    assert_eq!(tried.outcome, TrialOutcome::CannotBeTold);
}

#[test]
fn rules_about_changes_are_told_where_layers_were_opened() {
    let other_kinds = with("layer-replaces-library", |text| {
        let at = text.find("[layers]").unwrap();
        format!("{}[layers]\ndeny = [\"delete\"]\n", &text[..at])
    });
    assert_eq!(answer(&other_kinds, "[layers] deny").0, RuleAnswer::WouldHold);
    let all_kinds = with("layer-changes-not-denied", |text| text + "\n[layers]\ndeny = [\"replace\"]\n");
    assert_eq!(answer(&all_kinds, "[layers] deny").1, Some(Code::LayerChange));
    assert_eq!(all_kinds.outcome, TrialOutcome::WouldBeRejected);
}

#[test]
fn signers_are_known_by_their_keys_and_not_by_their_names() {
    // The names are swapped: the organization's name stands for another key.
    let swapped = with("derived-plain-layer", |text| {
        text.replace("org.pub", "qa.pub") + "\n[signers.other]\nkey = \"../keys/org.pub\"\n"
    });
    assert_eq!(answer(&swapped, "[org] signers").1, Some(Code::SignerNotAllowed));
    assert_eq!(swapped.outcome, TrialOutcome::WouldBeRejected);

    // A stranger's signature is in the report, and may be this policy's.
    let other = |text: String| text.replace("org.pub", "qa.pub");
    let alone = with("derived-plain-layer", other);
    assert_eq!(answer(&alone, "[org] signers").1, Some(Code::SignerNotAllowed));
    let beside = with("foreign-signature-beside-good", other);
    assert_eq!(answer(&beside, "[org] signers").0, RuleAnswer::CannotBeTold);
    assert_ne!(beside.outcome, TrialOutcome::WouldBeAcceptedAsFarAsTold);
}

#[test]
fn ages_are_tried_at_the_report_s_now() {
    let (_, _, report) = report_of("base-too-old");
    assert_eq!(report.verdict, Some(Verdict::Rejected));
    let stricter =
        with("base-young-enough", |text| text.replace("\"22d\"", "\"1d\"").replace("\"21d\"", "\"1d\""));
    assert_eq!(answer(&stricter, "[base] max-age").1, Some(Code::BaseTooOld));
    let looser = with("base-too-old", |text| text.replace("\"21d\"", "\"365d\""));
    assert_eq!(answer(&looser, "[base] max-age").0, RuleAnswer::WouldHold);
    assert_eq!(looser.outcome, TrialOutcome::WouldBeAcceptedAsFarAsTold);
    // The organization signed with a bare key, which proves no time.
    let no_time = with("derived-plain-layer", |text| text.replace("[org]\n", "[org]\nmax-age = \"30d\"\n"));
    assert_eq!(answer(&no_time, "[org] max-age").1, Some(Code::TimeNotProved));
}

#[test]
fn the_base_s_names_and_proof_are_told_and_its_labels_are_not() {
    let other = with("derived-plain-layer", |text| text.replace("dhi/*", "dhi/something-else"));
    assert_eq!(answer(&other, "[base]").1, Some(Code::BaseNotAllowed));
    let stronger =
        with("derived-recompressed", |text| text.replace("[base]\n", "[base]\nmin-proof = \"same-blob\"\n"));
    assert_eq!(answer(&stronger, "[base]").1, Some(Code::BaseNotProved));
    let labels =
        with("derived-plain-layer", |text| text.replace("[base]\n", "[base]\nvariants = [\"runtime\"]\n"));
    assert_eq!(answer(&labels, "[base] variants").0, RuleAnswer::CannotBeTold);
    let (_, _, report) = report_of("derived-plain-layer");
    let chain_id = report.platforms[0].segments[0].chain_id.clone().unwrap();
    let revoked = with("derived-plain-layer", |text| {
        text.replace("[base]\n", &format!("[base]\nrevoked = [{{ chain-id = \"{chain_id}\" }}]\n"))
    });
    assert_eq!(answer(&revoked, "[base] revoked chain-id").1, Some(Code::BaseRevoked));
}

#[test]
fn an_exception_lets_pass_what_it_covers() {
    let excepted = with("added-file-denied", |text| {
        text + "\n[[exception]]\ncode = \"added-path\"\nuntil = \"2027-01-31\"\nreason = \"OPS-1\"\n"
    });
    assert_eq!(answer(&excepted, "[layers] deny-added").0, RuleAnswer::WouldHold);
    assert_eq!(answer(&excepted, "[[exception]]").0, RuleAnswer::WouldHold);
    let expired = with("added-file-denied", |text| {
        text + "\n[[exception]]\ncode = \"added-path\"\nuntil = \"2020-01-31\"\nreason = \"OPS-1\"\n"
    });
    assert_eq!(answer(&expired, "[[exception]]").1, Some(Code::ExceptionExpired));
    assert_eq!(expired.outcome, TrialOutcome::WouldBeRejected);
}

#[test]
fn what_is_no_report_of_a_verdict_is_refused() {
    let (folder, text, mut report) = report_of("derived-plain-layer");
    let policy = Policy::from_toml(&text, &Beside(folder)).unwrap();
    report.schema = "layertrust.facts/v1".to_owned();
    assert_eq!(policy.try_on(&[report.clone()]).unwrap_err().code(), Code::Usage);
    report.schema = "layertrust.report/v1".to_owned();
    report.now.time = "yesterday".to_owned();
    assert_eq!(policy.try_on(&[report.clone()]).unwrap_err().code(), Code::Usage);
    report.now.time = "2026-11-24T12:00:00Z".to_owned();
    report.platforms.clear();
    report.findings.clear();
    let tried = policy.try_on(&[report]).unwrap();
    assert_eq!(tried.reports[0].outcome, TrialOutcome::CannotBeTold);
}
