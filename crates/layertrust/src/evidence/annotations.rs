//! cosign's form before bundles: certificate, log entry and timestamp as annotations of a layer (cosign
//! "SIGNATURE_SPEC.md").

use crate::code::Code;
use crate::digest::{Algorithm, Digest};
use crate::error::{Error, Result};
use crate::evidence::bundle::integrated_time;
use crate::evidence::decode_base64;
use crate::json;
use crate::limits::{Limits, WITNESSES};
use crate::oci::descriptor::Descriptor;
use crate::verify::{By, LogEntry, Material};

const CERTIFICATE: &str = "dev.sigstore.cosign/certificate";
const CHAIN: &str = "dev.sigstore.cosign/chain";
const BUNDLE: &str = "dev.sigstore.cosign/bundle";
const TIMESTAMP: &str = "dev.sigstore.cosign/rfc3161timestamp";

/// Reads what stands beside the signature in a layer's annotations; `hint` is the envelope's own.
pub(crate) fn material(layer: &Descriptor, hint: Option<String>, limits: &Limits) -> Result<Material> {
    // cosign itself once wrote blank ones.
    let text = |name: &str| layer.annotation(name).filter(|text| !text.trim().is_empty());
    let by = match text(CERTIFICATE) {
        Some(certificate) => {
            let mut leaf = certificates(certificate, CERTIFICATE)?;
            if leaf.len() != 1 {
                return malformed(CERTIFICATE, "one certificate", leaf.len());
            }
            let intermediates = text(CHAIN).map_or(Ok(Vec::new()), |chain| certificates(chain, CHAIN))?;
            By::Certificate { leaf: leaf.remove(0), intermediates }
        }
        None => By::Key { hint },
    };
    let timestamps = text(TIMESTAMP).map(|text| timestamp(text, limits)).transpose()?;
    let entries = text(BUNDLE).map(|text| log_entry(text, limits)).transpose()?;
    Ok(Material { by, entries: entries.into_iter().collect(), timestamps: timestamps.into_iter().collect() })
}

fn certificates(text: &str, what: &str) -> Result<Vec<Vec<u8>>> {
    let blocks = pem::parse_many(text)
        .map_err(|error| Error::new(Code::Malformed, what).expected("PEM").found(error))?;
    if blocks.len() > WITNESSES {
        return malformed(what, "fewer certificates", blocks.len());
    }
    if let Some(other) = blocks.iter().find(|block| block.tag() != "CERTIFICATE") {
        return malformed(what, "certificates", other.tag());
    }
    Ok(blocks.into_iter().map(pem::Pem::into_contents).collect())
}

fn timestamp(text: &str, limits: &Limits) -> Result<Vec<u8>> {
    let node = json::parse(text.as_bytes(), limits.json_depth, TIMESTAMP)?;
    let fields = node.closed(TIMESTAMP, &["SignedRFC3161Timestamp"])?;
    decode_base64(fields.require_string("SignedRFC3161Timestamp")?, TIMESTAMP)
}

/// The log's promise over an entry; there is no proof of inclusion in this form.
fn log_entry(text: &str, limits: &Limits) -> Result<LogEntry> {
    let node = json::parse(text.as_bytes(), limits.json_depth, BUNDLE)?;
    let fields = node.closed(BUNDLE, &["SignedEntryTimestamp", "Payload"])?;
    let payload =
        fields.require("Payload")?.closed(BUNDLE, &["body", "integratedTime", "logIndex", "logID"])?;
    let body = decode_base64(payload.require_string("body")?, BUNDLE)?;
    // The annotation does not say what kind of entry it is; the signed body does.
    let parsed = json::parse(&body, limits.json_depth, BUNDLE)?;
    let kind = parsed.structure(BUNDLE, &["apiVersion", "kind", "spec"])?;
    let log_id = Digest::from_hex(Algorithm::Sha256, payload.require_string("logID")?);
    Ok(LogEntry {
        index: payload.require_integer("logIndex")?,
        log_id: log_id.map_err(|error| error.about(BUNDLE))?.as_bytes().to_vec(),
        kind: kind.require_string("kind")?.to_owned(),
        version: kind.require_string("apiVersion")?.to_owned(),
        integrated: integrated_time(Some(payload.require_integer("integratedTime")?))?,
        promise: Some(decode_base64(fields.require_string("SignedEntryTimestamp")?, BUNDLE)?),
        proof: None,
        body,
    })
}

fn malformed<T>(what: &str, expected: &str, found: impl std::fmt::Display) -> Result<T> {
    Err(Error::new(Code::Malformed, what).expected(expected).found(found))
}
