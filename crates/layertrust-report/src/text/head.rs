//! The verdict and what it is about.

use anstyle::Style;
use layertrust::report::{ImageFact, Mode, NowSource, Report, Scope, Verdict};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{WIDTH, words};

/// The heading of facts that nobody judged.
const FACTS: &str = "FACTS (no verdict)";

pub(super) fn write(page: &mut Page, report: &Report) {
    let (style, verdict) = heading(report);
    let reference = shorten(&report.image.reference, 2_000);
    let room = WIDTH.saturating_sub(verdict.chars().count() + 2);
    if reference.chars().count() <= room {
        page.line(style, &format!("{verdict}  {reference}"));
    } else {
        page.line(style, &verdict);
        field(page, "image", &reference);
    }
    if let Some(digest) = &report.image.digest {
        let kind = report.image.kind.as_ref().map(|kind| format!(" ({})", words::of(kind)));
        field(page, "digest", &format!("{}{}", shorten(digest, words::DIGEST), kind.unwrap_or_default()));
    }
    if let Some(policy) = &report.policy {
        let audit = if policy.mode == Mode::Audit { ", audit only" } else { "" };
        let name = shorten(&policy.name, 100);
        field(page, "policy", &format!("{name} ({}{audit})", words::short_digest(&policy.digest)));
    }
    let roots = report.policy.iter().flat_map(|policy| &policy.roots).map(|root| {
        let as_of =
            root.as_of.as_ref().map(|day| format!(", as of {}", shorten(day, 10))).unwrap_or_default();
        format!("{} ({}{as_of})", shorten(&root.name, 60), words::short_digest(&root.digest))
    });
    let roots: Vec<String> = roots.collect();
    if !roots.is_empty() {
        field(page, "roots", &roots.join(", "));
    }
    if let Scope::Platforms(platforms) = &report.scope {
        let platforms: Vec<_> = platforms.iter().map(|platform| shorten(platform, 40)).collect();
        field(page, "only", &platforms.join(", "));
    }
    if let Some(name) = &report.options.name {
        field(page, "as", &shorten(name, 500));
    }
    let source = match report.now.source {
        NowSource::Argument => " (given)",
        NowSource::Clock => "",
    };
    field(page, "at", &format!("{}{source}", shorten(&report.now.time, 40)));
}

/// Verdict, image and digest, and the codes of the errors.
pub(super) fn line(page: &mut Page, report: &Report) {
    let (style, verdict) = heading(report);
    let ImageFact { reference, digest, .. } = &report.image;
    let mut text = format!("{verdict}  {}", shorten(reference, 2_000));
    if let Some(digest) = digest.as_ref().filter(|digest| !reference.ends_with(digest.as_str())) {
        text.push_str(&format!("  {}", shorten(digest, words::DIGEST)));
    }
    let mut codes: Vec<_> = report.errors().map(|finding| finding.code.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    if !codes.is_empty() {
        text.push_str(&format!("  {}", codes.join(" ")));
    }
    page.line(style, &text);
}

fn heading(report: &Report) -> (Style, String) {
    let Some(verdict) = report.verdict else { return (page::HEADING, FACTS.to_owned()) };
    let audit = report.policy.as_ref().is_some_and(|policy| policy.mode == Mode::Audit);
    let (style, name) = words::verdict(verdict);
    match verdict {
        Verdict::Rejected if audit => (page::UNSURE, format!("{name} (audit)")),
        _ => (style, name.to_owned()),
    }
}

fn field(page: &mut Page, label: &str, text: &str) {
    page.wrapped(&format!("  {label:<8}"), page::QUIET, page::PLAIN, text);
}
