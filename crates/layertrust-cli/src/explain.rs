//! `explain` and `schema`: what codes mean, and what documents look like.

use layertrust::{Code, Error, Severity};
use layertrust_report::json;

use crate::Streams;
use crate::args::Document;
use crate::exit::Status;
use crate::output::write_stdout;

/// One code in full, or all of them in a line each.
pub(crate) fn explain(name: Option<&str>, streams: &mut Streams<'_>) -> Result<Status, Error> {
    write_stdout(streams, |out| match name.and_then(Code::from_name) {
        Some(code) => {
            writeln!(out, "{code} ({})", code.number())?;
            writeln!(out, "  severity  {}", severity(code))?;
            writeln!(out, "  family    {:?}", code.family())?;
            writeln!(out, "  means     {}", code.meaning())?;
            writeln!(out, "  to do     {}", code.advice())
        }
        None => {
            for code in Code::ALL {
                writeln!(
                    out,
                    "{} {:<22} {:<8} {}",
                    code.number(),
                    code.name(),
                    severity(*code),
                    code.meaning()
                )?;
            }
            Ok(())
        }
    })?;
    Ok(Status::Done)
}

fn severity(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

pub(crate) fn schema(document: Document, streams: &mut Streams<'_>) -> Result<Status, Error> {
    let schema = match document {
        Document::Comparison => layertrust::comparison_schema(),
        Document::Report => layertrust::report_schema(),
        Document::Blob => layertrust::blob_report_schema(),
        Document::Trial => layertrust::trial_schema(),
        Document::Policy => layertrust::policy_schema(),
    };
    write_stdout(streams, |mut out| json::write_value_pretty(&mut out, &schema))?;
    Ok(Status::Done)
}
