//! Policy files: TOML, version 1. Unknown keys are errors; keys of a later version are refused by name.

mod attestation;
mod content;
mod folder;
mod revoked;
mod sections;
mod signer;
mod words;

use std::collections::BTreeMap;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::limits::{Limits, POLICY_SIZE};
use crate::policy::{
    BaseRule, Cover, EndOfLife, Exception, Flavor, IntermediateRule, MaxAge, OrgRule, OrgSignature, Parts,
    Pattern, Policy, SignerKey,
};
use crate::report::Proof;
pub use folder::Folder;
use sections::{
    AttestationSection, BaseSection, ConfigSection, ExceptionSection, File, IntermediateSection,
    LayersSection, OrgSection, RevokedSection, RootSection, SignerSection,
};
use words::{
    CoverWord, EndOfLifeWord, EntrypointWord, Limit, MinProof, OrgLayers, OrgRequire, OrgSignatureWord,
    Required, SignerTlog,
};

/// Reads the files that a policy names, relative to the policy's own place.
pub trait Files {
    /// The whole content of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>>;
}

/// The JSON Schema of a policy file, for editors.
#[cfg(feature = "schema")]
#[must_use]
pub fn policy_schema() -> serde_json::Value {
    schemars::schema_for!(File).to_value()
}

pub(super) fn read(text: &str, files: &dyn Files) -> Result<Policy> {
    Limits::check("policy-size", POLICY_SIZE, text.len() as u64, "policy")?;
    let file: File = toml::from_str(text).map_err(|error| {
        Error::new(Code::PolicyInvalid, "policy")
            .expected("a policy of version 1")
            .found(error.to_string().trim_end())
    })?;
    file.check_supported()?;
    if file.version != Some(1) {
        return Err(Error::new(Code::PolicyInvalid, "version")
            .expected("version = 1")
            .found("another or none"));
    }
    let mut signers = BTreeMap::new();
    for (name, section) in &file.signers {
        section.check_supported()?;
        let rule = signer::signer(section, files);
        signers.insert(name.clone(), rule.map_err(|error| error.about(format!("[signers.{name}]")))?);
    }
    let mut roots = BTreeMap::new();
    for (name, section) in &file.roots {
        section.check_supported()?;
        let root = signer::root(section, files);
        roots.insert(name.clone(), root.map_err(|error| error.about(format!("[roots.{name}]")))?);
    }
    file.image.check_supported()?;
    let platforms = file.image.platforms.iter().map(|text| {
        text.parse().map_err(|error: Error| {
            Error::new(Code::PolicyInvalid, "[image] platforms").found(error.message())
        })
    });
    let base = base(&file.base)?;
    // The vendor's is the one signer that needs no definition.
    if file.base.signers.is_none() {
        signers.entry("dhi".to_owned()).or_insert_with(|| SignerKey::DockerDhi.into());
    }
    Policy::assemble(Parts {
        name: file.name.unwrap_or_else(|| "unnamed".to_owned()),
        mode: file.mode.unwrap_or_default(),
        platforms: platforms.collect::<Result<_>>()?,
        base,
        intermediates: file.intermediate.iter().map(intermediate).collect::<Result<_>>()?,
        org: org(file.org.as_ref().ok_or_else(|| {
            Error::new(Code::PolicyInvalid, "[org]")
                .expected("signers, or layers = \"forbidden\"; no signer is ever implied")
                .found("no section [org]")
        })?)?,
        layers: file.layers.as_ref().map(content::layers).transpose()?,
        config: file.config.as_ref().map(content::config).transpose()?,
        limits: limits(&file.limits)?,
        exceptions: file.exception.iter().map(exception).collect::<Result<_>>()?,
        signers,
        roots,
    })
}

fn base(section: &BaseSection) -> Result<BaseRule> {
    section.check_supported()?;
    let signers = section.signers.clone().unwrap_or_else(|| vec!["dhi".to_owned()]);
    let mut rule = if section.require.unwrap_or(true) {
        BaseRule::signed_by(signers)
    } else {
        BaseRule::optional(signers)
    };
    rule = rule.accept_customizations(section.accept_customizations.clone());
    if section.min_proof == Some(MinProof::SameBlob) {
        rule = rule.min_proof(Proof::SameBlob);
    }
    if let Some(repositories) = &section.repositories {
        rule = rule.repositories(repositories.iter().map(String::as_str))?;
    }
    for attestation in &section.attestation {
        rule = rule.attestation(attestation::of_base(attestation)?);
    }
    if let Some(variants) = &section.variants {
        rule = rule.variants(variants.iter().cloned());
    }
    if let Some(compliance) = &section.compliance {
        rule = rule.compliance(compliance.iter().cloned());
    }
    if let Some(age) = &section.max_age {
        rule = rule.max_age(max_age(age, "[base]")?);
    }
    rule = revoked::bases(rule, &section.revoked)?;
    Ok(match section.end_of_life {
        Some(EndOfLifeWord::Deny) => rule.end_of_life(EndOfLife::Deny),
        Some(EndOfLifeWord::Allow) => rule.end_of_life(EndOfLife::Allow),
        Some(EndOfLifeWord::Warn) | None => rule.end_of_life(EndOfLife::Warn),
    })
}

