//! Transparency logs: that a log of the root promised an entry, or has it in its tree.

use jiff::Timestamp;
use sigstore_merkle::{hash_leaf, verify_inclusion_proof};
use sigstore_types::{Checkpoint, Sha256Hash};

use super::root::{Log, Prepared};
use crate::code::Code;
use crate::digest::hex;
use crate::error::{Error, Result};
use crate::evidence::encode_base64;
use crate::verify::signed::{InclusionProof, LogEntry, Message};

/// What a log said about an entry, all of it verified.
pub(super) struct Logged {
    /// The time in the signed entry timestamp; none without one.
    pub(super) time: Option<Timestamp>,
    pub(super) promised: bool,
    pub(super) included: bool,
}

/// Verifies every statement of the log about an entry. One of them must be there; one that does not verify
/// is never passed over.
pub(super) fn verify(root: &Prepared, entry: &LogEntry, now: Timestamp) -> Result<Logged> {
    let log = root
        .logs
        .iter()
        .find(|log| log.id == entry.log_id)
        .ok_or_else(|| invalid("a log of the root", format!("log {}", hex(&entry.log_id))))?;
    if !log.window.has_started_by(now) {
        return Err(invalid("a log in use", format!("one in use {}", log.window)));
    }
    if let Some(promise) = &entry.promise {
        self::promise(log, entry, promise, now)?;
    }
    if let Some(proof) = &entry.proof {
        included(log, entry, proof)?;
    }
    if entry.promise.is_none() && entry.proof.is_none() {
        return Err(invalid("a promise or a proof by the log", "neither"));
    }
    Ok(Logged {
        // Nothing else covers the time (CVE-2024-55655).
        time: entry.promise.as_ref().and(entry.integrated),
        promised: entry.promise.is_some(),
        included: entry.proof.is_some(),
    })
}

/// The signed entry timestamp: a signature over RFC 8785's form of these four members.
fn promise(log: &Log, entry: &LogEntry, promise: &[u8], now: Timestamp) -> Result<()> {
    let Some(time) = entry.integrated else {
        return Err(invalid("an integrated time beside the log's promise", "none"));
    };
    if time > now {
        return Err(invalid(format!("a time that is not after now ({now})"), time));
    }
    if !log.window.contains(time) {
        return Err(invalid(format!("a time within the period of the log: {}", log.window), time));
    }
    let signed = format!(
        r#"{{"body":"{}","integratedTime":{},"logID":"{}","logIndex":{}}}"#,
        encode_base64(&entry.body),
        time.as_second(),
        hex(&entry.log_id),
        entry.index,
    );
    log.key
        .verify(Message::Parts(&[signed.as_bytes()]), promise)
        .map_err(|_| invalid("a signed entry timestamp of this entry", "one that does not verify"))
}

/// RFC 6962, 2.1.1, up to a tree head that the log signed (C2SP tlog-checkpoint, signed-note).
fn included(log: &Log, entry: &LogEntry, proof: &InclusionProof) -> Result<()> {
    let checkpoint =
        Checkpoint::from_text(&proof.checkpoint).map_err(|error| invalid("a checkpoint", error))?;
    let head = checkpoint.root_hash();
    // Rekor v2 repeats nothing: its index is the entry's own, size and root are the checkpoint's.
    let index = match is_v2(entry) {
        true => entry.index,
        false => {
            if proof.root != head.as_bytes() || proof.size != checkpoint.tree_size() {
                return Err(invalid("the root and size of the checkpoint", "a proof to another tree"));
            }
            proof.index
        }
    };
    let hashes: Vec<Sha256Hash> = proof.hashes.iter().map(|hash| Sha256Hash::new(*hash)).collect();
    verify_inclusion_proof(&hash_leaf(&entry.body), index, checkpoint.tree_size(), &hashes, head)
        .map_err(|error| invalid("a proof of inclusion", error))?;
    // Only the log that the entry names counts, whoever else of the root signed.
    let origin = checkpoint.origin().split(" - ").next().unwrap_or_default();
    let message = checkpoint.signed_data();
    let signed = checkpoint.signatures().iter().any(|line| {
        log.id.starts_with(line.key_id.as_bytes())
            && line.name == origin
            && log.key.verify(Message::Parts(&[message]), line.signature.as_bytes()).is_ok()
    });
    match signed {
        true => Ok(()),
        false => Err(invalid("a checkpoint that the entry's log signed as its origin", "no such signature")),
    }
}

/// Rekor v2 knows one kind.
pub(super) fn is_v2(entry: &LogEntry) -> bool {
    entry.kind == "hashedrekord" && entry.version == "0.0.2"
}

pub(super) fn invalid(expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Error {
    Error::new(Code::TlogInvalid, "log entry").expected(expected).found(found)
}
