//! Policies made in code. What must be chosen is chosen by type: base, then organization, then build.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::Platform;
use crate::policy::rules::AttestationRule;
use crate::policy::signer::SignerRule;
use crate::policy::{
    BaseRule, ConfigRule, Flavor, IntermediateRule, LayersRule, MaxAge, Parts, Pattern, Policy,
};
use crate::report::Mode;
use crate::verify::TrustedRoot;

/// What counts as the organization's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgSignature {
    /// An image signature.
    Image,
    /// An image signature, or verified SLSA provenance.
    Provenance,
}

/// What the organization's signature must cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// The platform manifest, or an index that contains it.
    Platform,
    /// The index that the image's name leads to.
    Index,
}

/// What the organization must have done.
#[derive(Debug, Clone)]
pub struct OrgRule {
    pub(crate) layers_allowed: bool,
    pub(crate) always: bool,
    pub(crate) signature: OrgSignature,
    pub(crate) cover: Cover,
    pub(crate) signers: Vec<String>,
    pub(crate) require_all: Vec<String>,
    pub(crate) threshold: usize,
    pub(crate) references: Vec<Pattern>,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) attestations: Vec<AttestationRule>,
    pub(crate) max_age: Option<MaxAge>,
    pub(crate) revoked: BTreeSet<Digest>,
}

impl OrgRule {
    /// Layers above the base are fine if one of these signed the image.
    #[must_use]
    pub fn signed_by<S: Into<String>>(signers: impl IntoIterator<Item = S>) -> Self {
        OrgRule {
            layers_allowed: true,
            always: false,
            signature: OrgSignature::Image,
            cover: Cover::Platform,
            signers: signers.into_iter().map(Into::into).collect(),
            require_all: Vec::new(),
            threshold: 1,
            references: Vec::new(),
            annotations: BTreeMap::new(),
            attestations: Vec::new(),
            max_age: None,
            revoked: BTreeSet::new(),
        }
    }

    /// Only the vendor's own images, untouched or built by the vendor.
    #[must_use]
    pub fn layers_forbidden() -> Self {
        OrgRule { layers_allowed: false, ..Self::signed_by([""; 0]) }
    }

    /// Every one of these must have signed.
    #[must_use]
    pub fn require_all<S: Into<String>>(mut self, signers: impl IntoIterator<Item = S>) -> Self {
        self.require_all = signers.into_iter().map(Into::into).collect();
        self
    }

    /// How many of the signers must have signed, by distinct keys; 1 by default.
    #[must_use]
    pub fn threshold(mut self, count: usize) -> Self {
        self.threshold = count;
        self
    }

    /// Wants a signature even on an untouched vendor image.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.always = true;
        self
    }

    /// What counts as the signature.
    #[must_use]
    pub fn signature(mut self, signature: OrgSignature) -> Self {
        self.signature = signature;
        self
    }

    /// What the signature must cover.
    #[must_use]
    pub fn cover(mut self, cover: Cover) -> Self {
        self.cover = cover;
        self
    }

    /// Names under which the image may go.
    ///
    /// # Errors
    /// `policy-invalid` for an empty or wrong pattern.
    pub fn references<'p>(mut self, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        self.references =
            patterns.into_iter().map(|text| Pattern::new(text, Flavor::Name)).collect::<Result<_>>()?;
        Ok(self)
    }

    /// An annotation that a signature must hold, signed (`cosign sign -a KEY=VALUE`), to count.
    #[must_use]
    pub fn annotation(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.annotations.insert(key.into(), value.into());
        self
    }

    /// Adds an attestation that the organization must have made.
    #[must_use]
    pub fn attestation(mut self, rule: AttestationRule) -> Self {
        self.attestations.push(rule);
        self
    }

    /// How old the image may be; any age by default.
    #[must_use]
    pub fn max_age(mut self, age: MaxAge) -> Self {
        self.max_age = Some(age);
        self
    }

    /// The platform manifest of an image that may no longer run, or an index through which it is reached.
    #[must_use]
    pub fn revoked(mut self, digest: Digest) -> Self {
        self.revoked.insert(digest);
        self
    }

    /// Every signer that may sign for the organization.
    pub(crate) fn all_signers(&self) -> Vec<String> {
        let mut all: Vec<String> = self.signers.iter().chain(&self.require_all).cloned().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(crate) fn named_signers(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let own = self.signers.iter().map(|name| ("[org] signers", name));
        own.chain(self.require_all.iter().map(|name| ("[org] require-all", name))).chain(
            self.attestations.iter().flat_map(|rule| &rule.signers).map(|name| ("[[org.attestation]]", name)),
        )
    }

    pub(crate) fn check(&self) -> Result<()> {
        let invalid =
            |what: &str, expected: &str| Err(Error::new(Code::PolicyInvalid, what).expected(expected));
        if !self.layers_allowed {
            let says_more = !self.all_signers().is_empty()
                || !self.references.is_empty()
                || !self.annotations.is_empty()
                || !self.attestations.is_empty()
                || self.max_age.is_some();
            if self.always || says_more {
                return invalid(
                    "[org] layers = \"forbidden\"",
                    "no signers, references, annotations, attestations, max-age or require = \"always\" beside it",
                );
            }
            return Ok(());
        }
        if self.all_signers().is_empty() {
            return invalid("[org] signers", "at least one signer, or layers = \"forbidden\"");
        }
        if self.threshold == 0 || (self.threshold > 1 && self.threshold > self.signers.len()) {
            return invalid("[org] threshold", "a number from 1 to the number of signers");
        }
        self.attestations.iter().try_for_each(|rule| rule.check("[[org.attestation]]"))?;
        self.max_age.map_or(Ok(()), |age| age.check("[org] max-age"))
    }

    pub(crate) fn summary(&self) -> Value {
        json!({
            "layers": if self.layers_allowed { "signed" } else { "forbidden" },
            "require": if self.always { "always" } else { "derived" },
            "signature": match self.signature { OrgSignature::Image => "image", OrgSignature::Provenance => "provenance" },
            "cover": match self.cover { Cover::Platform => "platform", Cover::Index => "index" },
            "signers": self.signers,
            "require-all": self.require_all,
            "threshold": self.threshold,
            "references": self.references.iter().map(Pattern::as_str).collect::<Vec<_>>(),
            "annotations": self.annotations,
            "attestation": self.attestations.iter().map(|rule| rule.summary(&self.all_signers())).collect::<Vec<_>>(),
            "max-age": self.max_age.as_ref().map(ToString::to_string),
            "revoked": self.revoked,
        })
    }
}

