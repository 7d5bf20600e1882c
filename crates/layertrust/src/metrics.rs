//! Counters for the tests that prove "each byte is hashed once, each document parsed once", and "of this no tree is
//! made".

use std::cell::Cell;

thread_local! {
    static HASHED: Cell<usize> = const { Cell::new(0) };
    static PARSED: Cell<usize> = const { Cell::new(0) };
    static NODES: Cell<usize> = const { Cell::new(0) };
}

pub(crate) fn hashed(bytes: usize) {
    HASHED.set(HASHED.get() + bytes);
}

pub(crate) fn parsed() {
    PARSED.set(PARSED.get() + 1);
}

/// Bytes hashed and documents parsed in this thread since the last call.
pub(crate) fn take() -> (usize, usize) {
    (HASHED.replace(0), PARSED.replace(0))
}

/// One more value in a tree.
pub(crate) fn node() {
    NODES.set(NODES.get() + 1);
}

/// Values that trees of this thread got since the last call.
pub(crate) fn nodes() -> usize {
    NODES.replace(0)
}
