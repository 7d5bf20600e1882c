//! Questions about one image, or about two.

use std::sync::Arc;

use layertrust::report::{FACTS_SCHEMA, Report, Verdict};
use layertrust::{Error, Failure, Request, Selector};
use pyo3::prelude::*;
use pyo3::types::PyDateTime;

use crate::answer::Answer;
use crate::call::Call;
use crate::evidence::Evidence;
use crate::image::Image;
use crate::policy::Policy;
use crate::raise::guarded;
use crate::request::Asked;
use crate::run::Run;
use crate::watched::Watched;

/// Answers questions by one policy. Can be used from several threads.
///
/// An image is a `str` as the command reads it, an `os.PathLike` of any kind of image, or a source: an object with
///
/// - `resolve(reference)`: the descriptor of a digest (`sha256:…`), or for `None` of the one image that the source
///   stands for; `None` if there is none. A descriptor is a mapping with `mediaType`, `digest`, `size` in bytes, perhaps
///   `annotations`. A source that is evidence alone answers `None` with `None`; else its image is a base candidate.
/// - `blob(digest)`: `bytes`, `bytearray`, `memoryview` or a binary file, which is read once with `read(n)` and closed;
///   `None` if it is not there.
/// - `referrers(digest)`: the descriptors of the manifests whose `subject` is this digest. A manifest that does not say
///   so itself is not used.
///
/// Its attribute `name`, if it is a `str`, is how reports call the image; else its class is. Nothing that it says is
/// believed. It may be called from several threads, and may ask questions itself. What it raises is the cause of a
/// source error, which has the exception's own code if that is one of 12xx; what is no `Exception` passes through.
///
/// `now` is an aware time; `None` is the clock's, which the report says. The interpreter is free meanwhile, and a signal
/// handler that raises ends the call.
#[pyclass(frozen, module = "layertrust._native")]
pub(crate) struct Verifier(Arc<layertrust::Verifier>);

#[pymethods]
impl Verifier {
    #[new]
    fn new(policy: &Policy) -> Self {
        Verifier(policy.verifier().clone())
    }

    /// Verifies an image. A rejection is raised, with its answer.
    #[allow(clippy::too_many_arguments)]
    fn verify(
        &self,
        py: Python<'_>,
        image: Image,
        evidence: Option<&Evidence>,
        now: Option<&Bound<'_, PyDateTime>>,
        platforms: Option<Vec<String>>,
        layers: &str,
        name: Option<String>,
    ) -> PyResult<Answer> {
        guarded(py, || {
            let asked = Asked::new(py, now, platforms, layers, name)?;
            let call = Call::new();
            let report = call.run(py, || {
                let question = Question { verifier: &self.0, image: &image, asked: &asked };
                question.ask(&call, evidence, |source, request| {
                    let accepted = self.0.verify(source, request)?;
                    Ok(accepted.into_report())
                })
            })?;
            Ok(Answer::of_report(report))
        })
    }

    /// Collects the facts about an image without judging them. Faults of its bytes are findings, and not raised.
    #[allow(clippy::too_many_arguments)]
    fn inspect(
        &self,
        py: Python<'_>,
        image: Image,
        evidence: Option<&Evidence>,
        now: Option<&Bound<'_, PyDateTime>>,
        platforms: Option<Vec<String>>,
        layers: &str,
        name: Option<String>,
    ) -> PyResult<Answer> {
        guarded(py, || {
            let asked = Asked::new(py, now, platforms, layers, name)?;
            let call = Call::new();
            let report = call.run(py, || {
                let question = Question { verifier: &self.0, image: &image, asked: &asked };
                let answered = question.ask(&call, evidence, |source, request| {
                    self.0.inspect(source, request).map_err(Failure::Error)
                });
                // What cannot even be read as an image has its fault as a finding, and no verdict either.
                match answered {
                    Err(Failure::Rejected(report)) => {
                        Ok(Report { schema: FACTS_SCHEMA.to_owned(), verdict: None, policy: None, ..*report })
                    }
                    answered => answered,
                }
            })?;
            Ok(Answer::of_report(report))
        })
    }

    /// Compares two images.
    fn compare(
        &self,
        py: Python<'_>,
        from_image: Image,
        to_image: Image,
        evidence: Option<&Evidence>,
        now: Option<&Bound<'_, PyDateTime>>,
        platforms: Option<Vec<String>>,
    ) -> PyResult<Answer> {
        guarded(py, || {
            let asked = Asked::new(py, now, platforms, "auto", None)?;
            let call = Call::new();
            let comparison = call.run(py, || {
                let limits = self.0.policy().limits();
                let none = layertrust::Evidence::default();
                // A base is often compared with what was built on it.
                let evidence =
                    from_image.lend(&call, evidence.map_or(none, |given| given.0.clone()), limits)?;
                let open = |image: &Image| -> Result<_, Error> {
                    let (stack, selector) = image.open(&call, &evidence, limits)?;
                    let request = asked.request(&image.name(), selector, &evidence);
                    Ok((Watched::new(stack, &call), request))
                };
                let (from, from_request) = open(&from_image)?;
                let (to, to_request) = open(&to_image)?;
                Ok(self.0.compare((&from, &from_request), (&to, &to_request))?)
            })?;
            Ok(Answer::of_comparison(comparison))
        })
    }

    /// Starts to verify many images, by so many threads.
    fn run(
        &self,
        py: Python<'_>,
        evidence: Option<&Evidence>,
        now: Option<&Bound<'_, PyDateTime>>,
        platforms: Option<Vec<String>>,
        layers: &str,
        workers: usize,
    ) -> PyResult<Run> {
        guarded(py, || {
            let asked = Asked::new(py, now, platforms, layers, None)?;
            let evidence = evidence.map_or_else(layertrust::Evidence::default, |given| given.0.clone());
            Run::start(py, &self.0, evidence, asked, workers)
        })
    }
}

/// A question about one image.
struct Question<'q> {
    verifier: &'q layertrust::Verifier,
    image: &'q Image,
    asked: &'q Asked,
}

impl Question<'_> {
    fn ask(
        &self,
        call: &Arc<Call>,
        evidence: Option<&Evidence>,
        ask: impl FnOnce(&Watched<layertrust::Stack>, &Request) -> Result<Report, Failure>,
    ) -> Result<Report, Failure> {
        let none = layertrust::Evidence::default();
        let evidence = evidence.map_or(&none, |given| &given.0);
        let limits = self.verifier.policy().limits();
        let (stack, selector) = match self.image.open(call, evidence, limits) {
            Ok(opened) => opened,
            Err(error) => {
                let request = self.asked.request(&self.image.name(), Selector::Only, evidence);
                return Err(unopened(self.verifier, &request, error));
            }
        };
        let request = self.asked.request(&self.image.name(), selector, evidence);
        ask(&Watched::new(stack, call), &request)
    }
}

/// An image whose bytes are at fault was answered, even where it could not be opened.
pub(crate) fn unopened(verifier: &layertrust::Verifier, request: &Request, error: Error) -> Failure {
    let report = verifier.unanswered(request, &error);
    match report.verdict {
        Some(Verdict::Rejected) => Failure::Rejected(Box::new(report)),
        _ => Failure::Error(error),
    }
}
