//! What can be verified of a signature, and what was. A check that was not run is absent from a report.

use std::collections::BTreeSet;

use jiff::Timestamp;

/// What was verified of one signature, and what logs and timestamps prove about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Witness {
    /// When it was made, sorted; none if nothing proves a time.
    pub(crate) times: Vec<Timestamp>,
    pub(crate) checks: BTreeSet<Check>,
    /// Whether a log of the root has it.
    pub(crate) logged: bool,
    /// Timestamps by authorities outside the root: they prove nothing.
    pub(crate) ignored: usize,
}

impl Witness {
    /// Adds what holds under another root.
    pub(crate) fn and(mut self, other: Witness) -> Self {
        self.times.extend(other.times);
        self.times.sort_unstable();
        self.times.dedup();
        self.checks.extend(other.checks);
        self.logged |= other.logged;
        self.ignored = self.ignored.min(other.ignored);
        self
    }
}

/// One thing that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Check {
    /// The arithmetic of the signature.
    Signature,
    /// A chain to an authority of the root, for code signing, at every proved time.
    Certificate,
    /// That a certificate log of the root saw the certificate.
    Sct,
    /// Issuer and names of the certificate, and the claims that the policy names.
    Identity,
    /// That a log entry describes this signature.
    LogEntry,
    /// The log's signature over the entry and its time.
    SignedEntryTimestamp,
    /// That the entry is in a tree whose head the log signed.
    InclusionProof,
    /// A timestamp by an authority of the root.
    Timestamp,
    /// That the proved times lie in the period for which the policy trusts the key.
    KeyPeriod,
}

impl Check {
    /// Its name in a report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Check::Signature => "signature",
            Check::Certificate => "certificate",
            Check::Sct => "certificate-transparency",
            Check::Identity => "identity",
            Check::LogEntry => "log-entry",
            Check::SignedEntryTimestamp => "signed-entry-timestamp",
            Check::InclusionProof => "inclusion-proof",
            Check::Timestamp => "timestamp",
            Check::KeyPeriod => "key-period",
        }
    }
}
