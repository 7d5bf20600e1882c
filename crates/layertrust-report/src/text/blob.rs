//! What was verified about a file, for people. The first line is cosign's.

use std::io::{self, Write};

use layertrust::report::BlobReport;

use crate::escape::shorten;
use crate::text::words;

/// Writes what was verified.
///
/// # Errors
/// Those of the writer.
pub fn write_blob(out: &mut dyn Write, report: &BlobReport) -> io::Result<()> {
    writeln!(out, "Verified OK")?;
    writeln!(out, "  signer   {}", words::signer(&report.signer))?;
    for (name, value) in [("identity", &report.signer.identity), ("issuer", &report.signer.issuer)] {
        if let Some(value) = value {
            writeln!(out, "  {name:8} {}", shorten(value, 300))?;
        }
    }
    for (name, value) in &report.signer.claims {
        writeln!(out, "  claim    {name}: {}", shorten(value, 300))?;
    }
    if let Some(kind) = &report.predicate_type {
        writeln!(out, "  type     {}", shorten(kind, 200))?;
    }
    match report.times.as_slice() {
        [] => writeln!(out, "  time     none is proved")?,
        times => writeln!(out, "  time     {}", times.join(", "))?,
    }
    writeln!(out, "  checked  {}", report.checks.join(", "))?;
    let root = &report.root;
    let as_of = root.as_of.as_ref().map(|day| format!(", as of {day}")).unwrap_or_default();
    writeln!(out, "  root     {} ({}{as_of})", shorten(&root.name, 60), words::short_digest(&root.digest))?;
    if report.timestamps_ignored > 0 {
        writeln!(out, "  ignored  {} timestamps by authorities outside the root", report.timestamps_ignored)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
