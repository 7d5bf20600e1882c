//! The file that a bundle is about: read once, hashed as far as the signature needs it.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::code::Code;
use crate::digest::{Algorithm, Digest, hex};
use crate::error::{Error, Result};
use crate::limits::{BLOB_SIZE, Limits};
use crate::verify::{Hashes, KeyType};

/// What a bundle is asked about.
#[non_exhaustive]
pub enum Artifact<'a> {
    /// The file's bytes.
    Bytes(&'a [u8]),
    /// Its digest. Ed25519 signs the file itself, so such a signature cannot be verified with a digest.
    Digest(Digest),
    /// Its bytes as a stream, which is hashed and not kept, but for Ed25519.
    Reader(&'a mut (dyn std::io::Read + 'a)),
}

/// What is known of the file.
pub(super) struct Read<'a> {
    bytes: Option<std::borrow::Cow<'a, [u8]>>,
    hashes: Hashes,
}

impl<'a> Read<'a> {
    /// For a signature over the file itself, by a key of one of these kinds.
    pub(super) fn for_message(
        artifact: Artifact<'a>,
        kinds: &[KeyType],
        listed: Option<&str>,
    ) -> Result<Self> {
        let mut algorithms = BTreeSet::from(["sha256"]);
        for kind in kinds {
            match kind {
                KeyType::P384 => drop(algorithms.insert("sha384")),
                KeyType::P521 => drop(algorithms.insert("sha512")),
                _ => {}
            }
        }
        match listed {
            Some("SHA2_384") => drop(algorithms.insert("sha384")),
            Some("SHA2_512") => drop(algorithms.insert("sha512")),
            _ => {}
        }
        match artifact {
            Artifact::Digest(_) if kinds == [KeyType::Ed25519] => {
                Err(Error::new(Code::UnsupportedFormat, "digest")
                    .expected("the file itself, which Ed25519 signs")
                    .found("its digest"))
            }
            // Whoever may have signed with Ed25519 needs the bytes; for all others one pass is enough.
            Artifact::Bytes(bytes) if kinds.contains(&KeyType::Ed25519) => {
                Ok(Read { hashes: hash(&mut &*bytes, &algorithms)?, bytes: Some(bytes.into()) })
            }
            Artifact::Reader(reader) if kinds.contains(&KeyType::Ed25519) => {
                let mut bytes = Vec::new();
                let limited = &mut std::io::Read::take(reader, BLOB_SIZE + 1);
                std::io::Read::read_to_end(limited, &mut bytes).map_err(unreadable)?;
                Limits::check("blob-size", BLOB_SIZE, bytes.len() as u64, "file signed by Ed25519")?;
                Ok(Read { hashes: hash(&mut &*bytes, &algorithms)?, bytes: Some(bytes.into()) })
            }
            artifact => Self::hashed(artifact, &algorithms),
        }
    }

    /// For a statement whose subjects have digests by these algorithms.
    pub(super) fn for_subjects(artifact: Artifact<'a>, algorithms: &BTreeSet<&str>) -> Result<Self> {
        Self::hashed(artifact, algorithms)
    }

    fn hashed(artifact: Artifact<'a>, algorithms: &BTreeSet<&str>) -> Result<Self> {
        match artifact {
            Artifact::Bytes(mut bytes) => Ok(Read { hashes: hash(&mut bytes, algorithms)?, bytes: None }),
            Artifact::Reader(reader) => Ok(Read { hashes: hash(reader, algorithms)?, bytes: None }),
            Artifact::Digest(digest) => {
                let bytes = digest.as_bytes();
                let hashes = match digest.algorithm() {
                    Algorithm::Sha256 => Hashes { sha256: bytes.try_into().ok(), ..Hashes::default() },
                    Algorithm::Sha512 => Hashes { sha512: bytes.try_into().ok(), ..Hashes::default() },
                };
                Ok(Read { hashes, bytes: None })
            }
        }
    }

    pub(super) fn hashes(&self) -> &Hashes {
        &self.hashes
    }

    pub(super) fn parts(&self) -> Option<[&[u8]; 1]> {
        self.bytes.as_deref().map(|bytes| [bytes])
    }

    /// The hash by an algorithm as bundles name it.
    pub(super) fn hash(&self, algorithm: &str) -> Option<Vec<u8>> {
        match algorithm {
            "SHA2_256" => self.hashes.sha256.map(Vec::from),
            "SHA2_384" => self.hashes.sha384.map(Vec::from),
            "SHA2_512" => self.hashes.sha512.map(Vec::from),
            _ => None,
        }
    }

    pub(super) fn describe(&self) -> String {
        let known = [
            self.hashes.sha256.map(|hash| format!("sha256:{}", hex(&hash))),
            self.hashes.sha512.map(|hash| format!("sha512:{}", hex(&hash))),
        ];
        known.into_iter().flatten().next().unwrap_or_else(|| "of the file".to_owned())
    }
}

fn hash(reader: &mut dyn std::io::Read, algorithms: &BTreeSet<&str>) -> Result<Hashes> {
    let wants = |algorithm: &str| algorithms.contains(algorithm);
    let mut sha256 = wants("sha256").then(Sha256::new);
    let mut sha384 = wants("sha384").then(Sha384::new);
    let mut sha512 = wants("sha512").then(Sha512::new);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(error)),
        };
        let piece = buffer.get(..count).unwrap_or_default();
        sha256.iter_mut().for_each(|hasher| hasher.update(piece));
        sha384.iter_mut().for_each(|hasher| hasher.update(piece));
        sha512.iter_mut().for_each(|hasher| hasher.update(piece));
    }
    Ok(Hashes {
        sha256: sha256.map(|hasher| hasher.finalize().into()),
        sha384: sha384.map(|hasher| hasher.finalize().into()),
        sha512: sha512.map(|hasher| hasher.finalize().into()),
    })
}

fn unreadable(error: std::io::Error) -> Error {
    Error::new(Code::Io, "file").found(error)
}
