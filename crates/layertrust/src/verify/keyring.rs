//! All keys of a policy, and the step from signed bytes to a verified value.

use std::collections::BTreeMap;
use std::rc::Rc;

use base64::Engine as _;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::verify::key::{KeyId, PublicKey};
use crate::verify::verified::{Signer, Verified};

/// The keys of all signers of a policy, each prepared once.
#[derive(Debug, Default)]
pub(crate) struct Keyring {
    keys: BTreeMap<KeyId, Entry>,
}

#[derive(Debug)]
struct Entry {
    key: PublicKey,
    /// The signers under whose name the key may sign; none if every one lists it as inactive.
    active: Vec<String>,
    inactive: Vec<String>,
}

/// What the signature says about its own key: where to look first, never what holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hint<'a>(pub(crate) Option<&'a str>);

impl Keyring {
    pub(crate) fn add(&mut self, name: &str, key: &PublicKey, active: bool) {
        let entry = self.keys.entry(key.id()).or_insert_with(|| Entry {
            key: key.clone(),
            active: Vec::new(),
            inactive: Vec::new(),
        });
        let names = if active { &mut entry.active } else { &mut entry.inactive };
        names.push(name.to_owned());
        names.sort_unstable();
        names.dedup();
    }

    /// Checks `signature` over `message` with every key, and only then lets `read` make a value of it.
    ///
    /// With a bare key a stranger's signature and altered bytes cannot be told apart: that is
    /// `signature-invalid`, unless the hint names a key that is not ours.
    pub(crate) fn verify<T>(
        &self,
        message: &[&[u8]],
        signature: &[u8],
        hint: Hint<'_>,
        read: impl FnOnce() -> Result<T>,
    ) -> Result<Verified<T>> {
        let hinted = hint.key_id();
        let is_hinted = |id: &&KeyId| hinted.as_deref() == Some(id.as_bytes());
        let first = self.keys.keys().find(is_hinted);
        let order = first.into_iter().chain(self.keys.keys().filter(|id| Some(*id) != first));
        let signed = order
            .filter_map(|id| self.keys.get(id))
            .find(|entry| entry.key.verify(message, signature).is_ok());
        let Some(entry) = signed else {
            return Err(match hinted {
                Some(id) if first.is_none() => Error::new(Code::SignerNotAllowed, "signature")
                    .expected("a key of the policy")
                    .found(format!("the hint of key sha256:{}", crate::digest::hex(&id))),
                _ => Error::new(Code::SignatureInvalid, "signature")
                    .expected("one that verifies with a key of the policy")
                    .found("another key's, or other bytes than were signed"),
            });
        };
        if entry.active.is_empty() {
            return Err(Error::new(Code::KeyInactive, "signature").expected("an active key").found(format!(
                "key {} of {}, which is no longer in use",
                entry.key.id(),
                entry.inactive.join(", ")
            )));
        }
        let signer = Signer { names: Rc::from(entry.active.as_slice()), key: entry.key.id() };
        read().map(|value| Verified::assertion(value, signer))
    }
}

impl Hint<'_> {
    /// The fingerprint that the hint spells, if it spells one: base64 as cosign writes it, or hexadecimal.
    fn key_id(self) -> Option<Vec<u8>> {
        let text = self.0?;
        let decoded = base64::engine::general_purpose::STANDARD.decode(text).ok();
        let from_hex = || {
            let digest = text.strip_prefix("sha256:").unwrap_or(text);
            crate::digest::Digest::from_hex(crate::digest::Algorithm::Sha256, digest).ok()
        };
        decoded
            .filter(|bytes| bytes.len() == 32)
            .or_else(|| from_hex().map(|digest| digest.as_bytes().to_vec()))
    }
}

#[cfg(test)]
mod tests;
