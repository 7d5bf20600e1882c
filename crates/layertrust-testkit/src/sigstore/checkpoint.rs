//! Checkpoints: signed notes about a tree (C2SP tlog-checkpoint, signed-note).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::merkle::Hash;
use crate::key::TestKey;

/// Who signs a note, and under which short identifier.
#[derive(Clone)]
pub struct NoteSigner {
    /// The name in the signature's line.
    pub name: String,
    /// The key.
    pub key: TestKey,
    /// The first four bytes of the key's identifier.
    pub hint: [u8; 4],
}

impl NoteSigner {
    /// A signer as Rekor v1 is one: the hint is the start of the public key's SHA-256.
    pub fn plain(name: &str, key: &TestKey) -> Self {
        let hint = first_four(&Sha256::digest(key.spki_der()));
        Self { name: name.to_owned(), key: key.clone(), hint }
    }

    /// A signer as Rekor v2 is one: C2SP's key identifier of an Ed25519 key.
    pub fn ed25519(name: &str, key: &TestKey) -> Self {
        Self { name: name.to_owned(), key: key.clone(), hint: first_four(&ed25519_key_id(name, key)) }
    }

    /// The signature's line for a note's text.
    pub fn line(&self, text: &str) -> String {
        let signature = [self.hint.to_vec(), self.key.sign(text.as_bytes())].concat();
        format!("\u{2014} {} {}\n", self.name, STANDARD.encode(signature))
    }
}

/// C2SP's identifier of an Ed25519 key: SHA-256 of name, newline, 0x01 and the 32 bytes of the key.
pub fn ed25519_key_id(name: &str, key: &TestKey) -> [u8; 32] {
    let spki = key.spki_der();
    let raw = &spki[spki.len() - 32..];
    Sha256::new().chain_update(name).chain_update([b'\n', 1]).chain_update(raw).finalize().into()
}

/// The text of a checkpoint, before the empty line.
pub fn text(origin: &str, size: usize, root: &Hash) -> String {
    format!("{origin}\n{size}\n{}\n", STANDARD.encode(root))
}

/// The whole note.
pub fn note(text: &str, signers: &[NoteSigner]) -> String {
    let lines: String = signers.iter().map(|signer| signer.line(text)).collect();
    format!("{text}\n{lines}")
}

fn first_four(bytes: &[u8]) -> [u8; 4] {
    [bytes[0], bytes[1], bytes[2], bytes[3]]
}
