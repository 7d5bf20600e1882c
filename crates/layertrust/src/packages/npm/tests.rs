use super::super::{Unreadable, read};
use super::*;

fn of(path: &str, text: &[u8]) -> (Vec<Package>, Vec<Unreadable>) {
    read(&[(path.as_bytes().to_vec(), text.into())].into_iter().collect())
}

#[test]
fn packages_right_in_node_modules() {
    for (path, expected) in [
        ("app/node_modules/lodash.pick/package.json", Some("app/node_modules/lodash.pick")),
        ("node_modules/@types/node/package.json", Some("node_modules/@types/node")),
        ("a/node_modules/b/node_modules/c/package.json", Some("a/node_modules/b/node_modules/c")),
        (
            "app/node_modules/.pnpm/a@1/node_modules/a/package.json",
            Some("app/node_modules/.pnpm/a@1/node_modules/a"),
        ),
        ("app/node_modules/a/esm/package.json", None),
        ("app/node_modules/@a/b/c/package.json", None),
        ("app/node_modules/@a/package.json", None),
        ("app/node_modules/.cache/package.json", None),
        ("app/node_modules/package.json", None),
        ("node_modules/node_modules/package.json", None),
        ("my_node_modules/a/package.json", None),
        ("app/package.json", None),
        ("package.json", None),
        ("node_modules/a/xpackage.json", None),
    ] {
        assert_eq!(folder(path.as_bytes()), expected.map(str::as_bytes), "{path}");
        assert_eq!(is_wanted(path.as_bytes()), expected.is_some(), "{path}");
    }
}

#[test]
fn the_file_names_the_package_and_not_its_folder() {
    let text = "\u{feff} {\"name\": \"@Acme/p\\u0061d\", \"x\": {\"name\": 1}, \"version\": \"1.0.0+b\"}\r\n";
    let (packages, unreadable) = of("app/node_modules/alias/package.json", text.as_bytes());
    assert_eq!(unreadable, []);
    assert_eq!(packages[0].name, "@Acme/pad");
    assert_eq!(packages[0].purl, "pkg:npm/%40acme/pad@1.0.0%2Bb");
    assert_eq!(packages[0].record, b"app/node_modules/alias/package.json");
    assert_eq!(packages[0].files, Files::Below(b"app/node_modules/alias".to_vec()));
    // Real packages have members twice that npm does not need.
    let text = br#"{"name":"a","version":"1","scripts":{"x":"1","x":"2"},"y":1,"y":2}"#;
    assert_eq!(of("node_modules/a/package.json", text).0.len(), 1);
}

#[test]
fn what_names_no_package() {
    let path = "node_modules/a/package.json";
    for ignored in [&br#"{"type":"module"}"#[..], b"{}", br#"{"name":null}"#] {
        assert_eq!(of(path, ignored), (vec![], vec![]));
    }
    let deep = [&br#"{"name":"a","version":"1","x":"#[..], &[b'['; 1 << 20][..]].concat();
    for bad in [
        &b""[..],
        b"\0",
        b"null",
        br#"["a","1"]"#,
        br#"{"name":"a","version":"1""#,
        br#"{"name":"a","version":"1"} {}"#,
        br#"{"name":"a","name":"b","version":"1"}"#,
        br#"{"name":"a","n\u0061me":"b","version":"1"}"#,
        br#"{"name":"a","version":1}"#,
        br#"{"name":["a"],"version":"1"}"#,
        br#"{"name":"a"}"#,
        br#"{"version":"1"}"#,
        br#"{"name":"","version":"1"}"#,
        br#"{"name":"a\u0000","version":"1"}"#,
        br#"{"name":"a b","version":"1"}"#,
        b"{\"name\":\"\xff\",\"version\":\"1\"}",
        &deep,
    ] {
        let (packages, unreadable) = of(path, bad);
        assert_eq!(
            (packages.len(), unreadable.len()),
            (0, 1),
            "{:?}",
            String::from_utf8_lossy(bad).get(..40)
        );
        assert_eq!(unreadable[0].path, path.as_bytes());
    }
}
