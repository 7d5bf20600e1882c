//! Images made with real tools: every scenario that this version can answer, as it states.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use layertrust::{Failure, Severity};
use scenario::{Scenario, codes, shared};

/// What this version answers; the others are listed as waiting, by name.
const ANSWERED: [&str; 5] = ["main", "formats", "keyless", "layers", "attestations"];
/// How many scenarios these are. One that disappears must not go unnoticed.
const EXPECTED: usize = 94;

#[test]
fn every_scenario_is_answered_as_it_states() {
    let Some(folder) = shared("LAYERTRUST_IMAGES", "images") else { return };
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let (mut ran, mut wrong, mut waiting) = (0, Vec::new(), Vec::new());
    for folder in names.iter().filter(|folder| folder.join("expected.toml").is_file()) {
        let scenario = Scenario::load(&folder.join("expected.toml"));
        let needs = scenario.needs.clone().unwrap_or_default();
        if !ANSWERED.contains(&needs.as_str()) {
            waiting.push(format!("{} ({needs})", scenario.name));
            continue;
        }
        ran += 1;
        let outcome = scenario.run(folder);
        let differences = scenario.differences(&outcome);
        println!("{:<45} {:<9} {}", scenario.name, scenario.expect, answer(&outcome));
        if !differences.is_empty() {
            println!("{:<45} DIFFERS   {}", "", differences.join("; "));
            wrong.push(format!("{}: {}", scenario.name, differences.join("; ")));
        }
    }
    println!(
        "{ran} scenarios answered, {} waiting for a later version: {}",
        waiting.len(),
        waiting.join(", ")
    );
    assert!(wrong.is_empty(), "{} scenarios differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(ran, EXPECTED, "scenarios of {ANSWERED:?}");
}

fn answer(outcome: &Result<layertrust::report::Report, Failure>) -> String {
    match outcome {
        Ok(report) => {
            let segments = report.platforms.iter().map(|platform| {
                let owners = platform.segments.iter().map(|one| format!("{:?} {:?}", one.owner, one.layers));
                format!(
                    "{}: {}, config {:?}",
                    platform.platform,
                    owners.collect::<Vec<_>>().join(" + "),
                    platform.config.owner
                )
            });
            segments.collect::<Vec<_>>().join("; ")
        }
        Err(Failure::Rejected(report)) => codes(report, Severity::Error).join(" "),
        Err(Failure::Error(error)) => error.to_string(),
    }
}
