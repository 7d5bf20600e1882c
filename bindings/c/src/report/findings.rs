//! Findings, errors first.

use std::ffi::c_char;

use crate::ffi::optional;
use crate::panic::infallible;
use crate::report::layertrust_report;
use crate::report::words::layertrust_severity;
use crate::result::layertrust_result;

/// How many findings there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_count(report: *const layertrust_report) -> usize {
    infallible!(0, optional(report).map(|report| report.report.findings.len()))
}

/// A finding's code: one of LAYERTRUST_ERROR_…, whatever its severity. LAYERTRUST_ERROR_USAGE if there is no such finding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_code(
    report: *const layertrust_report,
    finding: usize,
) -> layertrust_result {
    infallible!(
        layertrust_result::LAYERTRUST_ERROR_USAGE,
        optional(report)?.finding(finding).map(|one| layertrust_result::of(one.code))
    )
}

/// How much a finding weighs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_severity(
    report: *const layertrust_report,
    finding: usize,
) -> layertrust_severity {
    infallible!(
        layertrust_severity::LAYERTRUST_SEVERITY_NONE,
        optional(report)?.finding(finding).map(|one| one.severity.into())
    )
}

/// What was expected and what was found.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_message(
    report: *const layertrust_report,
    finding: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.finding(finding).map(|one| report.lend(&one.message))
    })
}

/// What to do next.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_hint(
    report: *const layertrust_report,
    finding: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.finding(finding).map(|one| report.lend(&one.hint))
    })
}

/// The platform that a finding is about, or NULL for the image as a whole.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_platform(
    report: *const layertrust_report,
    finding: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.finding(finding)?.platform.as_ref())
    })
}

/// The layer that a finding is about, or SIZE_MAX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_layer(
    report: *const layertrust_report,
    finding: usize,
) -> usize {
    infallible!(usize::MAX, optional(report)?.finding(finding)?.layer)
}

/// The path that a finding is about, without a leading slash, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_finding_path(
    report: *const layertrust_report,
    finding: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.finding(finding)?.path.as_ref())
    })
}
