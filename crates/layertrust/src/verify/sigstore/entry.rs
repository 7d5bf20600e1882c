//! What a log entry is about: exactly this signature, by this signer, over these bytes. Without the
//! comparison any sound entry could stand beside any signature (CVE-2022-36056, CVE-2026-22703).

use crate::digest::hex;
use crate::error::Result;
use crate::evidence::decode_base64;
use crate::json::{self, Fields, Node};
use crate::limits::LOG_ENTRY_DEPTH;
use crate::verify::signed::{Content, LogEntry, Signed};

use super::log::invalid;

/// Who must have signed, as entries name it.
#[derive(Clone, Copy)]
pub(super) enum Verifier<'a> {
    /// A key: its SubjectPublicKeyInfo.
    Key(&'a [u8]),
    /// A certificate, and the public key in it.
    Certificate { der: &'a [u8], key: &'a [u8] },
}

const WHAT: &str = "log entry";

/// Compares everything that the body of an entry says with what is at hand.
pub(super) fn describes(entry: &LogEntry, signed: &Signed<'_>, by: Verifier<'_>) -> Result<()> {
    let body = json::parse(&entry.body, LOG_ENTRY_DEPTH, WHAT)?;
    let fields = body.structure(WHAT, &["apiVersion", "kind", "spec"])?;
    let (kind, version) = (fields.require_string("kind")?, fields.require_string("apiVersion")?);
    if (kind, version) != (&entry.kind, &entry.version) {
        return Err(invalid(format!("{} {}", entry.kind, entry.version), format!("{kind} {version}")));
    }
    let spec = fields.require("spec")?;
    match (kind, version, signed.content) {
        ("hashedrekord", "0.0.1", Content::Message) => hashedrekord_v1(spec, signed, by),
        ("hashedrekord", "0.0.2", _) => hashedrekord_v2(spec, signed, by),
        ("dsse", "0.0.1", Content::Envelope { payload, .. }) => dsse(spec, signed, payload, by),
        ("intoto", "0.0.2", Content::Envelope { payload, .. }) => intoto_v2(spec, signed, payload, by),
        ("intoto", "0.0.1", Content::Envelope { payload, envelope: Some(envelope) }) => {
            intoto_v1(spec, payload, envelope, by)
        }
        _ => Err(invalid("an entry of a kind that goes with the signature", format!("{kind} {version}"))),
    }
}

fn hashedrekord_v1(spec: &Node<'_>, signed: &Signed<'_>, by: Verifier<'_>) -> Result<()> {
    let spec = spec.structure(WHAT, &["data", "signature"])?;
    let hash = spec.require("data")?.structure(WHAT, &["hash"])?;
    let hash = hash.require("hash")?.structure(WHAT, &["algorithm", "value"])?;
    let message = match hash.require_string("algorithm")? {
        "sha256" => signed.message.sha256().map(|hash| hex(&hash)),
        "sha384" => signed.message.sha384().map(|hash| hex(&hash)),
        "sha512" => signed.message.sha512().map(|hash| hex(&hash)),
        _ => None,
    };
    same("message", message.as_deref(), hash.require_string("value")?)?;
    let signature = spec.require("signature")?.structure(WHAT, &["content", "publicKey"])?;
    same_bytes("signature", signed.signature, &decoded(&signature, "content")?)?;
    let key = signature.require("publicKey")?.structure(WHAT, &["content"])?;
    by.is_pem(&decoded(&key, "content")?)
}

fn hashedrekord_v2(spec: &Node<'_>, signed: &Signed<'_>, by: Verifier<'_>) -> Result<()> {
    let spec = spec.structure(WHAT, &["hashedRekordV002"])?;
    let spec = spec.require("hashedRekordV002")?.structure(WHAT, &["data", "signature"])?;
    let data = spec.require("data")?.structure(WHAT, &["algorithm", "digest"])?;
    let message = match data.require_string("algorithm")? {
        "SHA2_256" => signed.message.sha256().map(Vec::from),
        "SHA2_384" => signed.message.sha384().map(Vec::from),
        "SHA2_512" => signed.message.sha512().map(Vec::from),
        _ => None,
    };
    same_bytes("message", message.as_deref().unwrap_or_default(), &decoded(&data, "digest")?)?;
    let signature = spec.require("signature")?.structure(WHAT, &["content", "verifier"])?;
    same_bytes("signature", signed.signature, &decoded(&signature, "content")?)?;
    let verifier =
        signature.require("verifier")?.structure(WHAT, &["keyDetails", "x509Certificate", "publicKey"])?;
    let raw = |node: &Node<'_>| decoded(&node.structure(WHAT, &["rawBytes"])?, "rawBytes");
    match (by, verifier.get("x509Certificate"), verifier.get("publicKey")) {
        (Verifier::Certificate { der, .. }, Some(certificate), None) => {
            same_bytes("certificate", der, &raw(certificate)?)
        }
        (Verifier::Key(key), None, Some(listed)) => same_bytes("public key", key, &raw(listed)?),
        _ => Err(invalid("the signer of this signature", "a signer of another kind")),
    }
}

