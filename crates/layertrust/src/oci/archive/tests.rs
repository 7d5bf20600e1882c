use super::*;

/// An archive with links, written as tools write them.
fn archive(files: &[(&str, &str)], links: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    for (name, target) in links {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, name, target).unwrap();
    }
    builder.into_inner().unwrap()
}

fn read(bytes: &[u8], links: Links) -> Result<Archive> {
    Archive::from_reader(bytes, links, &Limits::default())
}

#[test]
fn a_link_is_a_second_name_where_the_form_has_links() {
    let bytes = archive(&[("a.tar", "layer")], &[("id/layer.tar", "../a.tar"), ("./x", "./a.tar")]);
    let opened = read(&bytes, Links::Inside).unwrap();
    for name in ["a.tar", "id/layer.tar", "x"] {
        let mut text = String::new();
        opened.open(name).unwrap().1.read_to_string(&mut text).unwrap();
        assert_eq!(text, "layer", "{name}");
    }
    assert_eq!(read(&bytes, Links::Refused).unwrap_err().code(), Code::Malformed);
}

#[test]
fn a_link_leads_to_a_plain_file_of_the_archive_or_is_refused() {
    let file = [("a.tar", "layer")];
    for link in [
        ("id/layer.tar", "../../a.tar"),
        ("layer.tar", "/etc/passwd"),
        ("layer.tar", "absent"),
        ("layer.tar", "layer.tar"),
        ("id/layer.tar", ".."),
        ("a.tar", "a.tar"),
    ] {
        let error = read(&archive(&file, &[link]), Links::Inside).unwrap_err();
        assert_eq!(error.code(), Code::Malformed, "{link:?}");
        assert!(!error.to_string().contains("root:"));
    }
    let chain = archive(&file, &[("one", "a.tar"), ("two", "one")]);
    assert_eq!(read(&chain, Links::Inside).unwrap_err().code(), Code::Malformed);
    let twice = archive(&file, &[("one", "a.tar"), ("one", "a.tar")]);
    assert_eq!(read(&twice, Links::Inside).unwrap_err().code(), Code::Malformed);
}

#[test]
fn hard_links_and_devices_are_refused_in_every_form() {
    for kind in [tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Block, tar::EntryType::Fifo] {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        builder.append_link(&mut header, "x", "a.tar").unwrap();
        let bytes = builder.into_inner().unwrap();
        assert_eq!(read(&bytes, Links::Inside).unwrap_err().code(), Code::Malformed, "{kind:?}");
    }
}

