//! A Sigstore made from code: certificate authority, logs, timestamp authority, and what they produce.
//!
//! Everything is derived from a label and from times that are arguments. Nothing is checked and every part
//! can be replaced, so that a test can break one thing and leave the others sound. [`World`] is the way in,
//! [`bundle`] and [`legacy`] hold the forms in which evidence travels.
//!
//! ```
//! use layertrust_testkit::sigstore::{Identity, Time, World, bundle};
//!
//! let world = World::new("demo");
//! let release = Identity::github(
//!     "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1",
//!     "https://github.com/acme/app",
//!     "refs/tags/v1",
//! );
//! let at = Time::parse("2026-11-20T09:15:00Z");
//! let mut bundle = bundle::keyless_dsse(&world, &release, b"{}", at);
//! // The promise is gone, so the time below it is anybody's.
//! bundle.entries[0].promise = None;
//! assert!(!bundle.text().contains("inclusionPromise"));
//! assert!(world.trusted_root().to_string().contains("certificateAuthorities"));
//! ```

pub mod authority;
pub mod body;
pub mod bundle;
pub mod checkpoint;
pub mod ct;
pub mod der;
pub mod entry;
pub mod identity;
pub mod legacy;
pub mod merkle;
pub mod pem;
pub mod rekor;
pub mod signer;
pub mod time;
pub mod timestamp;
pub mod trust;
pub mod tsa;
pub mod world;
pub mod x509;

pub use authority::{Authority, AuthorityOptions, LeafOptions};
pub use body::Body;
pub use bundle::{Bundle, Version};
pub use ct::{CtLog, Sct};
pub use entry::{Entry, Proof};
pub use identity::{Identity, San};
pub use rekor::{RekorV1, RekorV2};
pub use signer::{Form, Signed, Signer};
pub use time::{Time, Validity, Window};
pub use timestamp::TokenOptions;
pub use trust::{Chain, Log, TrustedRoot};
pub use tsa::{Tsa, TsaOptions};
pub use world::World;

#[cfg(test)]
mod tests;
