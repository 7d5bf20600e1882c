//! Entries that are sound by themselves and not together, or not on the layers below them.

use layertrust::report::{ChangeKind, Report, SuspiciousClass};
use layertrust_testkit::layer::Layer;
use layertrust_testkit::tar::Entry;

use crate::ask::Question;
use crate::ask::{
    changes, errors, image, inspect, layer, on_base, proved, refused, refused_by, sound, warnings,
};

fn file(name: &str) -> Entry {
    Entry::file(name, b"new")
}

fn root() -> Layer {
    layer([
        Entry::directory("usr"),
        Entry::directory("usr/lib"),
        Entry::file("usr/lib/a", b"a"),
        Entry::symlink("lib", "usr/lib"),
        Entry::directory("etc"),
        Entry::file("etc/passwd", b"root:x:0:0::/:/bin/sh\n"),
        Entry::directory("opt/tool"),
        Entry::file("opt/tool/b", b"b"),
        Entry::file("opt/tool/sub/c", b"c"),
    ])
}

/// The second layer on [`root`] is refused.
fn no(name: &str, upper: impl IntoIterator<Item = Entry>) {
    let question = Question::about(&image([root(), layer(upper)]));
    refused_by(name, question, "layer-inconsistent");
}

/// The second layer on [`root`], which is a vendor's, is read.
fn yes(upper: impl IntoIterator<Item = Entry>) -> Report {
    on_base(root(), [layer(upper)])
}

fn made(upper: impl IntoIterator<Item = Entry>) -> Vec<(ChangeKind, String)> {
    let report = yes(upper);
    changes(proved(&report)).into_iter().map(|(kind, path)| (kind, path.to_owned())).collect()
}

#[test]
fn links_in_a_circle_lead_nowhere() {
    refused("to itself", layer([Entry::symlink("a", "a"), file("a/x")]), "layer-inconsistent");
    let circle = [Entry::symlink("a", "b"), Entry::symlink("b", "/a"), file("a/x")];
    refused("two", layer(circle), "layer-inconsistent");
    let grows = [Entry::symlink("a", "a/a/a"), file("a/x")];
    refused("that grows", layer(grows), "layer-inconsistent");
    let chain = (0..60).map(|at| Entry::symlink(format!("l{at}"), format!("l{}", at + 1)));
    let chain = chain.chain([Entry::directory("l60"), file("l0/x")]);
    refused("a chain longer than the kernel follows", layer(chain), "layer-inconsistent");
    let dangling = [Entry::symlink("a", "b/c"), Entry::symlink("b", "a"), file("a/x")];
    refused("of links to nowhere", layer(dangling), "layer-inconsistent");
    // Alone a circle is a link like any other.
    assert!(errors(&inspect([layer([Entry::symlink("a", "b"), Entry::symlink("b", "a")])])).is_empty());
    no("a circle of a lower link", [Entry::symlink("usr", "lib"), file("usr/x")]);
}

#[test]
fn nothing_leaves_the_root() {
    let passwd = |name: &str| made([Entry::file(name, b"evil:x:0:0::/:/bin/sh\n")]);
    let replaced = vec![(ChangeKind::Replace, "etc/passwd".to_owned())];
    for name in ["../etc/passwd", "/../../etc/passwd", "usr/../../etc/passwd", "//etc/passwd", "etc/./passwd"]
    {
        assert_eq!(passwd(name), replaced, "{name}");
    }
    for target in ["../../../etc", "/etc", "/../etc", "/usr/../../etc"] {
        let entries = [Entry::symlink("out", target), Entry::file("out/passwd", b"evil")];
        assert_eq!(made(entries), replaced, "{target}");
    }
    let linked = [file("evil"), Entry::hardlink("etc/passwd", "../../evil")];
    assert_eq!(made(linked), replaced);
    refused("a link to nothing", layer([Entry::symlink("l", "")]), "malformed");
}

#[test]
fn the_root_is_a_directory() {
    for name in ["", ".", "./", "/", "a/.."] {
        refused(name, layer([Entry::file(name, b"x")]), "layer-inconsistent");
        refused(name, layer([Entry::symlink(name, "x")]), "layer-inconsistent");
    }
    assert!(errors(&inspect([layer([Entry::directory("./").mode(0o700)])])).is_empty());
}

#[test]
fn nothing_lies_below_what_is_no_directory() {
    for entry in [file("f"), Entry::fifo("f"), Entry::device("f", 'c', 1, 3), Entry::symlink("f", "g")] {
        let entries = [file("g"), entry, file("f/x")];
        refused("below it", layer(entries), "layer-inconsistent");
    }
    no("below a lower file", [file("etc/passwd/x")]);
    no("a mark of a file", [Entry::opaque("etc/passwd")]);
    no("a whiteout below a file", [Entry::whiteout("etc/passwd/x")]);
}

