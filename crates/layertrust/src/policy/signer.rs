//! Signers: keys, and the identities that certificates are issued to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::{Flavor, Pattern, builtin};
use crate::report::SignerFact;
use crate::verify::{
    Admits, BUILD_CONFIG_URI, Identity, KeyTerms, PublicKey, Signers, TrustedRoot, is_github,
};

/// The keys of a signer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SignerKey {
    /// Docker's keys for its Hardened Images, each active or not.
    DockerDhi,
    /// One key of that list by its number.
    DockerDhiPinned(u32),
    /// A public key.
    Key(PublicKey),
}

/// A key of a signer.
#[derive(Debug, Clone)]
pub(super) struct KeyEntry {
    pub(super) key: PublicKey,
    pub(super) active: bool,
}

impl SignerKey {
    fn entries(&self) -> Result<Vec<KeyEntry>> {
        let entries = match self {
            SignerKey::DockerDhi => builtin::docker_dhi(None)?,
            SignerKey::DockerDhiPinned(number) => builtin::docker_dhi(Some(*number))?,
            SignerKey::Key(key) => vec![KeyEntry { key: key.clone(), active: true }],
        };
        if entries.is_empty() {
            return Err(Error::new(Code::PolicyInvalid, "signer key")
                .expected("docker-dhi, docker-dhi-1, docker-dhi-2 or a PEM file")
                .found("a number that the list does not have"));
        }
        Ok(entries)
    }
}

/// Who may sign under a name of the policy, and under what circumstances.
#[derive(Debug, Clone)]
pub struct SignerRule {
    kind: Kind,
    root: Option<String>,
    not_before: Option<Timestamp>,
    not_after: Option<Timestamp>,
    tlog: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Key(SignerKey),
    Certificate(Box<IdentityRule>),
}

/// Which certificates are a signer's. Every rule that is there must hold.
#[derive(Debug, Clone)]
struct IdentityRule {
    issuer: String,
    identity: Pattern,
    source_repository: Vec<Pattern>,
    any_source_repository: bool,
    source_owner_id: Option<String>,
    source_ref: Option<Pattern>,
    workflow: Option<Pattern>,
    runner: Option<String>,
    trigger: Option<String>,
}

/// The root whose logs and timestamps count where nothing else is said.
const DEFAULT_ROOT: &str = "sigstore-public-good";

impl From<SignerKey> for SignerRule {
    fn from(key: SignerKey) -> Self {
        Self::new(Kind::Key(key))
    }
}

impl SignerRule {
    fn new(kind: Kind) -> Self {
        SignerRule { kind, root: None, not_before: None, not_after: None, tlog: false }
    }

    /// Whoever holds a certificate of this OpenID Connect issuer for this identity: a URI, an e-mail address or
    /// another name, as a pattern for the whole of it.
    ///
    /// A certificate of a private authority that names no issuer is matched by the distinguished name of who
    /// issued it (RFC 4514). With GitHub's issuer a [`SignerRule::source_repository`] is needed too: the
    /// identity names the workflow that was *called*, and anybody can call a public one.
    ///
    /// # Errors
    /// `policy-invalid` for an empty issuer or a wrong pattern.
    pub fn certificate(issuer: &str, identity: &str) -> Result<Self> {
        Self::identity(issuer, Pattern::new(identity, Flavor::Identity)?)
    }

    /// Whoever holds a certificate of this issuer for exactly this identity, without any pattern.
    ///
    /// If the identity is a workflow of GitHub's, the run must be of that very repository: a run of another one
    /// that calls the workflow does not count, unless [`SignerRule::source_repository`] says so.
    ///
    /// # Errors
    /// `policy-invalid` for an empty issuer or identity.
    pub fn exact_certificate(issuer: &str, identity: &str) -> Result<Self> {
        if identity.is_empty() {
            return Err(Error::new(Code::PolicyInvalid, "identity").expected("an identity").found("nothing"));
        }
        let rule = Self::identity(issuer, Pattern::exact(identity, Flavor::Identity))?;
        match identity.split_once("/.github/workflows/") {
            Some((repository, _)) if is_github(issuer) => rule.claim("source-repository", |rule| {
                rule.source_repository = vec![Pattern::exact(repository, Flavor::Identity)];
            }),
            _ => Ok(rule),
        }
    }

