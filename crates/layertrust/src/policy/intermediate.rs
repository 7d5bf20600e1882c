//! Images that may stand between the vendor's base and the organization's.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::rules::AttestationRule;
use crate::policy::{Flavor, Pattern};

/// An image between the vendor's base and the one that is asked about, such as a platform team's, and who vouches
/// for it.
#[derive(Debug, Clone)]
pub struct IntermediateRule {
    pub(crate) name: String,
    pub(crate) require: bool,
    pub(crate) signers: Vec<String>,
    pub(crate) references: Vec<Pattern>,
    pub(crate) attestations: Vec<AttestationRule>,
}

impl IntermediateRule {
    /// The layers of an image that one of these signed are its own, under this name in reports.
    #[must_use]
    pub fn signed_by<S: Into<String>>(name: impl Into<String>, signers: impl IntoIterator<Item = S>) -> Self {
        IntermediateRule {
            name: name.into(),
            require: false,
            signers: signers.into_iter().map(Into::into).collect(),
            references: Vec::new(),
            attestations: Vec::new(),
        }
    }

    /// Every image must stand on such a one.
    #[must_use]
    pub fn require(mut self) -> Self {
        self.require = true;
        self
    }

    /// The names that its signed data may give it, all of them; any, or none, by default.
    ///
    /// # Errors
    /// `policy-invalid` for an empty or wrong pattern.
    pub fn references<'p>(mut self, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        self.references =
            patterns.into_iter().map(|text| Pattern::new(text, Flavor::Name)).collect::<Result<_>>()?;
        Ok(self)
    }

    /// Adds an attestation that it must have.
    #[must_use]
    pub fn attestation(mut self, rule: AttestationRule) -> Self {
        self.attestations.push(rule);
        self
    }

    pub(crate) fn named_signers(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let own = self.signers.iter().map(|name| ("[[intermediate]] signers", name));
        let asked = self.attestations.iter().flat_map(|rule| &rule.signers);
        own.chain(asked.map(|name| ("[[intermediate.attestation]]", name)))
    }

    pub(crate) fn check(&self) -> Result<()> {
        let invalid =
            |what: &str, expected: &str| Err(Error::new(Code::PolicyInvalid, what).expected(expected));
        if self.name.trim().is_empty() {
            return invalid("[[intermediate]] name", "a name, which reports call its layers by");
        }
        if self.signers.is_empty() {
            return invalid("[[intermediate]] signers", "at least one signer");
        }
        self.attestations.iter().try_for_each(|rule| rule.check("[[intermediate.attestation]]"))
    }

    /// Names tell segments apart.
    pub(crate) fn check_all(rules: &[IntermediateRule]) -> Result<()> {
        let mut names = BTreeSet::new();
        for rule in rules {
            rule.check()?;
            if !names.insert(&rule.name) {
                return Err(Error::new(Code::PolicyInvalid, "[[intermediate]] name")
                    .expected("a name of its own for each")
                    .found(format!("{:?} twice", rule.name)));
            }
        }
        Ok(())
    }

    pub(crate) fn summary(&self) -> Value {
        json!({
            "name": self.name,
            "require": self.require,
            "signers": self.signers,
            "references": self.references.iter().map(Pattern::as_str).collect::<Vec<_>>(),
            "attestation": self.attestations.iter().map(|rule| rule.summary(&self.signers)).collect::<Vec<_>>(),
        })
    }
}
