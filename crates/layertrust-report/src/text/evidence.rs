//! Signatures and attestations: those that verified, and everything else.

use layertrust::report::{
    AttestationFact, PlatformReport, Report, SignatureFact, UnverifiedFact, UnverifiedKind,
};
use serde_json::Value;

use crate::escape::shorten;
use crate::json::compact;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, words};

/// The most entries of one list without `verbose`.
const ENTRIES: usize = 20;

pub(super) fn write_verified(page: &mut Page, platform: &PlatformReport, options: &TextOptions) {
    if platform.signatures.is_empty() && platform.attestations.is_empty() {
        return;
    }
    page.line(page::PLAIN, "  verified signatures and attestations");
    let signatures = platform.signatures.iter().map(|fact| signature(fact, options));
    let attestations = platform.attestations.iter().map(|fact| attestation(fact, options));
    list(page, "    ", signatures.chain(attestations), options);
}

fn signature(fact: &SignatureFact, options: &TextOptions) -> String {
    let kind = format!("signature ({})", words::of(&fact.kind));
    let text = format!("{:<5} {kind:<26} {}", words::of(&fact.role), words::signer(&fact.signer));
    let shared = details(&fact.times, fact.rule.as_ref(), &fact.checks, &fact.subject_path, options);
    text + &shared + &origin(&fact.origin, options)
}

fn attestation(fact: &AttestationFact, options: &TextOptions) -> String {
    let kind = shorten(fact.kind.as_ref().unwrap_or(&fact.predicate_type), 80);
    let mut text = format!("{:<5} {kind:<26} {}", words::of(&fact.role), words::signer(&fact.signer));
    if let Some(builder) = fact.facts.get("builder") {
        text.push_str(&format!(", built by {}", value(builder)));
    }
    text.push_str(&details(&fact.times, fact.rule.as_ref(), &fact.checks, &fact.subject_path, options));
    if options.verbose {
        for (name, said) in fact.facts.iter().filter(|(name, _)| *name != "builder") {
            text.push_str(&format!(", {}: {}", shorten(name, 40), value(said)));
        }
    }
    text + &origin(&fact.origin, options)
}

/// The proved time; with `verbose` all that was checked on the way.
fn details(
    times: &[String],
    rule: Option<&String>,
    checks: &[String],
    path: &[String],
    options: &TextOptions,
) -> String {
    let mut text = times.first().map(|time| format!(", at {}", shorten(time, 40))).unwrap_or_default();
    if !options.verbose {
        return text;
    }
    match rule {
        Some(rule) => text.push_str(&format!(", for the rule {}", shorten(rule, 100))),
        None => text.push_str(", no rule uses it"),
    }
    let named = |separator: &str, all: &[String]| {
        all.iter().map(|one| shorten(one, 150)).collect::<Vec<_>>().join(separator)
    };
    if !checks.is_empty() {
        text.push_str(&format!(", checked: {}", named(" ", checks)));
    }
    if !path.is_empty() {
        text.push_str(&format!(", signed: {}", named(" > ", path)));
    }
    text
}

fn origin(origin: &impl serde::Serialize, options: &TextOptions) -> String {
    if options.verbose { format!(", found by {}", words::of(origin)) } else { String::new() }
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) => shorten(text, 150).into_owned(),
        other => shorten(&compact(other), 150).into_owned(),
    }
}

pub(super) fn write_unverified(page: &mut Page, report: &Report, options: &TextOptions) {
    let all = || report.platforms.iter().flat_map(|platform| &platform.unverified);
    let total = all().count();
    if total == 0 {
        return;
    }
    page.blank();
    let signatures = all().filter(|fact| fact.what == UnverifiedKind::Signature).count();
    let [signatures, attestations] =
        [words::count(signatures, "signature"), words::count(total - signatures, "attestation")];
    page.heading(page::HEADING, &format!("NOT VERIFIED ({total})"));
    let listed = options.verbose || report.verdict.is_none();
    let advice = if listed { ":" } else { "; -v lists them." };
    page.paragraph("  ", &format!("Found, and proves nothing: {signatures} and {attestations}{advice}"));
    if !listed {
        return;
    }
    for platform in report.platforms.iter().filter(|platform| !platform.unverified.is_empty()) {
        page.line(page::PLAIN, &format!("  {}", shorten(&platform.platform, 40)));
        list(page, "    ", platform.unverified.iter().map(unverified), options);
    }
}

fn unverified(fact: &UnverifiedFact) -> String {
    let found = fact.origin.as_ref().map(|origin| format!(" (found by {})", words::of(origin)));
    let (what, code) = (words::of(&fact.what), fact.code);
    format!("{what} {code}{}: {}", found.unwrap_or_default(), shorten(&fact.reason, 1_000))
}

/// One paragraph each, hanging.
fn list(page: &mut Page, indent: &str, entries: impl Iterator<Item = String>, options: &TextOptions) {
    let mut skipped = 0;
    for (position, entry) in entries.enumerate() {
        if position < ENTRIES || options.verbose {
            page.paragraph(&format!("{indent}- "), &entry);
        } else {
            skipped += 1;
        }
    }
    if skipped > 0 {
        page.line(page::QUIET, &format!("{indent}… and {skipped} more (-v lists them)"));
    }
}
