//! What a policy would say about a saved report. No verdict: a report is data and proves nothing.
//!
//! Each rule is answered from what the report holds, by the same patterns and comparisons as in a verdict. What it
//! does not hold (names of added files, annotations, labels of the base, evidence by signers that the other policy
//! did not know) cannot be told, and that is never a pass.

mod answer;
mod attestations;
mod base;
mod between;
mod config;
mod image;
mod layers;
mod org;
mod signers;

use jiff::Timestamp;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::report::{
    PlatformReport, PolicyFact, REPORT_SCHEMA, Report, RuleAnswer, TRIAL_SCHEMA, Tool, Trial, TrialOutcome,
    TriedReport, TriedRule,
};
use answer::{Answer, Answers};

/// One platform of a report under the tried policy.
struct Trying<'t> {
    policy: &'t Policy,
    report: &'t Report,
    platform: &'t PlatformReport,
    now: Timestamp,
}

impl Policy {
    /// What this policy would say about images, told from reports that another policy made. Not a verdict:
    /// nothing is verified, and a report is whatever its author wrote.
    ///
    /// Not told: what the report does not hold, and what other limits or other evidence would change.
    ///
    /// # Errors
    /// `usage` for something that is no report of a verdict.
    pub fn try_on(&self, reports: &[Report]) -> Result<Trial> {
        Ok(Trial {
            schema: TRIAL_SCHEMA.to_owned(),
            not_a_verdict: true,
            tool: Tool::this(),
            policy: PolicyFact {
                name: self.name.clone(),
                mode: self.mode,
                digest: self.digest(),
                roots: self.root_facts(),
            },
            reports: reports.iter().map(|report| self.try_one(report)).collect::<Result<_>>()?,
        })
    }

    fn try_one(&self, report: &Report) -> Result<TriedReport> {
        let invalid = |what: &str, expected: &str, found: &str| {
            Error::new(Code::Usage, what).expected(expected).found(format!("{found:?}"))
        };
        if report.schema != REPORT_SCHEMA {
            return Err(invalid("report", &format!("schema {REPORT_SCHEMA}"), &report.schema)
                .hint("Save reports with `layertrust verify -o json=FILE`."));
        }
        let time = &report.now.time;
        let now = time.parse().map_err(|_| invalid("report's now", "a time", time))?;
        // Whoever adds a part to a policy says here who tries it.
        let Policy {
            name: _,
            mode: _,
            signers: _,
            roots: _,
            platforms,
            base: _,
            intermediates: _,
            org: _,
            layers: _,
            config: _,
            limits,
            exceptions,
            trusted: _,
            digest: _,
        } = self;
        let mut answers = Answers::new(exceptions, now);
        image::image(platforms, limits, report, &mut answers);
        for platform in &report.platforms {
            answers.about(Some(&platform.platform));
            Trying { policy: self, report, platform, now }.answer(&mut answers);
        }
        let rules = answers.finish();
        let any = |answer: RuleAnswer| rules.iter().any(|rule: &TriedRule| rule.answer == answer);
        let outcome = if any(RuleAnswer::WouldNotHold) {
            TrialOutcome::WouldBeRejected
        } else if any(RuleAnswer::CannotBeTold) || report.platforms.is_empty() {
            TrialOutcome::CannotBeTold
        } else {
            TrialOutcome::WouldBeAcceptedAsFarAsTold
        };
        Ok(TriedReport {
            image: report.image.clone(),
            now: report.now.clone(),
            judged_by: report.policy.clone(),
            verdict: report.verdict,
            outcome,
            rules,
        })
    }
}

impl Trying<'_> {
    /// Every rule about one platform, in the order of a verdict.
    fn answer(&self, answers: &mut Answers<'_>) {
        let base = base::outlook(self);
        base::rules(self, &base, answers);
        between::rules(self, answers);
        org::rules(self, &base, answers);
        layers::rules(self, &base, answers);
        config::rules(self, &base, answers);
    }

    /// Whether something was found that another policy may take for a signature or attestation of a signer.
    fn has_other_evidence(&self) -> bool {
        let family = |code: Code| code.family() == crate::code::Family::Signature;
        self.platform.unverified.iter().any(|one| family(one.code))
    }

    /// The reason that goes with [`Trying::has_other_evidence`].
    fn other_evidence() -> Answer {
        Answer::Unclear(
            "the report lists evidence that did not verify under its policy's signers; it may be this policy's"
                .to_owned(),
        )
    }
}
