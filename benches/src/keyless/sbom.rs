//! An SBOM attestation of some 5 MB: what it takes beyond hashing, base64 and one look at the JSON.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use layertrust::{Artifact, BlobVerifier, PublicKey, SignerKey, SignerRule, TrustedRoot};
use layertrust_benches::rounds::{Contender, print_head, race, row};
use layertrust_testkit::cosign::{self, pae};
use layertrust_testkit::key::TestKey;
use layertrust_testkit::statement::{IN_TOTO, SPDX, attest_statement};
use layertrust_testkit::store::sha256;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use sigstore_verify::trust_root::TrustedRoot as EngineRoot;
use sigstore_verify::types::{Bundle, DerPublicKey};
use sigstore_verify::{PublicKeyVerificationPolicy, Verifier};

use crate::image::Images;
use crate::log::Log;

const FILE: &[u8] = b"the file that the SBOM is about";
const LEAST: &str = "hash + base64 + parse";
/// A blob of an image is named by its digest, which has to be computed.
const LEAST_OF_IMAGE: &str = "the same + the blob's digest";
const WITH: &str = "layertrust, image with the SBOM";
const WITHOUT: &str = "layertrust, image without it";

/// Prints the table.
pub(crate) fn run(rounds: usize) {
    let key = TestKey::p256("benches");
    let statement = attest_statement("demo.test/app", &sha256(FILE), SPDX, crate::spdx::document()).bytes();
    let envelope = cosign::envelope(&key, &statement);
    let payload = STANDARD.encode(&statement);
    let header = format!("DSSEv1 {} {IN_TOTO} {} ", IN_TOTO.len(), statement.len());
    assert_eq!(pae(IN_TOTO, &statement), [header.as_bytes(), &statement].concat());

    let log = Log::new();
    let bare = cosign::bundle(Some(&key.hint()), envelope.clone());
    let mut logged = bare.clone();
    logged.get_mut("verificationMaterial").add("tlogEntries", [log.entry(&envelope, &statement, &key)]);
    let (bare, logged) = (bare.to_string(), logged.to_string());
    println!("\n## An SBOM: a statement of {} bytes, parse and verify\n", statement.len());

    let ours = |rule: SignerRule| {
        let verifier =
            BlobVerifier::new(rule, TrustedRoot::from_json(log.root().as_bytes()).unwrap()).unwrap();
        move |bundle: &str| {
            let now = crate::NOW.parse().unwrap();
            let _ = verifier.verify(Artifact::Bytes(FILE), bundle.as_bytes(), now).unwrap();
        }
    };
    let public = PublicKey::from_pem(key.public_pem().as_bytes()).unwrap();
    let rule = SignerRule::from(SignerKey::Key(public));
    let (with_log, without_log) = (ours(rule.clone().require_tlog()), ours(rule));
    let engine = Verifier::new(&EngineRoot::from_json(&log.root()).unwrap()).unwrap();
    let policy = PublicKeyVerificationPolicy::new(DerPublicKey::from_pem(&key.public_pem()).unwrap());
    let images = Images::new(&key, crate::spdx::document());

    let contenders = vec![
        Contender::new(LEAST, || {
            let decoded = STANDARD.decode(&payload).unwrap();
            black_box(hash(header.as_bytes(), &decoded));
            black_box(Borrowed::parse(&decoded));
        }),
        Contender::new(LEAST_OF_IMAGE, || {
            black_box(hash(&[], bare.as_bytes()));
            let decoded = STANDARD.decode(&payload).unwrap();
            black_box(hash(header.as_bytes(), &decoded));
            black_box(Borrowed::parse(&decoded));
        }),
        Contender::new("- hash", || {
            black_box(hash(header.as_bytes(), &statement));
        }),
        Contender::new("- base64", || drop(black_box(STANDARD.decode(&payload).unwrap()))),
        Contender::new("- parse", || drop(black_box(Borrowed::parse(&statement)))),
        Contender::new("layertrust, key", || without_log(&bare)),
        Contender::new("layertrust, key and log", || with_log(&logged)),
        Contender::new("sigstore-verify, key and log", || {
            let bundle = Bundle::from_json(&logged).unwrap();
            engine.verify(FILE, &bundle, &policy).unwrap();
        }),
        Contender::new(WITH, || images.verify_with()),
        Contender::new(WITHOUT, || images.verify_without()),
    ];
    let race = race(rounds, contenders);
    print_head(LEAST);
    race.print("SBOM", LEAST);
    let more = race.median(WITH) - race.median(WITHOUT);
    let part = "layertrust, image: the SBOM's part";
    row("SBOM", part, more, race.ratio_of_difference(WITH, WITHOUT, LEAST));
    let to_blob = race.ratio_of_difference(WITH, WITHOUT, LEAST_OF_IMAGE);
    row("SBOM", &format!("{part}, to {LEAST_OF_IMAGE}"), more, to_blob);
}

/// SHA-256 of the pre-authentication encoding.
fn hash(header: &[u8], payload: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(header).chain_update(payload).finalize().into()
}

/// What has to be read of the statement; the predicate is passed over.
#[derive(Deserialize)]
#[allow(dead_code, reason = "read, and then nothing is asked of it")]
struct Borrowed<'a> {
    #[serde(rename = "_type")]
    kind: &'a str,
    #[serde(borrow)]
    subject: Vec<Subject<'a>>,
    #[serde(rename = "predicateType")]
    predicate_type: &'a str,
    predicate: &'a RawValue,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read, and then nothing is asked of it")]
struct Subject<'a> {
    name: &'a str,
    #[serde(borrow)]
    digest: std::collections::BTreeMap<&'a str, &'a str>,
}

impl<'a> Borrowed<'a> {
    fn parse(bytes: &'a [u8]) -> Self {
        serde_json::from_str(std::str::from_utf8(bytes).unwrap()).unwrap()
    }
}