fn intermediate(section: &IntermediateSection) -> Result<IntermediateRule> {
    section.check_supported()?;
    let name = section.name.clone().unwrap_or_default();
    let mut rule = IntermediateRule::signed_by(name, section.signers.clone());
    if section.require == Some(true) {
        rule = rule.require();
    }
    match &section.references {
        // A list that is there and empty seems to ask something.
        Some(references) if references.is_empty() => {
            return Err(Error::new(Code::PolicyInvalid, "[[intermediate]] references")
                .expected("at least one pattern")
                .found("none"));
        }
        Some(references) => rule = rule.references(references.iter().map(String::as_str))?,
        None => {}
    }
    for attestation in &section.attestation {
        rule = rule.attestation(attestation::of_intermediate(attestation)?);
    }
    Ok(rule)
}

fn org(section: &OrgSection) -> Result<OrgRule> {
    section.check_supported()?;
    let mut rule = OrgRule::signed_by(section.signers.clone()).require_all(section.require_all.clone());
    if section.layers == Some(OrgLayers::Forbidden) {
        rule.layers_allowed = false;
    }
    if section.require == Some(OrgRequire::Always) {
        rule = rule.always();
    }
    if section.signature == Some(OrgSignatureWord::Provenance) {
        rule = rule.signature(OrgSignature::Provenance);
    }
    if section.cover == Some(CoverWord::Index) {
        rule = rule.cover(Cover::Index);
    }
    if let Some(threshold) = section.threshold {
        rule = rule.threshold(threshold);
    }
    rule = rule.references(section.references.iter().map(String::as_str))?;
    for (key, value) in &section.annotations {
        rule = rule.annotation(key, value);
    }
    for attestation in &section.attestation {
        rule = rule.attestation(attestation::of_org(attestation)?);
    }
    if let Some(age) = &section.max_age {
        rule = rule.max_age(max_age(age, "[org]")?);
    }
    revoked::images(rule, &section.revoked)
}

fn max_age(text: &str, place: &str) -> Result<MaxAge> {
    text.parse().map_err(|error: Error| error.about(place))
}

fn limits(section: &BTreeMap<String, Limit>) -> Result<Limits> {
    let mut limits = Limits::default();
    for (name, value) in section {
        limits.set(name, bytes(value, &format!("[limits] {name}"))?)?;
    }
    Ok(limits)
}

fn bytes(value: &Limit, place: &str) -> Result<u64> {
    match value {
        Limit::Number(value) => Ok(*value),
        Limit::Size(text) => size(text).ok_or_else(|| {
            Error::new(Code::PolicyInvalid, place)
                .expected("a number, or a size such as \"64MiB\" or \"8GiB\"")
                .found(format!("{text:?}"))
        }),
    }
}

/// A number of bytes with an optional unit.
fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let factor: u64 = match unit.trim() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

fn exception(section: &ExceptionSection) -> Result<Exception> {
    section.check_supported()?;
    let missing = |field: &str, expected: &str, found: &str| {
        Error::new(Code::PolicyInvalid, format!("[[exception]] {field}")).expected(expected).found(found)
    };
    let name = section.code.as_deref().unwrap_or_default();
    let code =
        Code::from_name(name).ok_or_else(|| missing("code", "the name of a code", &format!("{name:?}")))?;
    if !Exception::may_cover(code) {
        return Err(missing("code", "a code about content or quality", &format!("{name:?}"))
            .hint("Who vouches for a layer, and whether bytes are what they claim, cannot be excepted."));
    }
    let until = section.until.as_deref().unwrap_or_default();
    let reason = section.reason.clone().filter(|reason| !reason.trim().is_empty());
    Ok(Exception {
        code,
        path: section.path.as_deref().map(|path| Pattern::new(path, Flavor::Path)).transpose()?,
        until: until
            .parse()
            .map_err(|_| missing("until", "a day such as 2027-01-31", &format!("{until:?}")))?,
        reason: reason.ok_or_else(|| missing("reason", "why it is granted", "nothing"))?,
    })
}

#[cfg(test)]
mod tests;
