//! How far the opening of layers has come, for whoever waits.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that grow while layers are opened. Share it with a thread that shows them.
#[derive(Debug, Default)]
pub struct Progress {
    layers: AtomicU64,
    bytes: AtomicU64,
    opened: AtomicU64,
    read: AtomicU64,
}

impl Progress {
    /// Layers that are to be opened, as far as is known yet.
    #[must_use]
    pub fn layers(&self) -> u64 {
        self.layers.load(Ordering::Relaxed)
    }

    /// The bytes of their blobs.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Layers that were opened.
    #[must_use]
    pub fn opened_layers(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Bytes that were read.
    #[must_use]
    pub fn read_bytes(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, layers: u64, bytes: u64) {
        self.layers.fetch_add(layers, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn opened(&self) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn was_read(&self, count: usize) {
        self.read.fetch_add(count as u64, Ordering::Relaxed);
    }
}
