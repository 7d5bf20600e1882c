//! Segments: runs of layers with one owner, bottom up. Together they are all layers.

use std::ffi::c_char;

use crate::ffi::optional;
use crate::panic::infallible;
use crate::report::layertrust_report;
use crate::report::words::{layertrust_owner, layertrust_proof};

/// How many segments a platform has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_count(
    report: *const layertrust_report,
    platform: usize,
) -> usize {
    infallible!(0, optional(report)?.platform(platform).map(|one| one.segments.len()))
}

/// Who vouches for a segment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_owner(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> layertrust_owner {
    infallible!(
        layertrust_owner::LAYERTRUST_OWNER_NONE,
        optional(report)?.segment(platform, segment).map(|one| one.owner.into())
    )
}

/// The intermediate's name, or the organization that the vendor built for; else NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_name(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.segment(platform, segment)?.name.as_ref())
    })
}

/// The segment's first layer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_begin(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> usize {
    infallible!(0, optional(report)?.segment(platform, segment).map(|one| one.layers[0]))
}

/// The layer after the segment's last one: a segment from 0 to 5 has five layers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_end(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> usize {
    infallible!(0, optional(report)?.segment(platform, segment).map(|one| one.layers[1]))
}

/// The weakest proof among the segment's layers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_proof(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> layertrust_proof {
    infallible!(
        layertrust_proof::LAYERTRUST_PROOF_NONE,
        optional(report)?.segment(platform, segment).map(|one| one.proof.into())
    )
}

/// The digest of the platform manifest that was proved; for the organization, this image's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_image(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.segment(platform, segment).map(|one| report.lend(&one.image))
    })
}

/// The chain ID of all layers below the segment's end, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_chain_id(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.segment(platform, segment)?.chain_id.as_ref())
    })
}

/// The repository that the vendor's signed data names, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_repository(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.segment(platform, segment)?.repository.as_ref())
    })
}

/// How many signers vouch for a segment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_signer_count(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
) -> usize {
    infallible!(0, optional(report)?.segment(platform, segment).map(|one| one.signers.len()))
}

/// A signer's name in the policy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_signer_name(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
    signer: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.signer(platform, segment, signer).map(|one| report.lend(&one.name))
    })
}

/// The fingerprint of a signer's key, or NULL for one with a certificate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_signer_key_id(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
    signer: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.signer(platform, segment, signer)?.key_id.as_ref())
    })
}

/// The identity in a signer's certificate, or NULL for one with a key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_signer_identity(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
    signer: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.signer(platform, segment, signer)?.identity.as_ref())
    })
}

/// The issuer in a signer's certificate, or NULL for one with a key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_segment_signer_issuer(
    report: *const layertrust_report,
    platform: usize,
    segment: usize,
    signer: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.signer(platform, segment, signer)?.issuer.as_ref())
    })
}
