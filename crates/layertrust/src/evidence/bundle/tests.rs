use serde_json::{Value, json};

use super::*;

/// The shape of a bundle v0.3; nothing in it verifies.
fn bundle() -> Value {
    json!({
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "certificate": { "rawBytes": "MAA=" },
            "tlogEntries": [{
                "logIndex": "7",
                "logId": { "keyId": "AAAA" },
                "kindVersion": { "kind": "dsse", "version": "0.0.1" },
                "integratedTime": "1700000000",
                "inclusionPromise": { "signedEntryTimestamp": "AAAA" },
                "inclusionProof": {
                    "logIndex": "3",
                    "rootHash": "AAAA",
                    "treeSize": "9",
                    "hashes": ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
                    "checkpoint": { "envelope": "x" },
                },
                "canonicalizedBody": "AAAA",
            }],
            "timestampVerificationData": { "rfc3161Timestamps": [{ "signedTimestamp": "AAAA" }] },
        },
        "dsseEnvelope": {
            "payload": "AAAA",
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [{ "sig": "AAAA" }],
        },
    })
}

fn parse(bundle: &Value) -> Result<Bundle> {
    Bundle::parse(bundle.to_string().as_bytes(), &Limits::default())
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<Bundle> {
    let mut bundle = bundle();
    change(&mut bundle);
    parse(&bundle)
}

fn code(change: impl FnOnce(&mut Value)) -> Code {
    changed(change).map(drop).unwrap_err().code()
}

fn version(number: &str) -> Value {
    json!(format!("application/vnd.dev.sigstore.bundle+json;version={number}"))
}

#[test]
fn everything_in_a_bundle_is_read() {
    let read = parse(&bundle()).unwrap();
    let [entry] = read.material.entries.as_slice() else { panic!("one entry") };
    assert_eq!((entry.index, &*entry.kind, &*entry.version), (7, "dsse", "0.0.1"));
    assert_eq!(entry.integrated, Some("2023-11-14T22:13:20Z".parse().unwrap()));
    let proof = entry.proof.as_ref().unwrap();
    assert_eq!((proof.index, proof.size, proof.hashes.len(), &*proof.checkpoint), (3, 9, 1, "x"));
    assert_eq!(read.material.timestamps.len(), 1);
    assert!(matches!(read.material.by, By::Certificate { .. }));
}

/// Go's reader of protobuf's JSON refuses what it does not know; some others pass over it.
#[test]
fn an_unknown_member_is_refused_wherever_it_stands() {
    for place in [
        "",
        "/verificationMaterial",
        "/verificationMaterial/certificate",
        "/verificationMaterial/tlogEntries/0",
        "/verificationMaterial/tlogEntries/0/logId",
        "/verificationMaterial/tlogEntries/0/kindVersion",
        "/verificationMaterial/tlogEntries/0/inclusionPromise",
        "/verificationMaterial/tlogEntries/0/inclusionProof",
        "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint",
        "/verificationMaterial/timestampVerificationData",
        "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0",
        "/dsseEnvelope",
        "/dsseEnvelope/signatures/0",
    ] {
        let added = |bundle: &mut Value| bundle.pointer_mut(place).unwrap()["more"] = json!(1);
        assert_eq!(code(added), Code::Malformed, "{place}");
    }
}

#[test]
fn two_contents_or_two_signers_are_refused() {
    let message =
        json!({ "messageDigest": { "algorithm": "SHA2_256", "digest": "AAAA" }, "signature": "AAAA" });
    assert_eq!(code(|bundle| bundle["messageSignature"] = message.clone()), Code::Malformed);
    let chain = json!({ "certificates": [{ "rawBytes": "MAA=" }] });
    for (name, value) in [("x509CertificateChain", chain), ("publicKey", json!({ "hint": "x" }))] {
        assert_eq!(
            code(|bundle| bundle["verificationMaterial"][name] = value.clone()),
            Code::Malformed,
            "{name}"
        );
    }
    let nobody = |bundle: &mut Value| {
        drop(bundle["verificationMaterial"].as_object_mut().unwrap().remove("certificate"))
    };
    assert_eq!(code(nobody), Code::Malformed);
    let nothing = |bundle: &mut Value| drop(bundle.as_object_mut().unwrap().remove("dsseEnvelope"));
    assert_eq!(code(nothing), Code::Malformed);
}

#[test]
fn each_version_wants_its_own() {
    for number in ["0.1", "0.2", "0.3"] {
        changed(|bundle| bundle["mediaType"] = version(number)).unwrap();
    }
    for number in ["0.0", "0.4", "1", "0.3 ", ""] {
        assert_eq!(code(|bundle| bundle["mediaType"] = version(number)), Code::UnsupportedFormat, "{number}");
    }
    let without = |number: &str, name: &str| {
        changed(|bundle| {
            bundle["mediaType"] = version(number);
            let entry = &mut bundle["verificationMaterial"]["tlogEntries"][0];
            entry.as_object_mut().unwrap().remove(name);
        })
        .map(drop)
        .map_err(|error| error.code())
    };
    assert_eq!(without("0.1", "inclusionProof"), Ok(()));
    assert_eq!(without("0.1", "inclusionPromise"), Err(Code::Malformed));
    assert_eq!(without("0.2", "inclusionPromise"), Ok(()));
    assert_eq!(without("0.2", "inclusionProof"), Err(Code::Malformed));
    assert_eq!(without("0.3", "inclusionProof"), Err(Code::Malformed));
    let chained = |number: &str, certificates: Value| {
        changed(|bundle| {
            bundle["mediaType"] = version(number);
            let material = bundle["verificationMaterial"].as_object_mut().unwrap();
            material.remove("certificate");
            material.insert("x509CertificateChain".to_owned(), json!({ "certificates": certificates }));
        })
        .map(|bundle| match bundle.material.by {
            By::Certificate { intermediates, .. } => intermediates.len(),
            By::Key { .. } => panic!("a certificate"),
        })
        .map_err(|error| error.code())
    };
    let two = json!([{ "rawBytes": "MAA=" }, { "rawBytes": "MAA=" }]);
    assert_eq!(chained("0.1", two.clone()), Ok(1));
    assert_eq!(chained("0.2", two.clone()), Ok(1));
    assert_eq!(chained("0.3", two), Err(Code::Malformed));
    assert_eq!(chained("0.1", json!([])), Err(Code::Malformed));
}

/// A proof of version 0.1 without a checkpoint leads nowhere, and the promise holds without it.
#[test]
fn a_proof_without_a_checkpoint_counts_for_nothing() {
    let read = changed(|bundle| {
        bundle["mediaType"] = version("0.1");
        let proof = &mut bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"];
        proof.as_object_mut().unwrap().remove("checkpoint");
    });
    assert_eq!(read.unwrap().material.entries[0].proof, None);
    let later = code(|bundle| {
        let proof = &mut bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"];
        proof.as_object_mut().unwrap().remove("checkpoint");
    });
    assert_eq!(later, Code::Malformed);
    // That it counts for nothing makes it no less a part of the format.
    for broken in [json!([]), json!("proof"), json!({ "more": 1 }), json!({ "hashes": ["AAAA"] })] {
        let refused = code(|bundle| {
            bundle["mediaType"] = version("0.1");
            bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"] = broken.clone();
        });
        assert_eq!(refused, Code::Malformed, "{broken}");
    }
}

#[test]
fn numbers_are_whole_and_may_be_text() {
    let index =
        |value: Value| changed(|bundle| bundle["verificationMaterial"]["tlogEntries"][0]["logIndex"] = value);
    assert_eq!(index(json!(7)).unwrap().material.entries[0].index, 7);
    assert_eq!(index(Value::Null).unwrap().material.entries[0].index, 0);
    for wrong in [
        json!("-1"),
        json!(-1),
        json!(1.5),
        json!("1e3"),
        json!(" 1"),
        json!(""),
        json!("99999999999999999999"),
    ] {
        assert_eq!(index(wrong.clone()).map(drop).unwrap_err().code(), Code::Malformed, "{wrong}");
    }
    let time = |value: Value| {
        changed(|bundle| bundle["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = value)
            .map(|bundle| bundle.material.entries[0].integrated)
            .map_err(|error| error.code())
    };
    assert_eq!(time(json!("0")), Ok(None), "zero is protobuf's word for none");
    assert_eq!(time(json!("9223372036854775807")), Err(Code::Malformed));
}

#[test]
fn lists_are_bounded() {
    for (list, element) in [
        ("/verificationMaterial/tlogEntries", "/verificationMaterial/tlogEntries/0"),
        (
            "/verificationMaterial/timestampVerificationData/rfc3161Timestamps",
            "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0",
        ),
    ] {
        let fill = |count: usize| {
            changed(|bundle| {
                let one = bundle.pointer(element).unwrap().clone();
                *bundle.pointer_mut(list).unwrap() = Value::from(vec![one; count]);
            })
            .map(drop)
            .map_err(|error| error.code())
        };
        assert_eq!(fill(WITNESSES), Ok(()));
        assert_eq!(fill(WITNESSES + 1), Err(Code::LimitExceeded), "{list}");
    }
    let hashes = "/verificationMaterial/tlogEntries/0/inclusionProof/hashes";
    let many = |bundle: &mut Value| {
        let one = bundle.pointer(hashes).unwrap()[0].clone();
        *bundle.pointer_mut(hashes).unwrap() = Value::from(vec![one; 65]);
    };
    assert_eq!(code(many), Code::Malformed);
    assert_eq!(code(|bundle| bundle.pointer_mut(hashes).unwrap()[0] = json!("AAAA")), Code::Malformed);
}
