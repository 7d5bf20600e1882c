//! The conformance cases, by what they are about.

use crate::case::Case;

mod accepted_bases;
mod accepted_forms;
mod accepted_rules;
mod attestations;
mod base_proof;
mod base_vouching;
mod buildkit;
mod documents;
mod envelopes;
pub mod keyless;
mod keyless_faults;
mod layers;
mod platforms;
pub mod scene;
mod signatures;

/// Every case; names are unique.
pub fn all() -> Vec<Case> {
    [
        accepted_forms::cases(),
        accepted_bases::cases(),
        accepted_rules::cases(),
        documents::cases(),
        platforms::cases(),
        layers::cases(),
        signatures::cases(),
        envelopes::cases(),
        attestations::cases(),
        base_vouching::cases(),
        base_proof::cases(),
        keyless::cases(),
        keyless_faults::cases(),
    ]
    .concat()
}

#[cfg(test)]
mod tests;
