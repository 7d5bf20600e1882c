//! What SLSA provenance says, against what a rule asks of it.
//!
//! Of a keyless signer the authority's word in the certificate counts first, and the predicate must not
//! contradict it. Some generators name the workflow that was started instead of the one that was called: both
//! are certified, and it is a warning.

use serde_json::Value;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::layers::{Below, dependency_names};
use crate::policy::Pattern;
use crate::policy::evaluate::PlatformFacts;
use crate::policy::provenance::ProvenanceRule;
use crate::policy::rules::AttestationRule;
use crate::statement::binding::Attestation;
use crate::statement::predicate::Predicate;
use crate::statement::slsa::{Dependency, Provenance, Source};
use crate::verify::{BUILD_CONFIG_URI, BUILD_SIGNER_URI, Identity, Who};

/// Whether provenance keeps what the rule asks; also what about it deserves a warning.
pub(super) fn provenance(
    rule: &AttestationRule,
    one: &Attestation,
    facts: &PlatformFacts<'_>,
) -> Result<Vec<Error>> {
    let Ok(Predicate::Provenance(stated)) = &one.statement.predicate else {
        return Err(Error::new(Code::PredicateInvalid, "slsa-provenance")
            .expected("provenance that can be read")
            .found("none"));
    };
    let certificate = match &one.signer.who {
        Who::Certificate(identity) => Some(identity.as_ref()),
        Who::Key(_) => None,
    };
    let asked = &rule.provenance;
    let mut warnings = Vec::new();
    warnings.extend(builder(asked, stated, certificate)?);
    build_type(asked, stated)?;
    warnings.extend(source(asked, stated, certificate)?);
    parameters(asked, stated)?;
    base_dependency(asked, stated, facts)?;
    builder_images(asked, stated, facts)?;
    Ok(warnings)
}

/// Whether the builder is an allowed one.
pub(in crate::policy) fn builder(
    asked: &ProvenanceRule,
    stated: &Provenance,
    certificate: Option<&Identity>,
) -> Result<Option<Error>> {
    if asked.builders.is_empty() {
        return Ok(None);
    }
    let what = "builder of slsa-provenance";
    let stated = stated.builder.as_deref();
    let certified = certificate.and_then(|identity| identity.claim(BUILD_SIGNER_URI));
    one_of(&asked.builders, certified.or(stated), Code::BuilderNotAllowed, what)?;
    match certified {
        Some(certified) if stated != Some(certified) => {
            let started = certificate.and_then(|identity| identity.claim(BUILD_CONFIG_URI));
            let error = contradiction(what, Some(certified), stated);
            if stated.is_some() && stated == started { Ok(Some(error)) } else { Err(error) }
        }
        _ => Ok(None),
    }
}

pub(in crate::policy) fn build_type(asked: &ProvenanceRule, stated: &Provenance) -> Result<()> {
    let what = "build type of slsa-provenance";
    match asked.build_types.as_slice() {
        [] => Ok(()),
        // How it was built is the builder's word, and has no code of its own.
        patterns => one_of(patterns, stated.build_type.as_deref(), Code::BuilderNotAllowed, what),
    }
}

