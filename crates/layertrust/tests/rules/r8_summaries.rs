//! R8: verification summaries.

use layertrust_testkit::cases::vsa;

use crate::ask::{ask_new, no, rejected, yes};

#[test]
fn r8_1_a_summary_passes_the_image_as_the_rule_asks() {
    for case in ["vsa", "vsa-passed", "vsa-resource-by-purl"] {
        yes(case);
    }
    for case in ["vsa-failed", "vsa-other-resource", "vsa-other-policy", "vsa-policy-without-digest"] {
        no(case, "result-not-allowed");
    }
}

#[test]
fn r8_2_a_level_implies_those_below_it_and_no_other() {
    for case in
        ["vsa-level-too-low", "vsa-level-unevaluated", "vsa-level-of-other-track", "vsa-level-word-missing"]
    {
        no(case, "result-not-allowed");
    }
}

#[test]
fn r8_3_another_verifier_answers_another_question() {
    yes("vsa-of-another-verifier-beside");
    let report = no("vsa-other-verifier", "attestation-missing");
    let names = |name: &str| report.errors().any(|finding| finding.message.contains(name));
    assert!(names("https://verifier.other.test/v1") && names("https://verifier.acme.test/*"));
}

#[test]
fn r8_4_another_resource_says_nothing_beside_the_right_one() {
    yes("vsa-of-another-resource-beside");
}

#[test]
fn r8_5_a_summary_that_is_not_whole_or_contradicts_itself_is_none() {
    for case in [
        "vsa-without-verifier",
        "vsa-unknown-result",
        "vsa-contradicts-itself",
        "vsa-two-levels-of-a-track",
        "vsa-without-levels",
        "vsa-of-tomorrow",
        "vsa-draft",
    ] {
        no(case, "predicate-invalid");
    }
}

#[test]
fn r8_6_the_newest_summary_counts() {
    yes("vsa-passed-later");
    no("vsa-failed-later", "result-not-allowed");
    no("vsa-undated-conflict", "attestation-conflict");
}

#[test]
fn r8_7_to_log_a_summary_again_makes_it_no_newer_than_it_says() {
    rejected(ask_new(&vsa::logged_again()), "attestation-conflict");
}
