//! One call from Python, while the library works on it without the interpreter.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use layertrust::{Code, Error, Failure};
use pyo3::prelude::*;

use crate::{exit, raise};

/// How long a signal may wait, in milliseconds.
const PATIENCE: u64 = 50;
/// How deep sources may ask questions within questions: each takes of the one stack that a thread has.
const DEPTH: usize = 8;
/// How many exceptions of sources are kept to be named as causes.
const CAUSES: usize = 64;

thread_local! {
    /// The call that this thread reads for. Calls nest: a source may ask another question.
    static CURRENT: RefCell<Option<Arc<Call>>> = const { RefCell::new(None) };
}

/// Says that nothing more shall be read, and why. The calls of one run share it.
#[derive(Default)]
pub(crate) struct Stop {
    set: AtomicBool,
    /// What ends the call, whatever the library would say: a signal handler's exception, or one that is no error.
    ending: Mutex<Option<PyErr>>,
}

impl Stop {
    pub(crate) fn set(&self) {
        self.set.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.set.load(Ordering::Relaxed)
    }

    /// Ends with an exception. The first counts.
    fn end(&self, raised: PyErr) {
        let later = {
            let mut ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
            match self.set.swap(true, Ordering::Relaxed) {
                false => ending.replace(raised),
                true => Some(raised),
            }
        };
        // An exception may run Python code when it goes: never under the lock.
        drop(later);
    }

    pub(crate) fn take_ending(&self) -> Option<PyErr> {
        self.ending.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What a call must remember, because the library's errors carry text and no exceptions.
pub(crate) struct Call {
    stop: Arc<Stop>,
    /// How many calls this one is within.
    depth: usize,
    /// The thread that Python called from: no other can have signal handlers run.
    thread: Option<ThreadId>,
    begun: Instant,
    /// When signals were last asked for, in milliseconds since `begun`.
    asked: AtomicU64,
    /// What sources raised.
    causes: Mutex<Vec<Cause>>,
}

/// An exception that became an error of the library.
struct Cause {
    /// The words that the error has of it.
    text: String,
    code: Code,
    exception: PyErr,
}

impl Call {
    pub(crate) fn new() -> Arc<Self> {
        Self::of(Some(std::thread::current().id()), Self::depth_here(), Arc::default())
    }

    /// A call for a thread of ours.
    pub(crate) fn stopped_by(stop: &Arc<Stop>, depth: usize) -> Arc<Self> {
        Self::of(None, depth, stop.clone())
    }

    fn of(thread: Option<ThreadId>, depth: usize, stop: Arc<Stop>) -> Arc<Self> {
        Arc::new(Call {
            stop,
            depth,
            thread,
            begun: Instant::now(),
            asked: AtomicU64::new(0),
            causes: Mutex::default(),
        })
    }

    /// How many calls a call made now is within.
    pub(crate) fn depth_here() -> usize {
        Self::current().map_or(0, |call| call.depth + 1)
    }

    /// Does the work without the interpreter, and raises what went wrong.
    pub(crate) fn run<T: Send>(
        self: &Arc<Self>,
        py: Python<'_>,
        work: impl FnOnce() -> Result<T, Failure> + Send,
    ) -> PyResult<T> {
        check_depth(self.depth).map_err(|error| raise::error(py, None, &error))?;
        let done = exit::outside(py, || self.reading(work))?;
        match (self.stop.take_ending(), done) {
            (Some(ending), _) => Err(ending),
            (None, done) => done.map_err(|failure| raise::failure(py, Some(self), failure)),
        }
    }

    /// Runs something that may read from sources for this call.
    pub(crate) fn reading<T>(self: &Arc<Self>, run: impl FnOnce() -> T) -> T {
        struct Restore(Option<Arc<Call>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.replace(self.0.take());
            }
        }
        let _restore = Restore(CURRENT.replace(Some(self.clone())));
        run()
    }

    /// The call that this thread reads for.
    pub(crate) fn current() -> Option<Arc<Self>> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Fails once the call is to end. Asks for signals, but not too often: the interpreter may be busy.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.thread == Some(std::thread::current().id()) {
            let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            if now.saturating_sub(self.asked.load(Ordering::Relaxed)) >= PATIENCE {
                self.asked.store(now, Ordering::Relaxed);
                self.check_signals();
            }
        }
        match self.stop.is_set() {
            true => Err(Error::new(Code::Io, "call").found("an interrupt")),
            false => Ok(()),
        }
    }

    /// Has another thread do what cannot be stopped, and lets signals in meanwhile. If the call is to end, nobody
    /// waits for it any more.
    pub(crate) fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = channel();
        let worker = std::thread::Builder::new().name("layertrust-open".to_owned()).spawn(move || {
            // Nobody may want the answer by then.
            let _ = sender.send(work());
        });
        let worker = worker.map_err(|error| Error::new(Code::Io, "thread").found(error))?;
        loop {
            match receiver.recv_timeout(Duration::from_millis(PATIENCE)) {
                Ok(done) => return done,
                Err(RecvTimeoutError::Timeout) => self.check()?,
                // It left without an answer: its panic goes on here.
                Err(RecvTimeoutError::Disconnected) => match worker.join() {
                    Err(panic) => std::panic::resume_unwind(panic),
                    Ok(()) => return Err(Error::new(Code::Panic, "thread").found("no answer")),
                },
            }
        }
    }

    /// Lets Python's signal handlers run. Where they cannot, this does nothing.
    pub(crate) fn check_signals(&self) {
        if let Some(Err(raised)) = Python::try_attach(|py| py.check_signals()) {
            self.end(raised);
        }
    }

    /// Ends the call with an exception.
    pub(crate) fn end(&self, raised: PyErr) {
        self.stop.end(raised);
    }

    /// Keeps an exception, to be the cause of this error or of one that repeats its words.
    pub(crate) fn keep(&self, error: &Error, exception: PyErr) {
        let mut causes = self.causes.lock().unwrap_or_else(PoisonError::into_inner);
        let over = match causes.len() < CAUSES {
            true => {
                causes.push(Cause { text: error.message(), code: error.code(), exception });
                None
            }
            false => Some(exception),
        };
        drop(causes);
        drop(over);
    }

    /// What a source raised that led to this error, and the code it had.
    pub(crate) fn cause(&self, py: Python<'_>, error: &Error) -> Option<(Code, PyErr)> {
        let message = error.message();
        let causes = self.causes.lock().unwrap_or_else(PoisonError::into_inner);
        let cause = causes.iter().find(|cause| message.contains(&cause.text))?;
        Some((cause.code, cause.exception.clone_ref(py)))
    }
}

/// Fails for a call that is within too many.
pub(crate) fn check_depth(depth: usize) -> Result<(), Error> {
    if depth <= DEPTH {
        return Ok(());
    }
    Err(Error::new(Code::Usage, "call")
        .expected(format!("a source that asks no questions, or at most {DEPTH} within one another"))
        .found("one more")
        .hint("Look whether a source asks about itself."))
}
