//! The proof that a signature held.

use std::rc::Rc;

use crate::verify::key::KeyId;

/// Who signed: which of the policy's signers own the key that verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signer {
    /// Names in the policy, sorted. Several if one key was given under several names.
    pub(crate) names: Rc<[String]>,
    pub(crate) key: KeyId,
}

impl Signer {
    /// The first of `allowed` that this signer goes by.
    pub(crate) fn known_as<'a>(&self, allowed: &'a [String]) -> Option<&'a String> {
        allowed.iter().find(|name| self.names.contains(name))
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
