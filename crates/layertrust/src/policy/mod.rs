//! Stage 7: who may vouch for what, and the evaluation of that.

mod age;
mod base;
mod builder;
mod builtin;
mod content;
mod evaluate;
#[cfg(feature = "policy-file")]
mod file;
mod intermediate;
mod pattern;
mod provenance;
mod results;
mod rules;
mod signer;
mod trial;
mod vsa;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

pub use age::MaxAge;
pub use base::{BaseRule, EndOfLife};
pub use builder::{Cover, OrgRule, OrgSignature, PolicyBuilder, WantsBase};
pub use content::{ConfigRule, LayersRule, UserRule};
pub(crate) use evaluate::{Evaluation, Part, PlatformFacts, evaluate_platform, except};
#[cfg(all(feature = "policy-file", feature = "schema"))]
pub use file::policy_schema;
#[cfg(feature = "policy-file")]
pub use file::{Files, Folder};
pub use intermediate::IntermediateRule;
pub(crate) use pattern::{Flavor, Pattern};
pub use rules::{AttestationRule, AttestationType};
#[cfg(feature = "keyless")]
pub(crate) use signer::trusted;
pub use signer::{SignerKey, SignerRule};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::{KEYS, Limits};
use crate::oci::Platform;
use crate::report::{Mode, Proof, RootFact};
use crate::verify::{Signers, TrustedRoot};

/// A policy, complete and checked. There is no default policy and no default organization signer.
#[derive(Debug)]
pub struct Policy {
    name: String,
    mode: Mode,
    signers: BTreeMap<String, SignerRule>,
    /// The roots that signers refer to, by name.
    roots: BTreeMap<String, TrustedRoot>,
    pub(crate) platforms: Vec<Platform>,
    pub(crate) base: BaseRule,
    /// Images that may stand between.
    pub(crate) intermediates: Vec<IntermediateRule>,
    pub(crate) org: OrgRule,
    /// What the layers above the base may do; none: no rule.
    pub(crate) layers: Option<LayersRule>,
    /// What the configuration may be; none: no rule.
    pub(crate) config: Option<ConfigRule>,
    pub(crate) limits: Limits,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) trusted: Signers,
    digest: Digest,
}

/// A finding that is let pass until a day.
#[derive(Debug, Clone)]
pub(crate) struct Exception {
    pub(crate) code: Code,
    pub(crate) path: Option<Pattern>,
    /// The last day it holds, in UTC.
    pub(crate) until: Date,
    pub(crate) reason: String,
}

impl Exception {
    /// Only findings about content and quality can be let pass. Who vouches for what cannot.
    #[cfg(feature = "policy-file")]
    pub(crate) fn may_cover(code: Code) -> bool {
        use crate::code::Family;
        matches!(code.family(), Family::Layer | Family::Vulnerability)
            || matches!(
                code,
                Code::AttestationMissing
                    | Code::BuilderNotAllowed
                    | Code::SourceNotAllowed
                    | Code::DependencyNotAllowed
                    | Code::ResultNotAllowed
                    | Code::AttestationTooOld
                    | Code::BaseTooOld
                    | Code::BaseOutdated
                    | Code::BaseEndOfLife
                    | Code::ImageTooOld
            )
    }

    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        now.to_zoned(jiff::tz::TimeZone::UTC).date() > self.until
    }
}

/// The parts of a policy before they are checked together.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) mode: Mode,
    pub(crate) signers: BTreeMap<String, SignerRule>,
    pub(crate) roots: BTreeMap<String, TrustedRoot>,
    pub(crate) platforms: Vec<Platform>,
    pub(crate) base: BaseRule,
    pub(crate) intermediates: Vec<IntermediateRule>,
    pub(crate) org: OrgRule,
    pub(crate) layers: Option<LayersRule>,
    pub(crate) config: Option<ConfigRule>,
    pub(crate) limits: Limits,
    pub(crate) exceptions: Vec<Exception>,
}

impl Policy {
    /// Starts a policy in code. The base comes first, then the organization; neither can be left out.
    #[must_use]
    pub fn builder() -> PolicyBuilder<WantsBase> {
        PolicyBuilder::new()
    }

    /// Reads a policy file (TOML, version 1). `files` reads the key files that it names.
    ///
    /// # Errors
    /// `policy-invalid` for anything that is not a complete policy of this version, keys that a later
    /// version brings included; `key-invalid` for key files.
    #[cfg(feature = "policy-file")]
    pub fn from_toml(text: &str, files: &dyn Files) -> Result<Self> {
        file::read(text, files)
    }

