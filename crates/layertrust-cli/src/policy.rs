//! `policy init`, `check` and `show`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use layertrust::{Code, Error};
use layertrust_report::json;

use crate::Streams;
use crate::args::PolicyCommand;
use crate::exit::{Status, note};
use crate::output::{cannot_write, write_stdout};
use crate::signers::read;

/// The policy that `init` writes, with a place for the organization's key.
const TEMPLATE: &str = include_str!("policy.toml");

pub(crate) fn run(command: &PolicyCommand, streams: &mut Streams<'_>) -> Result<Status, Error> {
    match command {
        PolicyCommand::Init { output, key } => init(output.as_deref(), key, streams),
        PolicyCommand::Check { file } => {
            let policy = read(file)?;
            write_stdout(streams, |out| {
                writeln!(out, "{}: policy {:?} is complete", file.display(), policy.name())
            })?;
            Ok(Status::Done)
        }
        PolicyCommand::Show { file } => {
            let policy = read(file)?;
            let mut value = policy.summary();
            if let Some(members) = value.as_object_mut() {
                members.insert("digest".to_owned(), policy.digest().into());
            }
            write_stdout(streams, |mut out| json::write_value_pretty(&mut out, &value))?;
            Ok(Status::Done)
        }
    }
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
