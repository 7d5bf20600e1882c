//! Signatures and attestations of files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use layertrust::limits::{KEY_SIZE, ROOT_SIZE};
use layertrust::report::NowSource;
use layertrust::{Artifact, Code, Error, Folder, Limits, PublicKey, SignerKey, SignerRule, TrustedRoot};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyDateTime, PyString};
#[cfg(feature = "stubs")]
use pyo3::{inspect::PyStaticExpr, type_hint_identifier, type_hint_subscript, type_hint_union};

use crate::answer::Answer;
use crate::call::Call;
use crate::raise::guarded;
use crate::request::Now;

/// Verifies Sigstore bundles of files by one signer.
///
/// `key` is PEM or DER in bytes, or a path; a `str` may be `docker-dhi` or `docker-dhi-N`. `trusted_root` is JSON in bytes,
/// or a path; a `str` may be `sigstore-public-good`, which is the default, or `github`.
#[pyclass(frozen, module = "layertrust._native")]
pub(crate) struct BlobVerifier(layertrust::BlobVerifier);

#[pymethods]
impl BlobVerifier {
    #[new]
    #[pyo3(signature = (*, key, certificate_identity, certificate_oidc_issuer, source_repository, trusted_root,
                        root_name, insecure_ignore_tlog, insecure_ignore_sct))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        key: Option<Content>,
        certificate_identity: Option<String>,
        certificate_oidc_issuer: Option<String>,
        source_repository: Vec<String>,
        trusted_root: Option<Content>,
        root_name: Option<String>,
        insecure_ignore_tlog: bool,
        insecure_ignore_sct: bool,
    ) -> PyResult<Self> {
        guarded(py, || {
            let identity = certificate_identity.as_deref().zip(certificate_oidc_issuer.as_deref());
            let half =
                identity.is_none() && (certificate_identity.is_some() || certificate_oidc_issuer.is_some());
            let verifier = Call::new().run(py, || {
                let rule = match (&key, identity) {
                    (Some(key), None) if !half => {
                        let rule = SignerRule::from(signer_key(key)?);
                        if insecure_ignore_tlog { rule } else { rule.require_tlog() }
                    }
                    (None, Some((identity, issuer))) => {
                        let rule = SignerRule::exact_certificate(issuer, identity)?;
                        match source_repository.is_empty() {
                            true => rule,
                            false => {
                                rule.exact_source_repository(source_repository.iter().map(String::as_str))?
                            }
                        }
                    }
                    _ => {
                        return Err(Error::new(Code::Usage, "signer")
                            .expected("key, or certificate_identity with certificate_oidc_issuer")
                            .found("neither or both")
                            .hint("Say who must have signed; no signer is ever implied.")
                            .into());
                    }
                };
                let (name, mut root) = root(trusted_root.as_ref())?;
                if insecure_ignore_tlog {
                    root = root.without_tlog();
                }
                if insecure_ignore_sct {
                    root = root.without_sct();
                }
                let verifier = layertrust::BlobVerifier::new(rule, root)?;
                Ok(verifier.root_name(root_name.as_deref().unwrap_or(name)))
            })?;
            Ok(BlobVerifier(verifier))
        })
    }

    /// Verifies that the bundle is a signature of the file, or an attestation about it. A no is raised.
    ///
    /// `artifact` is the file's bytes, its path, or as a `str` its digest; `bundle` is JSON in bytes, or a path.
    fn verify(
        &self,
        py: Python<'_>,
        artifact: Content,
        bundle: Content,
        now: Option<&Bound<'_, PyDateTime>>,
        predicate_type: Option<String>,
    ) -> PyResult<Answer> {
        guarded(py, || {
            let now = Now::new(py, now)?;
            let call = Call::new();
            let report = call.run(py, || {
                let limit = Limits::default().statement_size;
                let read;
                let bundle: &[u8] = match &bundle {
                    Content::Bytes(bytes) => bytes,
                    Content::Text(path) => {
                        read = Folder::read_file(Path::new(path), limit, Code::Usage)?;
                        &read
                    }
                    Content::Path(path) => {
                        read = Folder::read_file(path, limit, Code::Usage)?;
                        &read
                    }
                };
                let verified = match &artifact {
                    Content::Bytes(bytes) => self.0.verify(Artifact::Bytes(bytes), bundle, now.time)?,
                    Content::Text(digest) => {
                        let digest = digest.parse().map_err(|error: Error| {
                            Error::new(Code::Usage, "artifact")
                                .expected("a digest; a path is an os.PathLike")
                                .found(error.message())
                        })?;
                        self.0.verify(Artifact::Digest(digest), bundle, now.time)?
                    }
                    Content::Path(path) => {
                        let file = File::open(path)
                            .map_err(|error| Error::new(Code::Io, path.display().to_string()).found(error))?;
                        let mut file = Interruptible { reader: file, call: call.clone() };
                        self.0.verify(Artifact::Reader(&mut file), bundle, now.time)?
                    }
                };
                let mut report = verified.into_report();
                if now.from_clock {
                    report.now.source = NowSource::Clock;
                }
                if predicate_type.is_some() && predicate_type != report.predicate_type {
                    let shown = |kind: &Option<String>| {
                        kind.clone().unwrap_or_else(|| "a signature, which has no type".to_owned())
                    };
                    return Err(Error::new(Code::PredicateMismatch, "bundle")
                        .expected(shown(&predicate_type))
                        .found(shown(&report.predicate_type))
                        .into());
                }
                Ok(report)
            })?;
            Ok(Answer::of_blob(report))
        })
    }
}