#[test]
fn ten_thousand_entries_are_read_and_counted() {
    let names: Vec<String> = (0..10_000).map(|n| format!("blobs/sha256/{n}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let bytes = archive(&files, &[]);
    assert_eq!(read(&bytes, Links::Refused).unwrap().sizes().count(), 10_000);
    let few = Limits { layout_entries: 9_999, ..Limits::default() };
    let error = Archive::from_reader(&*bytes, Links::Refused, &few).unwrap_err();
    assert_eq!(error.code(), Code::LimitExceeded);
}

#[test]
fn a_name_of_megabytes_is_not_held_in_memory() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(32 << 20);
    header.set_cksum();
    builder.append(&header, std::io::repeat(b'x').take(32 << 20)).unwrap();
    let few = Limits { layout_entries: 1_000, ..Limits::default() };
    let error = Archive::from_reader(&*builder.into_inner().unwrap(), Links::Refused, &few).unwrap_err();
    assert_eq!(error.code(), Code::LimitExceeded);
}

/// An entry as raw bytes, so that it can be what no tool writes.
fn raw(name: &str, kind: tar::EntryType, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    let mut bytes = [header.as_bytes(), content].concat();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// Records of an extended header: each begins with its own length.
fn records(records: &[(&str, &str)]) -> Vec<u8> {
    let record = |(key, value): &(&str, &str)| {
        let length = |digits: usize| digits + key.len() + value.len() + 3;
        let digits = (1..9).find(|digits| length(*digits).to_string().len() == *digits).unwrap();
        format!("{} {key}={value}\n", length(digits))
    };
    records.iter().map(record).collect::<String>().into_bytes()
}

fn ended(entries: &[Vec<u8>]) -> Vec<u8> {
    [&entries.concat()[..], &[0; 1024]].concat()
}

const PLAIN: tar::EntryType = tar::EntryType::Regular;

#[test]
fn nothing_follows_the_end_of_an_archive() {
    let (one, two) = (raw("one", PLAIN, b"1"), raw("two", PLAIN, b"2"));
    let whole = ended(std::slice::from_ref(&one));
    // Tools fill the last record with zeros.
    for fill in [0, 512, 8192, 100_000] {
        let filled = [&whole[..], &vec![0; fill]].concat();
        assert_eq!(read(&filled, Links::Refused).unwrap().sizes().count(), 1, "{fill}");
    }
    let noise = b"#!/bin/sh\n".to_vec();
    for behind in [ended(std::slice::from_ref(&two)), noise, [vec![0; 70_000], vec![1]].concat()] {
        let error = read(&[&whole[..], &behind].concat(), Links::Refused).unwrap_err();
        assert_eq!(error.code(), Code::Malformed);
        assert!(error.to_string().contains("behind the end mark"), "{error}");
    }
    // One empty block: some tools read on.
    let lone = ended(&[one, vec![0; 512], two]);
    assert_eq!(read(&lone, Links::Refused).unwrap_err().code(), Code::Malformed);
    let few = Limits { archive_size: 512, ..Limits::default() };
    let (file, limits) = (tempfile::NamedTempFile::new().unwrap(), few);
    std::fs::write(file.path(), &whole).unwrap();
    let error = Archive::from_file(file.path(), Links::Refused, &limits).unwrap_err();
    assert_eq!(error.code(), Code::LimitExceeded);
}

#[test]
fn extended_headers_that_tools_read_differently_are_refused() {
    let with = |kind, own: &[(&str, &str)]| {
        let entries = [raw("header", kind, &records(own)), raw("index.json", PLAIN, b"text")];
        read(&ended(&entries), Links::Refused)
    };
    let (local, global) = (tar::EntryType::XHeader, tar::EntryType::XGlobalHeader);
    let names = |archive: Archive| archive.sizes().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    // What tools write for long names and exact times.
    let usual = [("path", "blobs/sha256/long"), ("mtime", "1.5"), ("size", "4")];
    assert_eq!(names(with(local, &usual).unwrap()), ["blobs/sha256/long"]);
    assert_eq!(names(with(global, &[("comment", "a commit")]).unwrap()), ["index.json"]);
    let sparse = [
        &[("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "oci-layout")][..],
        &[("GNU.sparse.realsize", "1099511627776")],
        &[("mtime", "1"), ("GNU.sparse.map", "0,1")],
    ];
    let others = [
        (local, &[("path", "a"), ("path", "b")][..]),
        (local, &[("size", "4"), ("size", "0")]),
        (local, &[("path", "../index.json")]),
        (local, &[("path", "/index.json")]),
        (global, &[("path", "oci-layout")]),
        (global, &[("comment", "x"), ("size", "0")]),
        (global, &[("linkpath", "x")]),
    ];
    let sparse = sparse.into_iter().flat_map(|own| [(local, own), (global, own)]);
    for (kind, own) in sparse.chain(others) {
        assert_eq!(with(kind, own).unwrap_err().code(), Code::Malformed, "{kind:?} {own:?}");
    }
    // Records that are none.
    for text in ["4 path=index.json\n", "no record", "99 path=x\n"] {
        let entries = [raw("header", global, text.as_bytes()), raw("index.json", PLAIN, b"text")];
        assert_eq!(read(&ended(&entries), Links::Refused).unwrap_err().code(), Code::Malformed, "{text}");
    }
}

#[test]
fn sparse_files_of_the_old_form_and_files_named_as_folders_are_refused() {
    for (name, kind) in
        [("x", tar::EntryType::GNUSparse), ("x", tar::EntryType::Continuous), ("index.json/", PLAIN)]
    {
        let bytes = ended(&[raw(name, kind, b"text")]);
        assert_eq!(read(&bytes, Links::Inside).unwrap_err().code(), Code::Malformed, "{name} {kind:?}");
    }
    // A folder itself is nothing to read.
    let folder = ended(&[raw("blobs/", tar::EntryType::Directory, b"")]);
    assert_eq!(read(&folder, Links::Refused).unwrap().sizes().count(), 0);
}

#[test]
fn extended_headers_of_megabytes_are_not_held_in_memory() {
    let few = Limits { layout_entries: 1_000, ..Limits::default() };
    let long = "x".repeat(32 << 20);
    for kind in [tar::EntryType::XHeader, tar::EntryType::XGlobalHeader] {
        let bytes = ended(&[raw("header", kind, &records(&[("comment", &long)])), raw("x", PLAIN, b"")]);
        let error = Archive::from_reader(&*bytes, Links::Refused, &few).unwrap_err();
        assert_eq!(error.code(), Code::LimitExceeded, "{kind:?}");
    }
}
