use super::*;

type Values<'b> = Result<[Option<&'b [u8]>; 2], &'static str>;

fn all(text: &[u8]) -> Vec<Values<'_>> {
    paragraphs(text, ["Package", "Version"]).map(|paragraph| paragraph.values()).collect()
}

fn pair<'b>(name: &'b str, version: &'b str) -> Values<'b> {
    Ok([Some(name.as_bytes()), Some(version.as_bytes())])
}

#[test]
fn paragraphs_are_parted_by_empty_lines() {
    let text = b"\n\nPackage: a\nDescription: x\n of: two\n .\nVERSION:1\n\n\npackage:\tb \nversion : 2";
    assert_eq!(all(text), [pair("a", "1"), pair("b", "2")]);
    let crlf = b"Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2\r\n";
    assert_eq!(all(crlf), [pair("a", "1"), pair("b", "2")]);
    assert_eq!(all(b"Section: x\n"), [Ok([None, None])]);
    assert_eq!(all(b"Package:\nVersion: 1"), [pair("", "1")]);
    assert_eq!(all(b""), []);
    assert_eq!(all(b"\n\r\n\n"), []);
}

#[test]
fn what_reads_in_two_ways_is_refused() {
    for bad in [
        "Package: a\npackage: b\nVersion: 1",
        "Package: a\n b\nVersion: 1",
        "Package: a\nVersion: 1\nno field",
        // Some readers see two packages here.
        "Package: a\nVersion: 1\n \t\nPackage: b\nVersion: 2",
    ] {
        assert!(matches!(all(bad.as_bytes()).as_slice(), [Err(_)]), "{bad:?}");
    }
    assert_eq!(all(b"no field\n\nPackage: a\nVersion: 1").get(1), Some(&pair("a", "1")));
    assert_eq!(all(b"Package: a\nVersion: 1\n \n"), [pair("a", "1")]);
}

#[test]
fn a_header_ends_at_the_first_line_that_is_no_field() {
    for text in [
        "Package: a\nVersion: 1\n\nVersion: 2\n",
        "Package: a\nVersion: 1\nA description begins\nVersion: 2\n",
        "Package: a\nLicense: MIT\n        \n        no: field\nVersion: 1",
    ] {
        let header = header(text.as_bytes(), ["Package", "Version"]);
        assert_eq!(header.values(), pair("a", "1"), "{text:?}");
    }
    assert_eq!(header(b"\nPackage: a\n", ["Package", "Version"]).values(), Ok([None, None]));
}
