//! Public keys: one PEM block or SPKI DER, prepared once.

use std::fmt;
use std::sync::Arc;

use spki::der::asn1::UintRef;
use spki::der::{Decode, Reader, SliceReader};
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::{KEY_SIZE, Limits};
use crate::verify::crypto::{BadSignature, Key, KeyType};
use crate::verify::signed::Message;

/// RFC 5480: id-ecPublicKey and the curves; RFC 3279: rsaEncryption; RFC 8410: id-Ed25519.
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const SECP521R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
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

/// A public key that signatures are checked with.
#[derive(Debug, Clone)]
pub struct PublicKey {
    id: KeyId,
    kind: KeyType,
    spki: Arc<[u8]>,
    prepared: Arc<Key>,
}

impl PublicKey {
    /// Reads a file that holds exactly one public key, in PEM (`PUBLIC KEY`) or DER.
    pub fn from_file(bytes: &[u8]) -> Result<Self> {
        // A DER structure begins with the tag of a SEQUENCE; PEM begins with text.
        if bytes.first() == Some(&0x30) { Self::from_spki(bytes) } else { Self::from_pem(bytes) }
    }

    /// Reads exactly one PEM block `PUBLIC KEY`.
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
            Error::new(Code::KeyInvalid, "public key")
                .expected("a key of type P-256, P-384, P-521, RSA of 2048 to 8192 bits, or Ed25519")
                .found(found)
        };
        let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| unusable("no SubjectPublicKeyInfo"))?;
        let bytes = info.subject_public_key.as_bytes().ok_or_else(|| unusable("a broken bit string"))?;
        let kind = match (info.algorithm.oid, info.algorithm.parameters_oid()) {
            (EC_PUBLIC_KEY, Ok(SECP256R1)) => KeyType::P256,
            (EC_PUBLIC_KEY, Ok(SECP384R1)) => KeyType::P384,
            (EC_PUBLIC_KEY, Ok(SECP521R1)) => KeyType::P521,
            (RSA_ENCRYPTION, _) => KeyType::Rsa,
            (ED25519, _) if info.algorithm.parameters.is_none() => KeyType::Ed25519,
            (oid, _) => return Err(unusable(&format!("a key of type {oid}"))),
        };
        if kind == KeyType::Rsa {
            let bits = rsa_bits(bytes).ok_or_else(|| unusable("a broken RSA key"))?;
            if !(2048..=8192).contains(&bits) {
                return Err(unusable(&format!("an RSA key of {bits} bits")));
            }
        }
        let prepared = Key::new(kind, bytes).ok_or_else(|| {
            unusable("a value that is no such key, or one that this build does not compute with")
        })?;
        Ok(PublicKey {
            id: KeyId(Digest::sha256(der)),
            kind,
            spki: Arc::from(der),
            prepared: Arc::new(prepared),
        })
    }

    /// The fingerprint.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The type. It alone decides which signatures can hold.
    #[must_use]
    pub fn kind(&self) -> KeyType {
        self.kind
    }

    /// SubjectPublicKeyInfo, DER.
    #[cfg_attr(not(feature = "keyless"), allow(dead_code, reason = "log entries name keys by it"))]
    pub(crate) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Checks a signature over `message`.
    pub(crate) fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<(), BadSignature> {
        self.prepared.verify(message, signature)
    }
}

/// The size of the modulus of an RSAPublicKey (RFC 8017, A.1.1).
fn rsa_bits(bytes: &[u8]) -> Option<usize> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let modulus = reader.sequence(|inner| {
        let modulus = UintRef::decode(inner)?;
        UintRef::decode(inner).map(|_exponent| modulus)
    });
    let modulus = modulus.ok()?.as_bytes();
    let leading = modulus.first()?.leading_zeros() as usize;
    Some(modulus.len() * 8 - leading)
}

#[cfg(test)]
mod tests;
