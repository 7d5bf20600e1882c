//! A test for every rule of `docs/RULES.md`, by its number.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

mod scenario;

#[path = "rules/ask.rs"]
mod ask;
#[path = "rules/r10_results.rs"]
mod r10_results;
#[path = "rules/r1_bytes.rs"]
mod r1_bytes;
#[path = "rules/r2_signatures.rs"]
mod r2_signatures;
#[path = "rules/r3_vendor.rs"]
mod r3_vendor;
#[path = "rules/r4_base.rs"]
mod r4_base;
#[path = "rules/r5_platforms.rs"]
mod r5_platforms;
#[cfg(feature = "keyless")]
#[path = "rules/r6_witnesses.rs"]
mod r6_witnesses;
#[path = "rules/r7_age.rs"]
mod r7_age;
#[cfg(feature = "keyless")]
#[path = "rules/r8_summaries.rs"]
mod r8_summaries;
#[path = "rules/r9_between.rs"]
mod r9_between;

use std::collections::BTreeSet;

/// A rule without a test, and a test of no rule, are both mistakes.
#[test]
fn every_rule_has_its_test() {
    let rules: BTreeSet<String> = include_str!("../../../docs/RULES.md")
        .lines()
        .filter_map(|line| line.strip_prefix("- **R")?.split("**").next())
        .map(|number| format!("r{}", number.replace('.', "_")))
        .collect();
    let sources = [
        include_str!("rules/r1_bytes.rs"),
        include_str!("rules/r2_signatures.rs"),
        include_str!("rules/r3_vendor.rs"),
        include_str!("rules/r4_base.rs"),
        include_str!("rules/r5_platforms.rs"),
        include_str!("rules/r6_witnesses.rs"),
        include_str!("rules/r7_age.rs"),
        include_str!("rules/r8_summaries.rs"),
        include_str!("rules/r9_between.rs"),
        include_str!("rules/r10_results.rs"),
    ];
    let tests: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.strip_prefix("fn r"))
        .map(|name| format!("r{}", name.splitn(3, '_').take(2).collect::<Vec<_>>().join("_")))
        .map(|name| name.trim_end_matches(|letter: char| letter.is_ascii_lowercase()).to_owned())
        .collect();
    assert_eq!(rules, tests);
    println!("{} rules", rules.len());
    assert!(rules.len() > 60);
}
