//! Roots put together from the certificates and keys that other projects' test files hold.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use layertrust::{Digest, TrustedRoot};
use serde_json::{Value, json};

/// The DER of each block in PEM.
fn blocks(text: &[u8]) -> Vec<Vec<u8>> {
    pem::parse_many(text).unwrap().into_iter().map(pem::Pem::into_contents).collect()
}

fn log(key: &[u8]) -> Value {
    let spki = blocks(key).remove(0);
    json!({
        "baseUrl": "https://log.invalid",
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": STANDARD.encode(&spki),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": { "start": "2020-01-01T00:00:00Z" },
        },
        "logId": { "keyId": STANDARD.encode(Digest::sha256(&spki).as_bytes()) },
    })
}

/// A root of one authority (its chain, leaf first), a log, and a certificate log, each in PEM; an empty key is
/// no log.
fn assembled(authority: &[u8], rekor: &[u8], ctfe: &[u8]) -> TrustedRoot {
    let certificates: Vec<Value> =
        blocks(authority).iter().map(|der| json!({ "rawBytes": STANDARD.encode(der) })).collect();
    let logs = |key: &[u8]| if key.is_empty() { Vec::new() } else { vec![log(key)] };
    let document = json!({
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": logs(rekor),
        "certificateAuthorities": [{
            "subject": { "organization": "", "commonName": "" },
            "uri": "https://authority.invalid",
            "certChain": { "certificates": certificates },
            "validFor": { "start": "2020-01-01T00:00:00Z" },
        }],
        "ctlogs": logs(ctfe),
        "timestampAuthorities": [],
    });
    TrustedRoot::from_json(document.to_string().as_bytes()).unwrap()
}

/// The root that one generation of conforma's recordings serves: as such, or as keys and certificates.
pub(crate) fn conforma(generation: &Path) -> TrustedRoot {
    let files = generation.join("acceptance/wiremock/recordings/tuf/__files");
    let mut names: Vec<_> = std::fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let read = |what: &str| {
        let is_it = |path: &&std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().contains(what);
        names.iter().find(is_it).map(|path| std::fs::read(path).unwrap())
    };
    match read("trusted_root") {
        Some(json) => TrustedRoot::from_json(&json).unwrap(),
        None => {
            let file =
                |what: &str| read(what).unwrap_or_else(|| panic!("{what} of {}", generation.display()));
            assembled(&file("fulcio"), &file("rekor.pub"), &file("ctfe"))
        }
    }
}

/// The public instance's first authority as containers/image tests with it. Its certificate log is not among
/// the files.
pub(crate) fn containers(fixtures: &Path) -> TrustedRoot {
    let read = |name: &str| std::fs::read(fixtures.join(name)).unwrap();
    assembled(&read("fulcio_v1.crt.pem"), &read("rekor.pub"), b"").without_sct()
}
