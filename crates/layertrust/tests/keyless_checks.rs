//! Each check dropped in turn: signatures that are sound but for one thing, each refused with the code of
//! that thing. A made-up Sigstore (`layertrust_testkit::sigstore`) can break every part alone, with all
//! signatures above it renewed, which nobody can do to a real bundle.
#![cfg(feature = "keyless")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

#[path = "keyless_checks/ask.rs"]
mod ask;
#[path = "keyless_checks/certificates.rs"]
mod certificates;
#[path = "keyless_checks/entries.rs"]
mod entries;
#[path = "keyless_checks/forms.rs"]
mod forms;
#[path = "keyless_checks/proofs.rs"]
mod proofs;
#[path = "keyless_checks/signers.rs"]
mod signers;
#[path = "keyless_checks/times.rs"]
mod times;

use ask::{Sound, at, sound};

/// Without this the rest would prove nothing.
#[test]
fn what_is_sound_is_accepted() {
    let checks = |case: &Sound| case.accepted().checks.join(" ");
    let by_certificate = "signature certificate certificate-transparency identity";
    let v1 = "log-entry signed-entry-timestamp inclusion-proof";
    for case in sound() {
        let expected = match case.name {
            "envelope, Rekor v1" | "message, Rekor v1" => format!("{by_certificate} {v1}"),
            "envelope, Rekor v2" => format!("{by_certificate} log-entry inclusion-proof timestamp"),
            "envelope by a key, Rekor v1" => format!("signature {v1}"),
            "message, timestamp alone" => "signature certificate identity timestamp".to_owned(),
            other => panic!("{other}"),
        };
        assert_eq!(checks(&case), format!("{expected} subject"), "{}", case.name);
        assert_eq!(case.accepted().times, [at().plus(4).rfc3339()], "{}", case.name);
    }
}
