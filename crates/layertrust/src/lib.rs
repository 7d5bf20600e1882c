//! Who vouches for each layer of a container image?
//!
//! `layertrust` answers offline, from bytes: which layers are the vendor's hardened base (proved, and with
//! the key that signed it), which are the organization's (signed, with its provenance and SBOM), and whether
//! a policy accepts that. It does not sign, does not scan, and opens no network connection.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use layertrust::{BaseRule, ImageReference, Layout, Limits, OrgRule, Policy, PublicKey, Request, SignerKey, Stack, Verifier};
//!
//! let policy = Policy::builder()
//!     .signer("dhi", SignerKey::DockerDhi)
//!     .signer("ci", SignerKey::Key(PublicKey::from_pem(&std::fs::read("ci.pub")?)?))
//!     .base(BaseRule::signed_by(["dhi"]))
//!     .org(OrgRule::signed_by(["ci"]))
//!     .build()?;
//! let image: ImageReference = "oci:app@sha256:b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99".parse()?;
//! let base: ImageReference = "oci:base".parse()?;
//! let limits = Limits::default();
//! let source = Stack::new(Box::new(Layout::open(&image, &limits)?)).evidence(Box::new(Layout::open(&base, &limits)?));
//! let now = "2026-11-24T12:00:00Z".parse()?;
//! let accepted = Verifier::new(policy)?.verify(&source, &Request::new(image.to_string(), image.selector.clone(), now))?;
//! for segment in &accepted.report().platforms[0].segments {
//!     println!("layers {:?}: {:?}", segment.layers, segment.owner);
//! }
//! # Ok(()) }
//! ```
//!
//! The pipeline, one folder a stage; each stage's output cannot be made by a caller:
//! `oci` (checked bytes) → `image` → `evidence` (found, untrusted) → `verify` (signatures) → `statement`
//! (what is said, about which digest) → `layers` (base and owners) → `policy` → [`report`].

#![warn(missing_docs)]
// Without roots much of what reads certificates and log entries is never reached; without layers there are no files
// to keep or compare.
#![cfg_attr(
    not(all(feature = "keyless", feature = "layers")),
    allow(dead_code, unreachable_code, unused_imports)
)]
// Tests state their expectations by panicking.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

#[cfg(feature = "keyless")]
mod blob;
mod code;
#[cfg(feature = "layers")]
mod compare;
mod digest;
mod error;
mod json;
/// Bounds on everything that a stranger controls.
pub mod limits;
#[cfg(test)]
mod metrics;
mod oci;

mod evidence;
mod files;
mod image;
mod layers;
#[cfg(feature = "layers")]
mod packages;
mod policy;
pub mod report;
mod statement;
mod verifier;
mod verify;

#[cfg(feature = "keyless")]
pub use blob::{Artifact, BlobVerifier, VerifiedBlob};
pub use code::{Code, Family, Severity};
pub use digest::{Algorithm, ChainId, DiffId, Digest};
pub use error::{Error, Result};
pub use files::Progress;
pub use limits::Limits;
pub use oci::{
    BundleFiles, Descriptor, DockerArchive, Evidence, ImageReference, Layout, LocalSource, Origin, Platform,
    Referrer, Referrers, Repository, Selector, SkopeoDir, Source, Stack, Transport, Want,
};
#[cfg(all(feature = "policy-file", feature = "schema"))]
pub use policy::policy_schema;
pub use policy::{
    AttestationRule, AttestationType, BaseRule, ConfigRule, Cover, EndOfLife, IntermediateRule, LayersRule,
    MaxAge, OrgRule, OrgSignature, Policy, PolicyBuilder, SignerKey, SignerRule, UserRule, WantsBase,
};
#[cfg(feature = "policy-file")]
pub use policy::{Files, Folder};
pub use verifier::{Accepted, Batch, Failure, Request, Verifier};
#[cfg(feature = "keyless")]
pub use verify::TrustedRoot;
pub use verify::{KeyId, KeyType, PublicKey};

/// The JSON Schema of a report.
#[cfg(feature = "schema")]
#[must_use]
pub fn report_schema() -> serde_json::Value {
    schemars::schema_for!(report::Report).to_value()
}

/// The JSON Schema of a comparison of two images.
#[cfg(feature = "schema")]
#[must_use]
pub fn comparison_schema() -> serde_json::Value {
    schemars::schema_for!(report::Comparison).to_value()
}

/// The JSON Schema of what a policy would say about saved reports.
#[cfg(feature = "schema")]
#[must_use]
pub fn trial_schema() -> serde_json::Value {
    schemars::schema_for!(report::Trial).to_value()
}

/// The JSON Schema of what is said about a file and its bundle.
#[cfg(feature = "schema")]
#[must_use]
pub fn blob_report_schema() -> serde_json::Value {
    schemars::schema_for!(report::BlobReport).to_value()
}
