//! R7: age and revocation.

use layertrust::Severity;
use layertrust::report::{CandidateOutcome, InputRole, Report};

use crate::ask::{ask, first, no, rejected, yes};
use crate::scenario::codes;

/// A case that is rejected with this one error.
fn only(name: &str, code: &str) -> Report {
    let report = no(name, code);
    assert_eq!(codes(&report, Severity::Error), [code], "{name}");
    report
}

fn outcomes(report: &Report) -> Vec<CandidateOutcome> {
    first(report).base_candidates.iter().map(|one| one.outcome).collect()
}

#[test]
fn r7_1_the_newest_finish_that_provenance_states_counts() {
    yes("base-young-enough");
    let report = only("base-too-old", "base-too-old");
    // The base stays the base: a shorter one would not be younger for it.
    assert_eq!(outcomes(&report)[0], CandidateOutcome::Base);
    only("image-too-old", "image-too-old");
    yes("image-newest-provenance-counts");
    // What the verdict rests on is named.
    let report = yes("image-young-enough");
    let used = first(&report).attestations.iter().find(|one| one.rule.as_deref() == Some("org.max-age"));
    assert!(used.is_some(), "{:?}", first(&report).attestations);
    let signed = report.inputs.iter().filter(|input| input.role == InputRole::Signed).count();
    assert!(signed >= 2, "signature and provenance: {:?}", report.inputs);
}

#[cfg(feature = "keyless")]
#[test]
fn r7_2_a_finish_that_cannot_be_is_not_believed() {
    only("image-finished-after-now", "time-not-proved");
    only("image-finished-after-it-was-signed", "image-too-old");
}

#[cfg(feature = "keyless")]
#[test]
fn r7_3_else_the_oldest_proved_time_of_a_signature_counts() {
    yes("image-age-by-provenance-signature");
    yes("image-age-by-log");
    only("image-too-old-by-log", "image-too-old");
    only("image-signed-again", "image-too-old");
    only("image-provenance-without-time", "time-not-proved");
}

#[test]
fn r7_4_an_age_without_a_proved_time_is_not_passed() {
    only("base-age-not-proved", "time-not-proved");
    only("image-age-not-proved", "time-not-proved");
    only("image-age-by-a-stranger", "time-not-proved");
}

#[test]
fn r7_5_a_revoked_platform_is_matched_against_every_candidate() {
    for name in
        ["base-revoked-platform", "base-revoked-index", "base-revoked-and-masked", "base-revoked-shorter"]
    {
        let report = only(name, "base-revoked");
        assert!(outcomes(&report).contains(&CandidateOutcome::Revoked), "{name}: {:?}", outcomes(&report));
    }
    // Withholding the signatures of the revoked base leaves a shorter base, and does not help.
    let masked = no("base-revoked-and-masked", "base-revoked");
    assert!(outcomes(&masked).contains(&CandidateOutcome::Base), "{:?}", outcomes(&masked));
    let report = yes("base-revoked-is-another");
    assert!(!outcomes(&report).contains(&CandidateOutcome::Revoked));
}

#[test]
fn r7_6_a_revoked_chain_id_needs_no_candidate() {
    only("base-revoked-chain-id", "base-revoked");
    only("base-revoked-below-the-base", "base-revoked");
    only("base-revoked-not-named", "base-revoked");
}

#[test]
fn r7_7_a_revoked_platform_that_is_named_and_not_at_hand_leaves_the_rule_open() {
    only("base-revoked-not-at-hand", "rule-not-evaluated");
}

#[test]
fn r7_8_an_image_is_revoked_by_its_manifest_or_an_index_above_it() {
    only("image-revoked-platform", "image-revoked");
    only("image-revoked-of-the-vendor", "image-revoked");
    let report = rejected(ask("image-revoked-index"), "image-revoked");
    assert_eq!(report.findings.iter().filter(|one| one.code.name() == "image-revoked").count(), 2);
    yes("image-revoked-is-another");
}

/// That no exception may name a revocation is tested where policies are read.
#[test]
fn r7_9_ages_may_be_excepted() {
    for name in ["base-too-old-excepted", "image-too-old-excepted"] {
        assert_eq!(yes(name).exceptions_used.len(), 1, "{name}");
    }
}
