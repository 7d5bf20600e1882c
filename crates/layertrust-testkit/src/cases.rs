//! The conformance cases, by what they are about.

use crate::case::Case;

mod accepted_bases;
mod accepted_forms;
mod accepted_rules;
mod additions;
mod age;
mod attestations;
mod base_labels;
mod base_proof;
mod base_vouching;
mod buildkit;
pub mod chains;
mod changes;
mod configuration;
mod documents;
mod envelopes;
pub mod keyless;
mod keyless_faults;
mod layers;
mod platforms;
mod provenance;
pub mod results;
mod revoked;
mod sboms;
pub mod scene;
mod signatures;
pub mod vex;
pub mod vsa;

/// Every case; names are unique.
pub fn all() -> Vec<Case> {
    [
        accepted_forms::cases(),
        accepted_bases::cases(),
        accepted_rules::cases(),
        documents::cases(),
        platforms::cases(),
        layers::cases(),
        changes::cases(),
        additions::cases(),
        configuration::cases(),
        base_labels::cases(),
        signatures::cases(),
        envelopes::cases(),
        attestations::cases(),
        provenance::cases(),
        sboms::cases(),
        base_vouching::cases(),
        base_proof::cases(),
        chains::cases(),
        keyless::cases(),
        keyless_faults::cases(),
        age::cases(),
        revoked::cases(),
        vsa::cases(),
        results::cases(),
        vex::cases(),
    ]
    .concat()
}

#[cfg(test)]
mod tests;
