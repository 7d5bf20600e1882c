use super::super::{Entry, Field, Format, Tar};
use super::{one, read, try_read};

fn header(entry: Entry) -> tar::Header {
    tar::Header::from_byte_slice(&Tar::of([entry]).unfinished()[..512]).clone()
}

#[test]
fn metadata_reads_back() {
    let entry = Entry::file("a", b"").mode(0o4755).owner(65532, 65533).owner_names("nonroot", "staff");
    let header = header(entry.mtime(1_700_000_000));
    assert_eq!(header.mode().unwrap(), 0o4755);
    assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (65532, 65533));
    assert_eq!(header.mtime().unwrap(), 1_700_000_000);
    assert_eq!(header.username().unwrap(), Some("nonroot"));
    assert_eq!(header.groupname().unwrap(), Some("staff"));
}

#[test]
fn each_format_has_its_magic() {
    for (format, magic) in
        [(Format::Ustar, b"ustar\x0000"), (Format::Gnu, b"ustar  \0"), (Format::V7, b"\0\0\0\0\0\0\0\0")]
    {
        let archive = Tar::of([Entry::file("a", b"alpha").format(format)]).finish();
        assert_eq!(&archive[257..265], magic);
        assert_eq!(read(&archive)[0].content, b"alpha");
    }
}

#[test]
fn numbers_that_octal_cannot_hold_are_in_base_256() {
    assert_eq!(header(Entry::file("a", b"").owner(3_000_000_000, 0)).uid().unwrap(), 3_000_000_000);
    let big = header(Entry::file("a", b"").base_256(Field::Size, 1 << 40));
    assert_eq!(big.entry_size().unwrap(), 1 << 40);
    assert_eq!(big.as_old().size[0], 0x80);
    let small = header(Entry::file("a", b"").base_256(Field::Uid, 7));
    assert_eq!(small.uid().unwrap(), 7);
}

#[test]
fn numbers_can_be_negative() {
    let negative = header(Entry::file("a", b"").base_256(Field::Size, -512));
    assert_eq!(negative.as_old().size, *b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\x00");
    assert_eq!(header(Entry::file("a", b"").mtime(-1)).as_old().mtime, [0xff; 12]);
}

#[test]
fn the_size_field_can_be_any_text() {
    for (text, size) in [("00000000003\0", 3), ("7", 7), ("     17", 15), ("0000000012 ", 10)] {
        let header = header(Entry::file("a", b"alpha").size_field(text));
        assert_eq!(header.entry_size().unwrap(), size, "{text:?}");
    }
    assert!(header(Entry::file("a", b"").size_field("12x")).entry_size().is_err());
}

#[test]
fn fields_can_hold_any_bytes() {
    let header = header(Entry::file("a", b"").field(Field::Mode, "  755 \0").field(Field::Prefix, "opt"));
    assert_eq!(header.mode().unwrap(), 0o755);
    assert_eq!(&*header.path_bytes(), b"opt/a");
}

#[test]
fn checksums_can_be_wrong_or_signed() {
    let archive = |entry: Entry| Tar::of([entry]).finish();
    assert!(try_read(&archive(Entry::file("a", b"").bad_checksum())).is_err());
    assert!(try_read(&archive(Entry::file("a", b"").field(Field::Checksum, "1"))).is_err());
    let plain = archive(Entry::file("a", b""));
    assert_eq!(archive(Entry::file("a", b"").signed_checksum()), plain);
    let high = archive(Entry::file(b"\xff", b""));
    let signed = archive(Entry::file(b"\xff", b"").signed_checksum());
    let sum = |bytes: &[u8]| i64::from_str_radix(std::str::from_utf8(&bytes[148..154]).unwrap(), 8).unwrap();
    assert_eq!(sum(&high) - sum(&signed), 256);
}

#[test]
fn content_is_there_whatever_the_header_says() {
    let archive = Tar::of([Entry::file("a", b"alpha").size_field("0")]).unfinished();
    assert_eq!(archive.len(), 1024);
    assert_eq!(&archive[512..517], b"alpha");
    assert_eq!(one(Entry::hardlink("b", "a")).content, b"");
}
