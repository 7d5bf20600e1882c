//! Saved reports: one, several in one document, or one a line.

use layertrust::report::{REPORT_SCHEMA, Report};
use layertrust::{Code, Error, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::json::REPORTS_SCHEMA;

/// Reads the reports of a file: what `verify -o json` or `-o jsonl` wrote.
///
/// # Errors
/// `usage` for what is no report of a verdict of this version.
pub fn read_reports(bytes: &[u8]) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    // A document may be indented, so that lines end none: values stand one after the other.
    for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        let value = value.map_err(|error| invalid("JSON", error))?;
        match value.get("schema").and_then(Value::as_str) {
            Some(REPORT_SCHEMA) => reports.push(report(value)?),
            Some(REPORTS_SCHEMA) => {
                let several = Several::deserialize(value).map_err(|error| invalid("reports", error))?;
                for one in several.reports {
                    reports.push(report(one)?);
                }
            }
            found => {
                return Err(invalid(
                    &format!("schema {REPORT_SCHEMA} or {REPORTS_SCHEMA}"),
                    found.map_or_else(|| "no schema".to_owned(), |found| format!("{found:?}")),
                ));
            }
        }
    }
    if reports.is_empty() {
        return Err(invalid("at least one report", "none"));
    }
    Ok(reports)
}

#[derive(Deserialize)]
struct Several {
    reports: Vec<Value>,
}

fn report(value: Value) -> Result<Report> {
    Report::deserialize(value).map_err(|error| invalid("a report of this version", error))
}

fn invalid(expected: &str, found: impl std::fmt::Display) -> Error {
    Error::new(Code::Usage, "report")
        .expected(expected)
        .found(found)
        .hint("Save reports with `layertrust verify -o json=FILE`, or -o jsonl=FILE.")
}

#[cfg(test)]
mod tests;
