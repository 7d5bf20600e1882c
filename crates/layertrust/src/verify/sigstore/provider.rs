//! Arithmetic for Sigstore's crates (certificate chains, timestamps) where AWS-LC is not built in: RustCrypto's.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256, Sha384, Sha512};
use sigstore_crypto::error::Result;
use sigstore_crypto::{
    CryptoProvider, Error, HashContext, SigningScheme, install_default_provider, try_default_provider,
};
use sigstore_types::HashAlgorithm;

#[derive(Debug)]
struct RustCrypto;

/// Gives the crates a provider, unless the program has installed one: that one is left in place.
pub(super) fn install() {
    if try_default_provider().is_none() {
        // Somebody else may have been faster; theirs serves as well.
        let _ = install_default_provider(&RustCrypto);
    }
}

struct Context<D>(D);

impl<D: Digest + Send> HashContext for Context<D> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

impl CryptoProvider for RustCrypto {
    fn hash(&self, algorithm: HashAlgorithm) -> Result<Box<dyn HashContext>> {
        Ok(match algorithm {
            HashAlgorithm::Sha2256 => Box::new(Context(Sha256::new())),
            HashAlgorithm::Sha2384 => Box::new(Context(Sha384::new())),
            HashAlgorithm::Sha2512 => Box::new(Context(Sha512::new())),
            other => return Err(Error::UnsupportedAlgorithm(format!("{other} digests"))),
        })
    }

    fn verify_raw(&self, scheme: SigningScheme, key: &[u8], data: &[u8], signature: &[u8]) -> Result<()> {
        match scheme {
            SigningScheme::Ed25519 => ed25519(key, data, signature).ok_or_else(|| invalid(scheme)),
            SigningScheme::EcdsaP256Sha256 | SigningScheme::EcdsaP384Sha256 => {
                self.verify_prehashed(scheme, key, &Sha256::digest(data), signature)
            }
            SigningScheme::EcdsaP256Sha384 | SigningScheme::EcdsaP384Sha384 => {
                self.verify_prehashed(scheme, key, &Sha384::digest(data), signature)
            }
            // RSA for RUSTSEC-2023-0071, as everywhere with this provider.
            other => Err(Error::UnsupportedAlgorithm(other.name().to_owned())),
        }
    }

    fn verify_prehashed(
        &self,
        scheme: SigningScheme,
        key: &[u8],
        digest: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        let held = match scheme {
            SigningScheme::EcdsaP256Sha256 | SigningScheme::EcdsaP256Sha384 => p256(key, digest, signature),
            SigningScheme::EcdsaP384Sha256 | SigningScheme::EcdsaP384Sha384 => p384(key, digest, signature),
            other => return Err(Error::UnsupportedAlgorithm(other.name().to_owned())),
        };
        held.ok_or_else(|| invalid(scheme))
    }
}

fn p256(key: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    key.verify_prehash(digest, &p256::ecdsa::Signature::from_der(signature).ok()?).ok()
}

fn p384(key: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
    let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    key.verify_prehash(digest, &p384::ecdsa::Signature::from_der(signature).ok()?).ok()
}

fn ed25519(key: &[u8], data: &[u8], signature: &[u8]) -> Option<()> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
    key.verify_strict(data, &ed25519_dalek::Signature::from_slice(signature).ok()?).ok()
}

fn invalid(scheme: SigningScheme) -> Error {
    Error::Verification(format!("{} signature invalid", scheme.name()))
}
