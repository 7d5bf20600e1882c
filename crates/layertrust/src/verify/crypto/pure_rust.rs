//! Signature arithmetic by RustCrypto, for targets without a C compiler. No RSA: its crate has an advisory
//! without a fixed version (RUSTSEC-2023-0071).

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::ed25519::Prehashed;
use super::{BadSignature, KeyType};

pub(super) const NAME: Option<&str> = Some("pure-rust");

/// A key, parsed once.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Ed25519(Prehashed),
}

impl Key {
    /// From the key's own bytes: a point (SEC 1), or 32 bytes (RFC 8032).
    pub(crate) fn new(kind: KeyType, bytes: &[u8]) -> Option<Self> {
        match kind {
            KeyType::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).ok().map(Key::P256),
            KeyType::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(bytes).ok().map(Key::P384),
            KeyType::P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(bytes).ok().map(Key::P521),
            KeyType::Ed25519 => Prehashed::new(bytes).map(Key::Ed25519),
            KeyType::Rsa => None,
        }
    }

    pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), BadSignature> {
        let held = match self {
            Key::P256(key) => {
                let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
                key.verify_prehash(&hash::<Sha256>(message), &signature).is_ok()
            }
            Key::P384(key) => {
                let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
                key.verify_prehash(&hash::<Sha384>(message), &signature).is_ok()
                    || key.verify_prehash(&hash::<Sha256>(message), &signature).is_ok()
            }
            Key::P521(key) => {
                let signature = p521::ecdsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
                key.verify_prehash(&hash::<Sha512>(message), &signature).is_ok()
            }
            Key::Ed25519(key) => {
                key.verify_pure(message, signature).or_else(|_| key.verify(message, signature)).is_ok()
            }
        };
        if held { Ok(()) } else { Err(BadSignature) }
    }
}

fn hash<D: Digest>(message: &[&[u8]]) -> Vec<u8> {
    let mut hasher = D::new();
    message.iter().for_each(|part| hasher.update(part));
    hasher.finalize().to_vec()
}
