//! in-toto's test result v0.1: one run of a suite. Everything in it is its author's word.

use serde_json::Value;

use crate::error::Result;
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::Part;

const WHAT: &str = "test result";

/// What a run came to.
#[derive(Debug)]
pub(crate) struct TestResult {
    pub(crate) outcome: Outcome,
    url: Option<String>,
    configurations: usize,
    passed: usize,
    warned: usize,
    /// The names of those that failed.
    pub(crate) failed: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// Passed, with warnings.
    Warned,
    Failed,
}

impl Outcome {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "PASSED",
            Outcome::Warned => "WARNED",
            Outcome::Failed => "FAILED",
        }
    }
}

impl TestResult {
    /// <https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md>
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        let part = Part::of(predicate, WHAT)?;
        let word = part.require_text("result")?;
        let known = [Outcome::Passed, Outcome::Warned, Outcome::Failed];
        let outcome = known
            .into_iter()
            .find(|outcome| outcome.word() == word)
            .ok_or_else(|| part.invalid("result", "PASSED, WARNED or FAILED").found(format!("{word:?}")))?;
        part.require_list("configuration")?;
        Ok(TestResult {
            outcome,
            url: part.owned("url")?,
            configurations: part.parts("configuration")?.len(),
            passed: part.texts("passedTests")?.len(),
            warned: part.texts("warnedTests")?.len(),
            failed: part.texts("failedTests")?,
        })
    }

    /// The run as a report shows it.
    pub(crate) fn facts(&self) -> Facts {
        let counts = [
            ("configurations", self.configurations),
            ("passed", self.passed),
            ("warned", self.warned),
            ("failed", self.failed.len()),
        ];
        let counts = counts.map(|(name, count)| (name, Value::from(count)));
        let result = [("result", Value::from(self.outcome.word()))];
        let url = self.url.as_deref().map(|url| ("url", Value::from(url)));
        let facts = result.into_iter().chain(counts).chain(url);
        facts.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

#[cfg(test)]
mod tests;
