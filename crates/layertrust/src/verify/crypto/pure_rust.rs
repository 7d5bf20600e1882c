//! Signature arithmetic by RustCrypto, for targets without a C compiler. No RSA: its crate has an advisory
//! without a fixed version (RUSTSEC-2023-0071).

use p256::ecdsa::signature::hazmat::PrehashVerifier;

use super::ed25519::Prehashed;
use super::{BadSignature, KeyType};
use crate::verify::signed::Message;

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

    pub(crate) fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<(), BadSignature> {
        let sha256 = || message.sha256().ok_or(BadSignature);
        let held = match self {
            Key::P256(key) => {
                let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
                key.verify_prehash(&sha256()?, &signature).is_ok()
            }
            Key::P384(key) => {
                let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
                let long = message.sha384().is_some_and(|hash| key.verify_prehash(&hash, &signature).is_ok());
                long || message.sha256().is_some_and(|hash| key.verify_prehash(&hash, &signature).is_ok())
            }
            Key::P521(key) => {
                let signature = p521::ecdsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
                key.verify_prehash(&message.sha512().ok_or(BadSignature)?, &signature).is_ok()
            }
            Key::Ed25519(key) => match message {
                Message::Parts(parts) => {
                    key.verify_pure(parts, signature).or_else(|_| key.verify(parts, signature)).is_ok()
                }
                // Ed25519 signs the message itself.
                Message::Hashes(_) => false,
            },
        };
        if held { Ok(()) } else { Err(BadSignature) }
    }
}
