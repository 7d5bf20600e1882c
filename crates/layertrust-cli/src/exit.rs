//! Exit statuses, and how errors are said.

use std::process::ExitCode;

use layertrust::{Error, Family};
use layertrust_report::escape::escape;

use crate::Streams;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Accepted, or done.
    Done,
    /// The image, its evidence or the policy says no.
    Rejected,
    /// The command line, policy or key is wrong.
    Wrong,
    /// Could not answer.
    NoAnswer,
}

impl Status {
    /// The status of a run that ended with this error.
    pub(crate) fn of(error: &Error) -> Self {
        match error.code().family() {
            _ if error.code() == layertrust::Code::Panic => Status::NoAnswer,
            Family::Caller => Status::Wrong,
            Family::Source => Status::NoAnswer,
            _ => Status::Rejected,
        }
    }

    /// Of several images: a definite no beats "could not answer", which beats yes.
    pub(crate) fn and(self, other: Status) -> Status {
        let rank = |status| match status {
            Status::Done => 0,
            Status::NoAnswer => 1,
            Status::Wrong => 2,
            Status::Rejected => 3,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Done => 0,
            Status::Rejected => 1,
            Status::Wrong => 2,
            Status::NoAnswer => 3,
        })
    }
}

/// Says an error on stderr, and what to do next. Where that cannot be written nothing can be done about it.
pub(crate) fn complain(streams: &mut Streams<'_>, error: &Error) {
    let _ = writeln!(streams.err, "error[{}]: {}", error.code(), lines(&error.message()));
    let _ = writeln!(streams.err, "  → {}", lines(error.advice()));
}

/// Says something that is no error.
pub(crate) fn note(streams: &mut Streams<'_>, text: &str) {
    let _ = writeln!(streams.err, "note: {}", lines(text));
}

/// Escaped line by line: a parser's message may have several.
fn lines(text: &str) -> String {
    text.lines().map(|line| escape(line).into_owned()).collect::<Vec<_>>().join("\n    ")
}
