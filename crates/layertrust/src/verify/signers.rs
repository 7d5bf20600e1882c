//! All signers of a policy, and the step from signed bytes to a verified value.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use jiff::Timestamp;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::verify::check::{Check, Witness};
use crate::verify::identity::Identity;
use crate::verify::key::{KeyId, PublicKey};
use crate::verify::signed::{By, Material, Signed};
use crate::verify::verified::{Signer, Verified, Who};
use crate::verify::{KeyType, TrustedRoot};

/// The signers of a policy: keys, each prepared once, and identities under their roots.
#[derive(Debug, Default)]
pub(crate) struct Signers {
    keys: BTreeMap<KeyId, KeyEntry>,
    identities: Vec<RootEntry>,
}

#[derive(Debug)]
struct KeyEntry {
    key: PublicKey,
    /// The signers under whose name the key may sign; none if every one lists it as inactive.
    active: Vec<(String, KeyTerms)>,
    inactive: Vec<String>,
}

/// The signers whose certificates one root's authorities issue.
#[derive(Debug)]
struct RootEntry {
    root: TrustedRoot,
    signers: Vec<(String, Box<dyn Admits>)>,
}

/// Under what circumstances a key's signature counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyTerms {
    /// Whose logs and timestamps count.
    pub(crate) root: Option<TrustedRoot>,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) not_after: Option<Timestamp>,
    /// Whether a log entry must be there.
    pub(crate) tlog: bool,
}

/// Which identities a signer of the policy is.
pub(crate) trait Admits: std::fmt::Debug + Send + Sync {
    /// `signer-not-allowed`, with what was expected and found, if it is not this one.
    fn admits(&self, identity: &Identity) -> Result<()>;
}

impl Signers {
    pub(crate) fn add_key(&mut self, name: &str, key: &PublicKey, active: bool, terms: &KeyTerms) {
        let entry = self.keys.entry(key.id()).or_insert_with(|| KeyEntry {
            key: key.clone(),
            active: Vec::new(),
            inactive: Vec::new(),
        });
        match active {
            true => entry.active.push((name.to_owned(), terms.clone())),
            false => entry.inactive.push(name.to_owned()),
        }
    }

    pub(crate) fn add_identity(&mut self, name: &str, root: &TrustedRoot, rule: Box<dyn Admits>) {
        let is_same = |known: &&mut RootEntry| {
            let flags = |root: &TrustedRoot| (root.digest(), root.requires_sct(), root.requires_tlog());
            flags(&known.root) == flags(root)
        };
        match self.identities.iter_mut().find(is_same) {
            Some(known) => known.signers.push((name.to_owned(), rule)),
            None => {
                self.identities
                    .push(RootEntry { root: root.clone(), signers: vec![(name.to_owned(), rule)] });
            }
        }
    }

    /// The kinds of all keys.
    pub(crate) fn key_kinds(&self) -> Vec<KeyType> {
        let mut kinds = Vec::new();
        for entry in self.keys.values() {
            if !kinds.contains(&entry.key.kind()) {
                kinds.push(entry.key.kind());
            }
        }
        kinds
    }

    /// Checks a signature with everything that stands beside it, and only then lets `read` make a value of
    /// what was signed.
    pub(crate) fn verify<T>(
        &self,
        signed: &Signed<'_>,
        material: &Material,
        now: Timestamp,
        read: impl FnOnce() -> Result<T>,
    ) -> Result<Verified<T>> {
        let signer = match &material.by {
            By::Key { hint } => self.key(signed, hint.as_deref(), material, now)?,
            By::Certificate { leaf, intermediates } => {
                self.certificate(signed, (leaf, intermediates), material, now)?
            }
        };
        read().map(|value| Verified::assertion(value, signer))
    }

