use super::*;
use crate::limits::Limits;

fn config(os: &str, user: &str) -> ImageConfig {
    let json = serde_json::json!({
        "architecture": "amd64", "os": os, "config": { "User": user },
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    ImageConfig::parse(json.to_string().as_bytes(), "config", &Limits::default()).unwrap()
}

fn number(user: &str, passwd: Passwd<'_>) -> Option<u32> {
    let found = runs_as(&config("linux", user), passwd);
    assert_eq!(found.user, user);
    assert_eq!(found.root, found.uid.map(|uid| uid == 0));
    found.uid
}

const PASSWD: &[u8] = b"root:x:0:0:root:/root:/sbin/nologin\n\
    nonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n\
    \n\
    postgres:x:70:70::/var/lib/postgresql:/bin/sh\n\
    nonroot:x:0:0::/:/bin/sh\n";

#[test]
fn without_opened_layers_only_numbers_and_root_are_known() {
    for (user, expected) in [
        ("", Some(0)),
        ("0", Some(0)),
        ("0:0", Some(0)),
        ("0:nogroup", Some(0)),
        (":1000", Some(0)),
        ("root", Some(0)),
        ("root:root", Some(0)),
        ("65532", Some(65532)),
        ("65532:65532", Some(65532)),
        ("65532:0", Some(65532)),
        ("2147483647", Some(2_147_483_647)),
        ("nonroot", None),
        ("nonroot:nonroot", None),
        ("Root", None),
        (" 0", None),
    ] {
        assert_eq!(number(user, Passwd::NotOpened), expected, "{user:?}");
    }
}

#[test]
fn numbers_are_read_as_runtimes_do_and_root_counts_where_they_differ() {
    for (user, expected) in [
        ("00", Some(0)),
        ("+0", Some(0)),
        ("-0", Some(0)),
        ("007", Some(7)),
        ("+7", Some(7)),
        // A name, and nobody has it.
        ("0x0", None),
        ("0.0", None),
        ("1_000", None),
        // Out of range: refused, or cut to 32 bits.
        ("2147483648", None),
        ("4294967295", None),
        ("-1", None),
        ("4294967296", Some(0)),
        ("-4294967296", Some(0)),
        ("8589934592:1000", Some(0)),
        ("99999999999999999999999999", None),
    ] {
        for passwd in [Passwd::NotOpened, Passwd::Absent, Passwd::Content(PASSWD)] {
            assert_eq!(number(user, passwd), expected, "{user:?} {passwd:?}");
        }
    }
}

#[test]
fn a_name_is_what_the_first_entry_says() {
    let passwd = Passwd::Content(PASSWD);
    assert_eq!(number("nonroot", passwd), Some(65532));
    assert_eq!(number("nonroot:root", passwd), Some(65532));
    assert_eq!(number("postgres", passwd), Some(70));
    assert_eq!(number("nobody", passwd), None);
    assert_eq!(number("nobody", Passwd::Absent), None);
    assert_eq!(number("", passwd), Some(0));
    assert_eq!(number("1000", passwd), Some(1000));
}

#[test]
fn a_harmless_name_may_be_root() {
    let passwd = Passwd::Content(b"nonroot:x:0:0::/:/bin/sh\n");
    assert_eq!(number("nonroot", passwd), Some(0));
    // By name root is root, even where nobody says so, and not where the file says otherwise.
    assert_eq!(number("root", passwd), Some(0));
    assert_eq!(number("root", Passwd::Absent), Some(0));
    assert_eq!(number("root", Passwd::Content(b"root:x:1000:1000::/:")), Some(1000));
}

#[test]
fn lines_that_are_no_entries_are_read_as_runtimes_do() {
    for (line, expected) in [
        ("app", Some(0)),
        ("app:x", Some(0)),
        ("app:x:", Some(0)),
        ("app:x:0x10:0", Some(0)),
        ("app:x:many:0", Some(0)),
        ("  app:x:5:5\r", Some(5)),
        ("app:x:-1:5", Some(u32::MAX)),
        ("app:x:4294967296:5", Some(0)),
        ("#app:x:5:5", None),
        ("app :x:5:5", None),
        ("x:app:5:5", None),
    ] {
        let content = format!("\n:::\n{line}\nother:x:9:9\n");
        assert_eq!(number("app", Passwd::Content(content.as_bytes())), expected, "{line:?}");
    }
    assert_eq!(number("app", Passwd::Content(b"\xff\xfe\napp:x:5:5")), Some(5));
}

#[test]
fn a_number_that_is_somebodys_name_is_the_worse_of_both() {
    let passwd = Passwd::Content(b"1000:x:0:0::/:\n2000:x:5:5::/:\n2147483648:x:0:0::/:\n");
    assert_eq!(number("1000", passwd), Some(0));
    assert_eq!(number("2000", passwd), Some(2000));
    // Out of range it is a name to containerd.
    assert_eq!(number("2147483648", passwd), Some(0));
}

#[test]
fn windows_has_no_numbers() {
    for user in ["", "ContainerUser", "0"] {
        let found = runs_as(&config("windows", user), Passwd::NotOpened);
        assert_eq!((found.uid, found.root), (None, None), "{user:?}");
    }
}
