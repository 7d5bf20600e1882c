//! A report as Markdown, for the summary of a workflow or a comment on a pull request: the verdict, the
//! findings, and for each platform who owns what and what was done to the base.
//!
//! GitHub refuses a comment of more than 65 536 characters, so a document stays below that: long lists are
//! cut, and what still does not fit is left out and counted. JSON has everything.

mod comparison;
mod contents;
mod document;
mod platform;

use layertrust::report::{Finding, Mode, Report, Scope, Severity, Verdict};

use crate::escape::{markdown, markdown_code, shorten};
use crate::text::unchecked;
use crate::words;
pub use comparison::render_comparison;
use document::{Document, Row};

/// The most findings listed.
const FINDINGS: usize = 40;
/// The most characters of a message, and of what to do about it.
const MESSAGE: usize = 1_000;

/// The report as Markdown, with a newline at the end.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut document = Document::new();
    write_head(&mut document, report);
    write_findings(&mut document, report);
    for platform in &report.platforms {
        platform::write(&mut document, platform);
        contents::write(&mut document, platform);
    }
    write_unverified(&mut document, report);
    write_unchecked(&mut document, report);
    document.finish()
}

fn write_head(document: &mut Document, report: &Report) {
    let audit = report.policy.as_ref().is_some_and(|policy| policy.mode == Mode::Audit);
    let verdict = match report.verdict {
        Some(Verdict::Accepted) => "✅ ACCEPTED",
        Some(Verdict::Rejected) if audit => "❌ REJECTED (audit)",
        Some(Verdict::Rejected) => "❌ REJECTED",
        Some(Verdict::Unknown) => "❔ UNKNOWN",
        None => "FACTS (no verdict)",
    };
    document.heading(2, &format!("{verdict} {}", code(&report.image.reference, 500)));
    if let Some(digest) = &report.image.digest {
        let kind = report.image.kind.as_ref().map(|kind| format!(" ({})", words::of(kind)));
        document.item(&format!("digest {}{}", code(digest, words::DIGEST), kind.unwrap_or_default()));
    }
    if let Some(policy) = &report.policy {
        let digest = words::short_digest(&policy.digest);
        document.item(&format!("policy {} ({})", code(&policy.name, 100), code(&digest, 12)));
    }
    if let Scope::Platforms(platforms) = &report.scope {
        let platforms: Vec<_> = platforms.iter().take(20).map(|platform| code(platform, 40)).collect();
        document.item(&format!("only {}", platforms.join(", ")));
    }
    if let Some(name) = &report.options.name {
        document.item(&format!("as {}", code(name, 300)));
    }
    document.item(&format!("at {}", code(&report.now.time, 40)));
}

fn write_findings(document: &mut Document, report: &Report) {
    let by_severity = |severity| report.findings.iter().filter(move |finding| finding.severity == severity);
    let all = [Severity::Error, Severity::Warning, Severity::Info].into_iter().flat_map(by_severity);
    if report.findings.is_empty() {
        return;
    }
    document.heading(3, &format!("Findings ({})", report.findings.len()));
    document.table(["severity", "code", "where", "message", "what to do"], all, finding_row, FINDINGS);
}

fn finding_row(finding: &Finding) -> Row<5> {
    let severity = match finding.severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let platform = finding.platform.as_ref().map(|platform| code(platform, 40));
    let layer = finding.layer.map(|layer| format!("layer {layer}"));
    let path = finding.path.as_ref().map(|path| code(path, 200));
    let place: Vec<_> = platform.into_iter().chain(layer).chain(path).collect();
    [
        severity.to_owned(),
        markdown_code(finding.code.name()),
        place.join(", "),
        prose(&finding.message, MESSAGE),
        prose(&finding.hint, MESSAGE),
    ]
}

fn write_unverified(document: &mut Document, report: &Report) {
    let number: usize = report.platforms.iter().map(|platform| platform.unverified.len()).sum();
    if number > 0 {
        document.heading(3, &format!("Not verified ({number})"));
        document.line("Signatures and attestations that were found and prove nothing; JSON lists them.");
    }
}

fn write_unchecked(document: &mut Document, report: &Report) {
    let notes = unchecked::notes(report);
    if notes.is_empty() {
        return;
    }
    document.heading(3, "Not checked");
    for note in notes {
        document.item(&markdown(&note));
    }
}

/// A value of at most so many characters, as code.
fn code(text: &str, width: usize) -> String {
    markdown_code(&shorten(text, width))
}

/// A sentence of at most so many characters.
fn prose(text: &str, width: usize) -> String {
    markdown(&shorten(text, width))
}

#[cfg(test)]
mod tests;
