//! Results of Docker's own tests, `https://scout.docker.com/tests/v0.1`, in the Common Test Report Format.

use jiff::Timestamp;
use serde_json::Value;

use crate::error::Result;
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::Part;

const WHAT: &str = "tests";

/// How many tests there were, and what became of them.
#[derive(Debug)]
pub(crate) struct TestsRun {
    pub(crate) tests: u64,
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pending: u64,
    skipped: u64,
    /// Whatever their tool calls it.
    pub(crate) other: u64,
    pub(crate) finished: Option<Timestamp>,
}

impl TestsRun {
    /// <https://ctrf.io>: `{ reportFormat, results: { summary, tests } }`. Docker's example leaves `pending` and
    /// `other` out.
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        let report = Part::of(predicate, WHAT)?;
        let format = report.require_text("reportFormat")?;
        if format != "CTRF" {
            return Err(report.invalid("reportFormat", "\"CTRF\"").found(format!("{format:?}")));
        }
        let results = report.require_part("results")?;
        let summary = results.require_part("summary")?;
        let run = TestsRun {
            tests: summary.require_count("tests")?,
            passed: summary.require_count("passed")?,
            failed: summary.require_count("failed")?,
            pending: summary.count("pending")?.unwrap_or_default(),
            skipped: summary.count("skipped")?.unwrap_or_default(),
            other: summary.count("other")?.unwrap_or_default(),
            finished: time(&summary, "stop")?,
        };
        run.adds_up(&summary)?;
        run.is_what_is_listed(&results)?;
        Ok(run)
    }

    fn adds_up(&self, summary: &Part<'_, '_>) -> Result<()> {
        let parts = [self.passed, self.failed, self.pending, self.skipped, self.other];
        let sum = parts.into_iter().fold(0, u64::saturating_add);
        if sum == self.tests {
            return Ok(());
        }
        Err(summary.invalid("tests", &format!("{sum}, as the results add up")).found(self.tests))
    }

    /// Where the tests are listed one by one, they are those that are counted.
    fn is_what_is_listed(&self, results: &Part<'_, '_>) -> Result<()> {
        if results.get("tests").is_none() {
            return Ok(());
        }
        let mut failed = 0;
        let listed = results.parts("tests")?;
        for test in &listed {
            failed += u64::from(test.text("status")? == Some("failed"));
        }
        let listed = u64::try_from(listed.len()).unwrap_or(u64::MAX);
        if (listed, failed) == (self.tests, self.failed) {
            return Ok(());
        }
        let expected = format!("{} tests, of which {} failed, as the summary says", self.tests, self.failed);
        Err(results.invalid("tests", &expected).found(format!("{listed}, of which {failed}")))
    }

    pub(crate) fn facts(&self) -> Facts {
        super::facts([
            ("tests", Value::from(self.tests)),
            ("passed", Value::from(self.passed)),
            ("failed", Value::from(self.failed)),
            ("pending", Value::from(self.pending)),
            ("skipped", Value::from(self.skipped)),
            ("other", Value::from(self.other)),
            ("finished", self.finished.map_or(Value::Null, |time| Value::from(time.to_string()))),
        ])
    }
}

/// Unconfirmed: the format counts milliseconds since 1970, Docker's one example is in seconds. No run was in
/// 1970 and none is in the year 5138, so the size tells.
fn time(summary: &Part<'_, '_>, name: &str) -> Result<Option<Timestamp>> {
    const SMALLEST_MILLISECONDS: u64 = 100_000_000_000;
    let Some(count) = summary.count(name)?.filter(|count| *count > 0) else { return Ok(None) };
    let signed = i64::try_from(count).ok();
    let read = signed.and_then(|number| match count < SMALLEST_MILLISECONDS {
        true => Timestamp::from_second(number).ok(),
        false => Timestamp::from_millisecond(number).ok(),
    });
    read.map(Some).ok_or_else(|| summary.invalid(name, "seconds or milliseconds since 1970").found(count))
}
