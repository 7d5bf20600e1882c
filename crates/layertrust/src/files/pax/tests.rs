use layertrust_testkit::tar::pax::{record as right, record_with_length};

use super::*;

fn read(bytes: &[u8]) -> Result<Extended> {
    let mut extended = Extended::default();
    extended.read(bytes, false).map(|()| extended)
}

fn code(bytes: &[u8]) -> Option<Code> {
    read(bytes).err().map(|error| error.code())
}

#[test]
fn records_say_what_they_say() {
    let records = [
        right("mtime", "1762143151.5"),
        right("path", "a\nb = c"),
        right("linkpath", "\u{e4}"),
        right("size", "12"),
        right("uid", "4294967296"),
        right("gid", "0"),
        right("comment", "a\0b"),
    ];
    let extended = read(&records.concat()).unwrap();
    assert_eq!(extended.path.as_deref(), Some(b"a\nb = c".as_slice()));
    assert_eq!(extended.link.as_deref(), Some("\u{e4}".as_bytes()));
    assert_eq!((extended.size, extended.uid, extended.gid), (Some(12), Some(1 << 32), Some(0)));
    assert!(extended.attributes.is_empty());
    // An empty value leaves what the header says; a record may be as long as it likes.
    let empty = read(&[right("path", ""), right("size", "")].concat()).unwrap();
    assert_eq!((empty.path, empty.size), (None, None));
    let long = read(&right("path", "x".repeat(100_000))).unwrap();
    assert_eq!(long.path.unwrap().len(), 100_000);
    assert!(read(b"").unwrap().path.is_none());
}

#[test]
fn lengths_count_themselves() {
    // At the edges of another digit.
    for length in (1..1100).chain([9_990, 9_995, 99_990]) {
        let value = "x".repeat(length);
        assert_eq!(read(&right("path", &value)).unwrap().path.unwrap().len(), length);
    }
    let record = |length: &str| code(&record_with_length(length, "path", "x"));
    assert_eq!(record("9"), None);
    for wrong in ["8", "11", "0", "", "-9", "9 ", "009x", "1e1", "99999999999999999999999"] {
        assert_eq!(record(wrong), Some(Code::Malformed), "{wrong:?}");
    }
    for broken in [b"9".as_slice(), b"9 ", b" ", b"\n", b"9 path=x", b"4 =\n", b"7 path\n", b"9 path=x\n\0"] {
        assert_eq!(code(broken), Some(Code::Malformed), "{broken:?}");
    }
}

#[test]
fn attributes_that_decide_are_kept() {
    let records = [
        right("SCHILY.xattr.security.capability", b"\x01\0=\n\x02"),
        right("SCHILY.xattr.user.note", "x"),
        right("SCHILY.xattr.system.posix_acl_access", "acl"),
        // Readers of the other form are none of ours.
        right("LIBARCHIVE.xattr.system.posix_acl_default", "x"),
    ];
    let extended = read(&records.concat()).unwrap();
    assert_eq!(
        extended.attributes,
        [b"security.capability=\x01\0=\n\x02".to_vec(), b"system.posix_acl_access=acl".to_vec()]
    );
    for name in ["trusted.overlay.opaque", "user.overlay.redirect"] {
        assert_eq!(code(&right(format!("SCHILY.xattr.{name}"), "y")), Some(Code::LayerInconsistent));
    }
}

#[test]
fn headers_for_all_entries_may_only_talk() {
    let all = |bytes: &[u8]| Extended::default().read(bytes, true).err().map(|error| error.code());
    assert_eq!(all(&[right("comment", "x"), right("mtime", "1")].concat()), None);
    for key in
        ["path", "linkpath", "size", "uid", "gid", "hdrcharset", "GNU.sparse.map", "SCHILY.xattr.user.x"]
    {
        // Even an empty value.
        assert_eq!(all(&right(key, "")), Some(Code::LayerInconsistent), "{key}");
    }
    assert_eq!(all(b"no record"), Some(Code::Malformed));
    assert_eq!(all(&right("comment", "x").repeat(2)), Some(Code::LayerInconsistent));
}

#[test]
fn records_have_a_limit() {
    let records = |count: usize| (0..count).flat_map(|at| right(format!("k{at}"), "")).collect::<Vec<u8>>();
    assert_eq!(code(&records(MOST_RECORDS)), None);
    assert_eq!(code(&records(MOST_RECORDS + 1)), Some(Code::LimitExceeded));
    // Before very many keys are compared with each other.
    assert_eq!(code(&records(100_000)), Some(Code::LimitExceeded));
}
