//! Signatures as Sigstore defines them (architecture-docs "client-spec.md"): certificates that live for
//! minutes, logs that saw the signature, timestamps that say when.
//!
//! The one place that names Sigstore's crates. They do the arithmetic and the formats that are hard to get
//! right: trusted roots, CMS timestamps, checkpoints, Merkle proofs. The order of the checks, the log entries,
//! certificate transparency and identities are ours, because their verifier reads the clock, stops at the
//! first unknown timestamp, knows one name a certificate, and takes every statement apart. It runs beside
//! this code in tests, over every bundle at hand, and must never refuse what is accepted here but for the
//! reasons listed there.

mod certificate;
mod chain;
mod entry;
mod log;
#[cfg(all(feature = "pure-rust", not(feature = "aws-lc")))]
mod provider;
mod root;
mod sct;
mod time;

use std::collections::BTreeSet;

use jiff::Timestamp;

pub use root::TrustedRoot;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::verify::check::{Check, Witness};
use crate::verify::identity::Identity;
use crate::verify::key::PublicKey;
use crate::verify::signed::{Material, Signed};
use certificate::SigningCertificate;
use entry::Verifier;

/// Sigstore's crates compute with a provider of the whole process, and panic without one.
pub(crate) fn prepare() {
    #[cfg(all(feature = "pure-rust", not(feature = "aws-lc")))]
    provider::install();
}

impl TrustedRoot {
    /// Verifies a signature by a certificate, and returns whose it is. That the identity may sign is another
    /// question.
    pub(crate) fn certificate(
        &self,
        signed: &Signed<'_>,
        (leaf, intermediates): (&[u8], &[Vec<u8>]),
        material: &Material,
        now: Timestamp,
    ) -> Result<(Identity, Witness)> {
        let root = self.prepared()?;
        let certificate = SigningCertificate::parse(leaf)?;

        // 1. The signature itself.
        certificate.key()?.verify(signed.message, signed.signature).map_err(|_| {
            Error::new(Code::SignatureInvalid, "signature")
                .expected("one that verifies with the key in its certificate")
                .found("one over other bytes, or an altered one")
        })?;

        // 2. Times: every timestamp and every log entry that is there must hold, and be about it.
        let by = Verifier::Certificate { der: leaf, key: &certificate.public_key };
        let mut witness = witness(root, signed, by, material, now)?;
        witness.checks.insert(Check::Signature);
        let times = self.times(&witness, now)?;

        // 3. The certificate, at each of these times: its own validity, then a chain to the root.
        for time in &times {
            if !certificate.window.contains(*time) {
                return Err(Error::new(Code::CertificateExpired, "signing certificate")
                    .expected(format!("one that is valid at {time}, when it was used"))
                    .found(format!("one that is valid {}", certificate.window)));
            }
        }
        let issuer = chain::verify(root, leaf, intermediates, &times)?;
        witness.checks.insert(Check::Certificate);

        // 4. That a certificate log saw it.
        if self.requires_sct() {
            sct::verify(root, &certificate, &issuer)?;
            witness.checks.insert(Check::Sct);
        }

        // 5. That a log has it, where the root wants that.
        if self.requires_tlog() && !witness.logged {
            return Err(Error::new(Code::TlogMissing, "signature")
                .expected("an entry of a log of the root")
                .found("none"));
        }
        Ok((certificate.identity()?, witness))
    }

    /// The key in a certificate, of which nothing is verified: which digests of a file it could be about.
    pub(crate) fn key_of(leaf: &[u8]) -> Option<PublicKey> {
        SigningCertificate::parse(leaf).ok()?.key().ok()
    }

    /// Who a certificate says that it belongs to: for messages, nothing of it is verified.
    pub(crate) fn claimed_identity(leaf: &[u8]) -> Option<Identity> {
        SigningCertificate::parse(leaf).ok()?.identity().ok()
    }

    /// Verifies what stands beside a signature whose key is known to have made it.
    pub(crate) fn key(
        &self,
        signed: &Signed<'_>,
        key: &PublicKey,
        material: &Material,
        now: Timestamp,
    ) -> Result<Witness> {
        if material.entries.is_empty() && material.timestamps.is_empty() {
            return Ok(Witness::default());
        }
        witness(self.prepared()?, signed, Verifier::Key(key.spki()), material, now)
    }

    /// The times at which a certificate must have been valid. Only a root that knows no source of times at
    /// all says that there is none; then the certificate must be valid now.
    fn times(&self, witness: &Witness, now: Timestamp) -> Result<Vec<Timestamp>> {
        if !witness.times.is_empty() {
            return Ok(witness.times.clone());
        }
        if self.prepared()?.has_clock || self.requires_tlog() {
            let found = match witness.ignored {
                0 => "none".to_owned(),
                ignored => format!("only {ignored} by authorities outside the root"),
            };
            return Err(Error::new(Code::TimeNotProved, "signature")
                .expected("a timestamp of an authority of the root, or a log's signed entry timestamp")
                .found(found));
        }
        Ok(vec![now])
    }
}

/// Every timestamp and log entry, each of which must hold and be about this very signature.
fn witness(
    root: &root::Prepared,
    signed: &Signed<'_>,
    by: Verifier<'_>,
    material: &Material,
    now: Timestamp,
) -> Result<Witness> {
    let mut witness = Witness::default();
    let stamps = time::timestamps(root, &material.timestamps, signed.stamped, now)?;
    if !stamps.times.is_empty() {
        witness.checks.insert(Check::Timestamp);
    }
    witness.ignored = stamps.ignored;
    witness.times = stamps.times;
    let mut seen = BTreeSet::new();
    for entry in &material.entries {
        if !seen.insert((&entry.log_id, entry.index)) {
            return Err(log::invalid("each entry once", "one twice"));
        }
        let logged = log::verify(root, entry, now)?;
        entry::describes(entry, signed, by)?;
        witness.logged = true;
        witness.checks.insert(Check::LogEntry);
        witness.checks.extend(logged.promised.then_some(Check::SignedEntryTimestamp));
        witness.checks.extend(logged.included.then_some(Check::InclusionProof));
        witness.times.extend(logged.time);
    }
    witness.times.sort_unstable();
    witness.times.dedup();
    Ok(witness)
}
