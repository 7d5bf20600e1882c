use std::fs;

use super::*;

const INDEX: &str =
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
const CHILD: &str = r#"{"schemaVersion":2,"layers":[],"config":{}}"#;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn code(files: &[(&str, &str)]) -> Code {
    SkopeoDir::open(folder(files).path(), &Limits::default()).unwrap_err().code()
}

#[test]
fn an_index_its_children_and_blobs_are_found_by_digest() {
    let (child, blob) = (Digest::sha256(CHILD.as_bytes()), Digest::sha256(b"layer"));
    let folder = folder(&[
        ("version", VERSIONS[1]),
        ("manifest.json", INDEX),
        (&format!("{}.manifest.json", child.hex()), CHILD),
        (&blob.hex(), "layer"),
    ]);
    let source = SkopeoDir::open(folder.path(), &Limits::default()).unwrap();
    let root = source.resolve(&Selector::Only).unwrap().unwrap();
    assert_eq!((root.digest, &*root.media_type), (Digest::sha256(INDEX.as_bytes()), media_type::INDEX));
    let found = source.resolve(&Selector::Digest(child)).unwrap().unwrap();
    assert_eq!((found.size, &*found.media_type), (CHILD.len() as u64, media_type::MANIFEST));
    for (digest, expected) in [(root.digest, INDEX), (child, CHILD), (blob, "layer")] {
        let mut text = String::new();
        source.blob(&digest).unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, expected);
    }
    let absent = Digest::sha256(b"absent");
    assert!(source.blob(&absent).unwrap().is_none());
    assert!(source.blob(&Digest::of(Algorithm::Sha512, b"layer")).unwrap().is_none());
    assert!(source.resolve(&Selector::Digest(absent)).unwrap().is_none());
    assert!(source.resolve(&Selector::Tag("1.2".to_owned())).unwrap().is_none());
    assert!(source.referrers(&root.digest, &Limits::default()).unwrap().found.is_empty());
}

#[test]
fn what_is_no_such_folder_is_refused() {
    assert_eq!(code(&[("manifest.json", INDEX)]), Code::Malformed);
    assert_eq!(code(&[("version", VERSIONS[0])]), Code::Malformed);
    assert_eq!(code(&[("version", "3.0"), ("manifest.json", INDEX)]), Code::UnsupportedFormat);
    assert_eq!(code(&[("version", &"x".repeat(1 << 20)), ("manifest.json", INDEX)]), Code::LimitExceeded);
    let missing = SkopeoDir::open(Path::new("/nonexistent"), &Limits::default()).unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);
}

#[test]
fn a_blob_that_is_a_link_out_of_the_folder_is_refused() {
    let blob = Digest::sha256(b"secret");
    let (folder, outside) =
        (folder(&[("version", VERSIONS[0]), ("manifest.json", INDEX)]), folder(&[("x", "secret")]));
    std::os::unix::fs::symlink(outside.path().join("x"), folder.path().join(blob.hex())).unwrap();
    let source = SkopeoDir::open(folder.path(), &Limits::default()).unwrap();
    assert_eq!(source.blob(&blob).err().unwrap().code(), Code::Malformed);
}
