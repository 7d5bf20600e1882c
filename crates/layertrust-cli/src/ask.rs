//! `verify` and `inspect`: the same question, with a verdict and without.

use std::sync::Arc;

use jiff::Timestamp;
use layertrust::report::{FACTS_SCHEMA, Mode, Report};
use layertrust::{Digest, Error, Failure, Progress, Request, Selector, Stack, Verifier};

use crate::Streams;
use crate::args::{Ask, Given, Global, Summary, Verify};
use crate::exit::{Status, complain, guarded, note};
use crate::images::{evidence, names, repository, shown, stack};
use crate::output::Outputs;
use crate::progress::{Shown, threads};
use crate::registry::Registries;
use crate::signers::{Unsaid, policy};
use crate::vsa::{SummaryFile, Written};

pub(crate) fn verify(asked: &Verify, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let ask = &asked.ask;
    let policy = policy(&ask.given.trust, Unsaid::Error)?;
    let no = if policy.mode() == Mode::Audit { Status::Done } else { Status::Rejected };
    let verifier = Verifier::new(policy)?;
    let batch = verifier.batch();
    let one = |source: &Stack, request: &Request| match batch.verify(source, request) {
        Ok(accepted) => Ok((accepted.into_report(), Status::Done)),
        Err(Failure::Rejected(report)) => Ok((*report, no)),
        Err(Failure::Error(error)) => Err(error),
    };
    // Broken bytes are a no, anything else that went wrong is no answer; either way there is a report.
    let unanswered = |request: &Request, error: &Error| {
        let status = Status::of(error);
        (verifier.unanswered(request, error), if status == Status::Rejected { no } else { status })
    };
    answer(ask, Some(&asked.summary), global, streams, &verifier, one, unanswered)
}

pub(crate) fn inspect(ask: &Ask, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let verifier = Verifier::new(policy(&ask.given.trust, Unsaid::Nobody)?)?;
    let batch = verifier.batch();
    let one = |source: &Stack, request: &Request| {
        let report = batch.inspect(source, request)?;
        let status = if report.errors().next().is_some() { Status::Rejected } else { Status::Done };
        Ok((report, status))
    };
    // Nothing is judged here, so a question without an answer has no verdict either.
    let unanswered = |request: &Request, error: &Error| {
        let report = verifier.unanswered(request, error);
        let facts = Report { schema: FACTS_SCHEMA.to_owned(), verdict: None, policy: None, ..report };
        (facts, Status::of(error))
    };
    answer(ask, None, global, streams, &verifier, one, unanswered)
}

/// Every image gets its answer; one that fails never stops the rest.
fn answer(
    ask: &Ask,
    summary: Option<&Summary>,
    global: &Global,
    streams: &mut Streams<'_>,
    verifier: &Verifier,
    one: impl Fn(&Stack, &Request) -> Result<(Report, Status), Error>,
    unanswered: impl Fn(&Request, &Error) -> (Report, Status),
) -> Result<Status, Error> {
    let mut outputs = Outputs::new(&ask.output, global, streams.out_is_terminal)?;
    let names = names(ask)?;
    let mut summary = match summary {
        Some(asked) => {
            let only = names.first().map_or("", String::as_str);
            SummaryFile::open(asked, names.len(), deployed(ask, only).as_deref())?
        }
        None => None,
    };
    let limits = verifier.policy().limits();
    // Evidence that cannot be read leaves every image without an answer; a wrong call is no question at all.
    let registries = Registries::new(global);
    let evidence = match evidence(&ask.given, &registries, limits) {
        Err(error) if Status::of(&error) == Status::Wrong => return Err(error),
        evidence => evidence,
    };
    if let Err(error) = &evidence {
        complain(streams, error);
    }
    let bases = evidence.as_ref().map_or(&[][..], |evidence| evidence.bases());
    let now = ask.given.now.unwrap_or_else(Timestamp::now);
    let progress: Arc<Progress> = Arc::default();
    let asked = Asked { now, bases, progress: &progress };
    let _shown = Shown::start(&progress, global.progress, streams.err_is_terminal);
    let mut status = Status::Done;
    let several = names.len() > 1;
    for name in &names {
        let (report, own) = match &evidence {
            Err(error) => unanswered(&request(ask, name, Selector::Only, &asked), error),
            Ok(evidence) => {
                let opened = guarded(|| stack(evidence, name, &registries, limits));
                let selector = opened.as_ref().map_or(Selector::Only, |(_, selector)| selector.clone());
                let request = request(ask, name, selector, &asked);
                let answered = opened.and_then(|(source, _)| guarded(|| one(&source, &request)));
                answered.unwrap_or_else(|error| {
                    complain(streams, &error);
                    unanswered(&request, &error)
                })
            }
        };
        status = status.and(own);
        match summary.take().map(|file| file.write(&report)) {
            Some(Err(error)) => status = status.and(complain(streams, &error)),
            Some(Ok(Written::Nothing(path))) => {
                note(streams, &format!("{} stays empty: there is no verdict.", path.display()));
            }
            Some(Ok(Written::Statement)) | None => {}
        }
        outputs.add(report, several, streams);
    }
    // What was found out counts, even where it could not be written everywhere.
    for error in outputs.finish(several, streams) {
        status = status.and(complain(streams, &error));
    }
    Ok(status)
}

fn request(ask: &Ask, name: &str, selector: Selector, asked: &Asked<'_>) -> Request {
    let request = asked.request(&ask.given, name, selector).layers(ask.layers);
    match deployed(ask, name) {
        Some(name) => request.name(name),
        None => request,
    }
}

/// The name under which an image is or will be deployed.
fn deployed(ask: &Ask, image: &str) -> Option<String> {
    ask.name.clone().or_else(|| repository(image))
}

/// What is the same for every image of a run.
pub(crate) struct Asked<'a> {
    pub(crate) now: Timestamp,
    pub(crate) bases: &'a [Digest],
    pub(crate) progress: &'a Arc<Progress>,
}

impl Asked<'_> {
    pub(crate) fn request(&self, given: &Given, name: &str, selector: Selector) -> Request {
        let mut request = Request::new(shown(name), selector, self.now)
            .platforms(given.platform.clone())
            .threads(threads())
            .progress(self.progress.clone());
        if given.now.is_none() {
            request = request.now_from_clock();
        }
        self.bases.iter().fold(request, |request, digest| request.base(*digest))
    }
}
