use layertrust::Code;
use layertrust::report::{Mode, PolicyFact, TRIAL_SCHEMA, Tool};

use super::*;
use crate::sample;

fn trial(outcome: TrialOutcome) -> Trial {
    let report = sample::report();
    let rule = |rule: &str, answer, code, why: &str| TriedRule {
        rule: rule.to_owned(),
        platform: Some("linux/amd64".to_owned()),
        answer,
        code,
        why: why.to_owned(),
    };
    Trial {
        schema: TRIAL_SCHEMA.to_owned(),
        not_a_verdict: true,
        tool: Tool { name: "layertrust".to_owned(), version: "0".to_owned() },
        policy: PolicyFact {
            name: "stricter".to_owned(),
            mode: Mode::Enforce,
            digest: format!("sha256:{}", "0a".repeat(32)),
            roots: Vec::new(),
        },
        reports: vec![TriedReport {
            image: report.image,
            now: report.now,
            judged_by: report.policy,
            verdict: Some(Verdict::Rejected),
            outcome,
            rules: vec![
                rule("[base]", RuleAnswer::WouldHold, None, ""),
                rule("[layers] deny", RuleAnswer::WouldNotHold, Some(Code::LayerChange), "path \u{1b}[2J"),
                rule("[base] variants", RuleAnswer::CannotBeTold, None, "labels are not in a report"),
            ],
        }],
    }
}

#[test]
fn it_begins_with_what_it_is_not() {
    let text = render_trial(&trial(TrialOutcome::WouldBeRejected), &TextOptions::default());
    assert!(text.starts_with("NOT A VERDICT"), "{text}");
    assert!(text.contains("\nwould be rejected: "), "{text}");
    assert!(text.contains("would not hold: [layers] deny linux/amd64 [layer-change]"), "{text}");
    assert!(
        text.contains("cannot be told: [base] variants linux/amd64\n    labels are not in a report"),
        "{text}"
    );
    assert!(text.contains("would hold: 1 rules"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn quiet_is_one_line_and_no_verdict_either() {
    for outcome in [TrialOutcome::CannotBeTold, TrialOutcome::WouldBeAcceptedAsFarAsTold] {
        let options = TextOptions { quiet: true, ..TextOptions::default() };
        let text = render_trial(&trial(outcome), &options);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with("not a verdict: "), "{text}");
    }
}
