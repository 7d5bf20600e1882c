//! What is read of layers, and what is refused: images made on the spot, asked about through the public interface.
#![cfg(feature = "layers")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

#[path = "layers/ask.rs"]
mod ask;
#[path = "layers/bad_headers.rs"]
mod bad_headers;
#[path = "layers/bad_input.rs"]
mod bad_input;
#[path = "layers/bad_trees.rs"]
mod bad_trees;
#[path = "layers/memory.rs"]
mod memory;
#[path = "layers/platforms.rs"]
mod platforms;
#[path = "layers/streams.rs"]
mod streams;
#[path = "layers/table_chunks.rs"]
mod table_chunks;
#[path = "layers/table_lies.rs"]
mod table_lies;
#[path = "layers/tables.rs"]
mod tables;
