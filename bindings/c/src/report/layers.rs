//! Layers, counted from 0, bottom up.

use std::ffi::c_char;

use crate::ffi::optional;
use crate::panic::infallible;
use crate::report::layertrust_report;
use crate::report::words::{layertrust_owner, layertrust_proof};

/// How many layers a platform has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_layer_count(
    report: *const layertrust_report,
    platform: usize,
) -> usize {
    infallible!(0, optional(report)?.platform(platform).map(|one| one.layers.len()))
}

/// Who vouches for a layer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_layer_owner(
    report: *const layertrust_report,
    platform: usize,
    layer: usize,
) -> layertrust_owner {
    infallible!(
        layertrust_owner::LAYERTRUST_OWNER_NONE,
        optional(report)?.layer(platform, layer).map(|one| one.owner.into())
    )
}

/// The digest of a layer's blob.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_layer_digest(
    report: *const layertrust_report,
    platform: usize,
    layer: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.layer(platform, layer).map(|one| report.lend(&one.digest))
    })
}

/// The digest of a layer's unpacked tar, as the config claims it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_layer_diff_id(
    report: *const layertrust_report,
    platform: usize,
    layer: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.layer(platform, layer).map(|one| report.lend(&one.diff_id))
    })
}

/// How it is known that the layer is the owner's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_layer_proof(
    report: *const layertrust_report,
    platform: usize,
    layer: usize,
) -> layertrust_proof {
    infallible!(
        layertrust_proof::LAYERTRUST_PROOF_NONE,
        optional(report)?.layer(platform, layer).map(|one| one.proof.into())
    )
}

/// Which segment a layer belongs to; SIZE_MAX if there is no such layer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_layer_segment(
    report: *const layertrust_report,
    platform: usize,
    layer: usize,
) -> usize {
    infallible!(usize::MAX, optional(report)?.layer(platform, layer).map(|one| one.segment))
}
