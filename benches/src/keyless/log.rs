//! A transparency log with one entry, so that `sigstore-verify` has something to verify: it takes no
//! signature by a key without the time that a log or an authority proves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use layertrust_testkit::json::Json;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::object;
use layertrust_testkit::store::{hex_of, sha256};
use sha2::{Digest as _, Sha256};

const ORIGIN: &str = "log.demo.test";
/// 2026-11-20T09:20:00Z
const TIME: i64 = 1_795_166_400;

/// A log in the form of Rekor v1.
pub(crate) struct Log {
    key: TestKey,
    id: [u8; 32],
}

impl Log {
    pub(crate) fn new() -> Self {
        let key = TestKey::p256("benches, log");
        let id = Sha256::digest(key.spki_der()).into();
        Log { key, id }
    }

    /// A `trusted_root.json` that knows this log and nothing else.
    pub(crate) fn root(&self) -> String {
        let log = object! {
            "baseUrl": format!("https://{ORIGIN}"),
            "hashAlgorithm": "SHA2_256",
            "publicKey": object! {
                "rawBytes": STANDARD.encode(self.key.spki_der()),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": object! { "start": "2026-01-01T00:00:00Z" },
            },
            "logId": object! { "keyId": STANDARD.encode(self.id) },
        };
        let none = Vec::<Json>::new;
        let root = object! {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log],
            "certificateAuthorities": none(),
            "ctlogs": none(),
            "timestampAuthorities": none(),
        };
        root.to_string()
    }

    /// The entry about an envelope that `signer` signed, as a bundle carries it.
    pub(crate) fn entry(&self, envelope: &Json, payload: &[u8], signer: &TestKey) -> Json {
        let body = body(envelope, payload, signer).bytes();
        let head = Sha256::new().chain_update([0]).chain_update(&body).finalize();
        object! {
            "logIndex": "0",
            "logId": object! { "keyId": STANDARD.encode(self.id) },
            "kindVersion": object! { "kind": "dsse", "version": "0.0.1" },
            "integratedTime": TIME.to_string(),
            "inclusionPromise": object! { "signedEntryTimestamp": self.promise(&body) },
            "inclusionProof": object! {
                "logIndex": "0",
                "rootHash": STANDARD.encode(head),
                "treeSize": "1",
                "hashes": Vec::<Json>::new(),
                "checkpoint": object! { "envelope": self.checkpoint(&head) },
            },
            "canonicalizedBody": STANDARD.encode(&body),
        }
    }

    /// The signed entry timestamp.
    fn promise(&self, body: &[u8]) -> String {
        let signed = object! {
            "body": STANDARD.encode(body),
            "integratedTime": TIME,
            "logID": hex(&self.id),
            "logIndex": 0_i64,
        };
        self.key.sign_base64(&signed.bytes())
    }

    /// The signed head of a tree of this one leaf.
    fn checkpoint(&self, head: &[u8]) -> String {
        let note = format!("{ORIGIN}\n1\n{}\n", STANDARD.encode(head));
        let signature = [self.id[..4].to_vec(), self.key.sign(note.as_bytes())].concat();
        format!("{note}\n\u{2014} {ORIGIN} {}\n", STANDARD.encode(signature))
    }
}

fn body(envelope: &Json, payload: &[u8], signer: &TestKey) -> Json {
    let hash = |bytes: &[u8]| object! { "algorithm": "sha256", "value": hex_of(&sha256(bytes)) };
    let signature = envelope.get("signatures").elements()[0].get("sig").text();
    object! {
        "apiVersion": "0.0.1",
        "kind": "dsse",
        "spec": object! {
            "envelopeHash": hash(&envelope.bytes()),
            "payloadHash": hash(payload),
            "signatures": [object! {
                "signature": signature,
                "verifier": STANDARD.encode(signer.public_pem()),
            }],
        },
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
