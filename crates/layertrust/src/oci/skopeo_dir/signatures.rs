//! The `signature-N` files beside an image: what a registry would keep under cosign's tag.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde::Deserialize;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::descriptor::Descriptor;
use crate::oci::files::Files;
use crate::oci::media_type;

/// A payload, with the signature among the annotations of its descriptor as in a manifest of cosign's.
#[derive(Debug)]
pub(super) struct Loose {
    /// The manifest that it lies beside: a hint.
    pub(super) beside: Digest,
    pub(super) descriptor: Descriptor,
    pub(super) bytes: Vec<u8>,
}

/// What stands before a signature in Sigstore's form. Older ones are OpenPGP messages as they are, or with
/// another such line.
const SIGSTORE: &[u8] = b"\0sigstore-json\n";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    mime_type: String,
    payload: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// Reads `signature-1`, `signature-2` and so on until one is missing, as their writers number them. They are
/// kept, so the bounds of all evidence hold for all of them together.
pub(super) fn read(
    files: &Files,
    beside: Digest,
    prefix: &str,
    limits: &Limits,
    all: &mut Vec<Loose>,
) -> Result<()> {
    for number in 1_u64.. {
        let name = format!("{prefix}signature-{number}");
        let Some(bytes) = files.read(&name, ("statement-size", limits.statement_size))? else { break };
        let (descriptor, bytes) = parse(bytes, &name)?;
        all.push(Loose { beside, descriptor, bytes });
        let size = all.iter().map(|one| one.descriptor.size).sum();
        Limits::check("evidence", limits.evidence, all.len() as u64, &name)?;
        Limits::check("evidence-size", limits.evidence_size, size, &name)?;
    }
    Ok(())
}

fn parse(bytes: Vec<u8>, name: &str) -> Result<(Descriptor, Vec<u8>)> {
    let describe =
        |kind: &str, bytes: &[u8]| Descriptor::new(kind, Digest::sha256(bytes), bytes.len() as u64);
    let Some(json) = bytes.strip_prefix(SIGSTORE) else {
        return Ok((describe(media_type::OPENPGP, &bytes), bytes));
    };
    let malformed = |expected: &str| Error::new(Code::Malformed, name).expected(expected);
    let stored: Stored = serde_json::from_slice(json)
        .map_err(|error| malformed("a signature with mimeType, payload and annotations").found(error))?;
    let payload = base64::engine::general_purpose::STANDARD
        .decode(&stored.payload)
        .map_err(|error| malformed("a payload in base64").found(error))?;
    let descriptor = Descriptor { annotations: stored.annotations, ..describe(&stored.mime_type, &payload) };
    Ok((descriptor, payload))
}

#[cfg(test)]
mod tests;
