//! The providers of signature arithmetic. With both features on, AWS-LC computes.
//!
//! What goes with a type of key is a fixed list; nothing in the input selects an algorithm:
//!
//! | key | signatures |
//! |---|---|
//! | P-256 | ECDSA with SHA-256 |
//! | P-384 | ECDSA with SHA-384, and with SHA-256 as cosign before 3.1 signs |
//! | P-521 | ECDSA with SHA-512 |
//! | RSA, 2048 to 8192 bits | PKCS#1 v1.5 with SHA-256, PSS with SHA-256 |
//! | Ed25519 | pure (RFC 8032), and Ed25519ph as cosign 3 signs |

#[cfg(any(feature = "aws-lc", feature = "pure-rust"))]
mod ed25519;

#[cfg(feature = "aws-lc")]
#[path = "aws_lc.rs"]
mod backend;
#[cfg(not(any(feature = "aws-lc", feature = "pure-rust")))]
#[path = "none.rs"]
mod backend;
#[cfg(all(feature = "pure-rust", not(feature = "aws-lc")))]
#[path = "pure_rust.rs"]
mod backend;

use crate::error::{Error, Result};
pub(crate) use backend::Key;

/// A type of key that signatures are checked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyType {
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521.
    P521,
    /// RSA of 2048 to 8192 bits. Not with the provider `pure-rust`.
    Rsa,
    /// Ed25519.
    Ed25519,
}

/// The arithmetic says no. Who it was about is the caller's to say.
#[derive(Debug)]
pub(crate) struct BadSignature;

/// The name of the provider that this build computes with.
pub(crate) fn provider() -> Result<&'static str> {
    backend::NAME.ok_or_else(|| Error::new(crate::Code::NoCryptoProvider, "signature arithmetic"))
}
