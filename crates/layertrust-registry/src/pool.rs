//! Threads that fetch what will be asked for, started when there is something to fetch.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::limits::CONCURRENT;

type Job = Box<dyn FnOnce() + Send>;

/// A few threads and what they have to do. They end when the pool is gone and their work done; nobody waits for that.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Option<Sender<Job>>>);

impl Pool {
    /// Does a job soon. Where no thread can be started it is not done: it was early work, which nobody relies on.
    pub(crate) fn submit(&self, job: impl FnOnce() + Send + 'static) {
        let mut sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let jobs = sender.get_or_insert_with(start);
        // A pool without threads has nobody to receive.
        let _ = jobs.send(Box::new(job));
    }
}

fn start() -> Sender<Job> {
    let (sender, receiver) = channel::<Job>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..CONCURRENT {
        let receiver = receiver.clone();
        let _ = thread::Builder::new().name("layertrust-registry".to_owned()).spawn(move || work(&receiver));
    }
    sender
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // What goes wrong in a job is found out by who asks for its result.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
    }
}
