//! Signatures and attestations: those that verified, and everything else.

use layertrust::report::{
    AttestationFact, PlatformReport, Report, Role, SignatureFact, UnverifiedFact, UnverifiedKind,
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
    let signatures = platform.signatures.iter().map(Verified::signature);
    let all = signatures.chain(platform.attestations.iter().map(Verified::attestation));
    list(page, "    ", all, options, |page, verified| verified.write(page, options));
}

/// What signatures and attestations have in common.
struct Verified<'a> {
    role: String,
    text: String,
    times: &'a [String],
    rule: Option<&'a String>,
    checks: &'a [String],
    path: &'a [String],
    origin: String,
    facts: Vec<(&'a String, &'a Value)>,
}

impl<'a> Verified<'a> {
    fn signature(fact: &'a SignatureFact) -> Self {
        Verified {
            role: role(fact.role, fact.intermediate.as_deref()),
            text: format!("signature ({}) by {}", words::of(&fact.kind), words::signer(&fact.signer)),
            times: &fact.times,
            rule: fact.rule.as_ref(),
            checks: &fact.checks,
            path: &fact.subject_path,
            origin: words::of(&fact.origin),
            facts: Vec::new(),
        }
    }

    fn attestation(fact: &'a AttestationFact) -> Self {
        let kind = shorten(fact.kind.as_ref().unwrap_or(&fact.predicate_type), 80);
        let builder = fact.facts.get("builder").map(|builder| format!(", built by {}", value(builder)));
        Verified {
            role: role(fact.role, fact.intermediate.as_deref()),
            text: format!("{kind} by {}{}", words::signer(&fact.signer), builder.unwrap_or_default()),
            times: &fact.times,
            rule: fact.rule.as_ref(),
            checks: &fact.checks,
            path: &fact.subject_path,
            origin: words::of(&fact.origin),
            facts: fact.facts.iter().filter(|(name, _)| *name != "builder").collect(),
        }
    }

    fn write(&self, page: &mut Page, options: &TextOptions) {
        let time = self.times.first().map(|time| format!(", at {}", shorten(time, 40))).unwrap_or_default();
        page.paragraph(&format!("    {:<5} ", self.role), &format!("{}{time}", self.text));
        if !options.verbose {
            return;
        }
        let mut detail = |label: &str, text: &str| {
            page.wrapped(&format!("          {label:<8} "), page::QUIET, page::PLAIN, text);
        };
        let named = |all: &[String]| all.iter().map(|one| shorten(one, 150)).collect::<Vec<_>>().join(" ");
        detail("rule", &self.rule.map_or("none uses it".into(), |rule| shorten(rule, 100)));
        detail("checked", &named(self.checks));
        detail("signed", &named(self.path));
        detail("found by", &self.origin);
        for (name, said) in &self.facts {
            said_of(said).iter().for_each(|text| detail("says", &format!("{}: {text}", shorten(name, 40))));
        }
    }
}

/// What evidence counts for; an image between by its name.
fn role(role: Role, intermediate: Option<&str>) -> String {
    intermediate.map_or_else(|| words::of(&role), |name| shorten(name, 40).into_owned())
}

/// A fact; of a list of things each by itself, with all that is said of it.
fn said_of(fact: &Value) -> Vec<String> {
    const THINGS: usize = 20;
    let thing = |item: &Value| {
        let members = item.as_object()?.iter();
        let said = members.map(|(name, said)| format!("{} {}", shorten(name, 40), value(said)));
        Some(said.collect::<Vec<_>>().join(", "))
    };
    let things: Option<Vec<String>> =
        fact.as_array().filter(|items| !items.is_empty()).and_then(|items| items.iter().map(thing).collect());
    let Some(mut things) = things else { return vec![value(fact)] };
    let more = things.len().saturating_sub(THINGS);
    things.truncate(THINGS);
    things.extend((more > 0).then(|| format!("… and {more} more")));
    things
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
    page.line(page::HEADING, &format!("NOT VERIFIED ({total})"));
    let listed = options.verbose || report.verdict.is_none();
    let advice = if listed { ":" } else { "; -v lists them." };
    page.paragraph("  ", &format!("Found, and proves nothing: {signatures} and {attestations}{advice}"));
    if !listed {
        return;
    }
    for platform in report.platforms.iter().filter(|platform| !platform.unverified.is_empty()) {
        page.line(page::PLAIN, &format!("  {}", shorten(&platform.platform, 40)));
        list(page, "    ", platform.unverified.iter(), options, |page, fact| {
            page.paragraph("    - ", &unverified(fact));
        });
    }
}

fn unverified(fact: &UnverifiedFact) -> String {
    let found = fact.origin.as_ref().map(|origin| format!(" (found by {})", words::of(origin)));
    let (what, code) = (words::of(&fact.what), fact.code);
    format!("{what} {code}{}: {}", found.unwrap_or_default(), shorten(&fact.reason, 1_000))
}

/// Without `verbose` only the first entries.
fn list<T>(
    page: &mut Page,
    indent: &str,
    entries: impl Iterator<Item = T>,
    options: &TextOptions,
    write: impl Fn(&mut Page, T),
) {
    let mut skipped = 0;
    for (position, entry) in entries.enumerate() {
        if position < ENTRIES || options.verbose {
            write(page, entry);
        } else {
            skipped += 1;
        }
    }
    if skipped > 0 {
        page.line(page::QUIET, &format!("{indent}… and {skipped} more (-v lists them)"));
    }
}
