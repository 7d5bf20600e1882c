//! Two transparency logs: Rekor v1, which promises and states a time, and Rekor v2, which proves only.
//!
//! A log here has no memory: every entry gets a tree of its own, filled up with made-up leaves, at an index
//! that depends on the entry.

use sha2::{Digest as _, Sha256};

use super::body::Body;
use super::checkpoint::{self, NoteSigner};
use super::entry::{Entry, Proof};
use super::merkle::{self, Hash};
use super::time::{Time, Window};
use crate::key::TestKey;

/// The number of leaves in a log's tree: no power of two, so that proofs have both shapes.
pub const TREE_SIZE: usize = 387;
/// How many entries lie in older shards of Rekor v1: the index of an entry and of its proof differ.
pub const OLDER_ENTRIES: i64 = 770_011;

/// A log as rekor.sigstore.dev is one.
#[derive(Clone)]
pub struct RekorV1 {
    /// The key for promises and checkpoints.
    pub key: TestKey,
    /// Its host name, also the name of its notes.
    pub host: String,
    /// The number of its tree, part of a checkpoint's origin.
    pub tree_id: u64,
    /// How long its key is trusted.
    pub window: Window,
}

impl RekorV1 {
    /// The log of that name.
    pub fn new(label: &str, start: Time) -> Self {
        Self {
            key: TestKey::p256(&format!("sigstore {label} rekor")),
            host: format!("rekor.{label}.test"),
            tree_id: 3_904_496_407_287_907_110,
            window: Window::from(start),
        }
    }

    /// The SHA-256 of its public key.
    pub fn id(&self) -> Vec<u8> {
        Sha256::digest(self.key.spki_der()).to_vec()
    }

    /// Who signs its checkpoints.
    pub fn note_signer(&self) -> NoteSigner {
        NoteSigner::plain(&self.host, &self.key)
    }

    /// Records an entry: promise, proof and checkpoint.
    pub fn entry(&self, body: &Body, integrated_time: Time) -> Entry {
        let text =
            |size, root: &Hash| checkpoint::text(&format!("{} - {}", self.host, self.tree_id), size, root);
        let proof = prove(&self.host, &body.bytes(), |size, root| {
            checkpoint::note(&text(size, root), &[self.note_signer()])
        });
        let mut entry = Entry {
            log_index: proof.log_index + OLDER_ENTRIES,
            log_id: self.id(),
            kind: body.kind.clone(),
            version: body.version.clone(),
            integrated_time: Some(integrated_time),
            promise: None,
            proof: Some(proof),
            body: body.bytes(),
        };
        entry.promise = Some(self.promise(&entry));
        entry
    }

    /// The signed entry timestamp of an entry as it stands.
    pub fn promise(&self, entry: &Entry) -> Vec<u8> {
        self.key.sign(&entry.promised())
    }
}

/// A log as log2025-1.rekor.sigstore.dev is one.
#[derive(Clone)]
pub struct RekorV2 {
    /// The key for checkpoints, Ed25519.
    pub key: TestKey,
    /// Its host name, also the origin of its checkpoints.
    pub host: String,
    /// Signers beside the log: witnesses, whose keys no trusted root holds.
    pub witnesses: Vec<NoteSigner>,
    /// How long its key is trusted.
    pub window: Window,
}

impl RekorV2 {
    /// The log of that name.
    pub fn new(label: &str, start: Time) -> Self {
        Self {
            key: TestKey::ed25519(&format!("sigstore {label} rekor v2")),
            host: format!("log2026-1.rekor.{label}.test"),
            witnesses: Vec::new(),
            window: Window::from(start),
        }
    }

    /// C2SP's identifier of its key.
    pub fn id(&self) -> Vec<u8> {
        checkpoint::ed25519_key_id(&self.host, &self.key).to_vec()
    }

    /// Who signs its checkpoints.
    pub fn note_signer(&self) -> NoteSigner {
        NoteSigner::ed25519(&self.host, &self.key)
    }

    /// Records an entry: proof and checkpoint, no promise and no time.
    pub fn entry(&self, body: &Body) -> Entry {
        let signers = [vec![self.note_signer()], self.witnesses.clone()].concat();
        let proof = prove(&self.host, &body.bytes(), |size, root| {
            checkpoint::note(&checkpoint::text(&self.host, size, root), &signers)
        });
        Entry {
            log_index: proof.log_index,
            log_id: self.id(),
            kind: body.kind.clone(),
            version: body.version.clone(),
            integrated_time: None,
            promise: None,
            proof: Some(proof),
            body: body.bytes(),
        }
    }
}

/// Puts an entry among made-up leaves and proves it.
fn prove(host: &str, body: &[u8], checkpoint: impl Fn(usize, &Hash) -> String) -> Proof {
    let leaf = merkle::leaf_hash(body);
    let index = usize::from(u16::from_be_bytes([leaf[0], leaf[1]])) % TREE_SIZE;
    let mut leaves: Vec<Hash> =
        (0..TREE_SIZE).map(|other| merkle::leaf_hash(format!("{host} entry {other}").as_bytes())).collect();
    leaves[index] = leaf;
    let root = merkle::root(&leaves);
    Proof {
        log_index: i64::try_from(index).unwrap(),
        root,
        tree_size: i64::try_from(TREE_SIZE).unwrap(),
        hashes: merkle::proof(&leaves, index),
        checkpoint: Some(checkpoint(TREE_SIZE, &root)),
    }
}