#[test]
fn hard_links_are_to_other_files_as_they_are() {
    let target = || Entry::file("t", b"t").mode(0o755).owner(1, 2);
    let link = |to: &str| Entry::hardlink("l", to);
    for (name, entries) in [
        ("to itself", vec![link("l")]),
        ("to itself, another way", vec![target(), Entry::hardlink("d/../t", "./t")]),
        ("to nothing", vec![link("t")]),
        ("to what comes later", vec![link("t"), target()]),
        ("to a directory", vec![Entry::directory("t"), link("t")]),
        ("to an implied directory", vec![file("t/x"), link("t")]),
        ("to a whiteout", vec![Entry::whiteout("t"), link(".wh.t")]),
        ("to no name", vec![target(), link("")]),
        ("with another mode", vec![target(), link("t").mode(0o644).owner(1, 2)]),
        ("with set-user-ID", vec![target(), link("t").mode(0o4755).owner(1, 2)]),
        ("with another owner", vec![target(), link("t").mode(0o755).owner(0, 2)]),
        ("with another group", vec![target(), link("t").mode(0o755).owner(1, 0)]),
        (
            "with a capability",
            vec![target(), link("t").mode(0o755).owner(1, 2).xattr("security.capability", b"x")],
        ),
    ] {
        refused(name, layer(entries), "layer-inconsistent");
    }
    let report = inspect([layer([target(), link("t").mode(0o755).owner(1, 2)])]);
    assert_eq!(sound(&report).added.as_ref().unwrap().files, 2);
    let of_link = [Entry::symlink("t", "nowhere"), link("t")];
    assert_eq!(sound(&inspect([layer(of_link)])).added.as_ref().unwrap().files, 2);
    no("to itself, in a lower layer", [Entry::hardlink("etc/passwd", "/etc/passwd").mode(0o644)]);
    // A link over the base's file is its replacement, and the report says by what.
    let report = yes([Entry::hardlink("usr/lib/a", "etc/passwd").mode(0o644)]);
    let change = &proved(&report).changes.as_ref().unwrap()[0];
    assert_eq!((change.kind, change.target.as_deref()), (ChangeKind::Replace, Some("etc/passwd")));
}

#[test]
fn devices_are_read_and_one_of_them_removes() {
    let null = Entry::device("dev/null", 'c', 1, 3).mode(0o666);
    let disk = Entry::device("disk", 'b', 8, 0).mode(0o666);
    let report = inspect([layer([null, disk, Entry::device("zero", 'c', 0, 0), Entry::fifo("pipe")])]);
    let added = sound(&report).added.as_ref().unwrap();
    assert_eq!(added.files, 4);
    assert_eq!(added.suspicious.len(), 1, "{:?}", added.suspicious);
    assert_eq!(
        (added.suspicious[0].class, added.suspicious[0].path.as_str()),
        (SuspiciousClass::WorldWritable, "disk")
    );
    // Over a lower path overlayfs takes the device of no number as a whiteout.
    assert_eq!(
        made([Entry::device("etc/passwd", 'c', 0, 0)]),
        [(ChangeKind::Delete, "etc/passwd".to_owned())]
    );
    assert_eq!(made([Entry::device("opt", 'c', 0, 0)]), [(ChangeKind::Delete, "opt".to_owned())]);
    assert_eq!(
        made([Entry::device("etc/passwd", 'c', 0, 1)]),
        [(ChangeKind::Replace, "etc/passwd".to_owned())]
    );
    let huge = Entry::device("d", 'c', 1, 1).base_256(layertrust_testkit::tar::Field::DeviceMajor, 1 << 33);
    refused("a number beyond 32 bits", layer([huge]), "malformed");
}

#[test]
fn marks_that_some_pass_over_are_refused() {
    for name in [".wh..wh..opq", "./.wh..wh..opq", "/.wh..wh..opq"] {
        no("an opaque root", [Entry::file(name, b"")]);
    }
    no("an opaque mark through a link", [Entry::opaque("lib")]);
    no("a whiteout through a link", [Entry::whiteout("lib/a")]);
    for name in ["etc/.wh.", "etc/.wh..", "etc/.wh..."] {
        refused("a whiteout of no name", layer([Entry::file(name, b"")]), "layer-inconsistent");
    }
    // Of the link itself it is a usual one.
    assert_eq!(made([Entry::whiteout("lib")]), [(ChangeKind::Delete, "lib".to_owned())]);
    // A whiteout of nothing, and one of a path of its own layer.
    assert_eq!(made([Entry::whiteout("none"), Entry::whiteout("none/deep/x")]), []);
    assert_eq!(made([file("etc/own"), Entry::whiteout("etc/own")]), []);
}

