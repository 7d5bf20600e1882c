//! What a rule asks of a verification summary besides its signer.

use serde_json::{Map, Value};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::policy::provenance::patterns;
use crate::policy::{AttestationRule, AttestationType, Flavor, Pattern};
use crate::statement::vsa::FAILED;

/// Each part asks nothing where it is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct SummaryRule {
    pub(crate) verifiers: Vec<Pattern>,
    /// Over the resource's URI, or the name of the image that it is.
    pub(crate) resources: Vec<Pattern>,
    /// All of these.
    pub(crate) levels: Vec<String>,
    /// Any of these.
    pub(crate) policy_digests: Vec<Digest>,
}

impl SummaryRule {
    /// Every part that asks something, by the policy's words.
    pub(crate) fn summary(&self) -> Map<String, Value> {
        let texts = |patterns: &[Pattern]| patterns.iter().map(Pattern::as_str).collect::<Value>();
        let digests = self.policy_digests.iter().map(ToString::to_string).collect::<Value>();
        let parts = [
            ("verifier", self.verifiers.is_empty(), texts(&self.verifiers)),
            ("resource", self.resources.is_empty(), texts(&self.resources)),
            ("levels", self.levels.is_empty(), self.levels.iter().map(String::as_str).collect()),
            ("policy-digest", self.policy_digests.is_empty(), digests),
        ];
        let asked = parts.into_iter().filter(|(_, is_empty, _)| !is_empty);
        asked.map(|(name, _, value)| (name.to_owned(), value)).collect()
    }
}

impl AttestationRule {
    /// Who must have verified, by `verifier.id`. Summaries of other verifiers do not concern the rule.
    ///
    /// # Errors
    /// `policy-invalid` for an empty or wrong pattern, or if the kind is not a verification summary.
    pub fn verifier<'p>(self, texts: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let verifiers = patterns(texts, Flavor::Identity)?;
        self.asks_summary("verifier", |rule| rule.verifiers = verifiers)
    }

    /// What the image must have been verified as: the resource's URI, or the name of the image that it is,
    /// without tag and digest.
    ///
    /// # Errors
    /// As [`AttestationRule::verifier`].
    pub fn resource<'p>(self, texts: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let resources = patterns(texts, Flavor::Name)?;
        self.asks_summary("resource", |rule| rule.resources = resources)
    }

    /// The levels that must be verified, all of them. A level of SLSA implies those below it in its track;
    /// other words must be there as they are.
    ///
    /// # Errors
    /// `policy-invalid` for an empty word and for `FAILED`, which is no level, or if the kind is not a
    /// verification summary.
    pub fn levels<S: Into<String>>(self, words: impl IntoIterator<Item = S>) -> Result<Self> {
        let words: Vec<String> = words.into_iter().map(Into::into).collect();
        if let Some(word) = words.iter().find(|word| word.is_empty() || *word == FAILED) {
            return Err(Error::new(Code::PolicyInvalid, "levels")
                .expected("levels such as SLSA_BUILD_LEVEL_3, or a verifier's own words")
                .found(format!("{word:?}")));
        }
        self.asks_summary("levels", |rule| rule.levels = words)
    }

    /// The digests of the policies by which it may have been verified, any of them.
    ///
    /// # Errors
    /// `policy-invalid` if the kind is not a verification summary.
    pub fn policy_digest(self, digests: impl IntoIterator<Item = Digest>) -> Result<Self> {
        let digests = digests.into_iter().collect();
        self.asks_summary("policy-digest", |rule| rule.policy_digests = digests)
    }

    fn asks_summary(mut self, key: &str, change: impl FnOnce(&mut SummaryRule)) -> Result<Self> {
        if self.kind != AttestationType::Vsa {
            return Err(Error::new(Code::PolicyInvalid, format!("{key} of type {}", self.kind.name()))
                .expected("type vsa, which alone says what a verifier found")
                .found(format!("type {}", self.kind.name())));
        }
        change(&mut self.vsa);
        Ok(self)
    }
}
