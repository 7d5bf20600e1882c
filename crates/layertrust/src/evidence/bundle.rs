//! Sigstore bundles v0.3 with a public key (sigstore/protobuf-specs "sigstore_bundle.proto").
//!
//! Log entries and timestamps beside a key signature are not read: the signature holds without them, and no
//! time is taken from them.

use crate::code::Code;
use crate::error::{Error, Result};
use crate::evidence::dsse::Envelope;
use crate::json;
use crate::limits::Limits;
use crate::oci::media_type;

/// Reads the envelope of a bundle; its key hint stands in for a missing `keyid`.
pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Envelope> {
    let what = "Sigstore bundle";
    let node = json::parse(bytes, limits.json_depth, what)?;
    let fields =
        node.structure(what, &["mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope"])?;
    let unsupported = |expected: &str, found: &str| {
        Err(Error::new(Code::UnsupportedFormat, what).expected(expected).found(found))
    };
    let version = fields.require_string("mediaType")?;
    if version != media_type::BUNDLE_V0_3 {
        return unsupported(media_type::BUNDLE_V0_3, &format!("{version:?}"));
    }
    let envelope = match (fields.get("dsseEnvelope"), fields.get("messageSignature")) {
        (Some(envelope), None) => envelope,
        (Some(_), Some(_)) => {
            return Err(Error::new(Code::Malformed, what)
                .expected("one content")
                .found("an envelope and a message signature"));
        }
        (None, Some(_)) => {
            return unsupported("a DSSE envelope, as images are signed with", "a message signature");
        }
        (None, None) => return Err(Error::new(Code::Malformed, what).expected("a content").found("none")),
    };
    let material = fields.require("verificationMaterial")?.structure(
        what,
        &["publicKey", "certificate", "x509CertificateChain", "tlogEntries", "timestampVerificationData"],
    )?;
    let has_certificate =
        ["certificate", "x509CertificateChain"].iter().any(|name| material.get(name).is_some());
    let hint = match material.get("publicKey") {
        Some(_) if has_certificate => {
            return Err(Error::new(Code::Malformed, what).expected("a key or a certificate").found("both"));
        }
        Some(key) => key.structure(what, &["hint"])?.string("hint")?.map(str::to_owned),
        None if has_certificate => {
            return unsupported(
                "a signature by a key; this version reads no certificates",
                "one by a certificate",
            );
        }
        None => {
            return Err(Error::new(Code::Malformed, what).expected("verification material").found("none"));
        }
    };
    let mut envelope = Envelope::read(envelope)?;
    envelope.key_hint = hint.filter(|hint| !hint.is_empty()).or(envelope.key_hint);
    Ok(envelope)
}

/// The statement bytes of an envelope that cannot be verified, as a hint about bases; none if there are none.
pub(crate) fn payload_hint(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let node = json::parse(bytes, limits.json_depth, "Sigstore bundle").ok()?;
    Envelope::read(node.get("dsseEnvelope").unwrap_or(&node)).ok().map(|envelope| envelope.payload)
}
