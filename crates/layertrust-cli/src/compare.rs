//! `compare`: two images side by side.

use std::sync::Arc;

use jiff::Timestamp;
use layertrust::report::Comparison;
use layertrust::{Error, Progress, Verifier};
use layertrust_report::{json, markdown, text};

use crate::Streams;
use crate::args::{Compare, Global};
use crate::ask::Asked;
use crate::exit::{Status, complain};
use crate::images::{and_image, evidence, stack, stdin_once};
use crate::output::{Format, Places, plain, text_options};
use crate::progress::Shown;
use crate::registry::Registries;
use crate::signers::{Unsaid, policy};

const FORMATS: [Format; 3] = [Format::Text, Format::Json, Format::Markdown];

pub(crate) fn compare(ask: &Compare, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let mut places = Places::open(&ask.output, &FORMATS)?;
    stdin_once([ask.from.as_str(), &ask.to].into_iter(), &ask.given)?;
    let verifier = Verifier::new(policy(&ask.given.trust, Unsaid::Nobody)?)?;
    let compared = run(ask, global, &verifier, streams.err_is_terminal)?;
    let options = text_options(global, streams.out_is_terminal);
    let mut status = Status::Done;
    places.write(streams, |format, is_stdout, mut out| match format {
        Format::Json | Format::JsonLines => json::write_value_pretty(&mut out, &compared),
        Format::Markdown => out.write_all(markdown::render_comparison(&compared).as_bytes()),
        Format::Text => {
            out.write_all(text::render_comparison(&compared, &plain(options, is_stdout)).as_bytes())
        }
    });
    for error in places.finish(streams) {
        status = status.and(complain(streams, &error));
    }
    Ok(status)
}

fn run(ask: &Compare, global: &Global, verifier: &Verifier, is_terminal: bool) -> Result<Comparison, Error> {
    let limits = verifier.policy().limits();
    // A base is often compared with what was built on it.
    let registries = Registries::new(global);
    let evidence = evidence(&ask.given, &registries, limits)?;
    let evidence = and_image(evidence, &ask.from, &registries, limits)?;
    let progress: Arc<Progress> = Arc::default();
    let _shown = Shown::start(&progress, global.progress, is_terminal);
    let asked = Asked {
        now: ask.given.now.unwrap_or_else(Timestamp::now),
        bases: evidence.bases(),
        progress: &progress,
    };
    let (from, from_selector) = stack(&evidence, &ask.from, &registries, limits)?;
    let (to, to_selector) = stack(&evidence, &ask.to, &registries, limits)?;
    let from_request = asked.request(&ask.given, &ask.from, from_selector);
    let to_request = asked.request(&ask.given, &ask.to, to_selector);
    verifier.compare((&from, &from_request), (&to, &to_request))
}
