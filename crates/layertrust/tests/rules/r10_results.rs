//! R10: results and VEX.

use layertrust::Severity;
use layertrust::report::{AttestationFact, Report};

use crate::ask::{first, no, warns, yes};
use crate::scenario::codes;

/// A case that is rejected with this one error.
fn only(name: &str, code: &str) -> Report {
    let report = no(name, code);
    assert_eq!(codes(&report, Severity::Error), [code], "{name}");
    report
}

/// The base's attestation of this type.
fn attested<'r>(report: &'r Report, kind: &str) -> &'r AttestationFact {
    first(report).attestations.iter().find(|one| one.predicate_type == kind).expect(kind)
}

#[test]
fn r10_1_a_result_that_is_none_is_refused() {
    for name in [
        "fips-not-a-list",
        "stig-above-its-maximum",
        "secrets-not-a-list",
        "virus-unsaid",
        "virus-said-twice",
        "tests-contradict",
        "test-result-unknown",
        "vulns-without-list",
    ] {
        only(name, "predicate-invalid");
    }
}

#[test]
fn r10_2_a_result_must_say_that_the_image_passed() {
    for name in
        ["fips-in-force", "stig-reached", "secrets-none", "virus-none", "tests-passed", "test-result-passed"]
    {
        yes(name);
    }
    warns(&yes("test-result-warned"), "result-not-allowed");
    for name in [
        "fips-revoked",
        "fips-one-of-two",
        "fips-status-not-allowed",
        "stig-below",
        "secrets-found",
        "virus-found",
        "tests-failed",
        "test-result-failed",
    ] {
        only(name, "result-not-allowed");
    }
    yes("fips-status-allowed");
    yes("stig-any-score");
}

#[test]
fn r10_2b_one_report_says_what_an_auditor_asks() {
    let report = yes("auditor");
    let modules = &attested(&report, "https://docker.com/dhi/fips/v0.1").facts["modules"];
    assert_eq!(modules[0]["certification"], "CMVP #4985");
    assert_eq!(modules[0]["sunset"], "2030-03-10");
    let profiles = &attested(&report, "https://docker.com/dhi/stig/v0.1").facts["profiles"];
    assert_eq!(profiles[0]["score"], 97.5);
    for kind in ["https://scout.docker.com/secrets/v0.1", "https://scout.docker.com/virus/v0.1"] {
        assert_eq!(attested(&report, kind).facts["clean"], true, "{kind}");
    }
    assert_eq!(attested(&report, "https://scout.docker.com/tests/v0.1").facts["passed"], 1);
    let used = first(&report).attestations.iter().filter(|one| one.rule.is_some()).count();
    assert_eq!(used, 11, "each of the policy's rules has its statement");
}

#[test]
fn r10_3_a_result_about_nothing_is_none() {
    for name in [
        "fips-of-nothing",
        "stig-of-nothing",
        "virus-nothing-scanned",
        "tests-of-nothing",
        "tests-all-skipped",
    ] {
        only(name, "result-not-allowed");
    }
}

#[test]
fn r10_4_a_certificate_outlasts_today_and_the_policys_day() {
    yes("fips-in-force");
    yes("fips-without-sunset");
    for name in [
        "fips-expired",
        "fips-sunset-too-early",
        "fips-sunset-after-the-past",
        "fips-sunset-unstated",
        "fips-sunset-unreadable",
    ] {
        only(name, "result-not-allowed");
    }
}

#[test]
fn r10_5_results_agree_or_conflict() {
    for name in ["result-conflict", "result-unreadable-beside-good", "test-result-conflict"] {
        only(name, "attestation-conflict");
    }
}

#[cfg(feature = "keyless")]
#[test]
fn r10_5b_of_results_the_newest_counts() {
    use crate::ask::{accepted, ask_new, rejected};
    let [passed, failed] = layertrust_testkit::cases::results::dated();
    accepted(ask_new(&passed));
    rejected(ask_new(&failed), "result-not-allowed");
}

#[test]
fn r10_6_a_result_is_neither_of_tomorrow_nor_too_old() {
    only("result-in-the-future", "predicate-invalid");
    yes("result-young-enough");
    only("result-too-old", "attestation-too-old");
    only("result-age-not-proved", "time-not-proved");
    yes("vulns-listed");
    only("vulns-too-old", "attestation-too-old");
}

#[cfg(feature = "keyless")]
#[test]
fn r10_7_vex_has_complete_statements() {
    yes("vex-openvex");
    yes("vex-cyclonedx");
    only("vex-sbom-only", "attestation-missing");
    for name in [
        "vex-analysis-unknown",
        "vex-old-draft",
        "vex-of-nothing",
        "vex-not-affected-without-reason",
        "vex-in-the-future",
    ] {
        only(name, "predicate-invalid");
    }
}

#[cfg(feature = "keyless")]
#[test]
fn r10_8_vex_gives_one_answer() {
    use crate::ask::{accepted, ask_new, rejected};
    yes("vex-later-statement");
    yes("vex-of-a-stranger");
    for name in
        ["vex-conflict", "vex-conflict-with-sbom", "vex-contradicts-itself", "vex-unreadable-beside-good"]
    {
        only(name, "attestation-conflict");
    }
    let [agreeing, newest, older, newer] = layertrust_testkit::cases::vex::beside_each_other();
    let report = accepted(ask_new(&agreeing));
    let by_rule = |one: &&AttestationFact| one.rule.as_deref() == Some("org.attestation[0]");
    let used = first(&report).attestations.iter().filter(by_rule).count();
    assert_eq!(used, 2, "both documents are what the verdict rests on");
    accepted(ask_new(&newest));
    accepted(ask_new(&older));
    rejected(ask_new(&newer), "attestation-conflict");
}
