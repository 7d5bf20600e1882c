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
