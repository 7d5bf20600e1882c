//! Exit statuses, and how errors are said.

use std::panic::{AssertUnwindSafe, catch_unwind};

use layertrust::{Code, Error, Family};
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
            _ if error.code() == Code::Panic => Status::NoAnswer,
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

impl From<Status> for u8 {
    fn from(status: Status) -> u8 {
        match status {
            Status::Done => 0,
            Status::Rejected => 1,
            Status::Wrong => 2,
            Status::NoAnswer => 3,
        }
    }
}

/// Runs what may have a defect: a panic becomes an error, so that it never looks like an answer.
pub(crate) fn guarded<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(Error::new(Code::Panic, "layertrust").found("a defect; the text above says where"))
    })
}

/// Says an error on stderr, and what to do next. Where that cannot be written nothing can be done about it.
/// The status is the error's.
pub(crate) fn complain(streams: &mut Streams<'_>, error: &Error) -> Status {
    let _ = writeln!(streams.err, "error[{}]: {}", error.code(), lines(&error.message()));
    let _ = writeln!(streams.err, "  → {}", lines(error.advice()));
    Status::of(error)
}

/// Says something that is no error.
pub(crate) fn note(streams: &mut Streams<'_>, text: &str) {
    let _ = writeln!(streams.err, "note: {}", lines(text));
}

/// Escaped line by line: a parser's message may have several.
fn lines(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| escape(line).into_owned()).collect::<Vec<_>>().join("\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_answer() {
        let error = guarded(|| -> Result<(), Error> { panic!("a test of panics") }).unwrap_err();
        assert_eq!((error.code(), Status::of(&error)), (Code::Panic, Status::NoAnswer));
    }

    #[test]
    fn a_no_beats_no_answer_which_beats_yes() {
        use Status::{Done, NoAnswer, Rejected};
        for (one, two, both) in
            [(Done, NoAnswer, NoAnswer), (NoAnswer, Rejected, Rejected), (Done, Done, Done)]
        {
            assert_eq!((one.and(two), two.and(one)), (both, both));
        }
    }

    #[test]
    fn messages_are_escaped_line_by_line() {
        let mut err = Vec::new();
        let mut streams = Streams {
            out: &mut std::io::sink(),
            err: &mut err,
            out_is_terminal: false,
            err_is_terminal: false,
        };
        let error = Error::new(Code::Io, "a\n::error::b\u{1b}[2J").hint("again");
        complain(&mut streams, &error);
        let expected = "error[io]: a\n    \\u{3a}:error::b\\u{1b}[2J\n  → again\n";
        assert_eq!(String::from_utf8(err).unwrap(), expected);
    }
}
