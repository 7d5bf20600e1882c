//! Public keys: one PEM block or SPKI DER, prepared once.

use std::fmt;

use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::{KEY_SIZE, Limits};
use crate::verify::crypto::{BadSignature, Ed25519Key, P256Key};

/// RFC 5480: id-ecPublicKey and the curve secp256r1; RFC 8410: id-Ed25519.
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The fingerprint of a key: SHA-256 of its SPKI DER. cosign's hint is the same value in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Digest);

impl KeyId {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The algorithm that goes with a key's type. Nothing else selects one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256Sha256,
    /// Ed25519, the pure form.
    Ed25519,
}

/// A public key that signatures are checked with.
#[derive(Debug, Clone)]
pub struct PublicKey {
    id: KeyId,
    prepared: Prepared,
}

#[derive(Debug, Clone)]
enum Prepared {
    P256(P256Key),
    Ed25519(Ed25519Key),
}

impl PublicKey {
    /// Reads a file that holds exactly one public key in PEM (`PUBLIC KEY`).
    pub fn from_pem(bytes: &[u8]) -> Result<Self> {
        let invalid = |found: &str, hint: &str| {
            Error::new(Code::KeyInvalid, "key file")
                .expected("one PEM block PUBLIC KEY")
                .found(found)
                .hint(hint)
        };
        Limits::check("key-size", KEY_SIZE, bytes.len() as u64, "key file")?;
        let blocks = pem::parse_many(bytes).map_err(|error| {
            invalid(
                &format!("no PEM: {error}"),
                "Convert it: `openssl pkey -pubin -inform DER -in KEY -out KEY.pem`.",
            )
        })?;
        let block = match blocks.as_slice() {
            [one] => one,
            [] => {
                return Err(invalid("no PEM block", "Give the public key that cosign writes as cosign.pub."));
            }
            _ => return Err(invalid("several blocks", "Give each key as a signer of its own.")),
        };
        match block.tag() {
            "PUBLIC KEY" => Self::from_spki(block.contents()),
            "CERTIFICATE" => Err(invalid(
                "a certificate",
                "Take its key out if you mean the key alone: `openssl x509 -pubkey -noout -in FILE`.",
            )),
            tag if tag.contains("PRIVATE KEY") => Err(invalid(
                "a private key",
                "Give the public half (`cosign public-key --key FILE`), and keep the private key private.",
            )),
            _ => Err(invalid(
                "a block of another kind",
                "Give the public key that cosign writes as cosign.pub.",
            )),
        }
    }

    /// Reads a key from its SubjectPublicKeyInfo in DER (RFC 5280, 4.1).
    pub fn from_spki(der: &[u8]) -> Result<Self> {
        let unusable = |found: &str| {
            Error::new(Code::KeyInvalid, "public key").expected("a P-256 or Ed25519 key").found(found)
        };
        let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| unusable("no SubjectPublicKeyInfo"))?;
        let bytes = info.subject_public_key.as_bytes().ok_or_else(|| unusable("a broken bit string"))?;
        let curve = info.algorithm.parameters_oid();
        let prepared = match (info.algorithm.oid, curve) {
            (EC_PUBLIC_KEY, Ok(P256)) => P256Key::from_point(bytes).map(Prepared::P256),
            (ED25519, _) if info.algorithm.parameters.is_none() => {
                Ed25519Key::from_bytes(bytes).map(Prepared::Ed25519)
            }
            (oid, _) => return Err(unusable(&format!("a key of type {oid}"))),
        };
        let prepared = prepared.ok_or_else(|| unusable("a value that is no point of its curve"))?;
        Ok(PublicKey { id: KeyId(Digest::sha256(der)), prepared })
    }

    /// The fingerprint.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The algorithm of this key's signatures.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self.prepared {
            Prepared::P256(_) => KeyAlgorithm::EcdsaP256Sha256,
            Prepared::Ed25519(_) => KeyAlgorithm::Ed25519,
        }
    }

    /// Checks a signature over the concatenation of `message`.
    pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), BadSignature> {
        match &self.prepared {
            Prepared::P256(key) => key.verify(message, signature),
            Prepared::Ed25519(key) => key.verify(message, signature),
        }
    }
}

#[cfg(test)]
mod tests;
