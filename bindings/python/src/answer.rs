//! What the library answered, kept as it is until somebody asks for the JSON.

use std::io;

use layertrust::report::{BlobReport, Comparison, Report, Verdict};
use layertrust_report::json;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::exit;
use crate::raise::guarded;

/// One answer: a report, a comparison, or what is said of a file and its bundle.
#[pyclass(frozen, module = "layertrust._native")]
pub(crate) struct Answer(Document);

enum Document {
    Report(Report),
    Comparison(Comparison),
    Blob(BlobReport),
}

impl Answer {
    pub(crate) fn of_report(report: Report) -> Self {
        Answer(Document::Report(report))
    }

    pub(crate) fn of_comparison(comparison: Comparison) -> Self {
        Answer(Document::Comparison(comparison))
    }

    pub(crate) fn of_blob(report: BlobReport) -> Self {
        Answer(Document::Blob(report))
    }

    fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        match &self.0 {
            Document::Report(report) => json::write_line(out, report),
            Document::Comparison(comparison) => json::write_value_line(out, comparison),
            Document::Blob(report) => json::write_value_line(out, report),
        }
    }
}

#[pymethods]
impl Answer {
    /// Whether the image was accepted; ``None`` where nothing was judged or there is no verdict.
    #[getter]
    fn accepted(&self) -> Option<bool> {
        match &self.0 {
            Document::Report(report) => match report.verdict {
                Some(Verdict::Accepted) => Some(true),
                Some(Verdict::Rejected) => Some(false),
                _ => None,
            },
            Document::Comparison(_) | Document::Blob(_) => None,
        }
    }

    /// The document as compact JSON, as the command writes it.
    fn json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || {
            let mut bytes = Vec::new();
            exit::outside(py, || self.write(&mut bytes))??;
            Ok(PyBytes::new(py, bytes.trim_ascii_end()))
        })
    }
}
