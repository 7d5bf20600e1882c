//! The command: arguments in, reports on stdout, everything else on stderr, an exit status.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests state expectations by panicking"))]

mod args;
mod ask;
mod exit;
mod explain;
mod images;
mod output;
mod policy;
mod signers;

use std::ffi::OsString;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use layertrust::{Code, Error};

use args::{Args, Command};
use exit::Status;

/// What a command writes to, so that it can be run inside another program.
pub struct Streams<'s> {
    /// Results.
    pub out: &'s mut dyn Write,
    /// Errors and advice.
    pub err: &'s mut dyn Write,
    /// Whether `out` shows colors when asked for `auto`.
    pub out_is_terminal: bool,
}

/// Runs the command on the process's own streams.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    use std::io::IsTerminal as _;
    let out_is_terminal = std::io::stdout().is_terminal();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    run(args, &mut Streams { out: &mut out, err: &mut err, out_is_terminal })
}

/// Runs the command: 0 accepted or done, 1 no, 2 the call is wrong, 3 could not answer.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // --help and --version are answers, not errors.
            let text = error.render().to_string();
            let wrote = if error.use_stderr() {
                streams.err.write_all(text.as_bytes())
            } else {
                streams.out.write_all(text.as_bytes())
            };
            return if wrote.is_ok() && !error.use_stderr() {
                Status::Done.into()
            } else {
                Status::Wrong.into()
            };
        }
    };
    // A defect of ours must not look like an answer about the image.
    let ran = catch_unwind(AssertUnwindSafe(|| dispatch(&args, streams)));
    let status = ran.unwrap_or_else(|_| {
        let error = Error::new(Code::Panic, "layertrust").found("a defect; the text above says where");
        exit::complain(streams, &error);
        Status::NoAnswer
    });
    status.into()
}

fn dispatch(args: &Args, streams: &mut Streams<'_>) -> Status {
    let result = match &args.command {
        Command::Verify(verify) => ask::verify(verify, &args.global, streams),
        Command::Inspect(inspect) => ask::inspect(inspect, &args.global, streams),
        Command::Policy(command) => policy::run(command, streams),
        Command::Explain { code } => explain::explain(code.as_deref(), streams),
        Command::Schema { document } => explain::schema(*document, streams),
    };
    result.unwrap_or_else(|error| {
        exit::complain(streams, &error);
        Status::of(&error)
    })
}