/// Overlayfs merges a directory that was removed and made again with what it had.
#[test]
fn a_directory_that_is_made_again_is_marked() {
    let gone = vec![(ChangeKind::Delete, "opt/tool".to_owned())];
    no("a whiteout, then the directory", [Entry::whiteout("opt/tool"), Entry::directory("opt/tool")]);
    no("a whiteout, then a file in it", [Entry::whiteout("opt/tool"), file("opt/tool/new")]);
    no("a whiteout above it", [Entry::whiteout("opt"), file("opt/tool/new")]);
    // The same with anything else in between, whatever the layer wrote there before.
    no("a file, then the directory", [file("opt/tool"), Entry::directory("opt/tool")]);
    no("a link, then the directory", [Entry::symlink("opt/tool", "sub"), Entry::directory("opt/tool")]);
    no("three of them", [Entry::directory("opt/tool"), file("opt/tool"), Entry::directory("opt/tool")]);
    no("a device, then the directory", [Entry::device("opt/tool", 'c', 0, 0), Entry::directory("opt/tool")]);
    // Over what was no directory, or was none any more, nothing can come back.
    let replaced = made([file("etc/passwd"), Entry::directory("etc/passwd").mode(0o644)]);
    assert_eq!(replaced, [(ChangeKind::Replace, "etc/passwd".to_owned())]);
    let own = [Entry::directory("own"), file("own"), Entry::directory("own")];
    assert_eq!(made(own), []);
    let report =
        on_base(root(), [layer([file("opt/tool")]), layer([file("opt/tool"), Entry::directory("opt/tool")])]);
    assert_eq!(changes(proved(&report)), [(ChangeKind::Delete, "opt/tool")]);
    let marked = || {
        [
            Entry::whiteout("opt/tool"),
            Entry::directory("opt/tool"),
            Entry::opaque("opt/tool"),
            file("opt/tool/new"),
        ]
    };
    assert_eq!(made(marked()), gone);
    let above = [Entry::whiteout("opt/tool"), Entry::opaque("opt"), file("opt/tool/new")];
    assert!(errors(&inspect([root(), layer(above)])).is_empty());
    let report = yes(marked());
    assert_eq!(proved(&report).added.as_ref().unwrap().files, 1);
    // The mark alone does the same, wherever it stands in the layer.
    assert_eq!(made([Entry::opaque("opt/tool")]), gone);
    assert_eq!(made([file("opt/tool/new"), Entry::opaque("opt/tool")]), gone);
    // In a later layer nothing of the base can come back.
    let report = on_base(root(), [layer([Entry::whiteout("opt/tool")]), layer([file("opt/tool/new")])]);
    assert_eq!(changes(proved(&report)), [(ChangeKind::Delete, "opt/tool")]);
}

/// Runtimes with overlayfs make the link a directory; others write where it leads.
#[test]
fn a_file_through_a_lower_link_is_the_targets_replacement() {
    let report = yes([file("lib/a"), file("lib/new")]);
    let platform = proved(&report);
    assert_eq!(changes(platform), [(ChangeKind::Replace, "usr/lib/a")]);
    assert_eq!(platform.added.as_ref().unwrap().files, 2, "the new one and the replaced one");
    assert_eq!(warnings(&report).iter().filter(|code| **code == "layer-inconsistent").count(), 1);
    let warning = report.findings.iter().find(|one| one.code.name() == "layer-inconsistent").unwrap();
    assert_eq!((warning.layer, warning.path.as_deref()), (Some(1), Some("lib")));
    // With a directory entry for the link it is no link any more.
    let report = yes([Entry::directory("lib"), file("lib/a")]);
    assert_eq!(changes(proved(&report)), [(ChangeKind::Redirect, "lib")]);
    assert!(!warnings(&report).contains(&"layer-inconsistent"));
    // Of its own layer a link is followed without a word.
    let report = inspect([layer([Entry::directory("d"), Entry::symlink("l", "d"), file("l/x")])]);
    assert!(!warnings(&report).contains(&"layer-inconsistent"), "{:?}", report.findings);
}

/// Of one name twice in a layer the last counts, however it is spelled.
#[test]
fn the_last_entry_of_a_name_counts() {
    let note = |name: &str, content: &[u8]| Entry::file(name, content);
    let twice = [note("etc/passwd", b"evil"), note("./etc/passwd", b"root:x:0:0::/:/bin/sh\n")];
    assert_eq!(made(twice), [(ChangeKind::Metadata, "etc/passwd".to_owned())]);
    let twice = [note("etc/passwd", b"root:x:0:0::/:/bin/sh\n"), note("etc//passwd", b"evil")];
    assert_eq!(made(twice), [(ChangeKind::Replace, "etc/passwd".to_owned())]);
    let types = [Entry::directory("x"), file("x/y"), Entry::symlink("x", "usr"), file("x")];
    let report = yes(types);
    assert_eq!(proved(&report).added.as_ref().unwrap().files, 1);
}
