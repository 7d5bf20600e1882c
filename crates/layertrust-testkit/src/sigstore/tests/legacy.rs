//! cosign's annotations hold what a bundle of version 0.1 holds: taken apart again and put into one, they
//! verify.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::oracle::{at, identity, judge_artifact, keyless_policy, world};
use crate::cosign::{LegacyLayer, SIGNATURE};
use crate::sigstore::{Version, World, body, legacy, pem};

/// cosign's own conversion, in short.
fn as_bundle(layer: &LegacyLayer) -> Value {
    let annotation = |name: &str| {
        layer.annotations.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str()).unwrap()
    };
    let der = |pem: &str| pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>();
    let logged: Value = serde_json::from_str(annotation(legacy::BUNDLE)).unwrap();
    let stamp: Value = serde_json::from_str(annotation(legacy::TIMESTAMP)).unwrap();
    let payload = &logged["Payload"];
    let id: Vec<u8> = payload["logID"].as_str().unwrap().as_bytes().chunks(2).map(hex_byte).collect();
    json!({
        "mediaType": Version::V01.media_type(),
        "verificationMaterial": {
            "x509CertificateChain": { "certificates": [{ "rawBytes": der(annotation(legacy::CERTIFICATE)) }] },
            "tlogEntries": [{
                "logIndex": payload["logIndex"].to_string(),
                "logId": { "keyId": STANDARD.encode(id) },
                "kindVersion": { "kind": "hashedrekord", "version": "0.0.1" },
                "integratedTime": payload["integratedTime"].to_string(),
                "inclusionPromise": { "signedEntryTimestamp": logged["SignedEntryTimestamp"] },
                "canonicalizedBody": payload["body"],
            }],
            "timestampVerificationData": {
                "rfc3161Timestamps": [{ "signedTimestamp": stamp["SignedRFC3161Timestamp"] }],
            },
        },
        "messageSignature": { "signature": annotation(SIGNATURE) },
    })
}

fn hex_byte(digits: &[u8]) -> u8 {
    u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
}

fn layer(world: &World) -> LegacyLayer {
    let signer = world.signer(&identity(), at());
    let payload = crate::cosign::payload("registry.test/app", &crate::store::sha256(b"an image"));
    let (layer, signed) = legacy::signature(&signer, &payload);
    layer
        .logged(&world.rekor.entry(&body::hashedrekord(&signer, &signed), at()))
        .timestamped(&world.tsa.timestamp(&signed.signature, at()))
}

#[test]
fn the_annotations_of_a_signature_verify_as_a_bundle() {
    let world = world();
    let layer = layer(&world);
    let policy = keyless_policy().skip_tlog_unsafe();
    let verified =
        judge_artifact(&world.trust(), &layer.bytes, &as_bundle(&layer).to_string(), &policy).unwrap();
    assert_eq!(verified.verified_timestamps().len(), 2);
    let (_, chain) = layer.annotations.iter().find(|(name, _)| name == legacy::CHAIN).unwrap();
    assert_eq!(*chain, pem::certificates(&world.authority.chain()));
}

#[test]
fn annotations_are_sorted_and_can_be_left_out() {
    let layer = layer(&world());
    let names = |layer: &LegacyLayer| -> Vec<String> {
        layer.annotations.iter().map(|(name, _)| name.clone()).collect()
    };
    let all = names(&layer);
    assert!(all.is_sorted());
    assert_eq!(all.len(), 5);
    assert_eq!(names(&layer.without(legacy::BUNDLE)).len(), 4);
}

#[test]
fn attestations_have_an_empty_signature() {
    let world = world();
    let signer = world.signer(&identity(), at());
    let (layer, signed) = legacy::attestation(&signer, b"{}", "https://slsa.dev/provenance/v1");
    assert_eq!(layer.bytes, signed.envelope().bytes());
    let layer = layer.logged(&world.rekor.entry(&body::intoto_001(&signer, &signed), at()));
    assert!(layer.annotations.contains(&(SIGNATURE.to_owned(), String::new())));
}
