//! Reports as JSON. Order and fields are the report's own; the same report gives the same bytes.
//!
//! JSON leaves DEL, the C1 controls and bidirectional marks as they are, and a terminal or an editor that
//! shows the file obeys them. Here they are `\u` escapes, in strings and in keys: the value is the same.

mod read;

use std::io::{self, Write};

use layertrust::report::Report;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::escape::is_hidden;
pub use read::read_reports;

/// The schema of a document with several reports.
pub const REPORTS_SCHEMA: &str = "layertrust.reports/v1";

/// Writes one report, indented, with a newline at the end.
pub fn write_pretty(out: &mut impl Write, report: &Report) -> io::Result<()> {
    write_value_pretty(out, report)
}

/// Writes several reports as one document of [`REPORTS_SCHEMA`], indented.
pub fn write_all_pretty(out: &mut impl Write, reports: &[Report]) -> io::Result<()> {
    #[derive(Serialize)]
    struct Reports<'a> {
        schema: &'static str,
        reports: &'a [Report],
    }
    write_value_pretty(out, &Reports { schema: REPORTS_SCHEMA, reports })
}

/// Writes one report as one line (JSON Lines).
pub fn write_line(out: &mut impl Write, report: &Report) -> io::Result<()> {
    write_value_line(out, report)
}

/// Writes any value as the reports are written.
pub fn write_value_pretty(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write(out, value, PrettyFormatter::new())
}

/// Writes any value as one line, as the reports are written.
pub fn write_value_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write(out, value, CompactFormatter)
}

/// A value on one line, for texts. What cannot be serialized is left out.
pub(crate) fn compact(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    match value.serialize(&mut Serializer::with_formatter(&mut bytes, Visible(CompactFormatter))) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}

fn write(out: &mut impl Write, value: &impl Serialize, formatter: impl Formatter) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Visible(formatter)))?;
    out.write_all(b"\n")
}

/// A formatter that escapes what is hidden; everything else is left to the inner one.
struct Visible<F>(F);

impl<F: Formatter> Formatter for Visible<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (plain, tail) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut characters = tail.chars();
            for unit in characters.next().iter().flat_map(|hidden| hidden.encode_utf16(&mut [0; 2]).to_vec())
            {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests;
