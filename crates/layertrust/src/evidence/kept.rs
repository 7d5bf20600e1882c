//! Signed documents that several questions share: each is read and verified once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;

use crate::error::Result;
use crate::evidence::SimpleSigning;
use crate::limits::{KEPT_DOCUMENTS, KEPT_SIZE};
use crate::oci::descriptor::Descriptor;
use crate::statement::Statement;
use crate::verify::Verified;

/// What came of documents, good or bad, for all questions to one policy: its signers and limits are the same.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(super) payloads: Outcomes<Verified<SimpleSigning>>,
    pub(super) envelopes: Outcomes<Verified<Arc<Statement>>>,
    /// Statements without a signature of their own.
    pub(super) plain: Outcomes<Statement>,
}

/// All that an outcome depends on: the bytes by their digest, the annotations beside them, how they are read, and
/// the time of the question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) document: Descriptor,
    pub(super) form: Form,
    pub(super) now: Timestamp,
}

/// What a document is read as, and where its signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// A simple-signing payload; the rest is in annotations.
    Payload,
    /// An envelope; the rest is in annotations.
    Envelope,
    Bundle,
    /// A statement as it is.
    Plain,
    /// The statement of an envelope or bundle that did not verify.
    Hint,
}

type Slot<T> = Arc<OnceLock<Result<Arc<T>>>>;

/// What came of documents of one kind.
#[derive(Debug)]
pub(super) struct Outcomes<T>(Mutex<Generations<T>>);

impl<T> Outcomes<T> {
    /// What `make` makes of a document: of its bytes where nobody asked before, else `is_there` says whether this
    /// question's source has it at all. A fault of this copy of the bytes is this question's alone.
    pub(super) fn of(
        &self,
        key: Key,
        is_there: impl FnOnce() -> Result<()>,
        read: impl FnOnce() -> Result<Vec<u8>>,
        make: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Arc<T>> {
        // Nothing panics while the lock is held; were it so, what stands there is still whole.
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner).slot(key);
        if let Some(known) = slot.get() {
            is_there()?;
            return known.clone();
        }
        let bytes = read()?;
        // Another thread may be at the same document: one of both verifies it.
        slot.get_or_init(|| make(&bytes).map(Arc::new)).clone()
    }
}

impl<T> Default for Outcomes<T> {
    fn default() -> Self {
        Outcomes(Mutex::default())
    }
}

/// What was asked for is in the young generation. When that is full it becomes the old one, and the former old one
/// goes: memory has a bound, and what every image asks for stays.
#[derive(Debug)]
struct Generations<T> {
    young: Generation<T>,
    old: Generation<T>,
}

#[derive(Debug)]
struct Generation<T> {
    slots: HashMap<Key, Slot<T>>,
    /// Bytes of the documents.
    size: u64,
}

impl<T> Generations<T> {
    fn slot(&mut self, key: Key) -> Slot<T> {
        if let Some(slot) = self.young.slots.get(&key) {
            return slot.clone();
        }
        let slot = self.old.slots.remove(&key).unwrap_or_default();
        if self.young.slots.len() >= KEPT_DOCUMENTS || self.young.size >= KEPT_SIZE {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.size = self.young.size.saturating_add(key.document.size);
        self.young.slots.insert(key, slot.clone());
        slot
    }
}

impl<T> Default for Generations<T> {
    fn default() -> Self {
        Generations { young: Generation::default(), old: Generation::default() }
    }
}

impl<T> Default for Generation<T> {
    fn default() -> Self {
        Generation { slots: HashMap::new(), size: 0 }
    }
}

#[cfg(test)]
mod tests;
