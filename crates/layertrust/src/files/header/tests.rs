use super::*;

fn read(field: &[u8]) -> Option<u64> {
    number(field, "number").ok()
}

#[test]
fn octal_numbers_are_read_as_go_reads_them() {
    for (field, value) in [
        (b"0000644\0".as_slice(), 0o644),
        (b"000644 \0", 0o644),
        (b"   644 \0", 0o644),
        (b"644     ", 0o644),
        (b"644\0\0\0\0\0", 0o644),
        // What follows a NUL is not read.
        (b"644\0zzz\0", 0o644),
        (b"\0\0\0\0\0\0\0\0", 0),
        (b"        ", 0),
        (b"", 0),
        (b"\0 644\0  ", 0o644),
        (b"77777777", 0o77_777_777),
        (b"777777777777", 0o777_777_777_777),
    ] {
        assert_eq!(read(field), Some(value), "{field:?}");
    }
    for field in [
        b"-000644\0".as_slice(),
        b"+000644\0",
        b"00006 44",
        b"0000648\0",
        b"0x00644\0",
        b"644z\0\0\0\0",
        b"6.4\0\0\0\0\0",
        b"7777777777777777777777777",
        b"\x7f000644\0",
    ] {
        assert_eq!(read(field), None, "{field:?}");
    }
}

#[test]
fn binary_numbers_are_not_negative_and_fit() {
    for (field, value) in [
        (b"\x80\0\0\0\0\0\0\0".as_slice(), 0),
        (b"\x80\0\0\0\0\0\0\x01", 1),
        (b"\x80\0\0\0\xff\xff\xff\xff", 0xffff_ffff),
        (b"\xbf\xff\xff\xff\xff\xff\xff\xff", 0x3fff_ffff_ffff_ffff),
        (b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", u64::MAX),
    ] {
        assert_eq!(read(field), Some(value), "{field:?}");
    }
    for field in [
        b"\xff\xff\xff\xff\xff\xff\xff\xff".as_slice(),
        b"\xc0\0\0\0\0\0\0\0",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x80\0\0\x01\0\0\0\0\0\0\0\0",
        b"\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        assert_eq!(read(field), None, "{field:?}");
    }
}
