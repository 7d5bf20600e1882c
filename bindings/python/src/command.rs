//! The command, and the tables that the Python half is made from.

use std::ffi::OsString;
use std::io::Write as _;

use layertrust::{Code, Error, Family};
use layertrust_report::json;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::exit;
use crate::raise::{self, guarded};

/// Runs the command on the process's own streams. `args` begins with the program's name; the result is the exit
/// status.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, args: Vec<OsString>) -> PyResult<u8> {
    guarded(py, || {
        exit::outside(py, || {
            let status = layertrust_cli::main(args);
            // A program of Rust's own does this when it ends. Where it fails nothing can be said any more.
            let _ = std::io::stdout().flush();
            status
        })
    })
}

/// The version of the package and of the command.
#[pyfunction]
pub(crate) fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Every code: name, number, family, meaning, advice.
#[pyfunction]
pub(crate) fn code_table() -> Vec<(&'static str, u16, &'static str, &'static str, &'static str)> {
    let row = |code: &Code| (code.name(), code.number(), family(*code), code.meaning(), code.advice());
    Code::ALL.iter().map(row).collect()
}

/// The JSON Schema of a document: report, comparison, blob, trial or policy.
#[pyfunction]
pub(crate) fn schema<'py>(py: Python<'py>, document: &str) -> PyResult<Bound<'py, PyBytes>> {
    guarded(py, || {
        let schema = match document {
            "report" => layertrust::report_schema(),
            "comparison" => layertrust::comparison_schema(),
            "blob" => layertrust::blob_report_schema(),
            "trial" => layertrust::trial_schema(),
            "policy" => layertrust::policy_schema(),
            other => {
                let wrong = Error::new(Code::Usage, "schema")
                    .expected("report, comparison, blob, trial or policy")
                    .found(format!("{other:?}"));
                return Err(raise::error(py, None, &wrong));
            }
        };
        let mut text = Vec::new();
        json::write_value_pretty(&mut text, &schema)?;
        Ok(PyBytes::new(py, &text))
    })
}

fn family(code: Code) -> &'static str {
    match code.family() {
        Family::Input => "input",
        Family::Source => "source",
        Family::Signature => "signature",
        Family::Statement => "statement",
        Family::Base => "base",
        Family::Image => "image",
        Family::Layer => "layer",
        Family::Vulnerability => "vulnerability",
        Family::Policy => "policy",
        Family::Caller => "caller",
    }
}
