//! Sigstore bundles v0.1 to v0.3 (sigstore/protobuf-specs "sigstore_bundle.proto").
//!
//! Read strictly: members that the version does not define are refused at every level, as are two contents or
//! two kinds of signer, which other readers choose between differently.

use jiff::Timestamp;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::evidence::decode_base64;
use crate::evidence::dsse::Envelope;
use crate::json::{self, Fields, Node};
use crate::limits::{Limits, WITNESSES};
use crate::oci::media_type::BundleVersion;
use crate::verify::{By, InclusionProof, LogEntry, Material};

const WHAT: &str = "Sigstore bundle";

/// A bundle: a signature, what it covers, and what stands beside it.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) content: BundleContent,
    pub(crate) material: Material,
}

/// What a bundle's signature covers.
#[derive(Debug)]
pub(crate) enum BundleContent {
    Envelope(Envelope),
    Message(MessageSignature),
}

/// A signature over bytes that are not in the bundle.
#[derive(Debug)]
pub(crate) struct MessageSignature {
    /// The algorithm and the digest of the bytes; none if the bundle leaves it out.
    pub(crate) digest: Option<(String, Vec<u8>)>,
    pub(crate) signature: Vec<u8>,
}

impl Bundle {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let node = json::parse(bytes, limits.json_depth, WHAT)?;
        let fields =
            node.closed(WHAT, &["mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope"])?;
        let media_type = fields.require_string("mediaType")?;
        let version = BundleVersion::of(media_type).ok_or_else(|| {
            Error::new(Code::UnsupportedFormat, WHAT)
                .expected("a bundle of version 0.1, 0.2 or 0.3")
                .found(format!("{media_type:?}"))
        })?;
        let content = match (fields.get("dsseEnvelope"), fields.get("messageSignature")) {
            (Some(envelope), None) => BundleContent::Envelope(dsse(envelope)?),
            (None, Some(message)) => BundleContent::Message(message_signature(message)?),
            (Some(_), Some(_)) => return malformed("one content", "an envelope and a message signature"),
            (None, None) => return malformed("a content", "none"),
        };
        let mut material = material(fields.require("verificationMaterial")?, version)?;
        if let (By::Key { hint }, BundleContent::Envelope(envelope)) = (&mut material.by, &content) {
            // The key hint stands before the envelope's `keyid`.
            *hint = hint.take().or_else(|| envelope.key_hint.clone());
        }
        Ok(Bundle { content, material })
    }

    /// The envelope, as images are signed with.
    pub(crate) fn into_envelope(self) -> Result<(Envelope, Material)> {
        match self.content {
            BundleContent::Envelope(envelope) => Ok((envelope, self.material)),
            BundleContent::Message(_) => Err(Error::new(Code::UnsupportedFormat, WHAT)
                .expected("a DSSE envelope, as images are signed with")
                .found("a message signature")),
        }
    }
}

fn malformed<T>(expected: &str, found: &str) -> Result<T> {
    Err(Error::new(Code::Malformed, WHAT).expected(expected).found(found))
}

/// Here it is a message of the bundle's own format, which has no other members. Alone, an envelope may have
/// some that its readers pass over (DSSE "envelope.md").
fn dsse(node: &Node<'_>) -> Result<Envelope> {
    let fields = node.closed(WHAT, &["payload", "payloadType", "signatures"])?;
    for signature in fields.array("signatures")? {
        signature.closed(WHAT, &["sig", "keyid"])?;
    }
    Envelope::read(node)
}

fn message_signature(node: &Node<'_>) -> Result<MessageSignature> {
    let fields = node.closed(WHAT, &["messageDigest", "signature"])?;
    let digest = match fields.get("messageDigest") {
        Some(digest) => {
            let digest = digest.closed(WHAT, &["algorithm", "digest"])?;
            Some((digest.require_string("algorithm")?.to_owned(), base64(&digest, "digest")?))
        }
        None => None,
    };
    Ok(MessageSignature { digest, signature: base64(&fields, "signature")? })
}

fn material(node: &Node<'_>, version: BundleVersion) -> Result<Material> {
    let fields = node.closed(
        WHAT,
        &["publicKey", "certificate", "x509CertificateChain", "tlogEntries", "timestampVerificationData"],
    )?;
    let by = match (fields.get("publicKey"), fields.get("certificate"), fields.get("x509CertificateChain")) {
        (Some(key), None, None) => {
            let hint = key.closed(WHAT, &["hint"])?.string("hint")?;
            By::Key { hint: hint.filter(|hint| !hint.is_empty()).map(str::to_owned) }
        }
        (None, Some(certificate), None) => {
            By::Certificate { leaf: raw_bytes(certificate)?, intermediates: Vec::new() }
        }
        (None, None, Some(_)) if version == BundleVersion::V0_3 => {
            return malformed("one certificate, as version 0.3 wants it", "a chain");
        }
        (None, None, Some(chain)) => {
            let chain = chain.closed(WHAT, &["certificates"])?;
            let mut certificates =
                bounded(&chain, "certificates")?.iter().map(raw_bytes).collect::<Result<Vec<_>>>()?;
            if certificates.is_empty() {
                return malformed("a certificate", "an empty chain");
            }
            By::Certificate { leaf: certificates.remove(0), intermediates: certificates }
        }
        (None, None, None) => return malformed("a key or a certificate", "neither"),
        _ => return malformed("one key, certificate or chain", "several"),
    };
    let entries = bounded(&fields, "tlogEntries")?.iter().map(|entry| log_entry(entry, version));
    let timestamps = match fields.get("timestampVerificationData") {
        Some(data) => {
            let data = data.closed(WHAT, &["rfc3161Timestamps"])?;
            let timestamp =
                |node: &Node<'_>| base64(&node.closed(WHAT, &["signedTimestamp"])?, "signedTimestamp");
            bounded(&data, "rfc3161Timestamps")?.iter().map(timestamp).collect::<Result<_>>()?
        }
        None => Vec::new(),
    };
    Ok(Material { by, entries: entries.collect::<Result<_>>()?, timestamps })
}

