//! Renders the reports of [`layertrust`] for people ([`text`], [`markdown`]) and for programs ([`json`]).
//!
//! Everything here is made from the serializable report alone: nothing is verified, nothing is read. Many
//! strings in a report are an image's word, so each is escaped ([`escape`]) for the format it is written in.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests state expectations by panicking"
    )
)]

mod changes;
pub mod escape;
pub mod json;
pub mod markdown;
mod purl;
pub mod text;
mod words;

#[cfg(test)]
mod sample;

pub use text::TextOptions;
