//! The questions themselves.

use std::sync::Arc;

use layertrust_core::report::Report;
use layertrust_core::{Accepted, Code, Error, Failure, Verifier};

use crate::error::{Stop, layertrust_error};
use crate::ffi::{free, handle, out};
use crate::panic::{fallible, infallible};
use crate::policy::layertrust_policy;
use crate::report::layertrust_report;
use crate::request::layertrust_request;
use crate::result::layertrust_result;
use crate::source::layertrust_source;

/// Answers questions by one policy.
pub struct layertrust_verifier(Arc<Verifier>);

/// A verifier for this policy, which may be freed before it.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_verifier_new(
    policy: *const layertrust_policy,
    verifier: *mut *mut layertrust_verifier,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let verifier = out(verifier, "verifier")?;
        verifier.fill(layertrust_verifier(handle(policy, "policy")?.verifier.clone()));
        Ok(())
    })
}

/// Frees a verifier; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_verifier_free(verifier: *mut layertrust_verifier) {
    infallible!((), {
        free(verifier);
        None
    });
}

/// Verifies an image and judges it: LAYERTRUST_OK if it is accepted, LAYERTRUST_REJECTED if the answer is no, anything else if
/// there is none. The report is there for the first two. With LAYERTRUST_REJECTED `error` is the report's first
/// error finding.
///
/// Not checked: that nothing newer was withheld, which an offline source cannot show, and layers that neither proof nor policy
/// needs, unless the request says LAYERTRUST_LAYERS_ALL; a runtime checks those when it unpacks them.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_verify(
    verifier: *const layertrust_verifier,
    source: *const layertrust_source,
    request: *const layertrust_request,
    report: *mut *mut layertrust_report,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let report = out(report, "report")?;
        // Shares of their own: a callback may free or change what it was asked through.
        let verifier = handle(verifier, "verifier")?.0.clone();
        let source = handle(source, "source")?.place();
        let question = handle(request, "request")?.question();
        let (source, request) = question.put(&source, verifier.policy().limits())?;
        match verifier.verify(&source, &request).map(Accepted::into_report) {
            Ok(accepted) => {
                report.fill(layertrust_report::new(accepted));
                Ok(())
            }
            Err(Failure::Rejected(rejected)) => {
                let reason = reason(&rejected);
                report.fill(layertrust_report::new(*rejected));
                Err(Stop::Rejected(reason))
            }
            Err(Failure::Error(error)) => Err(error.into()),
        }
    })
}

/// Collects the same facts without judging them. LAYERTRUST_OK says that there are facts, not that they are good: a malformed
/// image is a report with error findings, and its verdict is LAYERTRUST_VERDICT_NONE.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_inspect(
    verifier: *const layertrust_verifier,
    source: *const layertrust_source,
    request: *const layertrust_request,
    report: *mut *mut layertrust_report,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let report = out(report, "report")?;
        let verifier = handle(verifier, "verifier")?.0.clone();
        let source = handle(source, "source")?.place();
        let question = handle(request, "request")?.question();
        let (source, request) = question.put(&source, verifier.policy().limits())?;
        report.fill(layertrust_report::new(verifier.inspect(&source, &request)?));
        Ok(())
    })
}

/// The first error finding as an error.
fn reason(report: &Report) -> Error {
    match report.errors().next() {
        Some(finding) => Error::new(finding.code, finding.message.as_str()).hint(finding.hint.as_str()),
        // A report is rejected for an error finding, so this is not reached.
        None => Error::new(Code::Panic, "a rejected image without a reason"),
    }
}
