use layertrust_testkit::cases::scene;
use layertrust_testkit::cosign::{envelope, signed_bundle};
use layertrust_testkit::statement::sign_statement;

use super::*;

fn digest(fill: char) -> String {
    format!("sha256:{}", fill.to_string().repeat(64))
}

fn bundle(fill: char) -> String {
    String::from_utf8(signed_bundle(&scene::org(), &sign_statement(&digest(fill))).bytes()).unwrap()
}

fn open(content: &str) -> Result<BundleFiles> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bundle.json");
    fs::write(&file, content).unwrap();
    BundleFiles::open(&file, &Limits::default())
}

fn about(files: &BundleFiles, fill: char) -> usize {
    files.referrers(&digest(fill).parse().unwrap(), &Limits::default()).unwrap().found.len()
}

#[test]
fn one_document_or_one_a_line() {
    let one = open(&bundle('a')).unwrap();
    assert_eq!((about(&one, 'a'), about(&one, 'b')), (1, 0));
    let value: serde_json::Value = serde_json::from_str(&bundle('a')).unwrap();
    let indented = open(&serde_json::to_string_pretty(&value).unwrap()).unwrap();
    assert_eq!(about(&indented, 'a'), 1);
    let dsse =
        String::from_utf8(envelope(&scene::org(), &sign_statement(&digest('c')).bytes()).bytes()).unwrap();
    let lines = open(&format!("{}\n\n{}\r\n{dsse}\n", bundle('a'), bundle('b'))).unwrap();
    assert_eq!((about(&lines, 'a'), about(&lines, 'b'), about(&lines, 'c')), (1, 1, 1));
}

/// DSSE allows either alphabet, with and without padding; the envelope's reader takes them all.
#[test]
fn a_payload_is_found_in_every_spelling_of_base64() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    // `?>` is spelled with the two characters in which the alphabets differ.
    let hex = digest('a').replace("sha256:", "");
    let payload = format!(r#"{{"subject":[{{"name":"???>>>~~~","digest":{{"sha256":"{hex}"}}}}]}}"#);
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        let encoded = engine.encode(&payload);
        let dsse = format!(r#"{{"payloadType":"application/vnd.in-toto+json","payload":"{encoded}"}}"#);
        assert_eq!(about(&open(&dsse).unwrap(), 'a'), 1, "{encoded}");
    }
    assert_ne!(STANDARD.encode(&payload), URL_SAFE.encode(&payload));
}

#[test]
fn a_folder_is_read_by_ending_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("b.sigstore.json"), bundle('b')).unwrap();
    fs::write(folder.path().join("a.jsonl"), bundle('a')).unwrap();
    fs::write(folder.path().join("README.md"), "no bundle").unwrap();
    let files = BundleFiles::open(folder.path(), &Limits::default()).unwrap();
    assert_eq!((files.bundles.len(), about(&files, 'a'), about(&files, 'b')), (2, 1, 1));
    assert!(files.bundles[0].subjects.contains(&digest('a').parse().unwrap()));
}

#[test]
fn what_is_no_bundle_is_said() {
    let code = |content: &str| open(content).unwrap_err().code();
    assert_eq!(code("{\"mediaType\":\"text/plain\"}"), Code::UnsupportedFormat);
    assert_eq!(code("{}"), Code::UnsupportedFormat);
    assert_eq!(code("[1]"), Code::UnsupportedFormat);
    assert_eq!(code("no json"), Code::Malformed);
    assert_eq!(code(&format!("{}\nno json", bundle('a'))), Code::Malformed);
    assert_eq!(code(""), Code::NotFound);
    assert_eq!(
        BundleFiles::open(Path::new("/nonexistent"), &Limits::default()).unwrap_err().code(),
        Code::NotFound
    );
}

#[test]
fn files_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bundle.json");
    fs::write(&file, bundle('a')).unwrap();
    for limits in [
        Limits { evidence_size: 10, ..Limits::default() },
        Limits { statement_size: 10, ..Limits::default() },
        Limits { evidence: 0, ..Limits::default() },
    ] {
        assert_eq!(BundleFiles::open(&file, &limits).unwrap_err().code(), Code::LimitExceeded);
    }
}
