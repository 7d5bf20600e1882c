//! What was signed, and what stands beside the signature: claims, until they are verified.

use jiff::Timestamp;
use sha2::{Sha256, Sha384, Sha512};

use crate::digest::hex;

/// A signature with the bytes it covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) message: Message<'a>,
    pub(crate) signature: &'a [u8],
    pub(crate) content: Content<'a>,
    /// What a timestamp covers: the signature, but in cosign's old attestations the whole envelope.
    pub(crate) stamped: &'a [u8],
}

/// The bytes that a signature covers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Message<'a> {
    /// The concatenation of these.
    Parts(&'a [&'a [u8]]),
    /// Only their digests are known.
    Hashes(&'a Hashes),
}

/// The form of what was signed; it decides which kinds of log entry can be about it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'a> {
    /// The message itself.
    Message,
    /// A DSSE envelope: the message is its pre-authentication encoding.
    Envelope {
        payload: &'a [u8],
        /// The envelope's own bytes, where the log was given exactly these.
        envelope: Option<&'a [u8]>,
    },
}

/// Digests of a message; none where it was not computed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hashes {
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) sha384: Option<[u8; 48]>,
    pub(crate) sha512: Option<[u8; 64]>,
}

impl Hashes {
    /// The value for an algorithm by its name in digest sets, in hexadecimal.
    pub(crate) fn hex(&self, algorithm: &str) -> Option<String> {
        match algorithm {
            "sha256" => self.sha256.as_ref().map(|hash| hex(hash)),
            "sha384" => self.sha384.as_ref().map(|hash| hex(hash)),
            "sha512" => self.sha512.as_ref().map(|hash| hex(hash)),
            _ => None,
        }
    }
}

impl Message<'_> {
    pub(crate) fn sha256(&self) -> Option<[u8; 32]> {
        match self {
            Message::Parts(parts) => Some(hash::<Sha256>(parts).into()),
            Message::Hashes(hashes) => hashes.sha256,
        }
    }

    pub(crate) fn sha384(&self) -> Option<[u8; 48]> {
        match self {
            Message::Parts(parts) => Some(hash::<Sha384>(parts).into()),
            Message::Hashes(hashes) => hashes.sha384,
        }
    }

    pub(crate) fn sha512(&self) -> Option<[u8; 64]> {
        match self {
            Message::Parts(parts) => Some(hash::<Sha512>(parts).into()),
            Message::Hashes(hashes) => hashes.sha512,
        }
    }
}

fn hash<D: sha2::Digest>(parts: &[&[u8]]) -> sha2::digest::Output<D> {
    let mut hasher = D::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize()
}

/// What stands beside a signature.
#[derive(Debug, Clone, Default)]
pub(crate) struct Material {
    pub(crate) by: By,
    pub(crate) entries: Vec<LogEntry>,
    /// RFC 3161 timestamps, DER.
    pub(crate) timestamps: Vec<Vec<u8>>,
}

/// What a signature says about its own signer.
#[derive(Debug, Clone)]
pub(crate) enum By {
    /// A key; the hint says where to look first, never what holds.
    Key { hint: Option<String> },
    /// A certificate, DER, with others that may lead to an authority.
    Certificate { leaf: Vec<u8>, intermediates: Vec<Vec<u8>> },
}

impl Default for By {
    fn default() -> Self {
        By::Key { hint: None }
    }
}

/// An entry of a transparency log, as a bundle or an annotation carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogEntry {
    pub(crate) index: u64,
    pub(crate) log_id: Vec<u8>,
    pub(crate) kind: String,
    pub(crate) version: String,
    /// Proved only by `promise`, never by `proof` (CVE-2024-55655).
    pub(crate) integrated: Option<Timestamp>,
    /// The signed entry timestamp.
    pub(crate) promise: Option<Vec<u8>>,
    pub(crate) proof: Option<InclusionProof>,
    pub(crate) body: Vec<u8>,
}

/// RFC 6962, 2.1.1, with the signed tree head it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InclusionProof {
    pub(crate) index: u64,
    pub(crate) root: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) hashes: Vec<[u8; 32]>,
    pub(crate) checkpoint: String,
}
