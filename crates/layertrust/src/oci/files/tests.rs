use std::io::Write;

use super::*;

fn limits() -> Limits {
    Limits::default()
}

fn layout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("blobs/sha256")).unwrap();
    folder
}

fn refused(result: Result<Option<Opened>>) -> Error {
    match result {
        Err(error) => error,
        Ok(_) => panic!("it was opened"),
    }
}

/// An archive of raw headers, so that names and types can be what no tool writes.
fn archive(entries: &[(&str, tar::EntryType, &[u8])]) -> tempfile::NamedTempFile {
    let mut bytes = Vec::new();
    for (name, kind, content) in entries {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    written(&bytes)
}

fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn archive_error(entries: &[(&str, tar::EntryType, &[u8])]) -> Error {
    let file = archive(entries);
    Files::archive(file.path(), &limits()).unwrap_err()
}

const PLAIN: tar::EntryType = tar::EntryType::Regular;

#[test]
fn a_link_out_of_the_folder_is_refused() {
    let (folder, outside) = (layout(), written(b"secret"));
    std::os::unix::fs::symlink(outside.path(), folder.path().join("index.json")).unwrap();
    let files = Files::folder(folder.path()).unwrap();
    let error = refused(files.open("index.json"));
    assert_eq!(error.code(), Code::Malformed);
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn a_linked_blobs_folder_that_leads_out_is_refused() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), layout());
    std::os::unix::fs::symlink(outside.path().join("blobs"), folder.path().join("blobs")).unwrap();
    let files = Files::folder(folder.path()).unwrap();
    assert_eq!(files.blobs(&limits()).unwrap_err().code(), Code::Malformed);
}

#[test]
fn a_link_that_stays_inside_is_followed() {
    let folder = layout();
    fs::write(folder.path().join("blobs/real"), b"bytes").unwrap();
    std::os::unix::fs::symlink("blobs/real", folder.path().join("index.json")).unwrap();
    let files = Files::folder(folder.path()).unwrap();
    assert_eq!(files.read("index.json", ("manifest-size", 100)).unwrap().unwrap(), b"bytes");
}

#[test]
fn a_pipe_or_folder_in_place_of_a_file_is_refused_and_never_waited_for() {
    let folder = layout();
    let fifo = folder.path().join("index.json");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    fs::create_dir(folder.path().join("oci-layout")).unwrap();
    let files = Files::folder(folder.path()).unwrap();
    assert_eq!(refused(files.open("index.json")).code(), Code::Malformed);
    assert_eq!(refused(files.open("oci-layout")).code(), Code::Malformed);
}

#[test]
fn a_folder_and_a_file_are_not_mistaken_for_each_other() {
    let file = written(b"");
    assert_eq!(Files::folder(file.path()).unwrap_err().code(), Code::Usage);
    assert_eq!(Files::archive(layout().path(), &limits()).unwrap_err().code(), Code::Usage);
    assert_eq!(Files::folder(Path::new("/nonexistent")).unwrap_err().code(), Code::NotFound);
    assert_eq!(Files::archive(Path::new("/nonexistent"), &limits()).unwrap_err().code(), Code::NotFound);
}

#[test]
fn an_archive_may_hold_only_plain_files_below_its_root() {
    use tar::EntryType;
    for (name, kind) in [
        ("../index.json", PLAIN),
        ("/index.json", PLAIN),
        ("blobs/../../x", PLAIN),
        ("index.json", EntryType::Symlink),
        ("index.json", EntryType::Link),
        ("index.json", EntryType::Fifo),
        ("index.json", EntryType::Char),
        ("index.json", EntryType::GNUSparse),
    ] {
        assert_eq!(archive_error(&[(name, kind, b"")]).code(), Code::Malformed, "{name} {kind:?}");
    }
}

#[test]
fn an_archive_that_names_one_file_twice_is_refused() {
    assert_eq!(
        archive_error(&[("index.json", PLAIN, b"1"), ("./index.json", PLAIN, b"2")]).code(),
        Code::Malformed
    );
}

#[test]
fn half_an_archive_is_refused() {
    let whole = archive(&[("index.json", PLAIN, &[b'x'; 4000])]);
    let bytes = fs::read(whole.path()).unwrap();
    for length in [100, 511, 600, 3000] {
        let file = written(&bytes[..length]);
        assert_eq!(Files::archive(file.path(), &limits()).unwrap_err().code(), Code::Malformed, "{length}");
    }
    let noise = written(&[0x5a; 2048]);
    assert_eq!(Files::archive(noise.path(), &limits()).unwrap_err().code(), Code::Malformed);
}

#[test]
fn entries_and_sizes_have_limits() {
    let names: Vec<String> = (0..20).map(|n| format!("f{n}")).collect();
    let entries: Vec<_> = names.iter().map(|name| (name.as_str(), PLAIN, b"x".as_slice())).collect();
    let file = archive(&entries);
    let few = Limits { layout_entries: 10, ..limits() };
    assert_eq!(Files::archive(file.path(), &few).unwrap_err().code(), Code::LimitExceeded);
    let files = Files::archive(file.path(), &limits()).unwrap();
    assert_eq!(files.read("f0", ("manifest-size", 0)).unwrap_err().code(), Code::LimitExceeded);
    assert_eq!(files.read("f0", ("manifest-size", 1)).unwrap().unwrap(), b"x");
    assert!(files.open("absent").unwrap().is_none());
}
