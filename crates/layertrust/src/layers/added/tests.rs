use layertrust_testkit::tar::Entry;
use serde_json::json;

use super::*;
use crate::files::made::tree;
use crate::layers::changes::{search_paths, walk};
use crate::limits::Limits;
use crate::oci::config::ImageConfig;

fn file(name: &str, content: &str) -> Entry {
    Entry::file(name, content.as_bytes())
}

fn facts<const N: usize>(base: Vec<Entry>, upper: [Vec<Entry>; N]) -> AddedFact {
    let tree = tree(base, upper);
    let json = json!({
        "architecture": "amd64", "os": "linux", "config": {}, "rootfs": { "type": "layers", "diff_ids": [] },
    });
    let config = ImageConfig::parse(json.to_string().as_bytes(), "config", &Limits::default()).unwrap();
    let limits = Limits::default();
    let paths = search_paths(&tree, &config, None, &limits).unwrap();
    added(&tree, &walk(&tree), &paths, &[], &limits).unwrap()
}

/// Class, path and layer.
fn suspicious(added: &AddedFact) -> Vec<(SuspiciousClass, &str, usize)> {
    added.suspicious.iter().map(|one| (one.class, one.path.as_str(), one.layer)).collect()
}

const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n";

#[test]
fn a_shell_beside_the_bases_own_is_none() {
    let shell = || vec![file("usr/local/bin/sh", "").mode(0o755), file("usr/bin/apk", "").mode(0o755)];
    let without = facts(vec![file("usr/bin/python", "")], [shell()]);
    let classes: Vec<_> = suspicious(&without).iter().map(|(class, ..)| *class).collect();
    assert_eq!(classes, [SuspiciousClass::Shell, SuspiciousClass::PackageManager]);
    let with = facts(vec![file("bin/sh", ""), Entry::directory("usr/local/bin")], [shell()]);
    assert_eq!(suspicious(&with), [(SuspiciousClass::PackageManager, "usr/bin/apk", 1)]);
    // What a layer brought is not the base's.
    let own = facts(Vec::new(), [vec![file("bin/sh", "")], vec![file("usr/bin/sh", "")]]);
    assert_eq!(own.suspicious.len(), 2);
}

#[test]
fn a_secret_that_a_later_layer_deletes_is_in_the_image() {
    let upper = [
        vec![file("app/key.pem", KEY), file("app/.env", "TOKEN=1"), file("app/main", "")],
        vec![Entry::whiteout("app/key.pem"), Entry::opaque("app")],
        vec![Entry::whiteout("app")],
    ];
    let added = facts(vec![file("etc/a", "")], upper);
    let secret = SuspiciousClass::Secret;
    assert_eq!(suspicious(&added), [(secret, "app/.env", 1), (secret, "app/key.pem", 1)]);
    assert_eq!(added.suspicious[1].shape.as_deref(), Some("private-key"));
    // The merged tree has none of it; the layers do.
    assert_eq!((added.files, added.bytes), (0, 0));
    assert_eq!(added.by_layer[0].files, 3);
    assert_eq!(added.by_layer[0].bytes, (KEY.len() + 7) as u64);
    let layers: Vec<_> = added.by_layer.iter().map(|one| (one.layer, one.files)).collect();
    assert_eq!(layers, [(1, 3), (2, 0), (3, 0)]);
}

#[test]
fn a_secret_of_the_base_is_the_bases() {
    let base = || vec![file("etc/ssl/key.pem", KEY)];
    assert_eq!(facts(base(), [vec![file("app", "")]]).suspicious, []);
    // Written over it, it is the upper layer's.
    let over = facts(base(), [vec![file("etc/ssl/key.pem", &KEY.replace('Q', "R"))]]);
    assert_eq!(suspicious(&over), [(SuspiciousClass::Secret, "etc/ssl/key.pem", 1)]);
}

#[test]
fn each_secret_is_one_line_a_layer() {
    let again = [vec![file("k", KEY), file("./k", KEY)], vec![file("k", KEY)]];
    let added = facts(Vec::new(), again);
    assert_eq!(suspicious(&added), [(SuspiciousClass::Secret, "k", 1), (SuspiciousClass::Secret, "k", 2)]);
}

#[test]
fn counts_are_of_what_is_not_the_bases() {
    let base = vec![file("usr/a", "aaaa"), file("usr/b", "bbbb")];
    let upper = [
        vec![
            file("usr/a", "other!"),
            file("usr/c", "cc"),
            Entry::symlink("usr/l", "c"),
            Entry::directory("opt/d"),
        ],
        vec![file("usr/c", "ccc"), Entry::whiteout("usr/b"), Entry::fifo("pipe"), file("usr/b2", "")],
    ];
    let added = facts(base, upper);
    // c, l, pipe and b2 are new; a has other content. Directories do not count.
    assert_eq!((added.files, added.bytes), (5, 6 + 3));
    let folder = |layer: usize| -> Vec<(&str, u64, u64)> {
        added.by_layer[layer].folders.iter().map(|one| (one.path.as_str(), one.files, one.bytes)).collect()
    };
    assert_eq!(folder(0), [("usr", 3, 8)]);
    assert_eq!(folder(1), [("", 1, 0), ("usr", 2, 3)]);
}
