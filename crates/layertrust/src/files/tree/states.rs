//! The two states of a merged tree, and who did what.

use layertrust_testkit::tar::Entry;

use super::made::{apply, apply_within, tree};
use super::{NodeId, Tree, View};
use crate::code::Code;
use crate::files::Kind;
use crate::limits::Limits;

fn file(name: &str, content: &str) -> Entry {
    Entry::file(name, content.as_bytes())
}

/// What a path holds in each view, as its size; directories are 0.
fn sizes(tree: &Tree, path: &str) -> [Option<u64>; 2] {
    [View::Base, View::Now].map(|view| {
        let id = tree.lookup_link(path.as_bytes(), view)?;
        Some(tree.file(id, view)?.size())
    })
}

fn node(tree: &Tree, path: &str) -> NodeId {
    let mut at = NodeId::ROOT;
    for part in path.split('/') {
        at = tree.child(at, part.as_bytes()).unwrap_or_else(|| panic!("{path}"));
    }
    at
}

fn below(tree: &Tree, path: &str, view: View) -> Vec<String> {
    let names = tree.children(node(tree, path), view).map(|id| crate::files::shown(tree.name(id)));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn the_base_stays_what_it_was() {
    let base =
        vec![file("etc/a", "1"), file("etc/b", "22"), file("etc/c", "333"), Entry::symlink("l", "etc")];
    let upper =
        vec![file("etc/a", "four"), Entry::whiteout("etc/b"), file("etc/d", "5"), Entry::whiteout("l")];
    let tree = tree(base, [upper]);
    assert_eq!(sizes(&tree, "etc/a"), [Some(1), Some(4)]);
    assert_eq!(sizes(&tree, "etc/b"), [Some(2), None]);
    assert_eq!(sizes(&tree, "etc/c"), [Some(3), Some(3)]);
    assert_eq!(sizes(&tree, "etc/d"), [None, Some(1)]);
    assert_eq!(sizes(&tree, "l/a"), [Some(1), None], "links are followed in the view that is asked for");
    assert_eq!(below(&tree, "etc", View::Base), ["a", "b", "c"]);
    assert_eq!(below(&tree, "etc", View::Now), ["a", "c", "d"]);
    assert_eq!(tree.all(View::Base).count(), 6);
    assert_eq!(tree.all(View::Now).count(), 5);
    assert_eq!(tree.path(node(&tree, "etc/a")), b"etc/a");
    assert_eq!(tree.path(NodeId::ROOT), b"");
    assert!(!tree.is_above_base(0) && tree.is_above_base(1));
}

#[test]
fn without_a_base_all_layers_are_above_it() {
    let mut tree = Tree::new();
    tree.end_of_base();
    apply(&mut tree, [file("a", "1")]).unwrap();
    assert!(tree.is_above_base(0));
    assert_eq!(sizes(&tree, "a"), [None, Some(1)]);
    assert!(tree.is_written_above(node(&tree, "a")));
}

#[test]
fn only_what_a_layer_wrote_is_written() {
    let base = vec![file("a", "1"), file("b", "1"), file("d/x", "1")];
    let tree = tree(base, [vec![file("a", "1"), Entry::directory("d"), file("n", "")]]);
    let written = |path: &str| tree.is_written_above(node(&tree, path));
    assert_eq!(["a", "b", "d", "d/x", "n"].map(written), [true, false, true, false, true]);
}

#[test]
fn the_layer_that_did_it_is_the_last_one() {
    let base = vec![file("a", "1"), file("b", "1"), file("c", "1"), file("d/x", "1"), file("e/y", "1")];
    let upper = [
        vec![file("a", "2"), Entry::whiteout("b"), Entry::whiteout("d")],
        vec![file("a", "3"), file("b", "4"), Entry::symlink("s", "/a"), Entry::opaque("e")],
        vec![Entry::hardlink("h", "./a")],
    ];
    let tree = tree(base, upper);
    let did = |path: &str| tree.doing(node(&tree, path));
    assert_eq!(did("a"), Some((2, None)));
    assert_eq!(did("b"), Some((2, None)));
    assert_eq!(did("c"), Some((0, None)));
    assert_eq!((did("d"), did("d/x")), (Some((1, None)), Some((1, None))), "who took it away");
    assert_eq!(did("e/y"), Some((2, None)));
    assert_eq!(did("s"), Some((2, Some(b"/a".as_slice()))));
    assert_eq!(did("h"), Some((3, Some(b"./a".as_slice()))));
    // A hard link holds what its target holds, whatever becomes of that.
    let held = tree.file(node(&tree, "h"), View::Now).unwrap();
    assert_eq!((held.layer(), held.size(), held.kind()), (2, 1, Kind::File));
}

#[test]
fn a_hard_link_keeps_what_its_target_had() {
    let base = vec![file("a", "old"), Entry::hardlink("h", "a")];
    let tree = tree(base, [vec![file("a", "newer")]]);
    assert_eq!(sizes(&tree, "a"), [Some(3), Some(5)]);
    assert_eq!(sizes(&tree, "h"), [Some(3), Some(3)]);
}

#[test]
fn cleared_directories_know_the_first_layer_that_cleared_them() {
    let base = vec![file("a/x", "1"), file("b/x", "1"), file("b/c/x", "1"), file("f", "1")];
    let upper = [
        vec![Entry::opaque("a"), file("a/y", ""), Entry::whiteout("b")],
        vec![Entry::opaque("a"), file("b/x", "")],
    ];
    let tree = tree(base, upper);
    let cleared = |path: &str| tree.cleared_by(node(&tree, path));
    assert_eq!(cleared("a"), Some(1));
    assert_eq!(cleared("b"), Some(1), "made again by a later layer");
    assert_eq!(cleared("b/c"), Some(1));
    assert_eq!(cleared("f"), None);
    assert_eq!(below(&tree, "a", View::Now), [""; 0]);
    assert_eq!(below(&tree, "b", View::Now), ["x"]);
}

/// What happened within the base is the base's own.
#[test]
fn directories_that_the_base_cleared_are_not_cleared() {
    let mut tree = Tree::new();
    apply(&mut tree, [file("a/x", "1")]).unwrap();
    apply(&mut tree, [Entry::opaque("a"), file("a/y", "1")]).unwrap();
    tree.end_of_base();
    apply(&mut tree, [file("b", "")]).unwrap();
    assert_eq!(tree.cleared_by(node(&tree, "a")), None);
    assert_eq!(below(&tree, "a", View::Base), ["y"]);
}

#[test]
fn links_of_lower_layers_are_remembered_when_files_go_through() {
    let base = vec![file("usr/lib/a", "1"), Entry::symlink("lib", "usr/lib"), Entry::symlink("gone", "none")];
    let upper = [
        vec![file("lib/b", "1"), file("usr/lib/c", "1")],
        vec![Entry::symlink("own", "usr"), file("own/lib/d", "1"), file("lib/e", "1")],
    ];
    let tree = tree(base, upper);
    let through: Vec<_> = tree.through_links().map(|(layer, id)| (layer, tree.path(id))).collect();
    assert_eq!(through, [(1, b"lib".to_vec()), (2, b"lib".to_vec())]);
    assert_eq!(below(&tree, "usr/lib", View::Now), ["a", "b", "c", "d", "e"]);
    // Where a link leads nowhere, what it names is made, as some runtimes do.
    let tree = {
        let mut tree = tree;
        apply(&mut tree, [file("gone/deep/f", "1")]).unwrap();
        tree
    };
    assert_eq!(sizes(&tree, "none/deep/f"), [None, Some(1)]);
}

#[test]
fn lookups_stay_in_the_root_and_end() {
    let entries = vec![
        file("etc/a", "1"),
        Entry::symlink("up", "../../../etc/a"),
        Entry::symlink("absolute", "/etc"),
        Entry::symlink("one", "two"),
        Entry::symlink("two", "one"),
        Entry::symlink("file", "etc/a"),
    ];
    let tree = tree(entries, []);
    let found = |path: &str| tree.lookup(path.as_bytes(), View::Now).map(|id| tree.path(id));
    assert_eq!(found("up"), Some(b"etc/a".to_vec()));
    assert_eq!(found("../../etc/./a"), Some(b"etc/a".to_vec()));
    assert_eq!(found("absolute/../etc/a"), Some(b"etc/a".to_vec()));
    assert_eq!(found("one"), None);
    assert_eq!(found("file/x"), None, "below a file");
    assert_eq!(found("etc/a/.."), None, "out of a file");
    assert_eq!(tree.lookup_link(b"one", View::Now), tree.child(NodeId::ROOT, b"one"));
    assert_eq!(tree.lookup_from(node(&tree, "etc"), b"a", View::Now), Some(node(&tree, "etc/a")));
    assert_eq!(tree.lookup_from(node(&tree, "etc"), b"/up", View::Now), Some(node(&tree, "etc/a")));
}

/// Small layers can ask for work that grows with the square of their entries, or worse.
#[test]
fn work_without_end_is_refused() {
    let limits = Limits { tree_steps: 100_000, ..Limits::default() };
    let many = |count: usize| (0..count).map(|at| file(&format!("d/f{at}"), ""));
    // A directory of very many names, filled and replaced again and again: each time all names are passed.
    let again = |_| [file("d", ""), Entry::directory("d"), file("d/f0", "")];
    let mut tree = Tree::new();
    let own = |count: usize, times: usize| many(count).chain((0..times).flat_map(again));
    apply_within(&limits, &mut tree, own(5000, 1)).unwrap();
    assert_eq!(apply_within(&limits, &mut tree, own(5000, 1000)).unwrap_err().code(), Code::LimitExceeded);
    // Twice as many entries without that are no trouble.
    let mut tree = Tree::new();
    apply_within(&limits, &mut tree, many(16_000)).unwrap();
    // Links that lead back and forth, followed for each entry.
    let back = "a/../".repeat(400);
    let links = (0..30).map(|at| Entry::symlink(format!("l{at}"), format!("{back}l{}", at + 1)));
    let links: Vec<Entry> =
        [Entry::directory("a"), Entry::directory("l30")].into_iter().chain(links).collect();
    let mut tree = Tree::new();
    apply_within(&limits, &mut tree, links).unwrap();
    let through = (0..100).flat_map(|at| [file(&format!("l0/f{at}"), ""), file(&format!("a/f{at}"), "")]);
    assert_eq!(apply_within(&limits, &mut tree, through).unwrap_err().code(), Code::LimitExceeded);
}
