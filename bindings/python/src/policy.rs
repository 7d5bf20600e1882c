//! Policies, with what they were made from, so that a copy can be made elsewhere.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use layertrust::limits::{POLICY_SIZE, ROOT_SIZE};
use layertrust::report::Mode;
use layertrust::{Code, Error, Failure, Files, Folder, Limits};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::call::Call;
use crate::raise::guarded;

/// A policy, complete and checked.
#[pyclass(frozen, module = "layertrust._native")]
pub(crate) struct Policy {
    verifier: Arc<layertrust::Verifier>,
    text: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Policy {
    fn read(text: String, files: Given) -> Result<Self, Failure> {
        let policy = layertrust::Policy::from_toml(&text, &files)?;
        let verifier = Arc::new(layertrust::Verifier::new(policy)?);
        Ok(Policy { verifier, text, files: files.read.into_inner() })
    }

    pub(crate) fn verifier(&self) -> &Arc<layertrust::Verifier> {
        &self.verifier
    }

    pub(crate) fn limits(&self) -> &Limits {
        self.verifier.policy().limits()
    }
}

#[pymethods]
impl Policy {
    /// Reads a policy file; the keys and roots that it names are relative to it.
    #[staticmethod]
    fn from_file(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        guarded(py, || {
            Call::new().run(py, || {
                let bytes = Folder::read_file(&path, POLICY_SIZE, Code::PolicyInvalid)?;
                let text = String::from_utf8(bytes).map_err(|error| {
                    Error::new(Code::PolicyInvalid, path.display().to_string())
                        .expected("UTF-8")
                        .found(error.utf8_error())
                })?;
                let folder = path.parent().unwrap_or_else(|| Path::new(""));
                let files = Given { folder: Some(folder.to_owned()), ..Given::default() };
                Policy::read(text, files).map_err(|failure| match failure {
                    Failure::Error(error) => Failure::Error(error.about(path.display())),
                    failure => failure,
                })
            })
        })
    }

    /// Reads a policy. The files that it names are looked up in `files`, then below `folder`.
    #[staticmethod]
    #[pyo3(signature = (text, files: "dict[str, bytes] | None", folder) -> "Policy")]
    fn from_toml(
        py: Python<'_>,
        text: String,
        files: Option<HashMap<String, Vec<u8>>>,
        folder: Option<PathBuf>,
    ) -> PyResult<Self> {
        guarded(py, || {
            let files = Given { files: files.unwrap_or_default(), folder, ..Given::default() };
            Call::new().run(py, || Policy::read(text, files))
        })
    }

    /// The policy's name.
    #[getter]
    fn name(&self) -> &str {
        self.verifier.policy().name()
    }

    /// ``enforce`` or ``audit``.
    #[getter]
    fn mode(&self) -> &'static str {
        match self.verifier.policy().mode() {
            Mode::Audit => "audit",
            Mode::Enforce => "enforce",
        }
    }

    /// The digest of the resolved policy.
    #[getter]
    fn digest(&self) -> String {
        self.verifier.policy().digest()
    }

    /// The resolved policy as JSON: every rule with its defaults filled in, keys by fingerprint.
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || Ok(PyBytes::new(py, self.verifier.policy().summary().to_string().as_bytes())))
    }

    /// The text, and every file that it named: what `from_toml` makes the same policy of.
    #[pyo3(signature = () -> "tuple[str, dict[str, bytes]]")]
    fn source<'py>(&self, py: Python<'py>) -> PyResult<(&str, Bound<'py, PyDict>)> {
        guarded(py, || {
            let files = PyDict::new(py);
            for (name, bytes) in &self.files {
                files.set_item(name, PyBytes::new(py, bytes))?;
            }
            Ok((self.text.as_str(), files))
        })
    }
}

/// The files that a policy may name, and those that it did.
#[derive(Default)]
struct Given {
    files: HashMap<String, Vec<u8>>,
    folder: Option<PathBuf>,
    read: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Files for Given {
    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        let bytes = match (self.files.get(path), &self.folder) {
            (Some(bytes), _) => bytes.clone(),
            (None, Some(folder)) => Folder::read_file(&folder.join(path), ROOT_SIZE, Code::PolicyInvalid)?,
            (None, None) => {
                return Err(Error::new(Code::PolicyInvalid, path)
                    .expected("one of the given files, or a folder to look in")
                    .found("neither"));
            }
        };
        self.read.borrow_mut().insert(path.to_owned(), bytes.clone());
        Ok(bytes)
    }
}
