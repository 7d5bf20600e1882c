//! Reports as handles, and what is asked of them most. All of it stands in the JSON, too.

mod findings;
mod layers;
mod segments;
pub(crate) mod words;

use std::ffi::c_char;

use layertrust_core::report::{Finding, LayerFact, PlatformReport, Report, SegmentFact, SignerFact};
use layertrust_core::{Code, Error, Result};

use crate::error::layertrust_error;
use crate::ffi::{free, handle, optional, out};
use crate::panic::{fallible, infallible};
use crate::result::layertrust_result;
use crate::strings::Strings;
use words::{layertrust_owner, layertrust_verdict};

/// What was found out about one image. It proves nothing by itself: who needs a proof asks again.
pub struct layertrust_report {
    report: Report,
    strings: Strings,
}

impl layertrust_report {
    pub(crate) fn new(report: Report) -> Self {
        layertrust_report { report, strings: Strings::default() }
    }

    fn lend(&self, text: &str) -> *const c_char {
        self.strings.lend(text)
    }

    fn lend_if(&self, text: Option<&String>) -> Option<*const c_char> {
        text.map(|text| self.lend(text))
    }

    fn platform(&self, platform: usize) -> Option<&PlatformReport> {
        self.report.platforms.get(platform)
    }

    fn layer(&self, platform: usize, layer: usize) -> Option<&LayerFact> {
        self.platform(platform)?.layers.get(layer)
    }

    fn segment(&self, platform: usize, segment: usize) -> Option<&SegmentFact> {
        self.platform(platform)?.segments.get(segment)
    }

    fn signer(&self, platform: usize, segment: usize, signer: usize) -> Option<&SignerFact> {
        self.segment(platform, segment)?.signers.get(signer)
    }

    fn finding(&self, finding: usize) -> Option<&Finding> {
        self.report.findings.get(finding)
    }
}

/// A document as one line of JSON, hidden characters escaped.
pub(crate) fn one_line(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Result<String> {
    let failed = |error: String| Error::new(Code::Panic, "JSON").found(error);
    let mut bytes = Vec::new();
    write(&mut bytes).map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
    Ok(text.trim_end().to_owned())
}

/// The whole report as JSON (docs/report.schema.json), on one line, with control and bidirectional characters
/// escaped. The caller frees it with layertrust_string_free.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_report_to_json(
    report: *const layertrust_report,
    json: *mut *mut c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let json = out(json, "json")?;
        let report = &handle(report, "report")?.report;
        json.fill_text(&one_line(|out| ::layertrust_report::json::write_line(out, report))?);
        Ok(())
    })
}

/// Frees a report with every string that was asked of it; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_free(report: *mut layertrust_report) {
    infallible!((), {
        free(report);
        None
    });
}

/// The verdict on the whole image.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_verdict(report: *const layertrust_report) -> layertrust_verdict {
    infallible!(layertrust_verdict::LAYERTRUST_VERDICT_NONE, optional(report)?.report.verdict.map(Into::into))
}

/// The digest that the image's name led to, or NULL if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_image_digest(report: *const layertrust_report) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.lend_if(report.report.image.digest.as_ref())
    })
}

/// How many platforms were looked at. 0 if the image could not be read as one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_platform_count(report: *const layertrust_report) -> usize {
    infallible!(0, optional(report).map(|report| report.report.platforms.len()))
}

/// A platform's name, for instance "linux/amd64".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_platform_name(
    report: *const layertrust_report,
    platform: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.platform(platform).map(|one| report.lend(&one.platform))
    })
}

/// The digest of a platform's manifest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_platform_digest(
    report: *const layertrust_report,
    platform: usize,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.platform(platform).map(|one| report.lend(&one.digest))
    })
}

/// The verdict on one platform.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_platform_verdict(
    report: *const layertrust_report,
    platform: usize,
) -> layertrust_verdict {
    infallible!(
        layertrust_verdict::LAYERTRUST_VERDICT_NONE,
        optional(report)?.platform(platform)?.verdict.map(Into::into)
    )
}

/// Who vouches for a platform's configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_report_config_owner(
    report: *const layertrust_report,
    platform: usize,
) -> layertrust_owner {
    infallible!(
        layertrust_owner::LAYERTRUST_OWNER_NONE,
        optional(report)?.platform(platform).map(|one| one.config.owner.into())
    )
}
