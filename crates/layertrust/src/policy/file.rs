//! Policy files: TOML, version 1. Unknown keys are errors; keys of a later version are refused by name.

mod attestation;
mod content;
mod revoked;
mod signer;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::limits::{Limits, POLICY_SIZE};
use crate::policy::{
    BaseRule, Cover, EndOfLife, Exception, Flavor, IntermediateRule, MaxAge, OrgRule, OrgSignature, Parts,
    Pattern, Policy, SignerKey,
};
use crate::report::{ChangeKind, Mode, Proof, SuspiciousClass};

/// Reads the files that a policy names, relative to the policy's own place.
pub trait Files {
    /// The whole content of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>>;
}

/// A key that a later version brings.
type Later = Option<toml::Value>;

macro_rules! section {
    ($(#[$doc:meta])* $name:ident $key:literal { $($field:ident : $kind:ty,)* } later { $($later:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, Default)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        struct $name {
            $($field: $kind,)*
            $(#[cfg_attr(feature = "schema", schemars(skip))] $later: Later,)*
        }

        impl $name {
            /// Refuses what a later version brings, by name.
            fn check_supported(&self) -> Result<()> {
                let later: &[(&str, &Later)] = &[$((stringify!($later), &self.$later),)*];
                match later.iter().find(|(_, value)| value.is_some()) {
                    Some((name, _)) => Err(not_supported(&format!("{} {}", $key, name.replace('_', "-")))),
                    None => Ok(()),
                }
            }
        }
    };
}

section! {
    /// A policy file.
    File "" {
        version: Option<u64>,
        name: Option<String>,
        mode: Option<Mode>,
        roots: BTreeMap<String, RootSection>,
        signers: BTreeMap<String, SignerSection>,
        image: ImageSection,
        base: BaseSection,
        intermediate: Vec<IntermediateSection>,
        org: Option<OrgSection>,
        layers: Option<LayersSection>,
        config: Option<ConfigSection>,
        limits: BTreeMap<String, Limit>,
        exception: Vec<ExceptionSection>,
    } later { vulnerabilities, }
}

section! {
    /// `[signers.NAME]`
    SignerSection "[signers.*]" {
        key: Option<String>,
        root: Option<String>,
        issuer: Option<String>,
        identity: Option<String>,
        source_repository: Option<Vec<String>>,
        source_owner_id: Option<String>,
        source_ref: Option<String>,
        workflow: Option<String>,
        runner: Option<String>,
        trigger: Option<String>,
        not_before: Option<String>,
        not_after: Option<String>,
        tlog: Option<SignerTlog>,
    } later { }
}

section! {
    /// `[roots.NAME]`
    RootSection "[roots.*]" {
        file: Option<String>,
        sct: Option<Required>,
        tlog: Option<Required>,
    } later { }
}

section! {
    /// `[image]`
    ImageSection "[image]" { platforms: Vec<String>, } later { }
}

section! {
    /// `[base]`
    BaseSection "[base]" {
        require: Option<bool>,
        signers: Option<Vec<String>>,
        min_proof: Option<MinProof>,
        repositories: Option<Vec<String>>,
        accept_customizations: Vec<String>,
        attestation: Vec<AttestationSection>,
        variants: Option<Vec<String>>,
        compliance: Option<Vec<String>>,
        end_of_life: Option<EndOfLifeWord>,
        max_age: Option<String>,
        revoked: Vec<RevokedSection>,
    } later { outdated, }
}

section! {
    /// `[[intermediate]]`
    IntermediateSection "[[intermediate]]" {
        name: Option<String>,
        require: Option<bool>,
        signers: Vec<String>,
        references: Option<Vec<String>>,
        attestation: Vec<AttestationSection>,
    } later { }
}

section! {
    /// `[org]`
    OrgSection "[org]" {
        layers: Option<OrgLayers>,
        require: Option<OrgRequire>,
        signature: Option<OrgSignatureWord>,
        cover: Option<CoverWord>,
        signers: Vec<String>,
        require_all: Vec<String>,
        threshold: Option<usize>,
        references: Vec<String>,
        annotations: BTreeMap<String, String>,
        attestation: Vec<AttestationSection>,
        max_age: Option<String>,
        revoked: Vec<String>,
    } later { }
}

section! {
    /// An entry of `[base] revoked`: a platform manifest or a chain ID
    RevokedSection "[base] revoked" {
        platform: Option<String>,
        chain_id: Option<String>,
    } later { }
}

section! {
    /// `[[base.attestation]]`, `[[intermediate.attestation]]` and `[[org.attestation]]`
    AttestationSection "attestation rule" {
        r#type: Option<String>,
        signers: Vec<String>,
        builder: Option<Vec<String>>,
        build_type: Option<Vec<String>>,
        source: Option<Vec<String>>,
        source_ref: Option<Vec<String>>,
        external_parameters: Option<BTreeMap<String, serde_json::Value>>,
        base_dependency: Option<bool>,
        builder_images: Option<Vec<String>>,
        status: Option<Vec<String>>,
        sunset_after: Option<String>,
        minimum_score: Option<u64>,
        max_age: Option<String>,
        verifier: Option<Vec<String>>,
        resource: Option<Vec<String>>,
        levels: Option<Vec<String>>,
        policy_digest: Option<Vec<String>>,
    } later { }
}

section! {
    /// `[layers]`
    LayersSection "[layers]" {
        deny: Option<Vec<ChangeKind>>,
        allow: Option<Vec<AllowSection>>,
        deny_added: Option<Vec<String>>,
        deny_suspicious: Option<Vec<SuspiciousClass>>,
        max_added_size: Option<Limit>,
    } later { }
}

section! {
    /// An entry of `[layers] allow`
    AllowSection "[layers] allow" {
        path: Option<String>,
        kinds: Vec<ChangeKind>,
    } later { }
}

section! {
    /// `[config]`
    ConfigSection "[config]" {
        user: Option<String>,
        entrypoint: Option<EntrypointWord>,
        deny_env: Option<Vec<String>>,
    } later { }
}

section! {
    /// `[[exception]]`
    ExceptionSection "[[exception]]" {
        code: Option<String>,
        path: Option<String>,
        until: Option<String>,
        reason: Option<String>,
    } later { }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:ident),* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        enum $name { $($word),* }
    )*};
}

words! {
    /// `[roots.*] sct` and `tlog`
    Required { Required, None }
    /// `[signers.*] tlog`
    SignerTlog { Any, Required }
    /// `[base] min-proof`
    MinProof { Recomputed, SameBlob }
    /// `[base] end-of-life`
    EndOfLifeWord { Deny, Warn, Allow }
    /// `[config] entrypoint`
    EntrypointWord { Any, Inherit }
    /// `[org] layers`
    OrgLayers { Signed, Forbidden }
    /// `[org] require`
    OrgRequire { Derived, Always }
    /// `[org] signature`
    OrgSignatureWord { Image, Provenance }
    /// `[org] cover`
    CoverWord { Platform, Index }
}

/// A number, or a size such as `"200MiB"`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Limit {
    Number(u64),
    Size(String),
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

fn not_supported(what: &str) -> Error {
    Error::new(Code::PolicyInvalid, what.trim())
        .expected("a key of this version")
        .found("one that is not supported yet")
        .hint(
            "Remove it, or use a version that knows it; a rule that is not evaluated must not seem to hold.",
        )
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
