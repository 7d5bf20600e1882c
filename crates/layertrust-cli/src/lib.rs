//! The command: arguments in, reports on stdout, everything else on stderr, an exit status.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::panic, reason = "tests state expectations by panicking")
)]

mod args;
mod ask;
mod blob;
mod compare;
mod exit;
mod explain;
mod images;
mod output;
mod policy;
mod progress;
mod registry;
mod signers;
mod vsa;

use std::ffi::OsString;
use std::io::Write;

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
    /// Whether somebody watches `err`, so that progress is shown when asked for `auto`.
    pub err_is_terminal: bool,
}

/// Runs the command on the process's own streams. The result is the exit status.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    use std::io::IsTerminal as _;
    let out_is_terminal = std::io::stdout().is_terminal();
    let err_is_terminal = std::io::stderr().is_terminal();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    run(args, &mut Streams { out: &mut out, err: &mut err, out_is_terminal, err_is_terminal })
}

/// Runs the command: 0 accepted or done, 1 no, 2 the call is wrong, 3 could not answer.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> u8 {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => return unparsed(&error, streams).into(),
    };
    // A defect of ours must not look like an answer about the image.
    let result = exit::guarded(|| dispatch(&args, streams));
    result.unwrap_or_else(|error| exit::complain(streams, &error)).into()
}

/// `--help` and `--version` are answers; everything else that clap says is about a wrong command line.
fn unparsed(error: &clap::Error, streams: &mut Streams<'_>) -> Status {
    let text = error.render().to_string();
    if !error.use_stderr() {
        let written = output::write_stdout(streams, |out| out.write_all(text.as_bytes()));
        return written.map_or_else(|error| exit::complain(streams, &error), |()| Status::Done);
    }
    // Its last paragraph is the advice that every error of ours ends in.
    let text = text.trim_end();
    let text = text.split("\n\nFor more information").next().unwrap_or(text);
    let message = text.strip_prefix("error: ").unwrap_or(text);
    exit::complain(streams, &Error::new(Code::Usage, message))
}

fn dispatch(args: &Args, streams: &mut Streams<'_>) -> Result<Status, Error> {
    match &args.command {
        Command::Verify(verify) => ask::verify(verify, &args.global, streams),
        Command::Compare(ask) => compare::compare(ask, &args.global, streams),
        Command::Inspect(inspect) => ask::inspect(inspect, &args.global, streams),
        Command::VerifyBlob(ask) => blob::verify(ask, &args.global, streams),
        Command::Policy(command) => policy::run(command, &args.global, streams),
        Command::Explain { code } => explain::explain(code.as_deref(), streams),
        Command::Schema { document } => explain::schema(*document, streams),
    }
}