/// Whether what was built is allowed: its place, and its branch or tag.
pub(in crate::policy) fn source(
    asked: &ProvenanceRule,
    stated: &Provenance,
    certificate: Option<&Identity>,
) -> Result<Option<Error>> {
    if asked.sources.is_empty() && asked.source_refs.is_empty() {
        return Ok(None);
    }
    let what = "source of slsa-provenance";
    let certified = certificate.and_then(|identity| {
        let url = identity.source_repository()?;
        Some(Source::repository(&url, identity.source_ref(), identity.source_digest()))
    });
    if let Some(certified) = &certified {
        allowed_source(&asked.sources, certified)?;
    }
    // A predicate that names none is no proof of one, whoever signed it.
    let source = stated.source.as_ref().map_err(|why| {
        let patterns = if asked.sources.is_empty() { &asked.source_refs } else { &asked.sources };
        Error::new(Code::SourceNotAllowed, what).expected(any_of(patterns)).found(stated.no_source(*why))
    })?;
    let Some(certified) = certified else {
        allowed_source(&asked.sources, source)?;
        allowed_ref(&asked.source_refs, source)?;
        return Ok(None);
    };
    match certified.reference {
        Some(_) => allowed_ref(&asked.source_refs, &certified)?,
        None => allowed_ref(&asked.source_refs, source)?,
    }
    // BuildKit names the commit instead of a ref: fine where it is the certified one.
    let silent = source.reference.is_none() && (source.commit().is_none() || certified.commit().is_none());
    if !asked.source_refs.is_empty() && silent {
        return Err(Error::new(Code::SourceNotAllowed, "source-ref of slsa-provenance")
            .expected(any_of(&asked.source_refs))
            .found("none, and no commit to compare with the certificate's"));
    }
    agrees(source, &certified, certificate.and_then(|identity| identity.claim(BUILD_CONFIG_URI)))
}

/// Whether the predicate's source is the certificate's: repository, commit and ref.
fn agrees(stated: &Source, certified: &Source, started: Option<&str>) -> Result<Option<Error>> {
    let what = "source of slsa-provenance";
    let started =
        started.map(|uri| Source::repository(uri.split_once('@').map_or(uri, |(at, _)| at), None, None));
    let mut warning = None;
    if stated.uri != certified.uri {
        let error = contradiction(what, Some(&certified.uri), Some(&stated.uri));
        // The file that started the run lies in the repository that the predicate names.
        let is_started = started.is_some_and(|file| {
            file.uri.strip_prefix(stated.uri.as_str()).is_some_and(|path| path.starts_with('/'))
        });
        if !is_started {
            return Err(error);
        }
        warning = Some(error);
    } else if let (Some(own), Some(theirs)) = (stated.commit(), certified.commit())
        && own != theirs
    {
        return Err(contradiction(&format!("commit of the {what}"), Some(theirs), Some(own)));
    } else if let (Some(own), Some(theirs)) = (stated.reference.as_deref(), certified.reference.as_deref())
        && !is_same_ref(own, theirs)
    {
        return Err(contradiction(&format!("ref of the {what}"), Some(theirs), Some(own)));
    }
    Ok(warning)
}

/// A build may be asked for by a ref's short name.
fn is_same_ref(stated: &str, certified: &str) -> bool {
    let short = ["refs/heads/", "refs/tags/"].iter().find_map(|prefix| certified.strip_prefix(prefix));
    stated == certified || short == Some(stated)
}

fn allowed_source(patterns: &[Pattern], source: &Source) -> Result<()> {
    let hit = |pattern: &Pattern| pattern.matches(&source.uri) || pattern.matches(&source.written);
    if patterns.is_empty() || patterns.iter().any(hit) {
        return Ok(());
    }
    Err(Error::new(Code::SourceNotAllowed, "source of slsa-provenance")
        .expected(any_of(patterns))
        .found(format!("{:?}", source.uri)))
}

fn allowed_ref(patterns: &[Pattern], source: &Source) -> Result<()> {
    let what = "source-ref of slsa-provenance";
    match patterns {
        [] => Ok(()),
        patterns => one_of(patterns, source.reference.as_deref(), Code::SourceNotAllowed, what),
    }
}

/// Every parameter that is asked for is there and equal.
fn parameters(asked: &ProvenanceRule, stated: &Provenance) -> Result<()> {
    for (path, expected) in &asked.parameters {
        let found = path.iter().try_fold(&stated.parameters, |value, key| value.get(key.as_str()));
        if !found.is_some_and(|found| is_same(found, expected)) {
            // Parameters are what was built from, and have no code of their own.
            return Err(Error::new(Code::SourceNotAllowed, format!("external parameter {}", path.join(".")))
                .expected(expected)
                .found(found.map_or_else(|| "none".to_owned(), short)));
        }
    }
    Ok(())
}

