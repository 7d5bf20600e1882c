//! Stage 6: the proof of a base, and an owner for every layer.

#[cfg(feature = "layers")]
mod added;
mod base;
mod below;
mod candidates;
#[cfg(feature = "layers")]
mod changes;
mod config_changes;
mod contents;
mod intermediates;
mod names;
mod proof;
mod revoked;
mod runs_as;
#[cfg(feature = "layers")]
mod sboms;
#[cfg(feature = "layers")]
mod suspicious;
#[cfg(feature = "layers")]
mod vouched;

pub(crate) use base::{Base, Bases, Search, find};
pub(crate) use below::Below;
#[cfg(feature = "layers")]
pub(crate) use changes::kinds;
pub(crate) use config_changes::{config_changes, vendor_labels};
pub(crate) use contents::{AddedPath, Contents};
pub(crate) use intermediates::is_admitted;
pub(crate) use names::{Class, dependency_names, image_name};
pub(crate) use proof::{check_all, unknown_types};
pub(crate) use runs_as::{Passwd, runs_as};
#[cfg(feature = "layers")]
pub(crate) use sboms::{Described, Packages, joined};
#[cfg(feature = "layers")]
pub(crate) use suspicious::{Added, classes, sensitive};
#[cfg(feature = "layers")]
pub(crate) use vouched::Recorded;
