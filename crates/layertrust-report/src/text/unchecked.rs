//! What nobody looked at: a reader must not take silence for a check.

use layertrust::report::{Layers, PlatformReport, Report, SignerKind};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::words;

/// What was not checked, a sentence or two each.
pub(crate) fn notes(report: &Report) -> Vec<String> {
    let notes = [times(&report.platforms), certificates(report), layers(report), contents(report)];
    notes.into_iter().flatten().collect()
}

pub(super) fn write(page: &mut Page, report: &Report) {
    let notes = notes(report);
    if notes.is_empty() {
        return;
    }
    page.blank();
    page.line(page::HEADING, "NOT CHECKED");
    for note in notes {
        page.paragraph("  - ", &note);
    }
}

/// Signatures and attestations without a proved time.
fn times(platforms: &[PlatformReport]) -> Option<String> {
    let signatures = platforms.iter().flat_map(|platform| &platform.signatures).map(|fact| &fact.times);
    let attestations = platforms.iter().flat_map(|platform| &platform.attestations).map(|fact| &fact.times);
    let all: Vec<_> = signatures.chain(attestations).collect();
    let undated = all.iter().filter(|times| times.is_empty()).count();
    (undated > 0).then(|| {
        format!(
            "When it was signed: {undated} of {} verified signatures and attestations carry no proved time. They \
             hold all the same, but whether a newer one was withheld cannot be seen.",
            all.len(),
        )
    })
}

/// What the roots leave out of certificates that verified.
fn certificates(report: &Report) -> Option<String> {
    let signatures =
        report.platforms.iter().flat_map(|platform| &platform.signatures).map(|fact| &fact.signer);
    let attestations =
        report.platforms.iter().flat_map(|platform| &platform.attestations).map(|fact| &fact.signer);
    let used = signatures.chain(attestations).any(|signer| signer.kind == SignerKind::Certificate);
    let roots = report.policy.iter().flat_map(|policy| &policy.roots);
    let left_out = roots.filter(|root| !root.not_checked.is_empty()).map(|root| {
        let checks: Vec<_> = root.not_checked.iter().take(5).map(|check| shorten(check, 40)).collect();
        format!("under the root {}: {}", shorten(&root.name, 60), checks.join(", "))
    });
    let left_out: Vec<String> = left_out.collect();
    (used && !left_out.is_empty()).then(|| format!("Of certificates, {}.", left_out.join("; ")))
}

/// Layers whose blobs stayed closed.
fn layers(report: &Report) -> Option<String> {
    let all = || report.platforms.iter().flat_map(|platform| &platform.layers);
    let closed = all().filter(|layer| layer.diff_id_checked.is_none()).count();
    (closed > 0).then(|| {
        format!(
            "What is inside {closed} of {}: the blobs were not opened, and that they unpack to the diff IDs is \
             the config's word.{}",
            words::count(all().count(), "layer"),
            advice(report),
        )
    })
}

/// Platforms of which nobody compared the files.
fn contents(report: &Report) -> Option<String> {
    let unknown = |platform: &&PlatformReport| {
        platform.changes.is_none() || platform.added.is_none() || platform.packages.is_none()
    };
    let number = report.platforms.iter().filter(unknown).count();
    (number > 0).then(|| {
        let all = report.platforms.len();
        let on = if number == all { String::new() } else { format!(" on {number} of {all} platforms") };
        format!(
            "What the layers change and add{on}: they were not opened for that, so changes to the base, added \
             files and packages are unknown.{}",
            advice(report),
        )
    })
}

fn advice(report: &Report) -> &'static str {
    if report.options.layers == Layers::All { "" } else { " `--layers all` opens every layer." }
}
