//! What the base must be.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::policy::rules::AttestationRule;
use crate::policy::{Flavor, MaxAge, Pattern, proof_name};
use crate::report::Proof;

/// What it comes to that the base's own config says that its support has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndOfLife {
    /// An error. So is a config that does not say when support ends.
    Deny,
    /// A warning.
    Warn,
    /// Nothing.
    Allow,
}

impl EndOfLife {
    pub(crate) fn name(self) -> &'static str {
        match self {
            EndOfLife::Deny => "deny",
            EndOfLife::Warn => "warn",
            EndOfLife::Allow => "allow",
        }
    }
}

/// What the base must be.
#[derive(Debug, Clone)]
pub struct BaseRule {
    pub(crate) require: bool,
    pub(crate) signers: Vec<String>,
    pub(crate) min_proof: Proof,
    pub(crate) repositories: Vec<Pattern>,
    pub(crate) accept_customizations: Vec<String>,
    pub(crate) attestations: Vec<AttestationRule>,
    /// What the base's own label must be one of; none: anything.
    pub(crate) variants: Option<Vec<String>>,
    /// What must all be in the base's own label.
    pub(crate) compliance: Option<Vec<String>>,
    pub(crate) end_of_life: EndOfLife,
    pub(crate) max_age: Option<MaxAge>,
    pub(crate) revoked_platforms: BTreeSet<Digest>,
    pub(crate) revoked_chain_ids: BTreeSet<Digest>,
}

impl BaseRule {
    /// A base is required, signed by one of these.
    #[must_use]
    pub fn signed_by<S: Into<String>>(signers: impl IntoIterator<Item = S>) -> Self {
        BaseRule {
            require: true,
            signers: signers.into_iter().map(Into::into).collect(),
            min_proof: Proof::Recomputed,
            repositories: Pattern::new("dhi/*", Flavor::Name).into_iter().collect(),
            accept_customizations: Vec::new(),
            attestations: Vec::new(),
            variants: None,
            compliance: None,
            end_of_life: EndOfLife::Warn,
            max_age: None,
            revoked_platforms: BTreeSet::new(),
            revoked_chain_ids: BTreeSet::new(),
        }
    }

    /// An image without a base is fine; where there is one, it is signed by one of these.
    #[must_use]
    pub fn optional<S: Into<String>>(signers: impl IntoIterator<Item = S>) -> Self {
        BaseRule { require: false, ..Self::signed_by(signers) }
    }

    /// The weakest proof that makes a base: recomputed (the default) or the same blobs.
    #[must_use]
    pub fn min_proof(mut self, proof: Proof) -> Self {
        self.min_proof = proof;
        self
    }

    /// The catalog repositories that are admitted, `dhi/*` by default.
    ///
    /// # Errors
    /// `policy-invalid` for an empty or wrong pattern.
    pub fn repositories<'p>(mut self, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        self.repositories =
            patterns.into_iter().map(|text| Pattern::new(text, Flavor::Name)).collect::<Result<_>>()?;
        Ok(self)
    }

    /// Organizations for which the vendor's own builds are admitted; none by default.
    #[must_use]
    pub fn accept_customizations<S: Into<String>>(mut self, orgs: impl IntoIterator<Item = S>) -> Self {
        self.accept_customizations = orgs.into_iter().map(Into::into).collect();
        self
    }

    /// Adds an attestation that the base must have.
    #[must_use]
    pub fn attestation(mut self, rule: AttestationRule) -> Self {
        self.attestations.push(rule);
        self
    }

    /// The variants that are admitted, as the proved base's own config names its one (`runtime`, `dev`).
    #[must_use]
    pub fn variants<S: Into<String>>(mut self, variants: impl IntoIterator<Item = S>) -> Self {
        self.variants = Some(variants.into_iter().map(Into::into).collect());
        self
    }

    /// What the proved base's own config must claim compliance with, all of it (`fips`, `stig`, `cis`).
    #[must_use]
    pub fn compliance<S: Into<String>>(mut self, with: impl IntoIterator<Item = S>) -> Self {
        self.compliance = Some(with.into_iter().map(Into::into).collect());
        self
    }

    /// What it comes to that the base's support has ended; a warning by default.
    #[must_use]
    pub fn end_of_life(mut self, end_of_life: EndOfLife) -> Self {
        self.end_of_life = end_of_life;
        self
    }

    /// How old the base may be; any age by default.
    #[must_use]
    pub fn max_age(mut self, age: MaxAge) -> Self {
        self.max_age = Some(age);
        self
    }

    /// A platform manifest that no image may stand on. It is known only where its manifest and config are at hand.
    #[must_use]
    pub fn revoked_platform(mut self, digest: Digest) -> Self {
        self.revoked_platforms.insert(digest);
        self
    }

    /// A chain ID that no image may have at its bottom.
    #[must_use]
    pub fn revoked_chain_id(mut self, chain_id: Digest) -> Self {
        self.revoked_chain_ids.insert(chain_id);
        self
    }

    pub(crate) fn named_signers(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let own = self.signers.iter().map(|name| ("[base] signers", name));
        own.chain(
            self.attestations
                .iter()
                .flat_map(|rule| &rule.signers)
                .map(|name| ("[[base.attestation]]", name)),
        )
    }

    pub(crate) fn check(&self) -> Result<()> {
        let invalid =
            |what: &str, expected: &str| Err(Error::new(Code::PolicyInvalid, what).expected(expected));
        if self.signers.is_empty() {
            return invalid("[base] signers", "at least one signer");
        }
        if self.repositories.is_empty() && self.accept_customizations.is_empty() {
            return invalid("[base] repositories", "at least one pattern, or accept-customizations");
        }
        if self.min_proof < Proof::Recomputed {
            return invalid("[base] min-proof", "recomputed or same-blob");
        }
        if self.variants.as_ref().is_some_and(|words| !are_words(words)) {
            return invalid("[base] variants", "at least one variant such as runtime or dev, none empty");
        }
        if self.compliance.as_ref().is_some_and(|words| !are_words(words)) {
            return invalid("[base] compliance", "at least one word such as fips, stig or cis, none empty");
        }
        self.attestations.iter().try_for_each(|rule| rule.check("[[base.attestation]]"))?;
        self.max_age.map_or(Ok(()), |age| age.check("[base] max-age"))
    }

    pub(crate) fn summary(&self) -> Value {
        json!({
            "require": self.require,
            "signers": self.signers,
            "min-proof": proof_name(self.min_proof),
            "repositories": self.repositories.iter().map(Pattern::as_str).collect::<Vec<_>>(),
            "accept-customizations": self.accept_customizations,
            "attestation": self.attestations.iter().map(|rule| rule.summary(&self.signers)).collect::<Vec<_>>(),
            "variants": self.variants.as_deref().unwrap_or_default(),
            "compliance": self.compliance.as_deref().unwrap_or_default(),
            "end-of-life": self.end_of_life.name(),
            "max-age": self.max_age.as_ref().map(ToString::to_string),
            "revoked": self.revoked_platforms.iter().map(|digest| json!({ "platform": digest }))
                .chain(self.revoked_chain_ids.iter().map(|digest| json!({ "chain-id": digest })))
                .collect::<Vec<_>>(),
        })
    }
}

/// Whether a list can match anything: labels hold words, with commas between them.
fn are_words(words: &[String]) -> bool {
    !words.is_empty() && words.iter().all(|word| !word.trim().is_empty() && !word.contains(','))
}
