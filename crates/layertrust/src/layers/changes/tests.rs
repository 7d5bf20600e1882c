use layertrust_testkit::tar::Entry;

use super::*;
use crate::files::made::tree;

fn file(name: &str, content: &str) -> Entry {
    Entry::file(name, content.as_bytes())
}

fn base() -> Vec<Entry> {
    vec![
        Entry::directory("usr"),
        file("usr/lib/a", "a"),
        file("usr/lib/b", "b"),
        Entry::symlink("lib", "usr/lib"),
        Entry::symlink("note", "usr/lib/a"),
        file("opt/tool/x", "x"),
        file("opt/tool/sub/y", "y"),
        file("etc/conf", "conf"),
        Entry::hardlink("etc/same", "etc/conf"),
        Entry::directory("tmp").mode(0o1777),
    ]
}

type Found = Vec<(ChangeKind, String, usize)>;

/// The changes that some layers make to the base, by path, and the bytes that are theirs.
fn found<const N: usize>(upper: [Vec<Entry>; N]) -> (Found, Vec<String>, u64) {
    let tree = tree(base(), upper);
    let walk = walk(&tree);
    let path = |id: NodeId| shown(&tree.path(id));
    let mut changes: Found =
        walk.changes.iter().map(|change| (change.kind, path(change.node), change.layer)).collect();
    changes.sort();
    let mut added: Vec<String> = walk.added.iter().map(|id| path(*id)).collect();
    added.sort();
    (changes, added, walk.bytes)
}

fn changes<const N: usize>(upper: [Vec<Entry>; N]) -> Found {
    found(upper).0
}

fn one(kind: ChangeKind, path: &str, layer: usize) -> Found {
    vec![(kind, path.to_owned(), layer)]
}

#[test]
fn nothing_changes_by_itself() {
    assert_eq!(found([]), (vec![], vec![], 0));
    assert_eq!(found([vec![]]), (vec![], vec![], 0));
    // A directory that is listed again as it was.
    assert_eq!(changes([vec![Entry::directory("usr"), Entry::directory("opt/tool")]]), []);
}

#[test]
fn new_paths_are_no_changes() {
    let (changes, added, bytes) = found([vec![file("app/main", "12345"), Entry::symlink("usr/l", "x")]]);
    assert_eq!(changes, []);
    assert_eq!(added, ["app", "app/main", "usr/l"]);
    assert_eq!(bytes, 5);
}

#[test]
fn a_deleted_directory_is_one_change() {
    assert_eq!(changes([vec![Entry::whiteout("opt")]]), one(ChangeKind::Delete, "opt", 1));
    assert_eq!(changes([vec![Entry::whiteout("opt/tool/x")]]), one(ChangeKind::Delete, "opt/tool/x", 1));
    // By which layer, if an earlier one took away a part.
    let twice = [vec![Entry::whiteout("opt/tool/x")], vec![Entry::whiteout("opt")]];
    assert_eq!(changes(twice), one(ChangeKind::Delete, "opt", 2));
    // All that is in it, one by one, leaves the directory.
    let both = vec![Entry::whiteout("opt/tool/x"), Entry::whiteout("opt/tool/sub")];
    assert_eq!(changes([both]).len(), 2);
}

#[test]
fn an_opaque_directory_is_one_change() {
    assert_eq!(changes([vec![Entry::opaque("opt/tool")]]), one(ChangeKind::Delete, "opt/tool", 1));
    let (changes, added, _) = found([vec![Entry::opaque("opt"), file("opt/new/z", "z")]]);
    assert_eq!(changes, one(ChangeKind::Delete, "opt", 1));
    assert_eq!(added, ["opt/new", "opt/new/z"]);
    // What is written again is compared; what is missing is one deletion.
    let rewritten = vec![Entry::opaque("usr/lib"), file("usr/lib/a", "other")];
    let mut expected = one(ChangeKind::Replace, "usr/lib/a", 1);
    expected.extend(one(ChangeKind::Delete, "usr/lib", 1));
    assert_eq!(self::changes([rewritten]), expected);
    // With everything back as it was nothing is missing.
    let back = vec![Entry::opaque("usr/lib"), file("usr/lib/a", "a"), file("usr/lib/b", "b")];
    let kinds: Vec<_> = self::changes([back]).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [ChangeKind::Metadata, ChangeKind::Metadata]);
}

#[test]
fn a_redirection_hides_what_is_below() {
    let link = vec![Entry::symlink("opt/tool", "../evil"), file("evil/x", "evil")];
    assert_eq!(changes([link]), one(ChangeKind::Redirect, "opt/tool", 1));
    assert_eq!(changes([vec![file("opt", "")]]), one(ChangeKind::Redirect, "opt", 1));
    assert_eq!(changes([vec![Entry::fifo("opt/tool")]]), one(ChangeKind::Redirect, "opt/tool", 1));
    // A link to a directory that leads elsewhere now, or is one itself.
    assert_eq!(changes([vec![Entry::symlink("lib", "opt")]]), one(ChangeKind::Redirect, "lib", 1));
    assert_eq!(
        changes([vec![Entry::directory("lib"), file("lib/a", "evil")]]),
        one(ChangeKind::Redirect, "lib", 1)
    );
    assert_eq!(changes([vec![Entry::symlink("lib", "usr/lib")]]), one(ChangeKind::Metadata, "lib", 1));
    // A link to a file is its content.
    assert_eq!(changes([vec![Entry::symlink("note", "etc/conf")]]), one(ChangeKind::Replace, "note", 1));
    assert_eq!(changes([vec![Entry::whiteout("lib")]]), one(ChangeKind::Delete, "lib", 1));
}