    pub(crate) fn assemble(parts: Parts) -> Result<Self> {
        let invalid = |what: String, expected: &str| Error::new(Code::PolicyInvalid, what).expected(expected);
        let mut trusted = Signers::default();
        let mut roots = BTreeMap::new();
        let mut keys = 0;
        for (name, rule) in &parts.signers {
            let root = rule.root_name();
            match parts.roots.get(root).cloned().or_else(|| TrustedRoot::builtin(root)) {
                Some(defined) => drop(roots.insert(root.to_owned(), defined)),
                None if rule.needs_root() => {
                    let what = format!("[signers.{name}] root");
                    return Err(invalid(what, "a root that [roots] defines, sigstore-public-good or github")
                        .found(format!("{root:?}")));
                }
                // A build without roots: a bare key does without its default one.
                None => {}
            }
            keys += rule.add_to(name, &roots, &mut trusted)?;
        }
        if let Some(name) = parts.roots.keys().find(|name| TrustedRoot::builtin(name).is_some()) {
            return Err(invalid(format!("[roots.{name}]"), "a name of your own; this one is built in"));
        }
        if keys > KEYS {
            return Err(invalid("[signers]".to_owned(), "at most 100 keys and identities"));
        }
        let between = parts.intermediates.iter().flat_map(IntermediateRule::named_signers);
        for (place, name) in parts.base.named_signers().chain(between).chain(parts.org.named_signers()) {
            if !parts.signers.contains_key(name) {
                return Err(invalid(format!("{place}: signer {name:?}"), "a signer that [signers] defines")
                    .found(format!(
                        "only {}",
                        parts.signers.keys().cloned().collect::<Vec<_>>().join(", ")
                    )));
            }
        }
        parts.base.check()?;
        IntermediateRule::check_all(&parts.intermediates)?;
        parts.org.check()?;
        parts.layers.as_ref().map_or(Ok(()), LayersRule::check)?;
        parts.config.as_ref().map_or(Ok(()), ConfigRule::check)?;
        let mut policy = Policy {
            name: parts.name,
            mode: parts.mode,
            signers: parts.signers,
            roots,
            platforms: parts.platforms,
            base: parts.base,
            intermediates: parts.intermediates,
            org: parts.org,
            layers: parts.layers,
            config: parts.config,
            limits: parts.limits,
            exceptions: parts.exceptions,
            trusted,
            digest: Digest::sha256(b""),
        };
        policy.digest = Digest::sha256(policy.summary().to_string().as_bytes());
        Ok(policy)
    }

    /// The policy's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a rejection counts.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The digest of [`Policy::summary`].
    #[must_use]
    pub fn digest(&self) -> String {
        self.digest.to_string()
    }

    /// The roots that the policy's signers refer to, as a report names them.
    pub(crate) fn root_facts(&self) -> Vec<RootFact> {
        let fact = |(name, root): (&String, &TrustedRoot)| RootFact::new(name, root);
        self.roots.iter().map(fact).collect()
    }

    /// The resolved policy: every rule with its defaults filled in, keys by fingerprint.
    #[must_use]
    pub fn summary(&self) -> Value {
        let signers = self.signers.iter().map(|(name, rule)| (name.clone(), rule.summary()));
        let roots = self.roots.iter().map(|(name, root)| {
            let words = |required: bool| if required { "required" } else { "none" };
            let root = json!({
                "digest": root.digest(),
                "sct": words(root.requires_sct()),
                "tlog": words(root.requires_tlog()),
            });
            (name.clone(), root)
        });
        let exceptions: Vec<Value> = self
            .exceptions
            .iter()
            .map(|exception| {
                json!({
                    "code": exception.code.name(),
                    "path": exception.path.as_ref().map(Pattern::as_str),
                    "until": exception.until.to_string(),
                    "reason": exception.reason,
                })
            })
            .collect();
        let mut summary = json!({
            "version": 1,
            "name": self.name,
            "mode": self.mode,
            "roots": roots.collect::<serde_json::Map<_, _>>(),
            "signers": signers.collect::<serde_json::Map<_, _>>(),
            "image": { "platforms": self.platforms.iter().map(ToString::to_string).collect::<Vec<_>>() },
            "base": self.base.summary(),
            "org": self.org.summary(),
            "limits": self.limits.values().into_iter().map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect::<serde_json::Map<_, _>>(),
            "exception": exceptions,
        });
        // A section that is not there is no rule, and stands as none.
        let between: Vec<Value> = self.intermediates.iter().map(IntermediateRule::summary).collect();
        let between = (!between.is_empty()).then(|| ("intermediate", Value::from(between)));
        let layers = self.layers.as_ref().map(|rule| ("layers", rule.summary()));
        let config = self.config.as_ref().map(|rule| ("config", rule.summary()));
        if let Some(sections) = summary.as_object_mut() {
            sections.extend(
                between.into_iter().chain(layers).chain(config).map(|(name, rule)| (name.to_owned(), rule)),
            );
        }
        summary
    }

    /// Whether a rule can be evaluated only where all layers were opened.
    pub(crate) fn needs_contents(&self) -> bool {
        self.layers.is_some() || self.config.as_ref().is_some_and(ConfigRule::needs_contents)
    }
}

/// The name of a proof as policies spell it.
pub(crate) fn proof_name(proof: Proof) -> &'static str {
    match proof {
        Proof::None => "none",
        Proof::Claimed => "claimed",
        Proof::Recomputed => "recomputed",
        Proof::SameBlob => "same-blob",
    }
}
