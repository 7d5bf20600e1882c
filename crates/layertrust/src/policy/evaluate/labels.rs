//! What the base's own labels say, and whether the image's may be believed.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::code::Code;
use crate::error::Error;
use crate::layers;
use crate::oci::config::ImageConfig;
use crate::policy::{BaseRule, EndOfLife};
use crate::report::{Finding, Severity};

const VARIANT: &str = "com.docker.dhi.variant";
const COMPLIANCE: &str = "com.docker.dhi.compliance";
const END_OF_LIFE: &str = "com.docker.dhi.date.end-of-life";
const CHAIN_ID: &str = "com.docker.dhi.chain-id";

/// Variant, compliance and end of life, as the proved base's config states them. The image's own labels are not
/// looked at: whoever builds on a base can write them.
pub(super) fn base(rule: &BaseRule, base: &ImageConfig, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut differs = |name: &str, expected: String, found: Option<&str>| {
        let found = found.map_or_else(|| "no such label".to_owned(), |found| format!("{found:?}"));
        let what = format!("label {name} of the base");
        let error = Error::new(Code::BaseNotAllowed, what).expected(expected).found(found);
        findings.push(Finding::new(&error));
    };
    if let Some(variants) = &rule.variants {
        let found = base.label(VARIANT);
        if !found.is_some_and(|found| variants.iter().any(|variant| variant == found)) {
            differs(VARIANT, format!("{}, as [base] variants says", variants.join(" or ")), found);
        }
    }
    if let Some(compliance) = &rule.compliance {
        let found = base.label(COMPLIANCE);
        let has = |word: &String| found.is_some_and(|found| found.split(',').any(|one| one.trim() == word));
        if !compliance.iter().all(has) {
            differs(COMPLIANCE, format!("{}, as [base] compliance says", compliance.join(" and ")), found);
        }
    }
    findings.extend(end_of_life(rule.end_of_life, base, now));
    findings
}

/// Support lasts through the day that the label names.
fn end_of_life(rule: EndOfLife, base: &ImageConfig, now: Timestamp) -> Option<Finding> {
    let severity = match rule {
        EndOfLife::Deny => Severity::Error,
        EndOfLife::Warn => Severity::Warning,
        EndOfLife::Allow => return None,
    };
    let label = base.label(END_OF_LIFE);
    let what = format!("label {END_OF_LIFE} of the base");
    match label.and_then(day) {
        Some(day) if now.to_zoned(TimeZone::UTC).date() <= day => None,
        Some(day) => {
            let error = Error::new(Code::BaseEndOfLife, what)
                .expected("a day that has not passed")
                .found(format!("{day}; now it is {now}"));
            Some(Finding::new(&error).severity(severity))
        }
        None if severity == Severity::Error => {
            let found = label.map_or_else(|| "no such label".to_owned(), |label| format!("{label:?}"));
            let error = Error::new(Code::RuleNotEvaluated, "rule [base] end-of-life = \"deny\"")
                .expected(format!("a day in the {what}"))
                .found(found)
                .hint(
                    "Use a base that says when its support ends, or let [base] say end-of-life = \"warn\".",
                );
            Some(Finding::new(&error))
        }
        None => None,
    }
}

/// A day, or a point in time.
fn day(text: &str) -> Option<Date> {
    let point = |text: &str| Some(text.parse::<Timestamp>().ok()?.to_zoned(TimeZone::UTC).date());
    if text.contains('T') { point(text) } else { text.parse().ok() }
}

/// Labels of the vendor's that the image has and its proved base has not, or not so. The chain ID of a proved
/// base is compared with what was proved, elsewhere.
pub(super) fn vendor_labels(base: Option<&ImageConfig>, image: &ImageConfig) -> Option<Finding> {
    let labels = layers::vendor_labels(base, image)?;
    let list = |label: &str, names: &[String]| {
        let names = names.iter().filter(|name| base.is_none() || *name != CHAIN_ID);
        let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
        (!names.is_empty()).then(|| format!("{label} {}", names.join(", ")))
    };
    let found: Vec<String> =
        list("changed", &labels.changed).into_iter().chain(list("added", &labels.added)).collect();
    let expected = match base {
        Some(_) => "those of its proved base, as they are there",
        None => "none without a proved base to inherit them from",
    };
    let error = Error::new(Code::LabelMismatch, "labels of the vendor's").expected(expected);
    (!found.is_empty()).then(|| Finding::new(&error.found(found.join("; "))))
}

#[cfg(test)]
mod tests;
