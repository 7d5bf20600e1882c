//! What cosign writes: DSSE envelopes, Sigstore bundles, simple-signing payloads and the manifests that
//! carry them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json::Json;
use crate::key::TestKey;
use crate::object;
use crate::statement::IN_TOTO;
use crate::store::{CONFIG, Descriptor, EMPTY, Layout, MANIFEST};

/// The media type and artifact type of a bundle.
pub const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// The media type of a simple-signing payload.
pub const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
/// The media type of an envelope in a `.att` manifest.
pub const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";
/// The artifact type of a signature referrer.
pub const SIGNATURE_ARTIFACT: &str = "application/vnd.dev.cosign.artifact.sig.v1+json";
/// The annotation that holds a signature.
pub const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
/// The time at which all evidence was made.
pub const SIGNED_AT: &str = "2026-11-20T09:20:00Z";

/// DSSE's pre-authentication encoding (DSSE protocol.md, "Signature Definition").
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// A DSSE envelope over a statement, with one signature and no key ID, as cosign writes it.
pub fn envelope(key: &TestKey, statement: &[u8]) -> Json {
    envelope_of_type(key, IN_TOTO, statement)
}

/// A DSSE envelope with a payload type of choice, which the signature covers.
pub fn envelope_of_type(key: &TestKey, payload_type: &str, payload: &[u8]) -> Json {
    object! {
        "payload": STANDARD.encode(payload),
        "payloadType": payload_type,
        "signatures": [object! { "sig": key.sign_base64(&pae(payload_type, payload)) }],
    }
}

/// A bundle v0.3 with a key hint, no log entry and no timestamp: `cosign sign --key` and `attest --key`.
pub fn bundle(hint: Option<&str>, envelope: Json) -> Json {
    let mut public_key = object! {};
    if let Some(hint) = hint {
        public_key.add("hint", hint);
    }
    object! {
        "mediaType": BUNDLE,
        "verificationMaterial": object! { "publicKey": public_key },
        "dsseEnvelope": envelope,
    }
}

/// The bundle of a statement signed by a key, with that key's hint.
pub fn signed_bundle(key: &TestKey, statement: &Json) -> Json {
    bundle(Some(&key.hint()), envelope(key, &statement.bytes()))
}

/// Stores a bundle and the manifest that refers to `subject`; the descriptor carries artifact type and
/// annotations as an index of referrers lists them.
pub fn bundle_referrer(
    layout: &mut Layout,
    subject: &Descriptor,
    predicate_type: &str,
    bundle: &[u8],
) -> Descriptor {
    let annotations = [
        ("dev.sigstore.bundle.content".to_owned(), "dsse-envelope".to_owned()),
        ("dev.sigstore.bundle.predicateType".to_owned(), predicate_type.to_owned()),
        ("org.opencontainers.image.created".to_owned(), SIGNED_AT.to_owned()),
    ];
    let config = layout.put(EMPTY, *b"{}").artifact(BUNDLE);
    let layer = layout.put(BUNDLE, bundle);
    let manifest = object! {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.go_json(),
        "layers": [layer.go_json()],
        "annotations": annotations.as_slice(),
        "subject": subject.bare().go_json(),
        "artifactType": BUNDLE,
    };
    let stored = layout.put(MANIFEST, manifest.bytes()).artifact(BUNDLE);
    Descriptor { annotations: annotations.to_vec(), ..stored }
}

/// What `notation sign` attaches; nobody here reads the signature itself.
pub fn notation_referrer(layout: &mut Layout, subject: &Descriptor, media_type: &str) {
    let config = layout.put("application/vnd.cncf.notary.signature", *b"{}");
    let layer = layout.put(media_type, *b"a signature");
    let manifest = object! {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.json(),
        "layers": [layer.json()],
        "subject": subject.bare().json(),
    };
    let stored = layout.put(MANIFEST, manifest.bytes());
    layout.entry(&stored);
}

/// A simple-signing payload (`cosign sign --new-bundle-format=false`).
pub fn payload(docker_reference: &str, digest: &str) -> Json {
    object! {
        "critical": object! {
            "identity": object! { "docker-reference": docker_reference },
            "image": object! { "docker-manifest-digest": digest },
            "type": "cosign container image signature",
        },
        "optional": Json::Null,
    }
}

/// One layer of a legacy manifest: a signature or an attestation.
#[derive(Clone, Debug)]
pub struct LegacyLayer {
    /// [`SIMPLE_SIGNING`] or [`ENVELOPE`].
    pub media_type: &'static str,
    /// The payload or the envelope.
    pub bytes: Vec<u8>,
    /// The signature and, of an attestation, the predicate type.
    pub annotations: Vec<(String, String)>,
}

/// A signature of a simple-signing payload.
pub fn signature_layer(key: &TestKey, payload: &Json) -> LegacyLayer {
    let bytes = payload.bytes();
    let annotations = vec![(SIGNATURE.to_owned(), key.sign_base64(&bytes))];
    LegacyLayer { media_type: SIMPLE_SIGNING, bytes, annotations }
}

/// An attestation as `cosign attest --new-bundle-format=false` writes it: the envelope is the blob, the
/// signature annotation is empty, the predicate type stands beside it.
pub fn attestation_layer(envelope: &Json, predicate_type: &str) -> LegacyLayer {
    let annotations =
        vec![(SIGNATURE.to_owned(), String::new()), ("predicateType".to_owned(), predicate_type.to_owned())];
    LegacyLayer { media_type: ENVELOPE, bytes: envelope.bytes(), annotations }
}

/// Stores the manifest behind a `.sig` or `.att` tag: an image config, one layer a signature, no subject.
pub fn legacy_manifest(layout: &mut Layout, layers: &[LegacyLayer]) -> Descriptor {
    let manifest = signature_manifest(layout, layers, CONFIG);
    layout.put(MANIFEST, manifest.bytes())
}

/// Stores a signature manifest that refers to `subject`: `--registry-referrers-mode=oci-1-1`.
pub fn oci11_referrer(layout: &mut Layout, subject: &Descriptor, layers: &[LegacyLayer]) -> Descriptor {
    let mut manifest = signature_manifest(layout, layers, SIGNATURE_ARTIFACT);
    manifest.add("subject", subject.bare().go_json());
    manifest.add("artifactType", SIGNATURE_ARTIFACT);
    layout.put(MANIFEST, manifest.bytes()).artifact(SIGNATURE_ARTIFACT)
}

/// The manifest of the legacy form, with its blobs stored but not itself.
pub fn signature_manifest(layout: &mut Layout, layers: &[LegacyLayer], config_type: &str) -> Json {
    let descriptors: Vec<Descriptor> = layers
        .iter()
        .map(|layer| {
            let stored = layout.put(layer.media_type, layer.bytes.clone());
            Descriptor { annotations: layer.annotations.clone(), ..stored }
        })
        .collect();
    let history: Vec<Json> = layers.iter().map(|_| object! { "created": "0001-01-01T00:00:00Z" }).collect();
    let diff_ids: Vec<&str> = descriptors.iter().map(|layer| layer.digest.as_str()).collect();
    let config = object! {
        "architecture": "",
        "created": "0001-01-01T00:00:00Z",
        "history": history,
        "os": "",
        "rootfs": object! { "type": "layers", "diff_ids": diff_ids },
        "config": object! {},
    };
    let config = layout.put(config_type, config.bytes());
    object! {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.go_json(),
        "layers": descriptors.iter().map(Descriptor::go_json).collect::<Vec<_>>(),
    }
}
