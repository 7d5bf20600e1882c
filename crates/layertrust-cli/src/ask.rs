//! `verify` and `inspect`: the same question, with a verdict and without.

use jiff::Timestamp;
use layertrust::report::{Mode, Report};
use layertrust::{Error, Failure, Request, Selector, Stack, Verifier};

use crate::Streams;
use crate::args::{Ask, Global};
use crate::exit::{Status, complain};
use crate::images::{Evidence, names};
use crate::output::Outputs;
use crate::signers::{Unsaid, policy};

pub(crate) fn verify(ask: &Ask, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let policy = policy(&ask.trust, Unsaid::Error)?;
    let no = if policy.mode() == Mode::Audit { Status::Done } else { Status::Rejected };
    let verifier = Verifier::new(policy)?;
    answer(ask, global, streams, &verifier, |source, request| match verifier.verify(source, request) {
        Ok(accepted) => Ok((accepted.into_report(), Status::Done)),
        Err(Failure::Rejected(report)) => Ok((*report, no)),
        Err(Failure::Error(error)) => Err(error),
    })
}

pub(crate) fn inspect(ask: &Ask, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let verifier = Verifier::new(policy(&ask.trust, Unsaid::Nobody)?)?;
    answer(ask, global, streams, &verifier, |source, request| {
        let report = verifier.inspect(source, request)?;
        let status = if report.errors().next().is_some() { Status::Rejected } else { Status::Done };
        Ok((report, status))
    })
}

/// Every image gets its answer; one that fails never stops the rest.
fn answer(
    ask: &Ask,
    global: &Global,
    streams: &mut Streams<'_>,
    verifier: &Verifier,
    one: impl Fn(&Stack, &Request) -> Result<(Report, Status), Error>,
) -> Result<Status, Error> {
    let mut outputs = Outputs::new(&ask.output, global, streams.out_is_terminal)?;
    let names = names(ask)?;
    let limits = verifier.policy().limits();
    let evidence = Evidence::open(ask, limits)?;
    let now = ask.now.unwrap_or_else(Timestamp::now);
    let mut status = Status::Done;
    let several = names.len() > 1;
    for name in &names {
        let opened = evidence.stack(name, limits);
        let selector = opened.as_ref().map_or(Selector::Only, |(_, selector)| selector.clone());
        let request = request(ask, name, selector, now, &evidence);
        let answered = opened.and_then(|(source, _)| one(&source, &request));
        // Broken bytes are a no, anything else that went wrong is no answer; either way there is a report.
        let (report, own) = answered.unwrap_or_else(|error| {
            complain(streams, &error);
            (verifier.unanswered(&request, &error), Status::of(&error))
        });
        status = status.and(own);
        outputs.add(report, several, streams)?;
    }
    outputs.finish(several, streams)?;
    Ok(status)
}

fn request(ask: &Ask, name: &str, selector: Selector, now: Timestamp, evidence: &Evidence) -> Request {
    let mut request = Request::new(name, selector, now).platforms(ask.platform.clone()).layers(ask.layers);
    if ask.now.is_none() {
        request = request.now_from_clock();
    }
    if let Some(name) = &ask.name {
        request = request.name(name);
    }
    evidence.bases.iter().fold(request, |request, digest| request.base(*digest))
}
