//! Whatever an upper layer does to one path of the base is reported as exactly that: this path, this kind, in
//! this layer. Where that kind is denied the image is rejected for it, where all others are denied it is not.
#![cfg(feature = "layers")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod kit;

use std::collections::BTreeMap;

use kit::{Stored, signed, verifier};
use layertrust::report::{ChangeKind, Report};
use layertrust::{Failure, LayersRule, Verifier};
use layertrust_testkit::cases::scene;
use layertrust_testkit::root;
use layertrust_testkit::tar::Entry;

/// The layer that edits: two are the base's, one is the organization's application.
const EDITING: usize = 3;

/// A path of the base, as its last entry leaves it.
#[derive(Clone)]
struct Path {
    name: String,
    entry: Entry,
    kind: u8,
    mode: u32,
}

/// Every path of the base that the test kit wrote an entry for.
fn paths() -> Vec<Path> {
    let entries = root::layers().concat().into_iter();
    let path =
        |entry: Entry| Path { name: entry.path(), kind: entry.type_byte(), mode: entry.permissions(), entry };
    entries.map(path).collect()
}

fn of_kind(kind: u8) -> Vec<Path> {
    let paths: Vec<Path> = paths().into_iter().filter(|path| path.kind == kind).collect();
    assert!(paths.len() > 2, "the base has only {} of type {kind}", paths.len());
    paths
}

/// The organization's image whose last layer is this, signed as it is.
fn edited(entries: Vec<Entry>) -> Stored {
    let app = Entry::file("app/main.py", b"print('orders')\n");
    signed(&scene::rooted_spec([app]).appended(root::layer(entries)).build())
}

fn answer(verifier: &Verifier, stored: &Stored) -> (bool, Report) {
    match verifier.verify(&stored.source, &stored.request) {
        Ok(accepted) => (true, accepted.into_report()),
        Err(Failure::Rejected(report)) => (false, *report),
        Err(Failure::Error(error)) => panic!("no answer: {error}"),
    }
}

/// Verifiers that deny one kind, and all kinds but that one.
fn verifiers() -> BTreeMap<ChangeKind, (Verifier, Verifier)> {
    let kinds = ChangeKind::ALL.map(|(kind, _)| kind);
    let pair = |kind| {
        let others = kinds.into_iter().filter(|other| *other != kind);
        (kind, (verifier(LayersRule::new().deny([kind])), verifier(LayersRule::new().deny(others))))
    };
    kinds.map(pair).into()
}

/// Tries one edit of each of these paths.
fn each(paths: Vec<Path>, kind: ChangeKind, edit: impl Fn(&Path) -> Vec<Entry>) {
    let verifiers = verifiers();
    let (denying, sparing) = &verifiers[&kind];
    for path in paths {
        let stored = edited(edit(&path));
        let (is_accepted, report) = answer(denying, &stored);
        let changes = report.platforms[0].changes.as_ref().unwrap();
        let found: Vec<_> = changes.iter().map(|one| (one.path.as_str(), one.kind, one.layer)).collect();
        assert_eq!(found, [(path.name.as_str(), kind, EDITING)], "{}", path.name);
        let errors: Vec<_> = report.errors().map(|one| (one.code.name(), one.path.as_deref())).collect();
        assert!(!is_accepted, "{} {}: accepted", kind.name(), path.name);
        assert_eq!(errors, [("layer-change", Some(path.name.as_str()))]);
        let (is_accepted, report) = answer(sparing, &stored);
        assert!(is_accepted, "{} {}: {:?}", kind.name(), path.name, report.findings);
    }
}

#[test]
fn without_an_edit_nothing_is_reported() {
    let strict = verifier(LayersRule::new().deny(ChangeKind::ALL.map(|(kind, _)| kind)));
    let (is_accepted, report) = answer(&strict, &edited(Vec::new()));
    assert!(is_accepted, "{:?}", report.findings);
    assert_eq!(report.platforms[0].changes.as_deref(), Some([].as_slice()));
    // Folders are written again by every builder.
    let folders: Vec<Entry> = of_kind(b'5').into_iter().map(|path| path.entry.mtime(1)).collect();
    let (is_accepted, report) = answer(&strict, &edited(folders));
    assert!(is_accepted, "{:?}", report.findings);
}

#[test]
fn the_content_of_each_file_in_turn() {
    each(of_kind(b'0'), ChangeKind::Replace, |path| {
        let changed = [path.entry.content(), b"!"].concat();
        vec![Entry::file(&path.name, &changed).mode(path.mode)]
    });
    // One byte of equal length.
    each(of_kind(b'0'), ChangeKind::Replace, |path| {
        let mut changed = path.entry.content().to_vec();
        *changed.first_mut().unwrap() ^= 1;
        vec![Entry::file(&path.name, &changed).mode(path.mode)]
    });
}

#[test]
fn every_file_and_folder_and_link_deleted_in_turn() {
    each(paths(), ChangeKind::Delete, |path| vec![Entry::whiteout(&path.name)]);
}

#[test]
fn every_file_with_a_privilege_bit_in_turn() {
    for bit in [0o4000, 0o2000, 0o002, 0o020] {
        each(of_kind(b'0'), ChangeKind::Privilege, |path| vec![path.entry.clone().mode(path.mode | bit)]);
    }
    each(of_kind(b'0'), ChangeKind::Privilege, |path| vec![path.entry.clone().owner(65532, 0)]);
    each(of_kind(b'0'), ChangeKind::Privilege, |path| {
        vec![
            path.entry
                .clone()
                .xattr("security.capability", &[1, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ]
    });
}

#[test]
fn every_file_less_readable_or_only_touched_in_turn() {
    each(of_kind(b'0'), ChangeKind::Replace, |path| vec![path.entry.clone().mode(path.mode & 0o700)]);
    each(of_kind(b'0'), ChangeKind::Metadata, |path| vec![path.entry.clone().mtime(1)]);
    each(of_kind(b'0'), ChangeKind::Metadata, |path| vec![path.entry.clone().owner_names("root", "root")]);
}

#[test]
fn every_folder_wider_emptied_or_redirected_in_turn() {
    let with_bit = |path: &Path| vec![path.entry.clone().mode((path.mode | 0o022) & 0o777)];
    each(of_kind(b'5'), ChangeKind::Privilege, with_bit);
    each(of_kind(b'5'), ChangeKind::Redirect, |path| vec![Entry::symlink(&path.name, "/srv")]);
    each(of_kind(b'5'), ChangeKind::Redirect, |path| vec![Entry::file(&path.name, b"a file\n")]);
    let mut full = of_kind(b'5');
    full.retain(|path| paths().iter().any(|other| other.name.starts_with(&format!("{}/", path.name))));
    each(full, ChangeKind::Delete, |path| vec![path.entry.clone(), Entry::opaque(&path.name)]);
}

#[test]
fn links_lead_elsewhere_in_turn() {
    let links = || paths().into_iter().filter(|path| path.kind == b'2');
    let to_folders: Vec<Path> = links().filter(|path| ["bin", "lib"].contains(&path.name.as_str())).collect();
    let to_files: Vec<Path> = links().filter(|path| path.name == "usr/bin/python3").collect();
    assert_eq!((to_folders.len(), to_files.len()), (2, 1));
    each(to_folders, ChangeKind::Redirect, |path| vec![Entry::symlink(&path.name, "/srv")]);
    each(to_files, ChangeKind::Replace, |path| vec![Entry::symlink(&path.name, "/app/main.py")]);
}
