//! The library for C: `liblayertrust`. The contract stands in `README.md`, the documentation of every function in the
//! header that cbindgen writes from these files.
//!
//! No verification happens here. A function of the interface has one body, run by [`panic`], in which pointers are
//! turned into Rust's by [`ffi`] and nothing else is unsafe; callbacks of the caller's are called in `source/calls.rs`.

#![allow(non_camel_case_types, reason = "names of types are those of the header")]
#![allow(unused_braces, reason = "the bodies of functions are blocks inside the blocks of macros")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the contract of README.md is the same for every function: a pointer is NULL or what its type says"
)]

mod blob;
mod builder;
mod error;
mod ffi;
mod panic;
mod policy;
mod report;
mod request;
#[rustfmt::skip]
mod result;
mod signer;
mod source;
mod strings;
mod verifier;
mod version;

/// Every handle can be used from several threads at the same time.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<blob::layertrust_blob_report>();
    shared::<builder::layertrust_policy_builder>();
    shared::<error::layertrust_error>();
    shared::<policy::layertrust_policy>();
    shared::<report::layertrust_report>();
    shared::<request::layertrust_request>();
    shared::<signer::layertrust_root>();
    shared::<signer::layertrust_signer>();
    shared::<source::layertrust_source>();
    shared::<source::layertrust_descriptors>();
    shared::<verifier::layertrust_verifier>();
};
