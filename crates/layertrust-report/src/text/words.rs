//! Headings and styles of verdicts and severities, and the words that all formats share.

use anstyle::Style;
use layertrust::report::{Severity, Verdict};

use crate::text::page;

pub(super) use crate::words::*;

/// The heading of a verdict.
pub(super) fn verdict(verdict: Verdict) -> (Style, &'static str) {
    match verdict {
        Verdict::Accepted => (page::GOOD, "ACCEPTED"),
        Verdict::Rejected => (page::BAD, "REJECTED"),
        Verdict::Unknown => (page::UNSURE, "UNKNOWN"),
    }
}

/// Heading and tag of a severity.
pub(super) fn severity(severity: Severity) -> (Style, &'static str, &'static str) {
    match severity {
        Severity::Error => (page::BAD, "ERRORS", "error"),
        Severity::Warning => (page::UNSURE, "WARNINGS", "warning"),
        Severity::Info => (page::HEADING, "INFORMATION", "info"),
    }
}