    fn identity(issuer: &str, identity: Pattern) -> Result<Self> {
        if issuer.is_empty() {
            return Err(Error::new(Code::PolicyInvalid, "issuer").expected("an issuer").found("nothing"));
        }
        Ok(Self::new(Kind::Certificate(Box::new(IdentityRule {
            issuer: issuer.to_owned(),
            identity,
            source_repository: Vec::new(),
            any_source_repository: false,
            source_owner_id: None,
            source_ref: None,
            workflow: None,
            runner: None,
            trigger: None,
        }))))
    }

    /// The root, by its name in the policy; `sigstore-public-good` by default.
    #[must_use]
    pub fn root(mut self, name: impl Into<String>) -> Self {
        self.root = Some(name.into());
        self
    }

    /// A key counts only for what was signed at or after this time, by a verified time.
    #[must_use]
    pub fn not_before(mut self, time: Timestamp) -> Self {
        self.not_before = Some(time);
        self
    }

    /// A key counts only for what was signed at or before this time, by a verified time.
    #[must_use]
    pub fn not_after(mut self, time: Timestamp) -> Self {
        self.not_after = Some(time);
        self
    }

    /// A key counts only with an entry in a log of its root. (For certificates the root says so.)
    #[must_use]
    pub fn require_tlog(mut self) -> Self {
        self.tlog = true;
        self
    }