    /// Tries every key.
    ///
    /// With a bare key a stranger's signature and altered bytes cannot be told apart: that is
    /// `signature-invalid`, unless the hint names a key that is not ours.
    fn key(
        &self,
        signed: &Signed<'_>,
        hint: Option<&str>,
        material: &Material,
        now: Timestamp,
    ) -> Result<Signer> {
        let hinted = hint.and_then(hinted_key);
        let is_hinted = |id: &&KeyId| hinted.as_deref() == Some(id.as_bytes());
        let first = self.keys.keys().find(is_hinted);
        let order = first.into_iter().chain(self.keys.keys().filter(|id| Some(*id) != first));
        let entry = order
            .filter_map(|id| self.keys.get(id))
            .find(|entry| entry.key.verify(signed.message, signed.signature).is_ok());
        let Some(entry) = entry else {
            let in_use = self.keys.values().any(|entry| !entry.active.is_empty());
            return Err(match hinted {
                _ if self.keys.is_empty() => Error::new(Code::SignerNotAllowed, "signature")
                    .expected("one by a certificate; the policy names no key")
                    .found("one by a key"),
                _ if !in_use => Error::new(Code::KeyInactive, "signature")
                    .expected("a signer with a key in use")
                    .found("one whose keys are all out of use"),
                Some(id) if first.is_none() => Error::new(Code::SignerNotAllowed, "signature")
                    .expected("a key of the policy")
                    .found(format!("the hint of key sha256:{}", crate::digest::hex(&id))),
                _ => Error::new(Code::SignatureInvalid, "signature")
                    .expected("one that verifies with a key of the policy")
                    .found("another key's, or other bytes than were signed"),
            });
        };
        let id = entry.key.id();
        let inactive = || {
            Error::new(Code::KeyInactive, "signature")
                .expected("an active key")
                .found(format!("key {id} of {}, which is no longer in use", entry.inactive.join(", ")))
        };
        let (mut names, mut witness, mut refused) = (Vec::new(), None::<Witness>, None);
        for (name, terms) in &entry.active {
            match terms.admit(signed, &entry.key, material, now) {
                Ok(own) => {
                    names.push(name.clone());
                    witness = Some(match witness {
                        Some(others) => others.and(own),
                        None => own,
                    });
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match witness {
            Some(witness) => Ok(signer(names, Who::Key(id), witness)),
            None => Err(refused.unwrap_or_else(inactive)),
        }
    }

    /// Tries every root, and below it every signer: like a key, a certificate may go by several names.
    fn certificate(
        &self,
        signed: &Signed<'_>,
        certificate: (&[u8], &[Vec<u8>]),
        material: &Material,
        now: Timestamp,
    ) -> Result<Signer> {
        let (mut refused, mut stranger) = (None::<Error>, None);
        let (mut names, mut found) = (Vec::new(), None::<(Identity, Witness)>);
        for RootEntry { root, signers } in &self.identities {
            let (identity, witness) = match root.certificate(signed, certificate, material, now) {
                Ok(verified) => verified,
                Err(error) => {
                    // That a root does not know the issuer says less than anything else that went wrong.
                    let is_unknown = |error: &Error| error.code() == Code::CertificateInvalid;
                    if refused.as_ref().is_none_or(|known| is_unknown(known) && !is_unknown(&error)) {
                        refused = Some(error);
                    }
                    continue;
                }
            };
            let known = names.len();
            for (name, rule) in signers {
                match rule.admits(&identity) {
                    Ok(()) => names.push(name.clone()),
                    Err(error) => stranger = stranger.or_else(|| Some(error.about(format!("signer {name}")))),
                }
            }
            if names.len() > known {
                found = Some(match found {
                    Some((identity, others)) => (identity, others.and(witness)),
                    None => (identity, witness),
                });
            }
        }
        if let Some((identity, mut witness)) = found {
            witness.checks.insert(Check::Identity);
            return Ok(signer(names, Who::Certificate(Arc::new(identity)), witness));
        }
        Err(stranger.or(refused).unwrap_or_else(|| {
            let claimed = TrustedRoot::claimed_identity(certificate.0);
            Error::new(Code::SignerNotAllowed, "signature")
                .expected("a key of the policy, which names no certificates")
                .found(match claimed {
                    Some(identity) => format!("a certificate that calls itself {identity}"),
                    None => "a certificate".to_owned(),
                })
        }))
    }
}

fn signer(mut names: Vec<String>, who: Who, witness: Witness) -> Signer {
    names.sort_unstable();
    names.dedup();
    Signer { names: Arc::from(names), who, witness: Arc::new(witness) }
}

impl KeyTerms {
    /// What stands beside the signature must hold; a period needs a proved time inside it.
    fn admit(
        &self,
        signed: &Signed<'_>,
        key: &PublicKey,
        material: &Material,
        now: Timestamp,
    ) -> Result<Witness> {
        let mut witness = match &self.root {
            Some(root) => root.key(signed, key, material, now)?,
            None => Witness::default(),
        };
        witness.checks.insert(Check::Signature);
        if self.tlog && !witness.logged {
            return Err(Error::new(Code::TlogMissing, "signature")
                .expected("an entry of a log of the signer's root")
                .found("none"));
        }
        if self.not_before.is_none() && self.not_after.is_none() {
            return Ok(witness);
        }
        let period = match (self.not_before, self.not_after) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => format!("from {from}"),
            (None, Some(to)) => format!("until {to}"),
            (None, None) => String::new(),
        };
        let outside = |time: &&Timestamp| {
            self.not_before.is_some_and(|from| **time < from) || self.not_after.is_some_and(|to| **time > to)
        };
        if witness.times.is_empty() {
            return Err(Error::new(Code::TimeNotProved, "signature")
                .expected(format!("a proved time, as the key counts only {period}"))
                .found("none"));
        }
        if let Some(time) = witness.times.iter().find(outside) {
            return Err(Error::new(Code::KeyInactive, "signature")
                .expected(format!("a time within the key's period: {period}"))
                .found(time));
        }
        witness.checks.insert(Check::KeyPeriod);
        Ok(witness)
    }
}

/// The fingerprint that a hint spells, if it spells one: base64 as cosign writes it, or hexadecimal. It says
/// where to look first, never what holds.
fn hinted_key(text: &str) -> Option<Vec<u8>> {
    let decoded = base64::engine::general_purpose::STANDARD.decode(text).ok();
    let from_hex = || {
        let digest = text.strip_prefix("sha256:").unwrap_or(text);
        crate::digest::Digest::from_hex(crate::digest::Algorithm::Sha256, digest).ok()
    };
    decoded.filter(|bytes| bytes.len() == 32).or_else(|| from_hex().map(|digest| digest.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests;
