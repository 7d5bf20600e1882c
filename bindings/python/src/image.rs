//! What names an image or a piece of evidence: a text, a path, or a source of the caller's.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use layertrust::{
    Code, Error, Evidence, ImageReference, Limits, LocalSource, Selector, Source as _, Stack, Transport,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;
#[cfg(feature = "stubs")]
use pyo3::{inspect::PyStaticExpr, type_hint_identifier, type_hint_subscript, type_hint_union};

use crate::call::Call;
use crate::source::PythonSource;

/// An image or a piece of evidence, as Python named it.
#[derive(Clone)]
pub(crate) enum Image {
    /// One of the forms that the command reads.
    Text(String),
    /// A path of any kind of image.
    Path(PathBuf),
    /// A source of the caller's.
    Source(Arc<PythonSource>),
}

impl<'py> FromPyObject<'_, 'py> for Image {
    type Error = PyErr;

    #[cfg(feature = "stubs")]
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_identifier!("builtins", "str"),
        type_hint_subscript!(
            type_hint_identifier!("os", "PathLike"),
            type_hint_identifier!("builtins", "str")
        ),
        type_hint_identifier!("layertrust._source", "Source")
    );

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Image::Text(text.to_str()?.to_owned()));
        }
        if object.hasattr("__fspath__")? {
            return Ok(Image::Path(object.extract()?));
        }
        match PythonSource::new(&object)? {
            Some(source) => Ok(Image::Source(Arc::new(source))),
            None => Err(PyTypeError::new_err(format!(
                "an image is a str, an os.PathLike or an object with resolve, blob and referrers, not {}",
                object.get_type().name()?
            ))),
        }
    }
}

impl Image {
    /// What reports call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Image::Text(text) => text.clone(),
            Image::Path(path) => path.display().to_string(),
            Image::Source(source) => source.name().to_owned(),
        }
    }

    /// Opens it, with all evidence on it. Also says what to take of it.
    pub(crate) fn open(
        &self,
        call: &Call,
        evidence: &Evidence,
        limits: &Limits,
    ) -> Result<(Stack, Selector), Error> {
        let reference = match self {
            Image::Text(text) => text.parse()?,
            Image::Path(path) => at(path)?,
            Image::Source(source) => {
                return Ok((evidence.stack_on(Box::new(source.clone())), Selector::Only));
            }
        };
        evidence.stack(open(call, &reference, limits)?, &reference.selector, limits)
    }

    /// Adds it as evidence.
    pub(crate) fn lend(&self, call: &Call, evidence: Evidence, limits: &Limits) -> Result<Evidence, Error> {
        let reference = match self {
            Image::Text(text) => text.parse()?,
            Image::Path(path) => evidence_at(path)?,
            Image::Source(source) => return Ok(evidence.with(source.clone())),
        };
        Ok(evidence.with(Arc::new(open(call, &reference, limits)?)))
    }

    /// Adds it as evidence that names a base. A text may be a digest alone.
    pub(crate) fn lend_base(
        &self,
        call: &Call,
        evidence: Evidence,
        limits: &Limits,
    ) -> Result<Evidence, Error> {
        let reference: ImageReference = match self {
            Image::Text(text) => match text.parse() {
                Ok(digest) => return Ok(evidence.base_digest(digest)),
                Err(_) => text.parse()?,
            },
            Image::Path(path) => at(path)?,
            Image::Source(source) => {
                let found = source.resolve(&Selector::Only)?.ok_or_else(|| {
                    Error::new(Code::NotFound, format!("{}.resolve(None)", source.name()))
                        .expected("the base's descriptor")
                        .found("none")
                })?;
                return Ok(evidence.with(source.clone()).base_digest(found.digest));
            }
        };
        let source = open(call, &reference, limits)?;
        evidence.base_in(source, &reference.selector, limits).map_err(|error| error.about(reference))
    }
}

/// Opens what a reference names. A compressed archive is unpacked for that, which nothing can stop: another thread does
/// it, and this one lets signals in.
fn open(call: &Call, reference: &ImageReference, limits: &Limits) -> Result<LocalSource, Error> {
    match &reference.transport {
        Transport::OciArchive(path) | Transport::DockerArchive(path) if takes_long(path) => {
            let (reference, limits) = (reference.clone(), *limits);
            call.aside(move || LocalSource::open(&reference, &limits))
        }
        _ => LocalSource::open(reference, limits),
    }
}

/// Whether a file begins as gzip or zstd does, or is none whose beginning can be looked at.
fn takes_long(path: &Path) -> bool {
    let mut magic = [0; 4];
    let Ok(file) = path.metadata() else { return false };
    let begun = file.is_file() && File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok();
    !file.is_file() || (begun && matches!(magic, [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd]))
}

/// An image at a path: a folder by what lies in it, a file as an archive of any kind.
fn at(path: &Path) -> Result<ImageReference, Error> {
    if path.join("oci-layout").exists() {
        reference("oci", path)
    } else if path.join("manifest.json").exists() {
        reference("dir", path)
    } else if path.is_dir() {
        Err(Error::new(Code::NotFound, path.display().to_string())
            .expected("a folder with the file oci-layout or manifest.json, or an archive")
            .found("a folder without them"))
    } else {
        // The library looks which kind it is.
        reference("docker-archive", path)
    }
}

/// Evidence at a path: an image, or bundles in JSON.
fn evidence_at(path: &Path) -> Result<ImageReference, Error> {
    let is_image = ["oci-layout", "manifest.json"].iter().any(|name| path.join(name).exists());
    let mut first = [0];
    let is_json = path.is_file()
        && File::open(path).and_then(|mut file| file.read(&mut first)).is_ok_and(|_| first == *b"{");
    match is_json || (path.is_dir() && !is_image) {
        true => reference("bundle", path),
        false => at(path),
    }
}

fn reference(form: &str, path: &Path) -> Result<ImageReference, Error> {
    let text = path.to_str().ok_or_else(|| {
        Error::new(Code::Usage, path.display().to_string()).expected("a path in UTF-8").found("other bytes")
    })?;
    format!("{form}:{text}").parse()
}
