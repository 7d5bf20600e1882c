//! `[signers.*]` and `[roots.*]`.

use jiff::Timestamp;

use super::{Files, Required, RootSection, SignerSection, SignerTlog};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::{SignerKey, SignerRule};
use crate::verify::{PublicKey, TrustedRoot};

/// A signer is a key, or a certificate's issuer and identity; never both.
pub(super) fn signer(section: &SignerSection, files: &dyn Files) -> Result<SignerRule> {
    let invalid =
        |expected: &str, found: &str| Error::new(Code::PolicyInvalid, "").expected(expected).found(found);
    let mut rule = match (&section.key, &section.issuer, &section.identity) {
        (Some(text), None, None) => key(text, files)?.into(),
        (None, Some(issuer), Some(identity)) => SignerRule::certificate(issuer, identity)?,
        (None, None, None) => return Err(invalid("key, or issuer and identity", "neither")),
        (Some(_), ..) => return Err(invalid("key, or issuer and identity", "both")),
        (None, ..) => return Err(invalid("issuer and identity, both of them", "only one")),
    };
    if let Some(root) = &section.root {
        rule = rule.root(root);
    }
    if let Some(repositories) = &section.source_repository {
        rule = rule.source_repository(repositories.iter().map(String::as_str))?;
    }
    if let Some(id) = &section.source_owner_id {
        rule = rule.source_owner_id(id)?;
    }
    if let Some(pattern) = &section.source_ref {
        rule = rule.source_ref(pattern)?;
    }
    if let Some(pattern) = &section.workflow {
        rule = rule.workflow(pattern)?;
    }
    if let Some(runner) = &section.runner {
        rule = rule.runner(runner)?;
    }
    if let Some(trigger) = &section.trigger {
        rule = rule.trigger(trigger)?;
    }
    if let Some(text) = &section.not_before {
        rule = rule.not_before(time("not-before", text)?);
    }
    if let Some(text) = &section.not_after {
        rule = rule.not_after(time("not-after", text)?);
    }
    if section.tlog == Some(SignerTlog::Required) {
        rule = rule.require_tlog();
    }
    Ok(rule)
}

fn time(name: &str, text: &str) -> Result<Timestamp> {
    text.parse().map_err(|_| {
        Error::new(Code::PolicyInvalid, name)
            .expected("a time such as 2026-01-01T00:00:00Z")
            .found(format!("{text:?}"))
    })
}

fn key(text: &str, files: &dyn Files) -> Result<SignerKey> {
    match text.strip_prefix("docker-dhi") {
        Some("") => Ok(SignerKey::DockerDhi),
        Some(number) if number.strip_prefix('-').is_some_and(|number| number.parse::<u32>().is_ok()) => {
            Ok(SignerKey::DockerDhiPinned(number.trim_start_matches('-').parse().unwrap_or_default()))
        }
        _ => {
            let bytes = files.read(text).map_err(|error| {
                let invalid = Error::new(Code::KeyInvalid, format!("key {text:?}"));
                invalid.expected("a readable PEM file").found(error.message())
            })?;
            PublicKey::from_file(&bytes).map(SignerKey::Key)
        }
    }
}

#[cfg(feature = "keyless")]
pub(super) fn root(section: &RootSection, files: &dyn Files) -> Result<TrustedRoot> {
    let file = section.file.as_deref().ok_or_else(|| {
        Error::new(Code::PolicyInvalid, "file").expected("file = \"trusted_root.json\"").found("no file")
    })?;
    let bytes = files.read(file).map_err(|error| {
        let invalid = Error::new(Code::RootInvalid, format!("file {file:?}"));
        invalid.expected("a readable trusted_root.json").found(error.message())
    })?;
    let mut root = TrustedRoot::from_json(&bytes)?;
    if section.sct == Some(Required::None) {
        root = root.without_sct();
    }
    if section.tlog == Some(Required::None) {
        root = root.without_tlog();
    }
    Ok(root)
}

#[cfg(not(feature = "keyless"))]
pub(super) fn root(section: &RootSection, _: &dyn Files) -> Result<TrustedRoot> {
    let RootSection { file: _, sct: _, tlog: _ } = section;
    Err(Error::new(Code::PolicyInvalid, "root")
        .expected("no [roots]")
        .found("one, and a build without keyless"))
}