/// What a version must hold: 0.1 a promise of the log, the later ones a proof with a checkpoint.
fn log_entry(node: &Node<'_>, version: BundleVersion) -> Result<LogEntry> {
    let fields = node.closed(
        WHAT,
        &[
            "logIndex",
            "logId",
            "kindVersion",
            "integratedTime",
            "inclusionPromise",
            "inclusionProof",
            "canonicalizedBody",
        ],
    )?;
    let kind = fields.require("kindVersion")?.closed(WHAT, &["kind", "version"])?;
    let promise = match fields.get("inclusionPromise") {
        Some(promise) => {
            Some(base64(&promise.closed(WHAT, &["signedEntryTimestamp"])?, "signedEntryTimestamp")?)
        }
        None if version == BundleVersion::V0_1 => {
            return malformed("a log's promise, as version 0.1 wants it", "none");
        }
        None => None,
    };
    let proof = match fields.get("inclusionProof") {
        Some(proof) => inclusion_proof(proof, version)?,
        None if version != BundleVersion::V0_1 => {
            return malformed("a proof of inclusion, as versions 0.2 and 0.3 want it", "none");
        }
        None => None,
    };
    Ok(LogEntry {
        // Protobuf's JSON leaves out a zero.
        index: fields.int64("logIndex")?.unwrap_or_default(),
        log_id: base64(&fields.require("logId")?.closed(WHAT, &["keyId"])?, "keyId")?,
        kind: kind.require_string("kind")?.to_owned(),
        version: kind.require_string("version")?.to_owned(),
        integrated: integrated_time(fields.int64("integratedTime")?)?,
        promise,
        proof,
        body: base64(&fields, "canonicalizedBody")?,
    })
}

/// Seconds since 1970; zero is protobuf's word for none.
pub(crate) fn integrated_time(seconds: Option<u64>) -> Result<Option<Timestamp>> {
    let time =
        |seconds: u64| i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    match seconds.filter(|seconds| *seconds != 0) {
        Some(seconds) => match time(seconds) {
            Some(time) => Ok(Some(time)),
            None => malformed("a time", "a number beyond all calendars"),
        },
        None => Ok(None),
    }
}

/// None if it proves nothing.
fn inclusion_proof(node: &Node<'_>, version: BundleVersion) -> Result<Option<InclusionProof>> {
    let fields = node.closed(WHAT, &["logIndex", "rootHash", "treeSize", "hashes", "checkpoint"])?;
    let hashes = fields.array("hashes")?;
    // A proof has one hash for each level of the tree.
    if hashes.len() > 64 {
        return malformed("a proof of at most 64 hashes", "more");
    }
    let hash = |node: &Node<'_>| {
        let bytes = decode_base64(node.string(WHAT)?, WHAT)?;
        <[u8; 32]>::try_from(bytes).or_else(|_| malformed("hashes of 32 bytes", "another length"))
    };
    let index = fields.int64("logIndex")?.unwrap_or_default();
    let root = fields.string("rootHash")?.map(|text| decode_base64(text, WHAT)).transpose()?;
    let size = fields.int64("treeSize")?.unwrap_or_default();
    let hashes = hashes.iter().map(hash).collect::<Result<_>>()?;
    // Early bundles of version 0.1 have no checkpoint, and nothing else signs the root of a proof.
    if version == BundleVersion::V0_1 && fields.get("checkpoint").is_none() {
        return Ok(None);
    }
    let checkpoint = fields.require("checkpoint")?.closed(WHAT, &["envelope"])?;
    let checkpoint = checkpoint.require_string("envelope")?.to_owned();
    Ok(Some(InclusionProof { index, root: root.unwrap_or_default(), size, hashes, checkpoint }))
}

fn raw_bytes(node: &Node<'_>) -> Result<Vec<u8>> {
    base64(&node.closed(WHAT, &["rawBytes"])?, "rawBytes")
}

fn base64(fields: &Fields<'_, '_>, name: &str) -> Result<Vec<u8>> {
    decode_base64(fields.require_string(name)?, &format!("{WHAT}: {name}"))
}

fn bounded<'n, 'a>(fields: &Fields<'n, 'a>, name: &str) -> Result<&'n [Node<'a>]> {
    let items = fields.array(name)?;
    match items.len() > WITNESSES {
        true => Err(Error::new(Code::LimitExceeded, format!("{WHAT}: {name}"))
            .expected(format!("at most {WITNESSES}"))
            .found(items.len())),
        false => Ok(items),
    }
}

/// The statement bytes of an envelope that cannot be verified, as a hint about bases; none if there are none.
pub(crate) fn payload_hint(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let node = json::parse(bytes, limits.json_depth, WHAT).ok()?;
    Envelope::read(node.get("dsseEnvelope").unwrap_or(&node)).ok().map(|envelope| envelope.payload)
}

#[cfg(test)]
mod tests;