/// The builder still needs [`PolicyBuilder::base`].
#[derive(Debug)]
pub struct WantsBase(());

/// The builder still needs [`PolicyBuilder::org`].
#[derive(Debug)]
pub struct WantsOrg(BaseRule);

/// Nothing more is needed.
#[derive(Debug)]
pub struct Complete {
    base: BaseRule,
    intermediates: Vec<IntermediateRule>,
    org: OrgRule,
    layers: Option<LayersRule>,
    config: Option<ConfigRule>,
}

/// A policy being made. Each step returns a new builder.
#[derive(Debug)]
pub struct PolicyBuilder<State> {
    name: String,
    mode: Mode,
    signers: BTreeMap<String, SignerRule>,
    roots: BTreeMap<String, TrustedRoot>,
    platforms: Vec<Platform>,
    limits: Limits,
    state: State,
}

impl PolicyBuilder<WantsBase> {
    pub(crate) fn new() -> Self {
        PolicyBuilder {
            name: "unnamed".to_owned(),
            mode: Mode::Enforce,
            signers: BTreeMap::new(),
            roots: BTreeMap::new(),
            platforms: Vec::new(),
            limits: Limits::default(),
            state: WantsBase(()),
        }
    }

    /// Says what the base must be.
    #[must_use]
    pub fn base(self, rule: BaseRule) -> PolicyBuilder<WantsOrg> {
        self.step(|WantsBase(())| WantsOrg(rule))
    }
}

impl PolicyBuilder<WantsOrg> {
    /// Says what the organization must have done.
    #[must_use]
    pub fn org(self, rule: OrgRule) -> PolicyBuilder<Complete> {
        self.step(|WantsOrg(base)| Complete {
            base,
            intermediates: Vec::new(),
            org: rule,
            layers: None,
            config: None,
        })
    }
}

impl PolicyBuilder<Complete> {
    /// Adds an image that may, or must, stand between the base and the image.
    #[must_use]
    pub fn intermediate(mut self, rule: IntermediateRule) -> Self {
        self.state.intermediates.push(rule);
        self
    }

    /// Says what the layers above the base may do.
    #[must_use]
    pub fn layers(mut self, rule: LayersRule) -> Self {
        self.state.layers = Some(rule);
        self
    }

    /// Says what the configuration may be.
    #[must_use]
    pub fn config(mut self, rule: ConfigRule) -> Self {
        self.state.config = Some(rule);
        self
    }

    /// Checks the whole.
    ///
    /// # Errors
    /// `policy-invalid` if rules name unknown signers, or say nothing; `key-invalid` for unusable keys.
    pub fn build(self) -> Result<Policy> {
        let Complete { base, intermediates, org, layers, config } = self.state;
        Policy::assemble(Parts {
            name: self.name,
            mode: self.mode,
            signers: self.signers,
            roots: self.roots,
            platforms: self.platforms,
            base,
            intermediates,
            org,
            layers,
            config,
            limits: self.limits,
            exceptions: Vec::new(),
        })
    }
}

impl<State> PolicyBuilder<State> {
    /// The policy's name in reports.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Whether a rejection counts.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Names a signer, which the rules refer to.
    #[must_use]
    pub fn signer(mut self, name: impl Into<String>, rule: impl Into<SignerRule>) -> Self {
        self.signers.insert(name.into(), rule.into());
        self
    }

    /// Names a root, which signers refer to. `sigstore-public-good` and `github` need no definition.
    #[cfg(feature = "keyless")]
    #[must_use]
    pub fn root(mut self, name: impl Into<String>, root: TrustedRoot) -> Self {
        self.roots.insert(name.into(), root);
        self
    }

    /// A platform that must be there.
    #[must_use]
    pub fn platform(mut self, platform: Platform) -> Self {
        self.platforms.push(platform);
        self
    }

    /// Other limits than the built-in ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    fn step<Next>(self, next: impl FnOnce(State) -> Next) -> PolicyBuilder<Next> {
        let PolicyBuilder { name, mode, signers, roots, platforms, limits, state } = self;
        PolicyBuilder { name, mode, signers, roots, platforms, limits, state: next(state) }
    }
}