    /// The repositories whose runs may ask for the certificate, for instance `https://github.com/myorg/*`.
    ///
    /// # Errors
    /// `policy-invalid` for a wrong pattern or none, or on a key.
    pub fn source_repository<'p>(self, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let patterns = patterns.into_iter().map(|text| Pattern::new(text, Flavor::Identity));
        self.source_repositories(patterns.collect::<Result<_>>()?)
    }

    /// The same, each exactly.
    ///
    /// # Errors
    /// `policy-invalid` for an empty list, or on a key.
    pub fn exact_source_repository<'p>(self, urls: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        self.source_repositories(urls.into_iter().map(|url| Pattern::exact(url, Flavor::Identity)).collect())
    }

    /// An empty list would admit none, and read as if it admitted all.
    fn source_repositories(self, patterns: Vec<Pattern>) -> Result<Self> {
        if patterns.is_empty() {
            return Err(Error::new(Code::PolicyInvalid, "source-repository")
                .expected("at least one repository")
                .found("an empty list"));
        }
        self.claim("source-repository", |rule| rule.source_repository = patterns)
    }

    /// Whatever repository's run asked for the certificate, or none that the certificate names. Beside GitHub's
    /// issuer this admits everybody who can call the workflow: for identities that only one repository can
    /// have, or where the caller looks at the claims itself.
    ///
    /// # Errors
    /// `policy-invalid` on a key.
    pub fn any_source_repository(self) -> Result<Self> {
        self.claim("source-repository", |rule| {
            rule.source_repository.clear();
            rule.any_source_repository = true;
        })
    }

    /// The numeric identity of the repository's owner, which a name taken over by somebody else does not have.
    ///
    /// # Errors
    /// `policy-invalid` on a key.
    pub fn source_owner_id(self, id: impl Into<String>) -> Result<Self> {
        self.claim("source-owner-id", |rule| rule.source_owner_id = Some(id.into()))
    }

    /// The ref that was built, for instance `refs/tags/*`.
    ///
    /// # Errors
    /// `policy-invalid` for a wrong pattern, or on a key.
    pub fn source_ref(self, pattern: &str) -> Result<Self> {
        let pattern = Pattern::new(pattern, Flavor::Name)?;
        self.claim("source-ref", |rule| rule.source_ref = Some(pattern))
    }

    /// The workflow that started the run (not one that it called), with its ref.
    ///
    /// # Errors
    /// `policy-invalid` for a wrong pattern, or on a key.
    pub fn workflow(self, pattern: &str) -> Result<Self> {
        let pattern = Pattern::new(pattern, Flavor::Identity)?;
        self.claim("workflow", |rule| rule.workflow = Some(pattern))
    }

    /// The environment of the run, `github-hosted` or `self-hosted`.
    ///
    /// # Errors
    /// `policy-invalid` on a key.
    pub fn runner(self, runner: impl Into<String>) -> Result<Self> {
        self.claim("runner", |rule| rule.runner = Some(runner.into()))
    }

    /// What started the run, for instance `push`.
    ///
    /// # Errors
    /// `policy-invalid` on a key.
    pub fn trigger(self, trigger: impl Into<String>) -> Result<Self> {
        self.claim("trigger", |rule| rule.trigger = Some(trigger.into()))
    }

    fn claim(mut self, name: &str, set: impl FnOnce(&mut IdentityRule)) -> Result<Self> {
        match &mut self.kind {
            Kind::Certificate(rule) => set(rule),
            Kind::Key(_) => {
                return Err(Error::new(Code::PolicyInvalid, name)
                    .expected("a signer with issuer and identity")
                    .found("a key, which has no such claim"));
            }
        }
        Ok(self)
    }

    /// The root that the signer refers to.
    pub(super) fn root_name(&self) -> &str {
        self.root.as_deref().unwrap_or(DEFAULT_ROOT)
    }

    /// Whether the signer cannot do without its root.
    pub(super) fn needs_root(&self) -> bool {
        self.root.is_some()
            || self.tlog
            || self.not_before.is_some()
            || self.not_after.is_some()
            || matches!(self.kind, Kind::Certificate(_))
    }

    /// Adds the signer's keys or its identity; returns how many there are.
    pub(super) fn add_to(
        &self,
        name: &str,
        roots: &BTreeMap<String, TrustedRoot>,
        trusted: &mut Signers,
    ) -> Result<usize> {
        let root = roots.get(self.root_name());
        match &self.kind {
            Kind::Key(key) => {
                if let (Some(from), Some(to)) = (self.not_before, self.not_after)
                    && to < from
                {
                    return Err(Error::new(Code::PolicyInvalid, format!("[signers.{name}]"))
                        .expected("not-before before not-after")
                        .found(format!("{from} and {to}")));
                }
                let terms = KeyTerms {
                    root: root.cloned(),
                    not_before: self.not_before,
                    not_after: self.not_after,
                    tlog: self.tlog,
                };
                let entries = key.entries()?;
                for entry in &entries {
                    trusted.add_key(name, &entry.key, entry.active, &terms);
                }
                Ok(entries.len())
            }
            Kind::Certificate(rule) => {
                self.check(name, rule)?;
                // `Policy::assemble` refused the policy if there is none.
                if let Some(root) = root {
                    trusted.add_identity(name, root, rule.clone());
                }
                Ok(1)
            }
        }
    }

    fn check(&self, name: &str, rule: &IdentityRule) -> Result<()> {
        let invalid = |expected: &str, found: &str| {
            Err(Error::new(Code::PolicyInvalid, format!("[signers.{name}]")).expected(expected).found(found))
        };
        if self.not_before.is_some() || self.not_after.is_some() || self.tlog {
            return invalid(
                "not-before, not-after and tlog of a key",
                "a certificate, which has a period of its own; [roots] says whether a log is needed",
            );
        }
        if is_github(&rule.issuer) && rule.source_repository.is_empty() && !rule.any_source_repository {
            return invalid(
                "source-repository beside GitHub's issuer: the identity names the workflow that was called, \
                 and any repository can call a public one",
                "none",
            );
        }
        Ok(())
    }

    /// Whether the signer that a report names is this one, as far as keys and identities go.
    pub(super) fn is_named_by(&self, fact: &SignerFact) -> Result<bool> {
        match (&self.kind, &fact.key_id) {
            (Kind::Key(key), Some(id)) => {
                Ok(key.entries()?.iter().any(|entry| entry.active && entry.key.id().to_string() == *id))
            }
            (Kind::Certificate(rule), None) => Ok(rule.admits(&Identity::from_fact(fact)).is_ok()),
            _ => Ok(false),
        }
    }

    /// From when and until when a key counts.
    pub(super) fn period(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.not_before, self.not_after)
    }

    pub(super) fn wants_log_entry(&self) -> bool {
        self.tlog
    }

    pub(super) fn is_key(&self) -> bool {
        matches!(self.kind, Kind::Key(_))
    }

    pub(super) fn summary(&self) -> Value {
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
        match &self.kind {
            Kind::Key(key) => json!({
                "root": self.root_name(),
                "not-before": time(self.not_before),
                "not-after": time(self.not_after),
                "tlog": if self.tlog { "required" } else { "any" },
                "keys": key.entries().unwrap_or_default().iter()
                    .map(|entry| json!({ "key-id": entry.key.id().to_string(), "active": entry.active }))
                    .collect::<Vec<_>>(),
            }),
            Kind::Certificate(rule) => json!({
                "root": self.root_name(),
                "issuer": rule.issuer,
                "identity": rule.identity.as_str(),
                "source-repository": rule.source_repository.iter().map(Pattern::as_str).collect::<Vec<_>>(),
                "any-source-repository": rule.any_source_repository,
                "source-owner-id": rule.source_owner_id,
                "source-ref": rule.source_ref.as_ref().map(Pattern::as_str),
                "workflow": rule.workflow.as_ref().map(Pattern::as_str),
                "runner": rule.runner,
                "trigger": rule.trigger,
            }),
        }
    }
}

