//! Images, evidence and conformance cases for the tests of `layertrust`, made from code.
//!
//! Every document has the bytes that the real tool writes: the order of fields, the media types, the
//! annotations. Everything is deterministic: the same code gives the same bytes. The vendor in here is a
//! made-up one ("demo vendor"); its keys are derived from public labels and protect nothing.
//!
//! The crate does not depend on `layertrust`, so that a mistake there cannot hide itself in here.

#![forbid(unsafe_code)]
// Test support: a broken assumption must stop the test loudly, at the line that made it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod case;
pub mod cases;
pub mod compress;
pub mod cosign;
pub mod estargz;
pub mod export;
pub mod image;
pub mod json;
pub mod json_text;
pub mod key;
pub mod layer;
pub mod mutate;
pub mod policy;
pub mod predicates;
pub mod registry;
pub mod relink;
pub mod root;
pub mod sigstore;
pub mod statement;
pub mod store;
pub mod tar;
pub mod toc;
pub mod vendor;
pub mod write;
pub mod zstd_chunked;
