//! Exceptions: every one is made by the package's own function, so that Python code defines the classes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use layertrust::{Code, Error, Failure};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::answer::Answer;
use crate::call::Call;
use crate::exit::Inside;

/// Runs what Python called. A defect of ours is an error like others, not something that `except Exception` misses.
pub(crate) fn guarded<T>(py: Python<'_>, body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let _inside = Inside::enter(py)?;
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
        let defect = Error::new(Code::Panic, "layertrust").found("a defect; the text on stderr says where");
        Err(error(py, None, &defect))
    })
}

/// Has a defect in the middle of a call, so that a test can see what becomes of one.
#[pyfunction]
#[pyo3(name = "_panic")]
#[allow(clippy::panic, reason = "this is what it is for")]
pub(crate) fn panic(py: Python<'_>) -> PyResult<()> {
    guarded(py, || Call::new().run(py, || panic!("asked for")))
}

/// The exception for a question that was not answered with yes.
pub(crate) fn failure(py: Python<'_>, call: Option<&Call>, failure: Failure) -> PyErr {
    match failure {
        Failure::Error(failed) => error(py, call, &failed),
        Failure::Rejected(report) => {
            let first = report.errors().next();
            let (code, message, hint) = match first {
                Some(finding) => (finding.code, finding.message.clone(), finding.hint.clone()),
                // A rejection has an error finding; without one it still is none of the other answers.
                None => (Code::RuleNotEvaluated, String::new(), String::new()),
            };
            let answer = Answer::of_report(*report);
            made(py, code, &message, &hint, Some(answer), None)
        }
    }
}

/// The exception for an error. What a source raised is its cause.
pub(crate) fn error(py: Python<'_>, call: Option<&Call>, error: &Error) -> PyErr {
    let (code, cause) = match call.and_then(|call| call.cause(py, error)) {
        Some((code, cause)) => (code, Some(cause)),
        None => (error.code(), None),
    };
    made(py, code, &error.message(), error.advice(), None, cause)
}

fn made(
    py: Python<'_>,
    code: Code,
    message: &str,
    hint: &str,
    answer: Option<Answer>,
    cause: Option<PyErr>,
) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let answer = answer.map(|answer| Py::new(py, answer)).transpose()?;
        let cause = cause.map(|cause| cause.into_value(py));
        let make = py.import("layertrust._errors")?.getattr("error")?;
        Ok(PyErr::from_value(make.call1((code.name(), message, hint, answer, cause))?))
    };
    // Only an interpreter that shuts down, or a package that was taken apart, gets here.
    make().unwrap_or_else(|raised| {
        let plain = PyRuntimeError::new_err(format!("{code}: {message}"));
        plain.set_cause(py, Some(raised));
        plain
    })
}
