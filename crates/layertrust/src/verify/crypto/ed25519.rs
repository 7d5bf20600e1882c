//! Ed25519ph (RFC 8032, 5.1): Ed25519 over the SHA-512 of the message, in a domain of its own. AWS-LC's
//! interface has no such thing, so both providers use this.

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha512};

use super::BadSignature;

#[derive(Debug, Clone)]
pub(in crate::verify) struct Prehashed(VerifyingKey);

impl Prehashed {
    pub(in crate::verify) fn new(bytes: &[u8]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes.try_into().ok()?).ok().map(Prehashed)
    }

    pub(in crate::verify) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), BadSignature> {
        let signature = Signature::from_slice(signature).map_err(|_| BadSignature)?;
        let mut hasher = Sha512::new();
        message.iter().for_each(|part| hasher.update(part));
        self.0.verify_prehashed_strict(hasher, None, &signature).map_err(|_| BadSignature)
    }

    #[cfg(not(feature = "aws-lc"))]
    pub(in crate::verify) fn verify_pure(
        &self,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let signature = Signature::from_slice(signature).map_err(|_| BadSignature)?;
        self.0.verify_strict(&message.concat(), &signature).map_err(|_| BadSignature)
    }
}
