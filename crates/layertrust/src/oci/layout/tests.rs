use std::fs;

use layertrust_testkit::store::Layout as Written;

use super::*;

/// A layout on disk; it goes with the first part.
fn open(layout: &Written) -> (tempfile::TempDir, Layout) {
    let folder = tempfile::tempdir().unwrap();
    layout.write_dir(folder.path());
    let opened = Layout::open_folder(folder.path(), &Limits::default()).unwrap();
    (folder, opened)
}

fn with_files(edit: impl FnOnce(&std::path::Path)) -> Result<Layout> {
    let folder = tempfile::tempdir().unwrap();
    Written::new().write_dir(folder.path());
    edit(folder.path());
    Layout::open_folder(folder.path(), &Limits::default())
}

fn code(result: Result<Layout>) -> Code {
    result.map(|_| ()).unwrap_err().code()
}

fn image(layout: &mut Written, text: &str) -> layertrust_testkit::store::Descriptor {
    let manifest = format!(r#"{{"schemaVersion":2,"mediaType":"{}","note":"{text}"}}"#, media_type::MANIFEST);
    layout.put(media_type::MANIFEST, manifest)
}

#[test]
fn a_layout_needs_its_marker_and_index() {
    assert!(with_files(|_| {}).is_ok());
    assert_eq!(code(with_files(|path| fs::remove_file(path.join("oci-layout")).unwrap())), Code::Malformed);
    assert_eq!(code(with_files(|path| fs::remove_file(path.join("index.json")).unwrap())), Code::Malformed);
    let version = r#"{"imageLayoutVersion":"2.0.0"}"#;
    assert_eq!(
        code(with_files(|path| fs::write(path.join("oci-layout"), version).unwrap())),
        Code::UnsupportedFormat
    );
    assert_eq!(
        code(with_files(|path| fs::write(path.join("index.json"), b"\xff").unwrap())),
        Code::Malformed
    );
    let twice = r#"{"schemaVersion":2,"manifests":[],"manifests":[]}"#;
    assert_eq!(
        code(with_files(|path| fs::write(path.join("index.json"), twice).unwrap())),
        Code::DuplicateKey
    );
    let manifest = r#"{"schemaVersion":2,"layers":[],"config":{}}"#;
    assert_eq!(
        code(with_files(|path| fs::write(path.join("index.json"), manifest).unwrap())),
        Code::MediaTypeMismatch
    );
}

#[test]
fn a_tag_names_one_image_or_none_or_is_refused() {
    let mut layout = Written::new();
    let (one, two) = (image(&mut layout, "1"), image(&mut layout, "2"));
    layout.tag(&one, "v1");
    layout.tag(&two, "registry.example.com/app:v2");
    let (_folder, opened) = open(&layout);
    let tag = |name: &str| opened.resolve(&Selector::Tag(name.to_owned()));
    assert_eq!(tag("v1").unwrap().unwrap().digest.to_string(), one.digest);
    assert_eq!(tag("v2").unwrap().unwrap().digest.to_string(), two.digest);
    assert!(tag("v3").unwrap().is_none());
    assert_eq!(opened.resolve(&Selector::Only).unwrap_err().code(), Code::Usage);
    layout.tag(&two, "v1");
    let (_folder, opened) = open(&layout);
    assert_eq!(opened.resolve(&Selector::Tag("v1".to_owned())).unwrap_err().code(), Code::Usage);
}

#[test]
fn the_only_image_is_found_among_its_attachments_and_children() {
    use layertrust_testkit::cases::scene;
    let base = scene::base();
    let evidence = base.evidence(&scene::vendor());
    let (_folder, opened) = open(&evidence);
    let only = opened.resolve(&Selector::Only).unwrap().unwrap();
    assert_eq!(only.digest.to_string(), base.descriptor().digest);
}

#[test]
fn an_absent_digest_is_none_and_not_an_error() {
    let (_folder, opened) = open(&Written::new());
    let digest = Digest::sha256(b"nothing");
    assert!(opened.resolve(&Selector::Digest(digest)).unwrap().is_none());
    assert!(opened.blob(&digest).unwrap().is_none());
    assert!(opened.referrers(&digest, &Limits::default()).unwrap().found.is_empty());
    assert!(opened.resolve(&Selector::Only).unwrap().is_none());
}
