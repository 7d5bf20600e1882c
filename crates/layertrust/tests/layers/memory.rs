//! Layers of very many entries. No clock is asked: only that there is an answer, and that it counts right.

use layertrust::report::ChangeKind;
use layertrust_testkit::layer::{Compression, Layer};
use layertrust_testkit::tar::{Entry, Tar};

use crate::ask::{changes, inspect, layer, on_base, proved, sound};

/// A tar of many small files, a thousand a folder.
fn many(count: usize, content: &[u8]) -> Layer {
    let files = (0..count).map(|at| Entry::file(format!("srv/d{}/f{at}", at / 1000), content));
    Layer::from_tar(Compression::Zstd, Tar::of(files).finish())
}

#[test]
fn two_hundred_thousand_files_are_read_and_merged() {
    let report = inspect([many(200_000, b"x")]);
    let added = sound(&report).added.as_ref().unwrap();
    assert_eq!((added.files, added.bytes), (200_000, 200_000));
    assert_eq!(added.by_layer[0].folders.len(), 1);
}

#[test]
fn as_many_changes_are_told_apart() {
    const COUNT: usize = 20_000;
    let base = many(COUNT, b"x");
    let same = on_base(base.clone(), [many(COUNT, b"x")]);
    let all = changes(proved(&same));
    assert_eq!(all.len(), COUNT);
    assert!(all.iter().all(|(kind, _)| *kind == ChangeKind::Metadata));
    let other = on_base(base.clone(), [many(COUNT, b"y")]);
    assert!(changes(proved(&other)).iter().all(|(kind, _)| *kind == ChangeKind::Replace));
    assert_eq!(proved(&other).added.as_ref().unwrap().bytes, COUNT as u64);
    let gone = on_base(base, [layer([Entry::whiteout("srv")])]);
    assert_eq!(changes(proved(&gone)), [(ChangeKind::Delete, "srv")]);
}

/// One name that is written again and again, and one that is removed and made again.
#[test]
fn repeated_entries_are_one_path() {
    let again = (0..50_000).map(|_| Entry::file("f", b"x"));
    assert_eq!(sound(&inspect([layer(again)])).added.as_ref().unwrap().files, 1);
    let toggled =
        (0..20_000).flat_map(|_| [Entry::directory("d"), Entry::file("d/x", b""), Entry::file("d", b"")]);
    assert_eq!(sound(&inspect([layer(toggled)])).added.as_ref().unwrap().files, 1);
}

/// A removal costs what it removes, not what was ever there.
#[test]
fn repeated_removals_are_no_work() {
    const COUNT: usize = 20_000;
    let below = || many(COUNT, b"").tar;
    let lower = || Layer::from_tar(Compression::Zstd, below());
    let flat = || {
        Layer::from_tar(
            Compression::Zstd,
            Tar::of((0..COUNT).map(|at| Entry::file(format!("d/f{at}"), b""))).finish(),
        )
    };
    let whiteouts = (0..COUNT).map(|_| Entry::whiteout("srv"));
    assert_eq!(sound(&inspect([lower(), layer(whiteouts)])).added.as_ref().unwrap().files, 0);
    let marks = (0..COUNT).map(|_| Entry::opaque("d"));
    assert_eq!(sound(&inspect([flat(), layer(marks)])).added.as_ref().unwrap().files, 0);
    let own = Tar::of(
        (0..COUNT)
            .map(|at| Entry::file(format!("d/f{at}"), b""))
            .chain((0..COUNT).map(|_| Entry::opaque("d"))),
    );
    let own = Layer::from_tar(Compression::Zstd, own.finish());
    assert_eq!(sound(&inspect([own])).added.as_ref().unwrap().files, COUNT as u64);
}
