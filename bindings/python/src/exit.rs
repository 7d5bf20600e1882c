//! The interpreter's end while other threads are still at work here.
//!
//! An interpreter that ends takes its threads away where they next ask for it; before CPython 3.14 it unwinds their
//! stacks, which Rust answers with an abort. So a thread that is in Python code with Rust code below it must be out of
//! it by then: none goes in once the end has begun, and the end waits a little for those that are in.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PySystemExit;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// How long threads may take to come out by themselves.
const GRACE: Duration = Duration::from_millis(100);
/// How long after they were told to. A thread that waits for something else does not hear it; it is not back
/// before the process is gone.
const TOLD: Duration = Duration::from_millis(400);

static THREADS: Mutex<Threads> = Mutex::new(Threads { ending: None, inside: Vec::new() });
static LEFT: Condvar = Condvar::new();

/// Threads as Python numbers them.
struct Threads {
    /// The one that ends the interpreter.
    ending: Option<u64>,
    /// Those in Python code with Rust code below; one that is so twice stands here twice.
    inside: Vec<u64>,
}

impl Threads {
    fn locked() -> MutexGuard<'static, Self> {
        THREADS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a thread's time is over.
    fn is_over(&self, thread: u64) -> bool {
        self.ending.is_some_and(|ending| ending != thread)
    }

    fn leave(&mut self, thread: u64) {
        if let Some(at) = self.inside.iter().rposition(|inside| *inside == thread) {
            self.inside.swap_remove(at);
            LEFT.notify_all();
        }
    }

    fn others(&self, thread: u64) -> Vec<u64> {
        self.inside.iter().copied().filter(|inside| *inside != thread).collect()
    }
}

/// A thread in Python code with Rust code below.
pub(crate) struct Inside(u64);

impl Inside {
    /// Goes in, or ends the thread quietly as `sys.exit` does: there is no interpreter for it any more.
    pub(crate) fn enter(py: Python<'_>) -> PyResult<Self> {
        let thread = number(py)?;
        let mut threads = Threads::locked();
        if threads.is_over(thread) {
            return Err(PySystemExit::new_err(()));
        }
        threads.inside.push(thread);
        Ok(Inside(thread))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        Threads::locked().leave(self.0);
    }
}

/// Works without the interpreter: meanwhile the thread, which is inside, is not.
pub(crate) fn outside<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    struct Back(u64);
    impl Drop for Back {
        fn drop(&mut self) {
            Threads::locked().inside.push(self.0);
        }
    }
    let thread = number(py)?;
    Threads::locked().leave(thread);
    let back = Back(thread);
    let done = py.detach(work);
    drop(back);
    match Threads::locked().is_over(thread) {
        true => Err(PySystemExit::new_err(())),
        false => Ok(done),
    }
}

/// Lets the other threads out, before the interpreter takes them away.
#[pyfunction]
fn at_exit(py: Python<'_>) -> PyResult<()> {
    let thread = number(py)?;
    Threads::locked().ending = Some(thread);
    py.detach(|| wait(thread, GRACE));
    let left = Threads::locked().others(thread);
    if !left.is_empty() {
        // Where they cannot be told they may still come out.
        let _ = left.into_iter().try_for_each(|thread| tell(py, thread));
        py.detach(|| wait(thread, TOLD));
    }
    Ok(())
}

/// Has a thread raise `SystemExit` as soon as it runs Python code.
fn tell(py: Python<'_>, thread: u64) -> PyResult<()> {
    let ctypes = py.import("ctypes")?;
    let number = ctypes.getattr("c_ulong")?.call1((thread,))?;
    let exception = ctypes.getattr("py_object")?.call1((py.get_type::<PySystemExit>(),))?;
    ctypes.getattr("pythonapi")?.call_method1("PyThreadState_SetAsyncExc", (number, exception))?;
    Ok(())
}

fn wait(thread: u64, at_most: Duration) {
    let still = |threads: &mut Threads| !threads.others(thread).is_empty();
    // Whether they came out or not, there is nothing else to do.
    drop(LEFT.wait_timeout_while(Threads::locked(), at_most, still));
}

fn number(py: Python<'_>) -> PyResult<u64> {
    static GET_IDENT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    GET_IDENT.import(py, "threading", "get_ident")?.call0()?.extract()
}

/// In a forked process there are no other threads.
#[pyfunction]
fn after_fork(py: Python<'_>) -> PyResult<()> {
    let thread = number(py)?;
    Threads::locked().inside.retain(|inside| *inside == thread);
    Ok(())
}

/// Has the functions above called.
pub(crate) fn register(py: Python<'_>) -> PyResult<()> {
    py.import("atexit")?.call_method1("register", (wrap_pyfunction!(at_exit, py)?,))?;
    let os = py.import("os")?;
    if let Some(register) = os.getattr_opt("register_at_fork")? {
        let when = PyDict::new(py);
        when.set_item("after_in_child", wrap_pyfunction!(after_fork, py)?)?;
        register.call((), Some(&when))?;
    }
    Ok(())
}
