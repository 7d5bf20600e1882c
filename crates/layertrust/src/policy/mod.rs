//! Stage 7: who may vouch for what, and the evaluation of that.

mod builder;
mod builtin;
mod evaluate;
#[cfg(feature = "policy-file")]
mod file;
mod pattern;
mod rules;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

pub use builder::{BaseRule, Cover, OrgRule, OrgSignature, PolicyBuilder, SignerKey, WantsBase};
pub(crate) use evaluate::{Evaluation, PlatformFacts, evaluate_platform, except};
#[cfg(feature = "policy-file")]
pub use file::Files;
#[cfg(all(feature = "policy-file", feature = "schema"))]
pub use file::policy_schema;
pub(crate) use pattern::{Flavor, Pattern};
pub use rules::{AttestationRule, AttestationType};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::{KEYS, Limits};
use crate::oci::Platform;
use crate::report::{Mode, Proof};
use crate::verify::{Keyring, PublicKey};

/// A policy, complete and checked. There is no default policy and no default organization signer.
#[derive(Debug)]
pub struct Policy {
    name: String,
    mode: Mode,
    signers: BTreeMap<String, Vec<SignerEntry>>,
    pub(crate) platforms: Vec<Platform>,
    pub(crate) base: BaseRule,
    pub(crate) org: OrgRule,
    pub(crate) limits: Limits,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) keyring: Keyring,
    digest: Digest,
}

/// A key of a signer.
#[derive(Debug, Clone)]
pub(crate) struct SignerEntry {
    key: PublicKey,
    active: bool,
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
    pub(crate) signers: BTreeMap<String, SignerKey>,
    pub(crate) platforms: Vec<Platform>,
    pub(crate) base: BaseRule,
    pub(crate) org: OrgRule,
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
        let mut signers = BTreeMap::new();
        let mut keyring = Keyring::default();
        for (name, key) in &parts.signers {
            let entries = key.entries()?;
            for entry in &entries {
                keyring.add(name, &entry.key, entry.active);
            }
            signers.insert(name.clone(), entries);
        }
        if signers.values().map(Vec::len).sum::<usize>() > KEYS {
            return Err(invalid("[signers]".to_owned(), "at most 100 keys"));
        }
        for (place, name) in parts.base.named_signers().chain(parts.org.named_signers()) {
            if !signers.contains_key(name) {
                return Err(invalid(format!("{place}: signer {name:?}"), "a signer that [signers] defines")
                    .found(format!("only {}", signers.keys().cloned().collect::<Vec<_>>().join(", "))));
            }
        }
        parts.base.check()?;
        parts.org.check()?;
        let mut policy = Policy {
            name: parts.name,
            mode: parts.mode,
            signers,
            platforms: parts.platforms,
            base: parts.base,
            org: parts.org,
            limits: parts.limits,
            exceptions: parts.exceptions,
            keyring,
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

    /// The resolved policy: every rule with its defaults filled in, keys by fingerprint.
    #[must_use]
    pub fn summary(&self) -> Value {
        let signers = self.signers.iter().map(|(name, entries)| {
            let keys: Vec<Value> = entries
                .iter()
                .map(|entry| json!({ "key-id": entry.key.id().to_string(), "active": entry.active }))
                .collect();
            (name.clone(), Value::from(keys))
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
        json!({
            "version": 1,
            "name": self.name,
            "mode": self.mode,
            "signers": signers.collect::<serde_json::Map<_, _>>(),
            "image": { "platforms": self.platforms.iter().map(ToString::to_string).collect::<Vec<_>>() },
            "base": self.base.summary(),
            "org": self.org.summary(),
            "limits": self.limits.values().into_iter().map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect::<serde_json::Map<_, _>>(),
            "exception": exceptions,
        })
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