/// Equal as JSON: 1 and 1.0 are one number.
fn is_same(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| is_same(one, other)))
        }
        _ => found == expected,
    }
}

/// A value as a message shows it.
fn short(value: &Value) -> String {
    const LONGEST: usize = 200;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// Whether the dependencies name what was proved to be right below: the base, or the intermediate on it.
fn base_dependency(asked: &ProvenanceRule, stated: &Provenance, facts: &PlatformFacts<'_>) -> Result<()> {
    if !asked.base_dependency {
        return Ok(());
    }
    let error = Error::new(Code::DependencyNotAllowed, "dependencies of slsa-provenance");
    let Some(nearest) = facts.below.first() else {
        return Err(error
            .expected("the proved image below this one among them")
            .found("no proved image below"));
    };
    // Two rules can mean images of equal layers.
    let nearest: Vec<&&Below> = facts.below.iter().filter(|one| one.len() == nearest.len()).collect();
    let images: Vec<Digest> = stated.dependencies.iter().filter_map(Dependency::image).collect();
    if images.iter().any(|digest| nearest.iter().any(|one| one.is_named_by(digest))) {
        return Ok(());
    }
    let expected: Vec<String> = nearest.iter().map(|one| one.image.digest.to_string()).collect();
    let images: Vec<String> = images.iter().map(ToString::to_string).collect();
    Err(error
        .expected(format!("the proved base {}, or an index of it that is at hand", expected.join(" or ")))
        .found(listed(&images)))
}

/// Whether every image that went into the build, beside those below, has an allowed name.
fn builder_images(asked: &ProvenanceRule, stated: &Provenance, facts: &PlatformFacts<'_>) -> Result<()> {
    let Some(patterns) = &asked.builder_images else { return Ok(()) };
    let is_below = |digest: Digest| facts.below.iter().any(|below| below.is_named_by(&digest));
    let is_base = |one: &&Dependency| one.digest.is_some_and(is_below);
    let is_allowed = |one: &&Dependency| {
        dependency_names(&one.uri).iter().any(|name| patterns.iter().any(|pattern| pattern.matches(name)))
    };
    let images = stated.dependencies.iter().filter(|one| one.is_image() && !is_base(one));
    let others: Vec<String> = images.filter(|one| !is_allowed(one)).map(|one| one.uri.clone()).collect();
    if others.is_empty() {
        return Ok(());
    }
    let expected = match patterns.as_slice() {
        [] => "no image but the base".to_owned(),
        patterns => format!("beside the base only images named {}", any_of(patterns)),
    };
    Err(Error::new(Code::DependencyNotAllowed, "dependencies of slsa-provenance")
        .expected(expected)
        .found(listed(&others)))
}

fn listed(texts: &[String]) -> String {
    match texts {
        [] => "no image".to_owned(),
        [one, two, three, rest @ ..] if !rest.is_empty() => {
            format!("{one}, {two}, {three} and {} more", rest.len())
        }
        few => few.join(", "),
    }
}

fn one_of(patterns: &[Pattern], found: Option<&str>, code: Code, what: &str) -> Result<()> {
    if found.is_some_and(|text| patterns.iter().any(|pattern| pattern.matches(text))) {
        return Ok(());
    }
    Err(Error::new(code, what).expected(any_of(patterns)).found(shown(found)))
}

fn contradiction(what: &str, certified: Option<&str>, stated: Option<&str>) -> Error {
    Error::new(Code::PredicateMismatch, what)
        .expected(format!("{}, as its certificate says", shown(certified)))
        .found(shown(stated))
}

fn any_of(patterns: &[Pattern]) -> String {
    patterns.iter().map(Pattern::as_str).collect::<Vec<_>>().join(" or ")
}

fn shown(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| format!("{text:?}"))
}

#[cfg(all(test, feature = "keyless"))]
mod slsa_verifier_tests;
