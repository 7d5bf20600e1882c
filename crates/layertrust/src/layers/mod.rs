//! Stage 6: the proof of a base, and an owner for every layer.

mod base;
mod candidates;
mod config_changes;
mod names;
mod proof;

pub(crate) use base::{Base, Bases, Search, find};
pub(crate) use config_changes::config_changes;
pub(crate) use names::{Class, image_name};
pub(crate) use proof::{check_all, unknown_types};
