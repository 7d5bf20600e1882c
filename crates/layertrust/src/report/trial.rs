//! What another policy would say about saved reports. No verdict: a report is data and proves nothing.

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::report::{ImageFact, Now, PolicyFact, Tool, Verdict};

/// The schema of [`Trial`].
pub const TRIAL_SCHEMA: &str = "layertrust.trial/v1";

/// What a policy would say about saved reports, as far as they tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trial {
    /// [`TRIAL_SCHEMA`].
    pub schema: String,
    /// Always `true`: nothing was verified. Whoever needs a verdict verifies the image.
    pub not_a_verdict: bool,
    /// The program that wrote this.
    pub tool: Tool,
    /// The policy that was tried.
    pub policy: PolicyFact,
    /// One entry for each report, in the order given.
    pub reports: Vec<TriedReport>,
}

/// One report, tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TriedReport {
    /// The image that the report is about.
    pub image: ImageFact,
    /// The report's time, at which rules about age are tried too.
    pub now: Now,
    /// The policy that made the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<PolicyFact>,
    /// What that policy said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What the tried policy would say.
    pub outcome: TrialOutcome,
    /// Every rule of the tried policy.
    pub rules: Vec<TriedRule>,
}

/// What a policy would say about an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TrialOutcome {
    /// At least one rule would not hold.
    WouldBeRejected,
    /// No rule would fail for sure, and at least one cannot be told from a report.
    CannotBeTold,
    /// Every rule would hold, as far as the report tells.
    WouldBeAcceptedAsFarAsTold,
}

/// One rule of the tried policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TriedRule {
    /// Section and key, as `[layers] deny`.
    pub rule: String,
    /// The platform; absent for rules about the image as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Whether it would hold.
    pub answer: RuleAnswer,
    /// The code of its first finding, if it would not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// What was found, or why nothing can be told.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub why: String,
}

/// Whether a rule would hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RuleAnswer {
    /// It would.
    WouldHold,
    /// It would not.
    WouldNotHold,
    /// The report does not hold what it needs.
    CannotBeTold,
}
