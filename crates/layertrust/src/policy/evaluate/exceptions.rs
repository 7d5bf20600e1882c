//! Exceptions: findings that are let pass until a day.

use jiff::Timestamp;

use crate::code::{Code, Severity};
use crate::error::Error;
use crate::policy::Exception;
use crate::report::{ExceptionFact, Finding};

/// Applies the policy's exceptions. An expired one is an error of its own, whether it was needed or not.
pub(crate) fn except(
    exceptions: &[Exception],
    now: Timestamp,
    findings: &mut Vec<Finding>,
) -> Vec<ExceptionFact> {
    let mut used = Vec::new();
    for exception in exceptions {
        if exception.has_expired(now) {
            let error = Error::new(Code::ExceptionExpired, format!("exception for {}", exception.code))
                .expected(format!("today no later than {}", exception.until))
                .found(now.to_string());
            findings.push(Finding::new(&error));
            continue;
        }
        let covered: Vec<&mut Finding> = findings
            .iter_mut()
            .filter(|finding| finding.severity == Severity::Error && finding.code == exception.code)
            .filter(|finding| match (&exception.path, &finding.path) {
                (None, _) => true,
                (Some(pattern), Some(path)) => pattern.matches(path),
                (Some(_), None) => false,
            })
            .collect();
        if covered.is_empty() {
            continue;
        }
        covered.into_iter().for_each(|finding| finding.severity = Severity::Warning);
        let error = Error::new(
            Code::ExceptionUsed,
            format!("{} is let pass until {}: {}", exception.code, exception.until, exception.reason),
        );
        findings.push(Finding::new(&error));
        used.push(ExceptionFact {
            code: exception.code,
            path: exception.path.as_ref().map(|path| path.as_str().to_owned()),
            until: exception.until.to_string(),
            reason: exception.reason.clone(),
        });
    }
    used
}
