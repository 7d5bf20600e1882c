//! Many questions to one verifier: what they share is verified once.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::{Accepted, Failure, Request, Verifier};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::evidence::Kept;
use crate::oci::Source;
use crate::report::Report;

/// Questions to one verifier that share what is verified: of images on one base, the base's evidence once.
///
/// An answer is the one that [`Verifier::verify`] gives. A signed document counts as known where its digest, size and
/// annotations, the time of the question and the policy are the same; the question's own source must have it too, but
/// is not read again. Faults of a source are never kept. Of the documents of many images those are kept that are
/// asked for again and again, within the bounds of `limits.rs`.
///
/// Not shared: manifests, configs and layers.
#[derive(Debug)]
pub struct Batch<'v> {
    verifier: &'v Verifier,
    kept: Kept,
}

impl Verifier {
    /// Starts a batch of questions.
    #[must_use]
    pub fn batch(&self) -> Batch<'_> {
        Batch { verifier: self, kept: Kept::default() }
    }

    /// [`Batch::verify_many`] of a new batch.
    pub fn verify_many<Q>(
        &self,
        questions: impl Iterator<Item = Q> + Send,
        threads: NonZeroUsize,
        answered: impl FnMut(usize, Result<Accepted, Failure>) -> ControlFlow<()>,
    ) where
        Q: FnOnce() -> Result<(Box<dyn Source>, Request)> + Send,
    {
        self.batch().verify_many(questions, threads, answered);
    }
}

impl Batch<'_> {
    /// [`Verifier::verify`], with what the batch knows.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn verify(&self, source: &dyn Source, request: &Request) -> Result<Accepted, Failure> {
        self.verifier.judge(source, request, &self.kept)
    }

    /// [`Verifier::inspect`], with what the batch knows.
    ///
    /// # Errors
    /// As [`Verifier::inspect`].
    pub fn inspect(&self, source: &dyn Source, request: &Request) -> Result<Report> {
        self.verifier.collect(source, request, &self.kept)
    }

    /// Asks every question, in `threads` threads besides the caller's, and calls `answered` on the caller's with the
    /// question's number, counted from 0, as the answers come: not in order.
    ///
    /// A question opens its image when its turn comes, so that the list may have any length; no more than `threads`
    /// answers wait for the caller. The failure of one, a `panic` included, is its own answer and stops no other.
    /// `Break` ends the run: what is being asked is finished, and its answers are dropped.
    pub fn verify_many<Q>(
        &self,
        questions: impl Iterator<Item = Q> + Send,
        threads: NonZeroUsize,
        mut answered: impl FnMut(usize, Result<Accepted, Failure>) -> ControlFlow<()>,
    ) where
        Q: FnOnce() -> Result<(Box<dyn Source>, Request)> + Send,
    {
        let questions = Mutex::new(questions.enumerate());
        let stopped = AtomicBool::new(false);
        let next = || questions.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = |answers: SyncSender<_>| {
            while !stopped.load(Ordering::Relaxed)
                && let Some((number, question)) = next()
                && answers.send((number, self.ask(question))).is_ok()
            {}
        };
        std::thread::scope(|scope| {
            let (sender, answers) = sync_channel(threads.get());
            for _ in 0..threads.get() {
                let sender = sender.clone();
                scope.spawn(|| work(sender));
            }
            drop(sender);
            for (number, answer) in &answers {
                if answered(number, answer).is_break() {
                    break;
                }
            }
            // Whoever waits to hand over an answer must not wait for ever.
            stopped.store(true, Ordering::Relaxed);
            drop(answers);
        });
    }

    fn ask<Q>(&self, question: Q) -> Result<Accepted, Failure>
    where
        Q: FnOnce() -> Result<(Box<dyn Source>, Request)>,
    {
        let asked = AssertUnwindSafe(|| {
            let (source, request) = question()?;
            self.verify(&*source, &request)
        });
        catch_unwind(asked).unwrap_or_else(|_| {
            let error = Error::new(Code::Panic, "layertrust").found("a defect; its text went to stderr");
            Err(Failure::Error(error))
        })
    }
}

#[cfg(test)]
mod tests;
