//! Damaged archives: never a panic, and never other facts than those of the sound one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use layertrust::report::Report;
use layertrust::{Failure, Layout, Limits, Stack, Verifier};
use scenario::{Scenario, open_name, testdata};

/// A fixed sequence of pseudo-random numbers (xorshift), so that a failure can be repeated.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

/// What was verified, without what an unsigned byte may change.
fn facts(report: &Report) -> String {
    let platforms =
        report.platforms.iter().map(|one| (&one.segments, &one.layers, &one.config, &one.attestations));
    format!("{:?}", platforms.collect::<Vec<_>>())
}

#[test]
fn a_damaged_archive_is_refused_or_changes_nothing() {
    let folder = testdata().join("cases/derived-bundle");
    let case = Scenario::load(&folder.join("case.toml"));
    let verifier = Verifier::new(case.policy(&folder).unwrap()).unwrap();
    let sound = case.run(&folder).unwrap();
    let whole = std::fs::read(folder.join("image.tar")).unwrap();
    let evidence = open_name(&folder, case.evidence.first().unwrap());
    let damaged = tempfile::NamedTempFile::new().unwrap();
    let mut sequence = Sequence(0x5eed);
    let (mut refused, mut unreadable, mut unchanged) = (0, 0, 0);

    for round in 0..1_500 {
        let mut bytes = whole.clone();
        if round % 10 == 0 {
            bytes.truncate(sequence.below(whole.len()));
        } else {
            for _ in 0..=sequence.below(3) {
                let at = sequence.below(bytes.len());
                let bit = sequence.below(8);
                *bytes.get_mut(at).unwrap() ^= 1 << bit;
            }
        }
        std::fs::write(damaged.path(), bytes).unwrap();
        let limits = Limits::default();
        let Ok(image) = Layout::open_archive(damaged.path(), &limits) else {
            unreadable += 1;
            continue;
        };
        let source =
            Stack::new(Box::new(image)).evidence(Box::new(Layout::open(&evidence, &limits).unwrap()));
        match verifier.verify(&source, &case.request(&folder)) {
            Ok(accepted) => {
                assert_eq!(facts(accepted.report()), facts(&sound), "round {round}");
                unchanged += 1;
            }
            Err(Failure::Rejected(_)) => refused += 1,
            Err(Failure::Error(_)) => unreadable += 1,
        }
    }
    println!("{refused} refused, {unreadable} unreadable, {unchanged} unchanged");
    assert!(refused > 100 && unreadable > 100 && unchanged > 100, "the damage hits too little");
}
