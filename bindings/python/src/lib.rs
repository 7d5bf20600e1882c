//! The Python package's native half: arguments in, one call of the library, an answer or an exception out.
//!
//! Nothing is verified here. Four things are: what Python gives is turned into the library's types (`image`,
//! `source`), the interpreter is left while the library works and asked for signals meanwhile (`call`, `watched`),
//! what went wrong is raised as an exception of the package (`raise`), and results are kept as they are until
//! somebody asks for their JSON (`answer`).

mod answer;
mod blob;
mod call;
mod command;
mod evidence;
mod exit;
mod image;
mod policy;
mod raise;
mod reader;
mod request;
mod run;
mod source;
mod verifier;
mod watched;

/// The native half of ``layertrust``. Use the package itself, whose classes are built on these.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::answer::Answer;
    #[pymodule_export]
    use crate::blob::BlobVerifier;
    #[pymodule_export]
    use crate::command::{code_table, main, schema, version};
    #[pymodule_export]
    use crate::evidence::Evidence;
    #[pymodule_export]
    use crate::policy::Policy;
    #[pymodule_export]
    use crate::raise::panic;
    #[pymodule_export]
    use crate::run::Run;
    #[pymodule_export]
    use crate::verifier::Verifier;

    #[pymodule_init]
    fn init(py: pyo3::Python<'_>) -> pyo3::PyResult<()> {
        crate::exit::register(py)
    }
}
