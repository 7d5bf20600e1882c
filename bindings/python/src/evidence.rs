//! Evidence: opened once, shared by every question that is asked with it.

use layertrust::Failure;
use pyo3::prelude::*;

use crate::call::Call;
use crate::image::Image;
use crate::policy::Policy;
use crate::raise::guarded;

/// What every image is asked with: opened once, shared by all questions.
///
/// `evidence` are images and other sources that may hold signatures, attestations or bases; `bases` likewise, and each
/// names a base candidate; a text there may be a digest alone. Raises an error of the package for what cannot be opened.
#[pyclass(frozen, module = "layertrust._native")]
pub(crate) struct Evidence(pub(crate) layertrust::Evidence);

#[pymethods]
impl Evidence {
    #[new]
    fn new(py: Python<'_>, policy: &Policy, evidence: Vec<Image>, bases: Vec<Image>) -> PyResult<Self> {
        guarded(py, || {
            let limits = policy.limits();
            let call = Call::new();
            let opened = call.run(py, || {
                let none = layertrust::Evidence::default();
                let opened = evidence.iter().try_fold(none, |all, one| one.lend(&call, all, limits));
                let opened = bases.iter().try_fold(opened?, |all, one| one.lend_base(&call, all, limits));
                opened.map_err(Failure::Error)
            })?;
            Ok(Evidence(opened))
        })
    }
}
