//! Chunks of files, as an eStargz table lists them: runtimes that read by the table fetch and check these alone,
//! never the whole file.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::code::Code;
use crate::digest::hex;
use crate::error::{Error, Result};
use crate::files::name::shown;

/// One chunk, as a table states it. A size of zero means: up to the next one.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) digest: String,
}

/// The chunks of every file that has more than one, by cleaned path.
#[derive(Debug, Default)]
pub(super) struct Chunks(BTreeMap<Vec<u8>, Vec<Chunk>>);

impl Chunks {
    pub(super) fn add(&mut self, path: &[u8], chunk: Chunk) {
        match self.0.get_mut(path) {
            Some(chunks) => chunks.push(chunk),
            None => drop(self.0.insert(path.to_vec(), vec![chunk])),
        }
    }

    /// Whether nothing is left to compare: single chunks are compared with their file's digest.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The check of a file's content; none for a file that is not listed. Readers search the chunks in the order
    /// of the table: any other order than the file's would be another file.
    pub(super) fn check(&self, path: &[u8], size: u64) -> Result<Option<Check>> {
        let Some(listed) = self.0.get(path) else { return Ok(None) };
        let mut chunks = listed.clone();
        let ends: Vec<u64> = chunks.iter().skip(1).map(|chunk| chunk.offset).chain([size]).collect();
        let mut at = 0;
        for (chunk, end) in chunks.iter_mut().zip(ends) {
            let length = end.checked_sub(chunk.offset).filter(|length| *length > 0);
            let fits = length.is_some_and(|length| chunk.size == 0 || chunk.size == length);
            if chunk.offset != at || !fits {
                return Err(differs(path, "chunks that are the whole file", "others"));
            }
            (chunk.size, at) = (length.unwrap_or_default(), end);
        }
        chunks.reverse();
        Ok(Some(Check { path: path.to_vec(), waiting: chunks, taken: 0, hasher: Sha256::new() }))
    }
}

/// Compares content with its chunks while it streams by.
pub(super) struct Check {
    path: Vec<u8>,
    /// The next chunk is the last of these.
    waiting: Vec<Chunk>,
    taken: u64,
    hasher: Sha256,
}

impl Check {
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> Result<()> {
        while let Some(chunk) = self.waiting.last() {
            let left = usize::try_from(chunk.size - self.taken.min(chunk.size)).unwrap_or(usize::MAX);
            let (part, rest) = bytes.split_at_checked(left).unwrap_or((bytes, &[]));
            self.hasher.update(part);
            self.taken += part.len() as u64;
            if self.taken < chunk.size {
                return Ok(());
            }
            let found = format!("sha256:{}", hex(&self.hasher.finalize_reset()));
            if found != chunk.digest {
                return Err(differs(&self.path, &format!("the chunk {}", chunk.digest), &found));
            }
            self.waiting.pop();
            self.taken = 0;
            bytes = rest;
        }
        Ok(())
    }
}

fn differs(path: &[u8], expected: &str, found: &str) -> Error {
    Error::new(Code::LayerInconsistent, format!("table of contents: path {:?}", shown(path)))
        .expected(expected)
        .found(found)
}

#[cfg(test)]
mod tests;
