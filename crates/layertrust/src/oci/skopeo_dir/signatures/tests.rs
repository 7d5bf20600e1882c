use std::fs;
use std::io::Read as _;

use crate::oci::skopeo_dir::{SkopeoDir, VERSIONS};
use crate::oci::source::{Origin, Source as _};

use super::*;

const CHILD: &str = r#"{"schemaVersion":2}"#;

fn stored(kind: &str, payload: &[u8], signature: &str) -> Vec<u8> {
    let payload = base64::engine::general_purpose::STANDARD.encode(payload);
    let json =
        format!(r#"{{"mimeType":"{kind}","payload":"{payload}","annotations":{{"a":"{signature}"}}}}"#);
    [SIGSTORE, json.as_bytes()].concat()
}

/// An index with one child, and these files.
fn open(files: &[(String, Vec<u8>)], limits: &Limits) -> Result<(Digest, SkopeoDir)> {
    let folder = tempfile::tempdir().unwrap();
    let child = Digest::sha256(CHILD.as_bytes());
    let index = format!(r#"{{"manifests":[{{"digest":"{child}"}},{{"digest":"odd"}}]}}"#);
    for (name, bytes) in [("version", VERSIONS[1].as_bytes()), ("manifest.json", index.as_bytes())] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    SkopeoDir::open(folder.path(), limits).map(|source| (Digest::sha256(index.as_bytes()), source))
}

#[test]
fn they_are_found_beside_the_index_and_beside_a_child_in_their_order() {
    let limits = Limits::default();
    let child = Digest::sha256(CHILD.as_bytes());
    let (index, source) = open(
        &[
            ("signature-1".to_owned(), stored(media_type::SIMPLE_SIGNING, b"payload", "one")),
            ("signature-2".to_owned(), stored(media_type::SIMPLE_SIGNING, b"payload", "two")),
            // After a gap: no writer leaves one.
            ("signature-4".to_owned(), b"?".to_vec()),
            (format!("{}.signature-1", child.hex()), b"\x89 an OpenPGP message".to_vec()),
        ],
        &limits,
    )
    .unwrap();
    let found = source.referrers(&index, &limits).unwrap().found;
    assert_eq!(
        found.iter().map(|one| one.descriptor.annotations["a"].as_str()).collect::<Vec<_>>(),
        ["one", "two"]
    );
    for one in &found {
        assert_eq!(
            (one.origin, &*one.descriptor.media_type),
            (Origin::BundleFile, media_type::SIMPLE_SIGNING)
        );
        let mut text = String::new();
        source.blob(&one.descriptor.digest).unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "payload");
    }
    let found = source.referrers(&child, &limits).unwrap().found;
    assert_eq!((found.len(), &*found[0].descriptor.media_type), (1, media_type::OPENPGP));
    assert!(source.referrers(&Digest::sha256(b"other"), &limits).unwrap().found.is_empty());
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let code = |bytes: &[u8], limits: &Limits| {
        open(&[("signature-1".to_owned(), bytes.to_vec())], limits).unwrap_err().code()
    };
    let limits = Limits::default();
    for json in ["", "{}", "[]", r#"{"mimeType":"a","payload":"?","annotations":{}}"#, r#"{"mimeType":1}"#] {
        assert_eq!(code(&[SIGSTORE, json.as_bytes()].concat(), &limits), Code::Malformed, "{json}");
    }
    let good = stored("text/plain", b"payload", "one");
    for limits in [
        Limits { statement_size: 20, ..Limits::default() },
        Limits { evidence: 0, ..Limits::default() },
        Limits { evidence_size: 6, ..Limits::default() },
    ] {
        assert_eq!(code(&good, &limits), Code::LimitExceeded);
    }
}
