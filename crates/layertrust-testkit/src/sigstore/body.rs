//! What a transparency log records, one kind of entry a function. The fields stand in the canonical order
//! (RFC 8785), so the compact text is the canonical one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::signer::{Signed, Signer};
use crate::json::Json;
use crate::key::Algorithm;
use crate::object;
use crate::store::hex;

/// The body of an entry with the kind and version that label it beside the body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The kind in the entry's `kindVersion`.
    pub kind: String,
    /// The version in the entry's `kindVersion`.
    pub version: String,
    /// The body itself.
    pub json: Json,
}

impl Body {
    fn new(kind: &str, version: &str, spec: Json) -> Self {
        let json = object! { "apiVersion": version, "kind": kind, "spec": spec };
        Self { kind: kind.to_owned(), version: version.to_owned(), json }
    }

    /// The bytes that the log hashes.
    pub fn bytes(&self) -> Vec<u8> {
        self.json.bytes()
    }
}

/// `hashedrekord` 0.0.1: the digest of an artifact, signature and key.
pub fn hashedrekord(signer: &Signer, signed: &Signed) -> Body {
    let spec = object! {
        "data": object! { "hash": sha256_hex(&signed.digest) },
        "signature": object! {
            "content": signed.base64(),
            "publicKey": object! { "content": pem_base64(signer) },
        },
    };
    Body::new("hashedrekord", "0.0.1", spec)
}

/// `rekord` 0.0.1, which cosign wrote in its first year.
pub fn rekord(signer: &Signer, signed: &Signed) -> Body {
    let spec = object! {
        "data": object! { "hash": sha256_hex(&signed.digest) },
        "signature": object! {
            "content": signed.base64(),
            "format": "x509",
            "publicKey": object! { "content": pem_base64(signer) },
        },
    };
    Body::new("rekord", "0.0.1", spec)
}

/// `dsse` 0.0.1: hashes of envelope and payload, signature and key.
pub fn dsse(signer: &Signer, signed: &Signed) -> Body {
    let (_, payload) = signed.payload();
    let spec = object! {
        "envelopeHash": sha256_hex(&Sha256::digest(signed.envelope().bytes())),
        "payloadHash": sha256_hex(&Sha256::digest(payload)),
        "signatures": [object! { "signature": signed.base64(), "verifier": pem_base64(signer) }],
    };
    Body::new("dsse", "0.0.1", spec)
}

/// `intoto` 0.0.2: the envelope without its payload; the signature is Base64 twice.
pub fn intoto(signer: &Signer, signed: &Signed) -> Body {
    let (payload_type, payload) = signed.payload();
    let signature = object! { "publicKey": pem_base64(signer), "sig": STANDARD.encode(signed.base64()) };
    let content = object! {
        "envelope": object! { "payloadType": payload_type, "signatures": [signature] },
        "hash": sha256_hex(&Sha256::digest(signed.envelope().bytes())),
        "payloadHash": sha256_hex(&Sha256::digest(payload)),
    };
    Body::new("intoto", "0.0.2", object! { "content": content })
}

/// `intoto` 0.0.1: hashes and the key, no signature. Only in cosign's old annotations.
pub fn intoto_001(signer: &Signer, signed: &Signed) -> Body {
    let (_, payload) = signed.payload();
    let spec = object! {
        "content": object! {
            "hash": sha256_hex(&Sha256::digest(signed.envelope().bytes())),
            "payloadHash": sha256_hex(&Sha256::digest(payload)),
        },
        "publicKey": pem_base64(signer),
    };
    Body::new("intoto", "0.0.1", spec)
}

/// `hashedrekord` 0.0.2 of Rekor v2: of an envelope it records the digest of the signed encoding.
pub fn hashedrekord_v2(signer: &Signer, signed: &Signed) -> Body {
    let details = match signer.key.algorithm() {
        Algorithm::P256 => "PKIX_ECDSA_P256_SHA_256",
        Algorithm::P384 => "PKIX_ECDSA_P384_SHA_384",
        Algorithm::Ed25519 => "PKIX_ED25519",
    };
    let verifier = match signer.leaf() {
        Some(leaf) => object! { "keyDetails": details, "x509Certificate": raw_bytes(leaf) },
        None => object! { "keyDetails": details, "publicKey": raw_bytes(&signer.key.spki_der()) },
    };
    let spec = object! {
        "hashedRekordV002": object! {
            "data": object! { "algorithm": "SHA2_256", "digest": STANDARD.encode(signed.digest) },
            "signature": object! { "content": signed.base64(), "verifier": verifier },
        },
    };
    Body::new("hashedrekord", "0.0.2", spec)
}

fn sha256_hex(digest: &[u8]) -> Json {
    object! { "algorithm": "sha256", "value": hex(digest) }
}

fn pem_base64(signer: &Signer) -> String {
    STANDARD.encode(signer.pem())
}

fn raw_bytes(der: &[u8]) -> Json {
    object! { "rawBytes": STANDARD.encode(der) }
}
