//! R6: certificates, logs and times.

use layertrust::report::SignerKind;
use layertrust::{BaseRule, Code, OrgRule, Policy, SignerRule};

use crate::ask::{first, no, no_because, warns, yes};

const GITHUB: &str = "https://token.actions.githubusercontent.com";

fn checks(name: &str) -> Vec<String> {
    first(&yes(name))
        .signatures
        .iter()
        .find(|one| one.rule.is_some())
        .expect("a signature counts")
        .checks
        .clone()
}

#[test]
fn r6_1_a_certificate_chains_to_an_authority_for_code_signing() {
    assert!(checks("keyless-rekor").contains(&"certificate".to_owned()));
    for name in ["keyless-other-authority", "keyless-forged-certificate", "keyless-no-code-signing"] {
        no(name, "certificate-invalid");
    }
}

#[test]
fn r6_2_a_certificate_was_valid_when_it_was_used() {
    no("keyless-expired", "certificate-expired");
    no("private-authority-expired", "certificate-expired");
    // Every certificate of the cases has expired at the time of judgment, but for this one.
    yes("private-authority");
}

#[test]
fn r6_3_a_certificate_log_saw_it_unless_the_root_says_otherwise() {
    assert!(checks("keyless-rekor").contains(&"certificate-transparency".to_owned()));
    no("keyless-no-sct", "certificate-invalid");
    no("keyless-sct-by-stranger", "certificate-invalid");
    assert!(!checks("private-authority").contains(&"certificate-transparency".to_owned()));
}

#[test]
fn r6_4_a_certificate_needs_a_proved_time() {
    no("keyless-no-time", "time-not-proved");
    let report = yes("keyless-rekor");
    let signature = first(&report).signatures.iter().find(|one| one.rule.is_some()).unwrap();
    assert_eq!(signature.times, ["2026-11-20T09:20:04Z"]);
}

#[test]
fn r6_5_a_proof_of_inclusion_proves_no_time() {
    no_because("keyless-no-time", "time-not-proved");
    no("keyless-promise-altered", "tlog-invalid");
}

#[test]
fn r6_6_the_log_that_an_entry_names_promised_or_included_it() {
    for name in ["keyless-log-outside-the-root", "keyless-promise-altered", "keyless-entry-twice"] {
        no(name, "tlog-invalid");
    }
    let checks = checks("keyless-rekor");
    for check in ["log-entry", "signed-entry-timestamp", "inclusion-proof"] {
        assert!(checks.iter().any(|one| one == check), "{check}");
    }
}

#[test]
fn r6_7_a_log_entry_is_about_this_very_signature() {
    no("keyless-foreign-entry", "tlog-invalid");
    no("key-with-foreign-entry", "tlog-invalid");
}

#[test]
fn r6_8_a_log_entry_is_there_where_it_is_wanted() {
    no("keyless-no-log", "tlog-missing");
    no("key-without-its-log-entry", "tlog-missing");
    assert!(!checks("keyless-timestamp-only").contains(&"log-entry".to_owned()));
}

#[test]
fn r6_9_a_timestamp_covers_this_signature() {
    no("keyless-timestamp-of-other-signature", "timestamp-invalid");
    assert!(checks("keyless-rekor2").contains(&"timestamp".to_owned()));
    yes("keyless-legacy");
}

#[test]
fn r6_10_a_strangers_timestamp_proves_nothing_and_breaks_nothing() {
    warns(&yes("keyless-stranger-timestamp-ignored"), "timestamp-ignored");
    assert!(!checks("keyless-stranger-timestamp-ignored").contains(&"timestamp".to_owned()));
    no("keyless-stranger-timestamp-alone", "time-not-proved");
}

#[test]
fn r6_11_nothing_was_signed_after_now() {
    no("keyless-after-now", "tlog-invalid");
}

#[test]
fn r6_12_issuer_identity_and_claims_must_match() {
    for name in ["keyless-wrong-identity", "keyless-wrong-issuer", "keyless-where-keys-are-wanted"] {
        no(name, "signer-not-allowed");
    }
    let report = yes("keyless-rekor");
    let signer = &first(&report).signatures.iter().find(|one| one.rule.is_some()).unwrap().signer;
    assert_eq!((signer.kind, signer.issuer.as_deref()), (SignerKind::Certificate, Some(GITHUB)));
    assert_eq!(signer.claims["source-repository-uri"], "https://github.com/acme/orders-api");
}

#[test]
fn r6_13_with_githubs_issuer_a_policy_says_whose_runs_count() {
    let error = Policy::builder()
        .signer("ci", SignerRule::certificate(GITHUB, "https://github.com/acme/**@**").unwrap())
        .base(BaseRule::optional(["ci"]))
        .org(OrgRule::signed_by(["ci"]))
        .build()
        .unwrap_err();
    assert_eq!(error.code(), Code::PolicyInvalid);
    no("keyless-called-from-elsewhere", "signer-not-allowed");
}

#[test]
fn r6_14_a_key_with_a_period_counts_only_inside_it() {
    assert!(checks("key-with-log-and-period").contains(&"key-period".to_owned()));
    no("key-outside-its-period", "key-inactive");
    no("key-period-without-a-time", "time-not-proved");
}

#[test]
fn r6_15_what_stands_beside_a_keys_signature_must_hold() {
    no("key-with-foreign-entry", "tlog-invalid");
}

#[test]
fn r6_16_the_builder_is_the_certificates_and_the_predicate_agrees() {
    yes("keyless-provenance");
    no("keyless-builder-contradicts", "predicate-mismatch");
    no("keyless-builder-not-allowed", "builder-not-allowed");
    warns(&yes("keyless-builder-is-the-started-workflow"), "predicate-mismatch");
}

#[test]
fn r6_17_a_report_names_what_was_not_checked() {
    let not_checked = |name: &str| {
        let report = yes(name);
        let roots = report.policy.expect("a policy").roots;
        roots.into_iter().find(|root| root.name != "sigstore-public-good").expect("a root").not_checked
    };
    assert_eq!(not_checked("keyless-rekor"), ["revocation"]);
    assert_eq!(not_checked("keyless-timestamp-only"), ["log-entry", "revocation"]);
    assert_eq!(not_checked("private-authority"), ["certificate-transparency", "log-entry", "revocation"]);
}

#[test]
fn r6_18_the_source_is_the_certificates_and_the_predicate_agrees() {
    yes("keyless-source");
    no("keyless-source-contradicts", "predicate-mismatch");
    no("keyless-source-commit-contradicts", "predicate-mismatch");
    no("keyless-source-ref-contradicts", "predicate-mismatch");
    no("keyless-source-not-allowed", "source-not-allowed");
    no("keyless-source-ref-not-allowed", "source-not-allowed");
    no("keyless-source-of-unknown-build-type", "source-not-allowed");
    warns(&yes("keyless-source-is-the-started-workflows"), "predicate-mismatch");
}