/// One signer under one root, for what is no image.
#[cfg(feature = "keyless")]
pub(crate) fn trusted(
    name: &str,
    rule: &SignerRule,
    (root, defined): (&str, &TrustedRoot),
) -> Result<Signers> {
    let mut trusted = Signers::default();
    rule.add_to(name, &BTreeMap::from([(root.to_owned(), defined.clone())]), &mut trusted)?;
    Ok(trusted)
}

impl Admits for IdentityRule {
    fn admits(&self, identity: &Identity) -> Result<()> {
        let refused = |what: &str, expected: &str, found: &str| {
            Err(Error::new(Code::SignerNotAllowed, format!("certificate's {what}"))
                .expected(expected)
                .found(if found.is_empty() { "none" } else { found }))
        };
        let text = |what: &str, expected: &Option<String>, found: Option<&str>| match expected {
            Some(expected) if found != Some(expected) => refused(what, expected, found.unwrap_or_default()),
            _ => Ok(()),
        };
        let pattern = |what: &str, expected: &[Pattern], found: Option<&str>| {
            let matches = found.is_some_and(|found| expected.iter().any(|pattern| pattern.matches(found)));
            match expected.is_empty() || matches {
                true => Ok(()),
                false => {
                    let expected: Vec<&str> = expected.iter().map(Pattern::as_str).collect();
                    refused(what, &expected.join(" or "), found.unwrap_or_default())
                }
            }
        };
        text("issuer", &Some(self.issuer.clone()), Some(&identity.issuer))?;
        if !identity.names.iter().any(|name| self.identity.matches(name)) {
            return refused("identity", self.identity.as_str(), &identity.names.join(", "));
        }
        pattern("source-repository", &self.source_repository, identity.source_repository().as_deref())?;
        text("source-owner-id", &self.source_owner_id, identity.claim("source-repository-owner-identifier"))?;
        pattern("source-ref", self.source_ref.as_slice(), identity.source_ref())?;
        pattern("workflow", self.workflow.as_slice(), identity.claim(BUILD_CONFIG_URI))?;
        text("runner", &self.runner, identity.claim("runner-environment"))?;
        text("trigger", &self.trigger, identity.trigger())
    }
}

#[cfg(test)]
mod tests;
