//! Many images, over the library's batch engine.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use layertrust::{Accepted, Code, Error, Evidence, Failure, Request, Selector, Source};
use pyo3::prelude::*;

use crate::answer::Answer;
use crate::call::{Call, Stop, check_depth};
use crate::exit;
use crate::image::Image;
use crate::raise::{self, guarded};
use crate::request::Asked;
use crate::verifier::unopened;
use crate::watched::Watched;

/// How long a signal may wait.
const PATIENCE: Duration = Duration::from_millis(50);

/// A run over many images: `submit` them, `finish`, and take answers with `next` until there is none.
#[pyclass(frozen, module = "layertrust._native")]
pub(crate) struct Run {
    /// Where questions go; none once no more will come.
    questions: Mutex<Option<Sender<(usize, Image)>>>,
    answers: Mutex<Receiver<Answered>>,
    shared: Arc<Shared>,
}

/// What the run's threads share with its caller.
struct Shared {
    verifier: Arc<layertrust::Verifier>,
    evidence: Evidence,
    asked: Asked,
    stop: Arc<Stop>,
    /// How many calls the run is within.
    depth: usize,
    /// Images that were submitted and whose answers Python does not have yet.
    outstanding: AtomicUsize,
    /// The questions that were begun, by the engine's number.
    open: Mutex<HashMap<usize, Open>>,
}

/// A question that was begun.
struct Open {
    /// The caller's number.
    index: usize,
    call: Arc<Call>,
    /// How it was asked, for a report about an image that cannot be opened.
    request: Request,
}

struct Answered {
    open: Open,
    answer: Result<Accepted, Failure>,
}

impl Run {
    pub(crate) fn start(
        py: Python<'_>,
        verifier: &Arc<layertrust::Verifier>,
        evidence: Evidence,
        asked: Asked,
        workers: usize,
    ) -> PyResult<Self> {
        let raised = |error: Error| raise::error(py, None, &error);
        let threads = NonZeroUsize::new(workers)
            .ok_or_else(|| Error::new(Code::Usage, "workers").expected("at least 1").found("0"))
            .map_err(raised)?;
        let depth = Call::depth_here();
        check_depth(depth).map_err(raised)?;
        let shared = Arc::new(Shared {
            verifier: verifier.clone(),
            evidence,
            asked,
            stop: Arc::default(),
            depth,
            outstanding: AtomicUsize::new(0),
            open: Mutex::default(),
        });
        let (questions, submitted) = channel();
        let (answered, answers) = channel();
        let engine = shared.clone();
        // The engine gives its answers on the thread that calls it, and that is not Python's to block.
        std::thread::Builder::new()
            .name("layertrust-run".to_owned())
            .spawn(move || engine.answer(submitted, threads, &answered))
            .map_err(|error| raised(Error::new(Code::Io, "thread").found(error)))?;
        Ok(Run { questions: Mutex::new(Some(questions)), answers: Mutex::new(answers), shared })
    }

    fn wait(&self, py: Python<'_>) -> PyResult<Option<(usize, Py<PyAny>)>> {
        loop {
            let answered = exit::outside(py, || locked(&self.answers).recv_timeout(PATIENCE))?;
            // What came in after the end may say no more than that it was the end.
            match (self.shared.stop.take_ending(), answered) {
                (Some(ending), _) => return Err(ending),
                (None, _) if self.shared.stop.is_set() => return Ok(None),
                (None, Ok(answered)) => return self.shared.given(py, answered).map(Some),
                (None, Err(RecvTimeoutError::Timeout)) => py.check_signals()?,
                (None, Err(RecvTimeoutError::Disconnected)) => return self.shared.ended(py).map(|()| None),
            }
        }
    }

    fn stopped(&self) {
        self.shared.stop.set();
        drop(locked(&self.questions).take());
    }
}

#[pymethods]
impl Run {
    /// Asks about one more image. `index` comes back with its answer.
    fn submit(&self, py: Python<'_>, index: usize, image: Image) -> PyResult<()> {
        guarded(py, || {
            // Out of the lock first: an image that cannot be sent runs Python code when it goes.
            let questions = locked(&self.questions).clone();
            self.shared.outstanding.fetch_add(1, Ordering::Relaxed);
            if questions.is_some_and(|questions| questions.send((index, image)).is_ok()) {
                return Ok(());
            }
            self.shared.outstanding.fetch_sub(1, Ordering::Relaxed);
            let over =
                Error::new(Code::Usage, "submit").expected("a run that goes on").found("one that ended");
            Err(raise::error(py, None, &over))
        })
    }

    /// Says that no more images will come.
    fn finish(&self) {
        drop(locked(&self.questions).take());
    }

    /// The next answer as it comes, with the image's number; `None` when all were given, or after `stop`.
    fn next(&self, py: Python<'_>) -> PyResult<Option<(usize, Py<PyAny>)>> {
        guarded(py, || self.wait(py).inspect_err(|_| self.stopped()))
    }

    /// Stops: nothing more is read, and what was not answered will not be.
    fn stop(&self) {
        self.stopped();
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.stopped();
    }
}

impl Shared {
    /// Works until no more questions come, or nobody wants the answers.
    fn answer(
        self: &Arc<Self>,
        submitted: Receiver<(usize, Image)>,
        threads: NonZeroUsize,
        to: &Sender<Answered>,
    ) {
        let going_on = |_: &(usize, Image)| !self.stop.is_set();
        let questions =
            submitted.into_iter().take_while(going_on).enumerate().map(|(number, (index, image))| {
                let call = Call::stopped_by(&self.stop, self.depth);
                let request = self.asked.request(&image.name(), Selector::Only, &self.evidence);
                locked(&self.open).insert(number, Open { index, call: call.clone(), request });
                move || -> Result<(Box<dyn Source>, Request), Error> {
                    let limits = self.verifier.policy().limits();
                    let (stack, selector) = call.reading(|| image.open(&call, &self.evidence, limits))?;
                    let request = self.asked.request(&image.name(), selector, &self.evidence);
                    Ok((Box::new(Watched::new(stack, &call)), request))
                }
            });
        self.verifier.verify_many(questions, threads, |number, answer| {
            let Some(open) = locked(&self.open).remove(&number) else { return ControlFlow::Continue(()) };
            match to.send(Answered { open, answer }) {
                Ok(()) if !self.stop.is_set() => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        });
    }

    /// An answer as Python gets it: a report, or the exception that `verify` would have raised.
    fn given(&self, py: Python<'_>, answered: Answered) -> PyResult<(usize, Py<PyAny>)> {
        let Answered { open, answer } = answered;
        self.outstanding.fetch_sub(1, Ordering::Relaxed);
        let given = match answer {
            Ok(accepted) => Py::new(py, Answer::of_report(accepted.into_report()))?.into_any(),
            Err(failure) => {
                let failure = match failure {
                    Failure::Error(error) => unopened(&self.verifier, &open.request, error),
                    rejected => rejected,
                };
                raise::failure(py, Some(&open.call), failure).into_value(py).into_any()
            }
        };
        Ok((open.index, given))
    }

    /// The end, unless it came too early: images without an answer are not the end of a run.
    fn ended(&self, py: Python<'_>) -> PyResult<()> {
        match self.outstanding.load(Ordering::Relaxed) {
            0 => Ok(()),
            count => {
                let defect =
                    Error::new(Code::Panic, "layertrust").found(format!("{count} images without an answer"));
                Err(raise::error(py, None, &defect))
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
