//! `[[base.attestation]]` and `[[org.attestation]]`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{AttestationSection, max_age, revoked};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::{AttestationRule, AttestationType};
use crate::statement::predicate::PredicateType;

/// How `toml` hands a date to JSON, which has none.
const DATE: &str = "$__toml_private_datetime";

pub(super) fn of_base(section: &AttestationSection) -> Result<AttestationRule> {
    if section.base_dependency.is_some() {
        return Err(Error::new(Code::PolicyInvalid, "[[base.attestation]] base-dependency")
            .expected("no such key: it is about what stands on the base")
            .found("one")
            .hint("Ask it of the image, in [[org.attestation]]."));
    }
    attestation(section, "[[base.attestation]]")
}

pub(super) fn of_intermediate(section: &AttestationSection) -> Result<AttestationRule> {
    attestation(section, "[[intermediate.attestation]]")
}

pub(super) fn of_org(section: &AttestationSection) -> Result<AttestationRule> {
    attestation(section, "[[org.attestation]]")
}

fn attestation(section: &AttestationSection, place: &str) -> Result<AttestationRule> {
    section.check_supported().map_err(|error| error.about(place))?;
    let word = section.r#type.as_deref().unwrap_or_default();
    let named = AttestationType::ALL.into_iter().find(|kind| kind.name() == word);
    // A type that has a word is asked for by it: all its versions are meant, and what it says is read.
    let by_uri = || match AttestationType::of(&PredicateType::new(word)) {
        Some(named) => Err(named.name().to_owned()),
        None if word.contains("://") => Ok(AttestationType::Predicate(word.to_owned())),
        None => {
            let names: Vec<String> = AttestationType::ALL.iter().map(|kind| kind.name().to_owned()).collect();
            Err(format!("one of {}, or the URI of another predicate type", names.join(", ")))
        }
    };
    let kind = named.map_or_else(by_uri, Ok).map_err(|expected| {
        Error::new(Code::PolicyInvalid, format!("{place} type")).expected(expected).found(format!("{word:?}"))
    })?;
    let mut rule = AttestationRule::new(kind).signers(section.signers.clone());
    if let Some(age) = &section.max_age {
        rule = rule.max_age(max_age(age, place)?);
    }
    let rule = provenance(rule, section).and_then(|rule| vsa(rule, section));
    rule.and_then(|rule| results(rule, section)).map_err(|error| error.about(place))
}

/// What is asked of Docker's certificates and scores.
fn results(mut rule: AttestationRule, section: &AttestationSection) -> Result<AttestationRule> {
    if let Some(statuses) = &section.status {
        rule = rule.status(statuses.iter().cloned())?;
    }
    if let Some(day) = &section.sunset_after {
        rule = rule.sunset_after(day)?;
    }
    if let Some(percent) = section.minimum_score {
        // What is too large for the type is too large for a percentage.
        rule = rule.minimum_score(u8::try_from(percent).unwrap_or(u8::MAX))?;
    }
    Ok(rule)
}

/// A list that is there and empty seems to ask something.
fn not_empty(key: &str, list: &Option<Vec<String>>, of: &str) -> Result<()> {
    match list {
        Some(list) if list.is_empty() => {
            Err(Error::new(Code::PolicyInvalid, key).expected(format!("at least one {of}")).found("none"))
        }
        _ => Ok(()),
    }
}

/// What is asked of verification summaries.
fn vsa(mut rule: AttestationRule, section: &AttestationSection) -> Result<AttestationRule> {
    not_empty("verifier", &section.verifier, "pattern")?;
    not_empty("resource", &section.resource, "pattern")?;
    not_empty("levels", &section.levels, "level")?;
    not_empty("policy-digest", &section.policy_digest, "digest")?;
    if let Some(patterns) = &section.verifier {
        rule = rule.verifier(patterns.iter().map(String::as_str))?;
    }
    if let Some(patterns) = &section.resource {
        rule = rule.resource(patterns.iter().map(String::as_str))?;
    }
    if let Some(words) = &section.levels {
        rule = rule.levels(words.iter().cloned())?;
    }
    if let Some(digests) = &section.policy_digest {
        let digests = digests.iter().map(|text| revoked::digest(text, "policy-digest"));
        rule = rule.policy_digest(digests.collect::<Result<Vec<_>>>()?)?;
    }
    Ok(rule)
}

/// What is asked of provenance.
fn provenance(mut rule: AttestationRule, section: &AttestationSection) -> Result<AttestationRule> {
    not_empty("builder", &section.builder, "pattern")?;
    not_empty("build-type", &section.build_type, "pattern")?;
    not_empty("source", &section.source, "pattern")?;
    not_empty("source-ref", &section.source_ref, "pattern")?;
    if let Some(patterns) = &section.builder {
        rule = rule.builder(patterns.iter().map(String::as_str))?;
    }
    if let Some(patterns) = &section.build_type {
        rule = rule.build_type(patterns.iter().map(String::as_str))?;
    }
    if let Some(patterns) = &section.source {
        rule = rule.source(patterns.iter().map(String::as_str))?;
    }
    if let Some(patterns) = &section.source_ref {
        rule = rule.source_ref(patterns.iter().map(String::as_str))?;
    }
    // Here an empty list says something: no image but the base.
    if let Some(patterns) = &section.builder_images {
        rule = rule.builder_images(patterns.iter().map(String::as_str))?;
    }
    if let Some(wanted) = section.base_dependency {
        let wants = rule.clone().base_dependency()?;
        rule = if wanted { wants } else { rule };
    }
    let mut asked = BTreeMap::new();
    for (key, value) in section.external_parameters.iter().flatten() {
        leaves(vec![key.clone()], value, &mut asked)?;
    }
    if section.external_parameters.is_some() && asked.is_empty() {
        return Err(nothing_asked("external-parameters"));
    }
    for (path, value) in asked {
        rule = rule.external_parameter(path, value)?;
    }
    Ok(rule)
}

/// TOML's dotted keys are tables within tables; what they end in is a value.
fn leaves(path: Vec<String>, value: &Value, asked: &mut BTreeMap<Vec<String>, Value>) -> Result<()> {
    let shown = format!("external-parameters {}", path.join("."));
    if holds_date(value) {
        return Err(Error::new(Code::PolicyInvalid, shown)
            .expected("a value that JSON has")
            .found("a date")
            .hint("Write it as text, in quotes, as the provenance does."));
    }
    match value {
        Value::Object(members) if members.is_empty() => Err(nothing_asked(&shown)),
        Value::Object(members) => members.iter().try_for_each(|(key, value)| {
            leaves([path.as_slice(), std::slice::from_ref(key)].concat(), value, asked)
        }),
        value => {
            asked.insert(path, value.clone());
            Ok(())
        }
    }
}

fn holds_date(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.contains_key(DATE) || members.values().any(holds_date),
        Value::Array(items) => items.iter().any(holds_date),
        _ => false,
    }
}

fn nothing_asked(what: &str) -> Error {
    Error::new(Code::PolicyInvalid, what)
        .expected("keys with the values that must be there")
        .found("an empty table")
}

#[cfg(test)]
mod tests;
