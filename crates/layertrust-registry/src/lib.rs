//! Images in registries, for `layertrust`: the OCI distribution API as a [`layertrust::Source`].
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use layertrust::{ImageReference, Limits, Transport};
//! use layertrust_registry::{Credential, Credentials, Registry};
//!
//! let password = Credential::Password { username: "ci".into(), password: "…".into() };
//! let registry =
//!     Registry::builder().credentials(Credentials::anonymous().with("registry.example.com", password)).build()?;
//! let image: ImageReference = "registry.example.com/app:1.2".parse()?;
//! if let Transport::Registry(repository) = &image.transport {
//!     let source = registry.source(repository, image.selector.clone(), &Limits::default())?;
//!     // … `Verifier::verify(&source, …)`
//! }
//! # Ok(()) }
//! ```
//!
//! Requests are made by plain threads: it can be used inside and outside any async runtime, which it has none of. It
//! reads no environment and no home folder: credentials, mirrors, proxies and certificate authorities are arguments.
//! It writes to no terminal, logs nothing, and follows nothing that an image says.

#![warn(missing_docs)]
// Tests state their expectations by panicking.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod cells;
mod challenge;
mod client;
mod credentials;
mod documents;
mod hosts;
mod http;
mod limits;
mod mirror;
mod network;
mod pool;
mod source;
mod stream;
mod token;
mod url;

pub use client::{Registry, RegistryBuilder};
pub use credentials::{Credential, Credentials};
pub use hosts::DOCKER_ATTESTATIONS;
pub use mirror::Mirror;
pub use source::RegistrySource;
