//! `policy init`, `check`, `show` and `try`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use layertrust::limits::REPORTS_SIZE;
use layertrust::{Code, Error, Folder, Policy};
use layertrust_report::{json, text};

use crate::Streams;
use crate::args::{Global, PolicyCommand};
use crate::exit::{Status, complain, note};
use crate::output::{Format, Places, cannot_write, plain, text_options, write_stdout};

/// The policy that `init` writes, with a place for the organization's key.
const TEMPLATE: &str = include_str!("policy.toml");

pub(crate) fn run(
    command: &PolicyCommand,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Error> {
    match command {
        PolicyCommand::Init { output, key } => init(output.as_deref(), key, streams),
        PolicyCommand::Check { file } => {
            let policy = Policy::from_file(file)?;
            write_stdout(streams, |out| {
                writeln!(out, "{}: policy {:?} is complete", file.display(), policy.name())
            })?;
            Ok(Status::Done)
        }
        PolicyCommand::Show { file } => {
            let policy = Policy::from_file(file)?;
            let mut value = policy.summary();
            if let Some(members) = value.as_object_mut() {
                members.insert("digest".to_owned(), policy.digest().into());
            }
            write_stdout(streams, |mut out| json::write_value_pretty(&mut out, &value))?;
            Ok(Status::Done)
        }
        PolicyCommand::Try { file, reports, output } => try_on(file, reports, output, global, streams),
    }
}

/// What the policy would say of these reports. That it would reject something is an answer, and no failure.
fn try_on(
    file: &Path,
    files: &[PathBuf],
    output: &[String],
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Error> {
    let policy = Policy::from_file(file)?;
    let mut places = Places::open(output, &[Format::Text, Format::Json])?;
    let mut reports = Vec::new();
    for path in files {
        let bytes = Folder::read_file(path, REPORTS_SIZE, Code::Usage)?;
        let read = json::read_reports(&bytes).map_err(|error| error.about(path.display()))?;
        reports.extend(read);
    }
    let trial = policy.try_on(&reports)?;
    let options = text_options(global, streams.out_is_terminal);
    places.write(streams, |format, is_stdout, mut out| match format {
        Format::Json => json::write_value_pretty(&mut out, &trial),
        _ => out.write_all(text::render_trial(&trial, &plain(options, is_stdout)).as_bytes()),
    });
    let failures = places.finish(streams);
    Ok(failures.iter().fold(Status::Done, |status, error| status.and(complain(streams, error))))
}

fn init(output: Option<&Path>, key: &str, streams: &mut Streams<'_>) -> Result<Status, Error> {
    // The key stands in a TOML string.
    let quoted = serde_json::Value::from(key).to_string();
    let text = TEMPLATE.replace("\"cosign.pub\"", &quoted);
    let folder = match output {
        Some(path) => {
            let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
                match error.kind() {
                    std::io::ErrorKind::AlreadyExists => Error::new(Code::Usage, path.display().to_string())
                        .expected("a new file")
                        .found("one that exists; it was left as it is"),
                    _ => cannot_write(path, &error),
                }
            })?;
            file.write_all(text.as_bytes()).map_err(|error| cannot_write(path, &error))?;
            path.parent().unwrap_or_else(|| Path::new(""))
        }
        None => {
            write_stdout(streams, |out| out.write_all(text.as_bytes()))?;
            Path::new("")
        }
    };
    if !folder.join(key).is_file() {
        note(streams, &format!("the policy names the key {key}, which is not there yet"));
    }
    Ok(Status::Done)
}
