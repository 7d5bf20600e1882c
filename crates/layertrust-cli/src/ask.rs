//! `verify` and `inspect`: the same question, with a verdict and without.

use jiff::Timestamp;
use layertrust::report::{Mode, Report};
use layertrust::{Error, Failure, Request, Verifier};

use crate::args::{Ask, Global};
use crate::exit::{Status, complain};
use crate::output::Outputs;
use crate::signers::{Unsaid, policy};
use crate::{Streams, images};

/// Every image gets its answer; one that fails never stops the rest.
pub(crate) fn verify(ask: &Ask, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let policy = policy(&ask.trust, Unsaid::Error)?;
    let audit = policy.mode() == Mode::Audit;
    let verifier = Verifier::new(policy)?;
    answer(ask, global, streams, |name, request_for| {
        let opened = match images::open(name, ask, verifier.policy().limits()) {
            Ok(opened) => opened,
            Err(error) => return failed(&verifier, &request_for(name, None), error),
        };
        match verifier.verify(&opened.source, &request_for(name, Some(&opened))) {
            Ok(accepted) => Answer { report: accepted.into_report(), status: Status::Done, error: None },
            Err(Failure::Rejected(report)) => {
                let status = if audit { Status::Done } else { Status::Rejected };
                Answer { report: *report, status, error: None }
            }
            Err(Failure::Error(error)) => failed(&verifier, &request_for(name, Some(&opened)), error),
        }
    })
}

pub(crate) fn inspect(ask: &Ask, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let verifier = Verifier::new(policy(&ask.trust, Unsaid::Nobody)?)?;
    answer(ask, global, streams, |name, request_for| {
        let inspected = images::open(name, ask, verifier.policy().limits())
            .and_then(|opened| verifier.inspect(&opened.source, &request_for(name, Some(&opened))));
        match inspected {
            Ok(report) => {
                let broken = report.errors().next().is_some();
                Answer { report, status: if broken { Status::Rejected } else { Status::Done }, error: None }
            }
            Err(error) => failed(&verifier, &request_for(name, None), error),
        }
    })
}

struct Answer {
    report: Report,
    status: Status,
    error: Option<Error>,
}

type RequestFor<'r> = &'r dyn Fn(&str, Option<&images::Opened>) -> Request;

fn answer(
    ask: &Ask,
    global: &Global,
    streams: &mut Streams<'_>,
    mut one: impl FnMut(&str, RequestFor<'_>) -> Answer,
) -> Result<Status, Error> {
    let mut outputs = Outputs::new(&ask.output, global, streams.out_is_terminal)?;
    let names = images::names(ask)?;
    let now = ask.now.unwrap_or_else(Timestamp::now);
    let request_for = |name: &str, opened: Option<&images::Opened>| {
        let selector = opened.map_or(layertrust::Selector::Only, |opened| opened.selector.clone());
        let mut request =
            Request::new(name, selector, now).platforms(ask.platform.clone()).layers(ask.layers);
        if ask.now.is_none() {
            request = request.now_from_clock();
        }
        if let Some(name) = &ask.name {
            request = request.name(name);
        }
        opened.iter().flat_map(|opened| &opened.bases).fold(request, |request, digest| request.base(*digest))
    };
    let mut status = Status::Done;
    let several = names.len() > 1;
    for name in &names {
        let answer = one(name, &request_for);
        if let Some(error) = &answer.error {
            complain(streams, error);
        }
        status = status.and(answer.status);
        outputs.add(answer.report, several, streams)?;
    }
    outputs.finish(several, streams)?;
    Ok(status)
}

/// The answer where there is no report: broken bytes are a no, anything else is no answer.
fn failed(verifier: &Verifier, request: &Request, error: Error) -> Answer {
    Answer { report: verifier.unanswered(request, &error), status: Status::of(&error), error: Some(error) }
}