/// Something with content: bytes, a path, or a text whose meaning depends on the place.
enum Content {
    Bytes(PyBackedBytes),
    Text(String),
    Path(PathBuf),
}

impl<'py> FromPyObject<'_, 'py> for Content {
    type Error = PyErr;

    #[cfg(feature = "stubs")]
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_identifier!("builtins", "bytes"),
        type_hint_identifier!("builtins", "bytearray"),
        type_hint_identifier!("builtins", "str"),
        type_hint_subscript!(
            type_hint_identifier!("os", "PathLike"),
            type_hint_identifier!("builtins", "str")
        )
    );

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Content::Text(text.to_str()?.to_owned()));
        }
        if object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyByteArray>() {
            return Ok(Content::Bytes(object.extract()?));
        }
        if object.hasattr("__fspath__")? {
            return Ok(Content::Path(object.extract()?));
        }
        let kind = object.get_type().name()?;
        Err(PyTypeError::new_err(format!("expected bytes, a str or an os.PathLike, not {kind}")))
    }
}

impl Content {
    fn read(&self, limit: u64, code: Code) -> Result<Vec<u8>, Error> {
        match self {
            Content::Bytes(bytes) => Ok(bytes.to_vec()),
            Content::Text(path) => Folder::read_file(Path::new(path), limit, code),
            Content::Path(path) => Folder::read_file(path, limit, code),
        }
    }
}

/// A key by its bytes or its file, or Docker's by name.
fn signer_key(key: &Content) -> Result<SignerKey, Error> {
    if let Content::Text(name) = key {
        if name == "docker-dhi" {
            return Ok(SignerKey::DockerDhi);
        }
        if let Some(Ok(number)) = name.strip_prefix("docker-dhi-").map(str::parse) {
            return Ok(SignerKey::DockerDhiPinned(number));
        }
    }
    PublicKey::from_file(&key.read(KEY_SIZE, Code::KeyInvalid)?).map(SignerKey::Key)
}

/// A root by its bytes or its file, or a built-in one by name; the public good's if none is given.
fn root(given: Option<&Content>) -> Result<(&'static str, TrustedRoot), Error> {
    const PUBLIC_GOOD: &str = "sigstore-public-good";
    match given {
        None => Ok((PUBLIC_GOOD, TrustedRoot::sigstore_public_good())),
        Some(Content::Text(name)) if name == PUBLIC_GOOD => {
            Ok((PUBLIC_GOOD, TrustedRoot::sigstore_public_good()))
        }
        Some(Content::Text(name)) if name == "github" => Ok(("github", TrustedRoot::github())),
        Some(file) => {
            Ok(("trusted-root", TrustedRoot::from_json(&file.read(ROOT_SIZE, Code::RootInvalid)?)?))
        }
    }
}

/// A file that stops when its call is to end.
struct Interruptible<R> {
    reader: R,
    call: Arc<Call>,
}

impl<R: Read> Read for Interruptible<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.call.check().map_err(io::Error::other)?;
        self.reader.read(buffer)
    }
}