/// The hash of the envelope is not compared: it is over whatever spelling the client sent.
fn dsse(spec: &Node<'_>, signed: &Signed<'_>, payload: &[u8], by: Verifier<'_>) -> Result<()> {
    let spec = spec.structure(WHAT, &["envelopeHash", "payloadHash", "signatures"])?;
    payload_hash(spec.require("payloadHash")?, payload)?;
    let [signature] = spec.require_array("signatures")? else {
        return Err(invalid("one signature", spec.require_array("signatures")?.len()));
    };
    let signature = signature.structure(WHAT, &["signature", "verifier"])?;
    same_bytes("signature", signed.signature, &decoded(&signature, "signature")?)?;
    by.is_pem(&decoded(&signature, "verifier")?)
}

fn intoto_v2(spec: &Node<'_>, signed: &Signed<'_>, payload: &[u8], by: Verifier<'_>) -> Result<()> {
    let content = spec.structure(WHAT, &["content"])?;
    let content = content.require("content")?.structure(WHAT, &["envelope", "hash", "payloadHash"])?;
    payload_hash(content.require("payloadHash")?, payload)?;
    let envelope = content.require("envelope")?.structure(WHAT, &["payloadType", "signatures", "payload"])?;
    same("payload type", Some(crate::oci::media_type::IN_TOTO), envelope.require_string("payloadType")?)?;
    let [signature] = envelope.require_array("signatures")? else {
        return Err(invalid("one signature", envelope.require_array("signatures")?.len()));
    };
    let signature = signature.structure(WHAT, &["keyid", "publicKey", "sig"])?;
    // Rekor encodes the envelope's text once more.
    let text = decoded(&signature, "sig")?;
    let text = std::str::from_utf8(&text).map_err(|error| invalid("base64 in base64", error))?;
    same_bytes("signature", signed.signature, &decode_base64(text, WHAT)?)?;
    by.is_pem(&decoded(&signature, "publicKey")?)
}

/// cosign 1.x: the envelope by its hash alone.
fn intoto_v1(spec: &Node<'_>, payload: &[u8], envelope: &[u8], by: Verifier<'_>) -> Result<()> {
    let spec = spec.structure(WHAT, &["content", "publicKey"])?;
    let content = spec.require("content")?.structure(WHAT, &["hash", "payloadHash"])?;
    sha256_of("envelope", content.require("hash")?, envelope)?;
    if let Some(hash) = content.get("payloadHash") {
        payload_hash(hash, payload)?;
    }
    by.is_pem(&decoded(&spec, "publicKey")?)
}

fn payload_hash(hash: &Node<'_>, payload: &[u8]) -> Result<()> {
    sha256_of("payload", hash, payload)
}

fn sha256_of(name: &str, hash: &Node<'_>, bytes: &[u8]) -> Result<()> {
    use sha2::Digest as _;
    let hash = hash.structure(WHAT, &["algorithm", "value"])?;
    same("hash algorithm", Some("sha256"), hash.require_string("algorithm")?)?;
    same(name, Some(&hex(&sha2::Sha256::digest(bytes))), hash.require_string("value")?)
}

impl Verifier<'_> {
    /// Compares with one PEM block: the certificate itself, or the bare key.
    fn is_pem(self, listed: &[u8]) -> Result<()> {
        let block =
            pem::parse(listed).map_err(|error| invalid("a certificate or public key in PEM", error))?;
        match (self, block.tag()) {
            (Verifier::Certificate { der, .. }, "CERTIFICATE") => {
                same_bytes("certificate", der, block.contents())
            }
            (Verifier::Certificate { key, .. } | Verifier::Key(key), "PUBLIC KEY") => {
                same_bytes("public key", key, block.contents())
            }
            (_, tag) => Err(invalid("the signer of this signature", format!("a {tag}"))),
        }
    }
}

fn decoded(fields: &Fields<'_, '_>, name: &str) -> Result<Vec<u8>> {
    decode_base64(fields.require_string(name)?, WHAT)
}

fn same(what: &str, own: Option<&str>, logged: &str) -> Result<()> {
    match own == Some(logged) {
        true => Ok(()),
        false => Err(invalid(format!("the {what} of this signature"), format!("{logged:?}"))),
    }
}

fn same_bytes(what: &str, own: &[u8], logged: &[u8]) -> Result<()> {
    match own == logged && !logged.is_empty() {
        true => Ok(()),
        false => Err(invalid(format!("the {what} at hand"), "an entry about another one")),
    }
}
