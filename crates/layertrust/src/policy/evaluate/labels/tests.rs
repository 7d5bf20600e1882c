use serde_json::json;

use super::*;
use crate::limits::Limits;

fn labelled(labels: &[(&str, &str)]) -> ImageConfig {
    let labels: serde_json::Map<_, _> =
        labels.iter().map(|(name, value)| (format!("com.docker.dhi.{name}"), json!(value))).collect();
    let json = json!({
        "architecture": "amd64", "os": "linux", "config": { "Labels": labels },
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    ImageConfig::parse(json.to_string().as_bytes(), "config", &Limits::default()).unwrap()
}

fn rule() -> BaseRule {
    BaseRule::signed_by(["dhi"])
}

fn found(rule: &BaseRule, labels: &[(&str, &str)], now: &str) -> Vec<(Code, Severity)> {
    base(rule, &labelled(labels), now.parse().unwrap()).iter().map(|one| (one.code, one.severity)).collect()
}

const NOW: &str = "2026-11-24T12:00:00Z";
const NOT_ALLOWED: (Code, Severity) = (Code::BaseNotAllowed, Severity::Error);

#[test]
fn the_variant_is_one_of_those_named() {
    let rule = rule().variants(["runtime", "compat"]);
    assert_eq!(found(&rule, &[("variant", "runtime")], NOW), []);
    assert_eq!(found(&rule, &[("variant", "compat")], NOW), []);
    for other in [&[("variant", "dev")][..], &[("variant", "Runtime")], &[("variant", "")], &[]] {
        assert_eq!(found(&rule, other, NOW), [NOT_ALLOWED], "{other:?}");
    }
    let findings = base(&rule, &labelled(&[]), NOW.parse().unwrap());
    assert!(
        findings[0].message.contains("runtime or compat") && findings[0].message.contains("no such label")
    );
}

#[test]
fn compliance_holds_every_word() {
    let rule = rule().compliance(["fips", "stig"]);
    for (label, expected) in [
        ("fips,stig,cis", vec![]),
        ("stig, fips", vec![]),
        ("fips,cis", vec![NOT_ALLOWED]),
        ("cis", vec![NOT_ALLOWED]),
        ("fips-stig", vec![NOT_ALLOWED]),
        ("", vec![NOT_ALLOWED]),
    ] {
        assert_eq!(found(&rule, &[("compliance", label)], NOW), expected, "{label:?}");
    }
    assert_eq!(found(&rule, &[], NOW), [NOT_ALLOWED]);
}

#[test]
fn support_lasts_through_its_last_day() {
    let label = "date.end-of-life";
    let (error, warning) = ((Code::BaseEndOfLife, Severity::Error), (Code::BaseEndOfLife, Severity::Warning));
    let not_evaluated = (Code::RuleNotEvaluated, Severity::Error);
    for (value, deny, warn) in [
        (Some("2029-10-31"), None, None),
        (Some("2026-11-24"), None, None),
        (Some("2026-11-23"), Some(error), Some(warning)),
        (Some("2026-11-23T23:59:59Z"), Some(error), Some(warning)),
        (Some("2026-11-25T00:00:00Z"), None, None),
        (Some("soon"), Some(not_evaluated), None),
        (Some(""), Some(not_evaluated), None),
        (None, Some(not_evaluated), None),
    ] {
        let labels: Vec<(&str, &str)> = value.iter().map(|value| (label, *value)).collect();
        let with = |end_of_life| found(&rule().end_of_life(end_of_life), &labels, NOW);
        assert_eq!(with(EndOfLife::Deny), Vec::from_iter(deny), "{value:?}");
        assert_eq!(with(EndOfLife::Warn), Vec::from_iter(warn), "{value:?}");
        assert_eq!(with(EndOfLife::Allow), [], "{value:?}");
        assert_eq!(found(&rule(), &labels, NOW), Vec::from_iter(warn), "{value:?} by default");
    }
}

#[test]
fn labels_that_the_base_does_not_have_so_are_a_warning() {
    let of_base = labelled(&[("name", "dhi/python"), ("variant", "dev"), ("chain-id", "sha256:a")]);
    let warned = |base: Option<&ImageConfig>, labels: &[(&str, &str)]| {
        let finding = vendor_labels(base, &labelled(labels))?;
        assert_eq!((finding.code, finding.severity), (Code::LabelMismatch, Severity::Warning));
        Some(finding.message)
    };
    assert_eq!(warned(Some(&of_base), &[("name", "dhi/python"), ("variant", "dev")]), None);
    assert_eq!(warned(Some(&of_base), &[]), None);
    // The chain ID has a finding of its own.
    assert_eq!(warned(Some(&of_base), &[("chain-id", "sha256:b")]), None);
    let message = warned(Some(&of_base), &[("variant", "runtime"), ("compliance", "fips")]).unwrap();
    assert!(
        message.contains("changed \"com.docker.dhi.variant\"; added \"com.docker.dhi.compliance\""),
        "{message}"
    );

    let message = warned(None, &[("chain-id", "sha256:b")]).unwrap();
    assert!(message.contains("chain-id") && message.contains("without a proved base"), "{message}");
    assert_eq!(warned(None, &[]), None);
}
