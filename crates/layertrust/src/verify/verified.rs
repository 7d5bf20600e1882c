//! The proof that a signature held.

use std::sync::Arc;

use crate::verify::check::Witness;
use crate::verify::identity::Identity;
use crate::verify::key::KeyId;

/// Who signed: which of the policy's signers own the key, or admit the identity, that verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signer {
    /// Names in the policy, sorted. Several if one key or identity goes by several names.
    pub(crate) names: Arc<[String]>,
    pub(crate) who: Who,
    pub(crate) witness: Arc<Witness>,
}

/// What the signature was verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Key(KeyId),
    Certificate(Arc<Identity>),
}

/// Who a signer is, as thresholds count: two certificates of one identity are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SignerId {
    Key(KeyId),
    Identity { issuer: String, names: Vec<String> },
}

impl Signer {
    /// The first of `allowed` that this signer goes by.
    pub(crate) fn known_as<'a>(&self, allowed: &'a [String]) -> Option<&'a String> {
        allowed.iter().find(|name| self.names.contains(name))
    }

    pub(crate) fn id(&self) -> SignerId {
        match &self.who {
            Who::Key(id) => SignerId::Key(*id),
            Who::Certificate(identity) => {
                let mut names = identity.names.clone();
                names.sort_unstable();
                SignerId::Identity { issuer: identity.issuer.clone(), names }
            }
        }
    }

    /// The signer as a message shows it.
    pub(crate) fn describe(&self) -> String {
        let names = self.names.join(", ");
        match &self.who {
            Who::Key(id) => format!("{names} (key {id})"),
            Who::Certificate(identity) => format!("{names} ({identity})"),
        }
    }
}

/// A value whose bytes a signer of the policy signed. Made in this module's parent only, from exactly the
/// bytes that were verified.
///
/// It says nothing about *what* the value is about: that is bound to an image later, by digest.
#[derive(Debug)]
pub(crate) struct Verified<T> {
    value: T,
    signer: Signer,
}

impl<T> Verified<T> {
    pub(super) fn assertion(value: T, signer: Signer) -> Self {
        Verified { value, signer }
    }

    pub(crate) fn value(&self) -> &T {
        &self.value
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }
}
