//! Each thing is fetched once, whoever asks and however many ask at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use layertrust::{Code, Error};

/// What was fetched, is being fetched, or shall be, by key.
pub(crate) struct Cells<K, V>(Mutex<HashMap<K, Arc<Cell<V>>>>);

struct Cell<V> {
    state: Mutex<State<V>>,
    changed: Condvar,
}

enum State<V> {
    /// Nobody has begun.
    Waiting,
    Running,
    Done(Result<V, Error>),
}

impl<K, V> Default for Cells<K, V> {
    fn default() -> Self {
        Cells(Mutex::default())
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Cells<K, V> {
    /// Says that something will be fetched. Whether that is news: then the caller sees to it.
    pub(crate) fn announce(&self, key: &K) -> Option<K> {
        let mut all = self.all();
        if all.contains_key(key) {
            return None;
        }
        all.insert(key.clone(), Arc::new(Cell::new(State::Waiting)));
        Some(key.clone())
    }

    /// What a key stands for: fetched here, or by who began before. A failure is told once and then forgotten, so
    /// that it can be tried again.
    pub(crate) fn get(&self, key: &K, fetch: impl FnOnce() -> Result<V, Error>) -> Result<V, Error> {
        let result = self.early(key, fetch);
        if result.is_err() {
            self.forget(key);
        }
        result
    }

    /// The same for who only fetches early: a failure is kept for who needs the thing.
    pub(crate) fn early(&self, key: &K, fetch: impl FnOnce() -> Result<V, Error>) -> Result<V, Error> {
        let cell =
            self.all().entry(key.clone()).or_insert_with(|| Arc::new(Cell::new(State::Waiting))).clone();
        let mut state = cell.lock();
        loop {
            match &*state {
                State::Done(result) => return result.clone(),
                State::Running => {
                    state = cell.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                State::Waiting => break,
            }
        }
        *state = State::Running;
        drop(state);
        // Who waits must hear of it, even of a defect.
        let mut outcome = Outcome { cell: &cell, result: Some(Err(Error::new(Code::Panic, "registry"))) };
        let result = fetch();
        outcome.result = Some(result.clone());
        drop(outcome);
        result
    }

    /// Puts there what came with something else.
    pub(crate) fn put(&self, key: K, value: V) {
        self.all().entry(key).or_insert_with(|| Arc::new(Cell::new(State::Done(Ok(value)))));
    }

    /// What a key stands for, if it is there already.
    pub(crate) fn known(&self, key: &K) -> Option<V> {
        let cell = self.all().get(key)?.clone();
        match &*cell.lock() {
            State::Done(Ok(value)) => Some(value.clone()),
            _ => None,
        }
    }

    /// Lets go of something.
    pub(crate) fn forget(&self, key: &K) {
        self.all().remove(key);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<K, Arc<Cell<V>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Cell<V> {
    fn new(state: State<V>) -> Self {
        Cell { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells those who wait, on every way out.
struct Outcome<'c, V> {
    cell: &'c Cell<V>,
    result: Option<Result<V, Error>>,
}

impl<V> Drop for Outcome<'_, V> {
    fn drop(&mut self) {
        if let Some(result) = self.result.take() {
            *self.cell.lock() = State::Done(result);
            self.cell.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn many_who_ask_at_once_fetch_once() {
        let (cells, fetched) = (Cells::<u8, u8>::default(), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let found = cells.get(&1, || {
                        fetched.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(Duration::from_millis(20));
                        Ok(7)
                    });
                    assert_eq!(found, Ok(7));
                });
            }
        });
        assert_eq!(fetched.into_inner(), 1);
    }

    #[test]
    fn a_failure_is_told_to_who_needs_the_thing_and_then_tried_again() {
        let cells = Cells::<u8, u8>::default();
        let failure = || Err(Error::new(Code::Unreachable, "x"));
        assert!(cells.announce(&1).is_some());
        assert!(cells.announce(&1).is_none());
        cells.early(&1, failure).unwrap_err();
        cells.get(&1, || panic!("the failure is known")).unwrap_err();
        assert_eq!(cells.get(&1, || Ok(7)), Ok(7));
        assert_eq!((cells.known(&1), cells.known(&2)), (Some(7), None));
    }

    #[test]
    fn a_defect_leaves_nobody_waiting() {
        let cells = Arc::new(Cells::<u8, u8>::default());
        let other = cells.clone();
        std::thread::spawn(move || other.early(&1, || panic!("a test of panics"))).join().unwrap_err();
        assert_eq!(cells.get(&1, || Ok(7)).unwrap_err().code(), Code::Panic);
    }
}
