//! Keys for tests, derived from a label: the same label is the same key on every machine.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use sha2::{Digest as _, Sha256};

/// The algorithms of test keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256.
    P256,
    /// ECDSA over P-384 with SHA-384.
    P384,
    /// Pure Ed25519.
    Ed25519,
}

/// A private key that protects nothing: anybody can derive it from its label.
#[derive(Clone)]
pub struct TestKey(Kind);

#[derive(Clone)]
enum Kind {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

impl TestKey {
    /// An ECDSA P-256 key, what `cosign generate-key-pair` makes.
    pub fn p256(label: &str) -> Self {
        // The hash of a label is a valid scalar but for a chance of 2^-32; the next counter is tried then.
        let key = (0_u8..=255)
            .find_map(|counter| p256::ecdsa::SigningKey::from_slice(&seed(label, counter)).ok())
            .expect("one of 256 hashes is a scalar");
        Self(Kind::P256(key))
    }

    /// An ECDSA P-384 key, what Fulcio's and the timestamp authority's certificates have in production.
    pub fn p384(label: &str) -> Self {
        // The first half of the scalar is the hash of another label, so both halves look random.
        let upper = seed(&format!("{label} (upper)"), 0);
        let key = (0_u8..=255)
            .find_map(|counter| {
                p384::ecdsa::SigningKey::from_slice(&[&upper[..16], &seed(label, counter)].concat()).ok()
            })
            .expect("one of 256 hashes is a scalar");
        Self(Kind::P384(key))
    }

    /// A key of that algorithm.
    pub fn of(algorithm: Algorithm, label: &str) -> Self {
        match algorithm {
            Algorithm::P256 => Self::p256(label),
            Algorithm::P384 => Self::p384(label),
            Algorithm::Ed25519 => Self::ed25519(label),
        }
    }

    /// The algorithm with which it signs.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Kind::P256(_) => Algorithm::P256,
            Kind::P384(_) => Algorithm::P384,
            Kind::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// An Ed25519 key.
    pub fn ed25519(label: &str) -> Self {
        Self(Kind::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed(label, 0))))
    }

    /// The public key as PEM (`BEGIN PUBLIC KEY`), as `cosign.pub` holds it.
    pub fn public_pem(&self) -> String {
        match &self.0 {
            Kind::P256(key) => key.verifying_key().to_public_key_pem(LineEnding::LF).expect("encodes"),
            Kind::P384(key) => key.verifying_key().to_public_key_pem(LineEnding::LF).expect("encodes"),
            Kind::Ed25519(key) => key.verifying_key().to_public_key_pem(LineEnding::LF).expect("encodes"),
        }
    }

    /// The public key as DER (SubjectPublicKeyInfo).
    pub fn spki_der(&self) -> Vec<u8> {
        match &self.0 {
            Kind::P256(key) => key.verifying_key().to_public_key_der().expect("encodes").into_vec(),
            Kind::P384(key) => key.verifying_key().to_public_key_der().expect("encodes").into_vec(),
            Kind::Ed25519(key) => key.verifying_key().to_public_key_der().expect("encodes").into_vec(),
        }
    }

    /// The private key as PEM (PKCS#8, `BEGIN PRIVATE KEY`), for tests that give one where a public key belongs.
    pub fn private_pem(&self) -> String {
        match &self.0 {
            Kind::P256(key) => key.to_pkcs8_pem(LineEnding::LF).expect("encodes").to_string(),
            Kind::P384(key) => key.to_pkcs8_pem(LineEnding::LF).expect("encodes").to_string(),
            Kind::Ed25519(key) => key.to_pkcs8_pem(LineEnding::LF).expect("encodes").to_string(),
        }
    }

    /// Signs: ECDSA as DER with RFC 6979 nonces (SHA-256, of P-384 SHA-384), or pure Ed25519 (64 bytes).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Kind::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Kind::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Kind::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
        }
    }

    /// The same in Base64, as annotations and envelopes carry it.
    pub fn sign_base64(&self, message: &[u8]) -> String {
        STANDARD.encode(self.sign(message))
    }

    /// The key hint that cosign writes into a bundle: Base64 of the SHA-256 of the public key's DER.
    pub fn hint(&self) -> String {
        STANDARD.encode(Sha256::digest(self.spki_der()))
    }
}

fn seed(label: &str, counter: u8) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(label.as_bytes());
    if counter > 0 {
        hash.update([counter]);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