#[test]
fn a_file_that_is_deleted_and_added_again_is_replaced() {
    let again = |content| [vec![Entry::whiteout("etc/conf")], vec![file("etc/conf", content)]];
    assert_eq!(changes(again("other")), one(ChangeKind::Replace, "etc/conf", 2));
    assert_eq!(changes(again("conf")), one(ChangeKind::Metadata, "etc/conf", 2));
    assert_eq!(
        changes([vec![file("etc/conf", "evil")], vec![Entry::whiteout("etc/conf")]]),
        one(ChangeKind::Delete, "etc/conf", 2)
    );
    // What a layer added and a later one took away is in no state.
    assert_eq!(found([vec![file("tmp/x", "1")], vec![Entry::whiteout("tmp/x")]]), (vec![], vec![], 0));
}

#[test]
fn hard_links_are_what_they_link_to() {
    let conf = |content| file("etc/conf", content);
    // The other name keeps what it had.
    assert_eq!(changes([vec![conf("evil")]]), one(ChangeKind::Replace, "etc/conf", 1));
    let linked = vec![file("evil", "evil"), Entry::hardlink("etc/conf", "evil")];
    assert_eq!(changes([linked]), one(ChangeKind::Replace, "etc/conf", 1));
    let same = vec![Entry::hardlink("etc/conf", "etc/same")];
    assert!(changes([same]).iter().all(|(kind, ..)| *kind == ChangeKind::Metadata));
    // A new name for a file of the base is a new path.
    let (changes, added, bytes) = found([vec![Entry::hardlink("etc/third", "etc/conf")]]);
    assert_eq!((changes, added, bytes), (vec![], vec!["etc/third".to_owned()], 4));
}

#[test]
fn files_through_links_change_what_they_lead_to() {
    assert_eq!(changes([vec![file("lib/a", "evil")]]), one(ChangeKind::Replace, "usr/lib/a", 1));
    assert_eq!(found([vec![file("lib/c", "new")]]).1, ["usr/lib/c"]);
}

/// The kinds that a file of the base gets by another mode, owner or attribute.
fn rights(base: Entry, now: Entry) -> Vec<ChangeKind> {
    let tree = tree(vec![base], [vec![now]]);
    walk(&tree).changes.iter().map(|change| change.kind).collect()
}

#[test]
fn wider_rights_are_privileges_and_narrower_ones_a_replacement() {
    use ChangeKind::{Metadata, Privilege, Replace};
    let file = |mode| Entry::file("f", b"x").mode(mode);
    for (base, now, kind) in [
        (0o644, 0o644, Metadata),
        (0o644, 0o600, Replace),
        (0o644, 0o646, Privilege),
        (0o644, 0o755, Privilege),
        (0o755, 0o4755, Privilege),
        (0o755, 0o2755, Privilege),
        (0o4755, 0o755, Replace),
        (0o4755, 0o2755, Privilege),
        // Narrower here and wider there is wider.
        (0o644, 0o602, Privilege),
        (0o644, 0o1644, Replace),
    ] {
        assert_eq!(rights(file(base), file(now)), [kind], "{base:o} {now:o}");
    }
    let owned = |uid, gid, mode| file(mode).owner(uid, gid);
    for (base, now, kind) in [
        (owned(0, 0, 0o644), owned(1000, 0, 0o644), Privilege),
        (owned(0, 0, 0o644), owned(0, 1000, 0o644), Privilege),
        (owned(1000, 0, 0o644), owned(0, 0, 0o644), Replace),
        (owned(1000, 0, 0o644), owned(1001, 0, 0o644), Privilege),
        // A program that runs as its owner, now root.
        (owned(1000, 0, 0o4755), owned(0, 0, 0o4755), Privilege),
        (owned(0, 1000, 0o2755), owned(0, 0, 0o2755), Privilege),
    ] {
        assert_eq!(rights(base, now), [kind]);
    }
    let capable = |value: &[u8]| file(0o755).xattr("security.capability", value);
    assert_eq!(rights(file(0o755), capable(b"1")), [Privilege]);
    assert_eq!(rights(capable(b"1"), capable(b"2")), [Privilege]);
    assert_eq!(rights(capable(b"1"), file(0o755)), [Replace]);
    assert_eq!(rights(capable(b"1"), capable(b"1")), [Metadata]);
    // Other content and wider rights are two changes.
    assert_eq!(rights(file(0o644), Entry::file("f", b"y").mode(0o666)), [Replace, Privilege]);
}

#[test]
fn directories_have_rights_of_their_own() {
    use ChangeKind::{Privilege, Replace};
    let folder = |mode| Entry::directory("d").mode(mode);
    for (base, now, kinds) in [
        (0o755, 0o755, &[] as &[ChangeKind]),
        (0o755, 0o700, &[Replace]),
        (0o755, 0o777, &[Privilege]),
        // Without the sticky bit everybody may remove what others have there.
        (0o1777, 0o777, &[Privilege]),
        (0o1755, 0o755, &[Replace]),
        (0o777, 0o1777, &[Replace]),
        // It only says whose group new files get.
        (0o755, 0o2755, &[Replace]),
        (0o2755, 0o755, &[Replace]),
    ] {
        assert_eq!(rights(folder(base), folder(now)), kinds, "{base:o} {now:o}");
    }
    assert_eq!(rights(folder(0o755), folder(0o755).owner(1000, 0)), [Privilege]);
    // Nobody looks at the mode of a link.
    let link = |mode| Entry::symlink("l", "x").mode(mode);
    assert_eq!(rights(link(0o777), link(0o4644)), [ChangeKind::Metadata]);
    let device = |major, minor| Entry::device("d", 'c', major, minor);
    assert_eq!(rights(device(1, 3), device(1, 8)), [Replace]);
}
