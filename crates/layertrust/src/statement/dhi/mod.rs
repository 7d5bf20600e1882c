//! Docker's own predicates about its hardened images, one file each. Everything in them is Docker's word.
//!
//! No specification of them is public. What is read is what Docker's documentation shows and what Docker's own
//! policies ask; `docs/FORMATS.md` says which, and what of it is not confirmed.

mod fips;
mod secrets;
mod source;
mod stig;
mod tests_run;
mod virus;

use jiff::Timestamp;

use crate::report::Facts;
pub(crate) use fips::{Fips, Module, Sunset};
pub(crate) use secrets::Secrets;
pub(crate) use source::{BuiltFrom, ScoutProvenance};
pub(crate) use stig::Stig;
pub(crate) use tests_run::TestsRun;
pub(crate) use virus::Virus;

/// What one of them says.
#[derive(Debug)]
pub(crate) enum Dhi {
    Fips(Fips),
    Stig(Stig),
    Secrets(Secrets),
    Virus(Virus),
    Tests(TestsRun),
    Source(BuiltFrom),
    Provenance(ScoutProvenance),
}

impl Dhi {
    pub(crate) fn facts(&self) -> Facts {
        match self {
            Dhi::Fips(fips) => fips.facts(),
            Dhi::Stig(stig) => stig.facts(),
            Dhi::Secrets(secrets) => secrets.facts(),
            Dhi::Virus(virus) => virus.facts(),
            Dhi::Tests(tests) => tests.facts(),
            Dhi::Source(source) => source.facts(),
            Dhi::Provenance(provenance) => provenance.facts(),
        }
    }

    /// Only the tests say when they ran. The scanner's report has a day without a zone.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        match self {
            Dhi::Tests(tests) => tests.finished,
            _ => None,
        }
    }
}

/// Facts from pairs.
fn facts<const N: usize>(pairs: [(&str, serde_json::Value); N]) -> Facts {
    let said = pairs.into_iter().filter(|(_, value)| !value.is_null());
    said.map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests;
