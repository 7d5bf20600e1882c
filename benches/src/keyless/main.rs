//! Bundles of files and a large SBOM: our verification beside bare `sigstore-verify` and beside the least
//! work that the answer takes.
//!
//! `LAYERTRUST_UPSTREAM` is the folder with other projects' files; `LAYERTRUST_ROUNDS` the number of rounds.

mod bundles;
mod image;
mod log;
mod sbom;
mod spdx;

/// When everything here is verified.
const NOW: &str = "2026-11-25T12:00:00Z";

fn main() {
    let rounds = std::env::var("LAYERTRUST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(41);
    bundles::run(rounds);
    sbom::run(rounds);
}
