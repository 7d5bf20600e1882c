//! Sigstore bundles in files: evidence that lies beside an image and in no registry.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::descriptor::Descriptor;
use crate::oci::media_type;
use crate::oci::reference::Selector;
use crate::oci::source::{Origin, Referrer, Referrers, Source};

/// Bundles from a file or a folder: one JSON document a file, or JSON Lines as `gh attestation download` and
/// `.intoto.jsonl` files have it. Lines may be DSSE envelopes too.
///
/// Only what is signed decides what a bundle is about; which digests it is tried for is a look into it.
#[derive(Debug)]
pub struct BundleFiles {
    bundles: Vec<Bundle>,
}

#[derive(Debug)]
struct Bundle {
    descriptor: Descriptor,
    bytes: Vec<u8>,
    /// What its statement names: a hint.
    subjects: BTreeSet<Digest>,
}

/// The endings that are read in a folder.
const ENDINGS: [&str; 5] = [".json", ".jsonl", ".sigstore", ".bundle", ".intoto"];

/// The fields that say what a line is. A tolerant look, for finding only.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Peek {
    media_type: Option<String>,
    dsse_envelope: Option<Envelope>,
    payload_type: Option<String>,
    payload: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    payload: String,
}

#[derive(Deserialize)]
struct Statement {
    subject: Vec<Subject>,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(default)]
    digest: std::collections::BTreeMap<String, String>,
}

impl BundleFiles {
    /// Reads a file, or every file of a folder with a known ending, in order of name.
    ///
    /// # Errors
    /// `malformed` for a file that is neither JSON nor JSON Lines, `unsupported-format` for JSON that is no
    /// bundle, `limit-exceeded`, and `io` or `not-found` for what cannot be read.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self> {
        let mut files = BundleFiles { bundles: Vec::new() };
        let mut total = 0;
        for file in files_of(path, limits)? {
            let bytes = read(&file, limits.evidence_size.saturating_sub(total))?;
            total += bytes.len() as u64;
            files.add_all(&bytes, limits).map_err(|error| error.about(file.display()))?;
        }
        if files.bundles.is_empty() {
            return Err(Error::new(Code::NotFound, path.display().to_string())
                .expected("a Sigstore bundle")
                .found("none"));
        }
        Ok(files)
    }

    fn add_all(&mut self, bytes: &[u8], limits: &Limits) -> Result<()> {
        if serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
            return self.add(bytes, limits);
        }
        for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            if let Err(error) = serde_json::from_slice::<IgnoredAny>(line) {
                return Err(Error::new(Code::Malformed, format!("line {}", number + 1))
                    .expected("JSON")
                    .found(error));
            }
            self.add(line, limits).map_err(|error| error.about(format!("line {}", number + 1)))?;
        }
        Ok(())
    }

    fn add(&mut self, bytes: &[u8], limits: &Limits) -> Result<()> {
        Limits::check("statement-size", limits.statement_size, bytes.len() as u64, "bundle")?;
        Limits::check("evidence", limits.evidence, self.bundles.len() as u64 + 1, "bundles")?;
        let unsupported = || {
            Error::new(Code::UnsupportedFormat, "bundle")
                .expected("a Sigstore bundle or a DSSE envelope")
                .found("other JSON")
        };
        let peek: Peek = serde_json::from_slice(bytes).map_err(|_| unsupported())?;
        let (media_type, payload) = match (&peek.media_type, &peek.dsse_envelope, &peek.payload_type) {
            (Some(kind), envelope, _) if kind.starts_with(media_type::BUNDLE_PREFIX) => {
                (kind.clone(), envelope.as_ref().map(|envelope| &envelope.payload))
            }
            (None, None, Some(_)) => (media_type::DSSE.to_owned(), peek.payload.as_ref()),
            _ => return Err(unsupported()),
        };
        self.bundles.push(Bundle {
            descriptor: Descriptor::new(media_type, Digest::sha256(bytes), bytes.len() as u64),
            bytes: bytes.to_vec(),
            subjects: payload.map(|payload| subjects(payload)).unwrap_or_default(),
        });
        Ok(())
    }
}

fn files_of(path: &Path, limits: &Limits) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| failure(path, &error);
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            files.push(file);
        }
        Limits::check("layout-entries", limits.layout_entries, files.len() as u64, path.display())?;
    }
    files.sort_unstable();
    Ok(files)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let metadata = fs::metadata(path).map_err(|error| failure(path, &error))?;
    if !metadata.is_file() {
        return Err(Error::new(Code::Malformed, path.display().to_string())
            .expected("a regular file")
            .found("another"));
    }
    Limits::check("evidence-size", limit, metadata.len(), path.display())?;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| failure(path, &error))?;
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| failure(path, &error))?;
    Limits::check("evidence-size", limit, bytes.len() as u64, path.display())?;
    Ok(bytes)
}

fn failure(path: &Path, error: &std::io::Error) -> Error {
    let code = if error.kind() == std::io::ErrorKind::NotFound { Code::NotFound } else { Code::Io };
    Error::new(code, path.display().to_string()).found(error)
}

/// The digests that a statement names, as far as they can be read.
fn subjects(payload: &str) -> BTreeSet<Digest> {
    let payload = crate::evidence::decode_base64(payload, "payload").unwrap_or_default();
    let statement: Option<Statement> = serde_json::from_slice(&payload).ok();
    let digests =
        statement.into_iter().flat_map(|statement| statement.subject).flat_map(|subject| subject.digest);
    digests.filter_map(|(algorithm, value)| format!("{algorithm}:{value}").parse().ok()).collect()
}

impl Source for BundleFiles {
    fn resolve(&self, _: &Selector) -> Result<Option<Descriptor>> {
        Ok(None)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        let found = self.bundles.iter().find(|bundle| bundle.descriptor.digest == *digest);
        Ok(found.map(|bundle| Box::new(bundle.bytes.as_slice()) as Box<dyn Read + Send + '_>))
    }

    fn referrers(&self, subject: &Digest, _: &Limits) -> Result<Referrers> {
        let named = self.bundles.iter().filter(|bundle| bundle.subjects.contains(subject));
        let found = named
            .map(|bundle| Referrer { descriptor: bundle.descriptor.clone(), origin: Origin::BundleFile });
        Ok(Referrers { found: found.collect(), incomplete: Vec::new() })
    }
}

#[cfg(test)]
mod tests;
