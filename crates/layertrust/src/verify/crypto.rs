//! The two providers of signature arithmetic. With both features on, AWS-LC computes.
//!
//! P-256 signatures are ECDSA over SHA-256 in ASN.1 DER; Ed25519 is the pure form of RFC 8032. Nothing in
//! the input selects an algorithm: the key's type does.

use crate::error::{Error, Result};

/// The arithmetic says no. Who it was about is the caller's to say.
#[derive(Debug)]
pub(crate) struct BadSignature;

/// The name of the provider that this build computes with.
pub(crate) fn provider() -> Result<&'static str> {
    backend::NAME.ok_or_else(|| Error::new(crate::Code::NoCryptoProvider, "signature arithmetic"))
}

pub(crate) use backend::{Ed25519Key, P256Key};

#[cfg(feature = "aws-lc")]
mod backend {
    use aws_lc_rs::digest::{Context, SHA256};
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey};

    use super::BadSignature;

    pub(super) const NAME: Option<&str> = Some("aws-lc");

    #[derive(Debug, Clone)]
    pub(crate) struct P256Key(ParsedPublicKey);

    impl P256Key {
        /// From an uncompressed or compressed point (SEC 1, 2.3.3).
        pub(crate) fn from_point(point: &[u8]) -> Option<Self> {
            ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).ok().map(P256Key)
        }

        pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), BadSignature> {
            let mut digest = Context::new(&SHA256);
            message.iter().for_each(|part| digest.update(part));
            self.0.verify_digest_sig(&digest.finish(), signature).map_err(|_| BadSignature)
        }
    }

    #[derive(Debug, Clone)]
    pub(crate) struct Ed25519Key(ParsedPublicKey);

    impl Ed25519Key {
        pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
            ParsedPublicKey::new(&ED25519, bytes).ok().map(Ed25519Key)
        }

        pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), BadSignature> {
            self.0.verify_sig(&message.concat(), signature).map_err(|_| BadSignature)
        }
    }
}

#[cfg(all(feature = "pure-rust", not(feature = "aws-lc")))]
mod backend {
    use p256::ecdsa::signature::hazmat::PrehashVerifier;
    use sha2::{Digest, Sha256};

    use super::BadSignature;

    pub(super) const NAME: Option<&str> = Some("pure-rust");

    #[derive(Debug, Clone)]
    pub(crate) struct P256Key(p256::ecdsa::VerifyingKey);

    impl P256Key {
        /// From an uncompressed or compressed point (SEC 1, 2.3.3).
        pub(crate) fn from_point(point: &[u8]) -> Option<Self> {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok().map(P256Key)
        }

        pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), BadSignature> {
            let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
            let mut digest = Sha256::new();
            message.iter().for_each(|part| digest.update(part));
            self.0.verify_prehash(&digest.finalize(), &signature).map_err(|_| BadSignature)
        }
    }

    #[derive(Debug, Clone)]
    pub(crate) struct Ed25519Key(ed25519_dalek::VerifyingKey);

    impl Ed25519Key {
        pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
            ed25519_dalek::VerifyingKey::from_bytes(bytes.try_into().ok()?).ok().map(Ed25519Key)
        }

        pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), BadSignature> {
            let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| BadSignature)?;
            self.0.verify_strict(&message.concat(), &signature).map_err(|_| BadSignature)
        }
    }
}

#[cfg(not(any(feature = "aws-lc", feature = "pure-rust")))]
mod backend {
    use super::BadSignature;

    pub(super) const NAME: Option<&str> = None;

    /// Without a provider there are no keys, so nothing can verify.
    #[derive(Debug, Clone)]
    pub(crate) enum P256Key {}

    #[derive(Debug, Clone)]
    pub(crate) enum Ed25519Key {}

    impl P256Key {
        pub(crate) fn from_point(_: &[u8]) -> Option<Self> {
            None
        }

        pub(crate) fn verify(&self, _: &[&[u8]], _: &[u8]) -> Result<(), BadSignature> {
            match *self {}
        }
    }

    impl Ed25519Key {
        pub(crate) fn from_bytes(_: &[u8]) -> Option<Self> {
            None
        }

        pub(crate) fn verify(&self, _: &[&[u8]], _: &[u8]) -> Result<(), BadSignature> {
            match *self {}
        }
    }
}
