//! An entry of a transparency log with its proofs, as bundles and cosign's annotations carry it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::merkle::Hash;
use super::time::Time;
use crate::json::Json;
use crate::object;
use crate::store::hex;

/// An entry, every part of it replaceable. [`Entry::json`] writes what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The index over all shards of the log.
    pub log_index: i64,
    /// The log's identifier.
    pub log_id: Vec<u8>,
    /// `kindVersion.kind`.
    pub kind: String,
    /// `kindVersion.version`.
    pub version: String,
    /// When the log says it recorded the entry; Rekor v2 says nothing.
    pub integrated_time: Option<Time>,
    /// The signed entry timestamp, the log's promise to include the entry.
    pub promise: Option<Vec<u8>>,
    /// The proof that it did.
    pub proof: Option<Proof>,
    /// The canonical body.
    pub body: Vec<u8>,
}

/// A proof of inclusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The index within the tree.
    pub log_index: i64,
    /// The root that the hashes lead to.
    pub root: Hash,
    /// The number of leaves.
    pub tree_size: i64,
    /// The hashes from the leaf's side to the root's.
    pub hashes: Vec<Hash>,
    /// The signed note about root and size.
    pub checkpoint: Option<String>,
}

impl Entry {
    /// As a bundle's `tlogEntries` hold it.
    pub fn json(&self) -> Json {
        let mut json = object! {
            "logIndex": self.log_index.to_string(),
            "logId": object! { "keyId": STANDARD.encode(&self.log_id) },
            "kindVersion": object! { "kind": &self.kind, "version": &self.version },
        };
        if let Some(time) = self.integrated_time {
            json.add("integratedTime", time.0.to_string());
        }
        if let Some(promise) = &self.promise {
            json.add("inclusionPromise", object! { "signedEntryTimestamp": STANDARD.encode(promise) });
        }
        if let Some(proof) = &self.proof {
            json.add("inclusionProof", proof.json());
        }
        json.add("canonicalizedBody", STANDARD.encode(&self.body));
        json
    }

    /// The text of cosign's annotation `dev.sigstore.cosign/bundle`; an entry without promise has an empty
    /// one there.
    pub fn annotation(&self) -> Json {
        let payload = object! {
            "body": STANDARD.encode(&self.body),
            "integratedTime": self.integrated_time.map_or(0, |time| time.0),
            "logIndex": self.log_index,
            "logID": hex(&self.log_id),
        };
        object! {
            "SignedEntryTimestamp": STANDARD.encode(self.promise.as_deref().unwrap_or_default()),
            "Payload": payload,
        }
    }

    /// What a signed entry timestamp covers: four fields as canonical JSON (RFC 8785).
    pub fn promised(&self) -> Vec<u8> {
        object! {
            "body": STANDARD.encode(&self.body),
            "integratedTime": self.integrated_time.map_or(0, |time| time.0),
            "logID": hex(&self.log_id),
            "logIndex": self.log_index,
        }
        .bytes()
    }

    /// The proof, to be changed. Panics if there is none.
    pub fn proof_mut(&mut self) -> &mut Proof {
        self.proof.as_mut().expect("an entry with a proof")
    }
}

impl Proof {
    fn json(&self) -> Json {
        let mut json = object! {
            "logIndex": self.log_index.to_string(),
            "rootHash": STANDARD.encode(self.root),
            "treeSize": self.tree_size.to_string(),
            "hashes": self.hashes.iter().map(|hash| STANDARD.encode(hash)).collect::<Vec<_>>(),
        };
        if let Some(checkpoint) = &self.checkpoint {
            json.add("checkpoint", object! { "envelope": checkpoint });
        }
        json
    }
}
