//! Signature arithmetic by AWS-LC.

use aws_lc_rs::digest::{self, Context};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, VerificationAlgorithm,
};

use super::ed25519::Prehashed;
use super::{BadSignature, KeyType};
use crate::verify::signed::Message;

pub(super) const NAME: Option<&str> = Some("aws-lc");

/// A key, parsed once for each algorithm on its list.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    Digested(Vec<(&'static digest::Algorithm, ParsedPublicKey)>),
    Ed25519(ParsedPublicKey, Box<Prehashed>),
}

type Listed = (&'static digest::Algorithm, &'static dyn VerificationAlgorithm);

impl Key {
    /// From the key's own bytes: a point (SEC 1), an RSAPublicKey (RFC 8017), or 32 bytes (RFC 8032).
    pub(crate) fn new(kind: KeyType, bytes: &[u8]) -> Option<Self> {
        let listed: &[Listed] = match kind {
            KeyType::P256 => &[(&digest::SHA256, &ECDSA_P256_SHA256_ASN1)],
            KeyType::P384 => {
                &[(&digest::SHA384, &ECDSA_P384_SHA384_ASN1), (&digest::SHA256, &ECDSA_P384_SHA256_ASN1)]
            }
            KeyType::P521 => &[(&digest::SHA512, &ECDSA_P521_SHA512_ASN1)],
            KeyType::Rsa => &[
                (&digest::SHA256, &RSA_PKCS1_2048_8192_SHA256),
                (&digest::SHA256, &RSA_PSS_2048_8192_SHA256),
            ],
            KeyType::Ed25519 => {
                let pure = ParsedPublicKey::new(&ED25519, bytes).ok()?;
                return Some(Key::Ed25519(pure, Box::new(Prehashed::new(bytes)?)));
            }
        };
        let parsed =
            |(hash, algorithm): &Listed| Some((*hash, ParsedPublicKey::new(*algorithm, bytes).ok()?));
        listed.iter().map(parsed).collect::<Option<_>>().map(Key::Digested)
    }

    pub(crate) fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<(), BadSignature> {
        match (self, message) {
            (Key::Digested(listed), message) => {
                let held = listed.iter().any(|(hash, key)| {
                    digest(hash, message)
                        .is_some_and(|digest| key.verify_digest_sig(&digest, signature).is_ok())
                });
                if held { Ok(()) } else { Err(BadSignature) }
            }
            (Key::Ed25519(pure, prehashed), Message::Parts(message)) => pure
                .verify_sig(&message.concat(), signature)
                .map_err(|_| BadSignature)
                .or_else(|_| prehashed.verify(message, signature)),
            // Ed25519 signs the message itself.
            (Key::Ed25519(..), Message::Hashes(_)) => Err(BadSignature),
        }
    }
}

fn digest(hash: &'static digest::Algorithm, message: Message<'_>) -> Option<digest::Digest> {
    match message {
        Message::Parts(parts) => {
            let mut context = Context::new(hash);
            parts.iter().for_each(|part| context.update(part));
            Some(context.finish())
        }
        Message::Hashes(known) => {
            let bytes: &[u8] = match hash {
                hash if *hash == digest::SHA256 => known.sha256.as_ref()?,
                hash if *hash == digest::SHA384 => known.sha384.as_ref()?,
                _ => known.sha512.as_ref()?,
            };
            digest::Digest::import_less_safe(bytes, hash).ok()
        }
    }
}
