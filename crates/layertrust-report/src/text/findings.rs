//! What the policy cares about, by severity, each with what to do next.

use layertrust::report::{ExceptionFact, Finding, Report, Severity};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::words;

/// The most characters of a message. Hints are shown whole.
const MESSAGE: usize = 2_000;
const HINT: usize = 20_000;
/// A longer word is cut: only hints hold commands to copy.
const WORD: usize = 200;

pub(super) fn write(page: &mut Page, report: &Report) {
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let group: Vec<_> = report.findings.iter().filter(|finding| finding.severity == severity).collect();
        if group.is_empty() {
            continue;
        }
        let (style, title, tag) = words::severity(severity);
        page.blank();
        page.line(style, &format!("{title} ({})", group.len()));
        for finding in group {
            page.wrapped("  ", page::PLAIN, style, &format!("{tag}[{}]{}", finding.code, place(finding)));
            page.paragraph("    ", &cut_words(&shorten(&finding.message, MESSAGE)));
            if !finding.hint.is_empty() {
                page.wrapped("    → ", page::ADVICE, page::PLAIN, &shorten(&finding.hint, HINT));
            }
        }
    }
    write_exceptions(page, &report.exceptions_used);
}

/// ` linux/amd64, layer 5, usr/bin/curl`
fn place(finding: &Finding) -> String {
    let platform = finding.platform.as_ref().map(|platform| shorten(platform, 40).into_owned());
    let layer = finding.layer.map(|layer| format!("layer {layer}"));
    let path = finding.path.as_ref().map(|path| shorten(path, 200).into_owned());
    let all: Vec<_> = platform.into_iter().chain(layer).chain(path).collect();
    if all.is_empty() { String::new() } else { format!(" {}", all.join(", ")) }
}

fn cut_words(text: &str) -> String {
    let cut = |word: &str| match word.char_indices().nth(WORD) {
        Some((at, _)) => format!("{}…", word.get(..at).unwrap_or_default()),
        None => word.to_owned(),
    };
    text.split(' ').map(cut).collect::<Vec<_>>().join(" ")
}

fn write_exceptions(page: &mut Page, exceptions: &[ExceptionFact]) {
    if exceptions.is_empty() {
        return;
    }
    page.blank();
    page.line(page::HEADING, &format!("EXCEPTIONS USED ({})", exceptions.len()));
    for exception in exceptions {
        let path = exception.path.as_ref().map(|path| format!(" {}", shorten(path, 200)));
        let (until, reason) = (shorten(&exception.until, 40), shorten(&exception.reason, 500));
        let text = format!("{}{} until {until}: {reason}", exception.code, path.unwrap_or_default());
        page.paragraph("  - ", &text);
    }
}
