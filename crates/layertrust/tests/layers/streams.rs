//! One tar in every form of stream that a layer may have.

use layertrust_testkit::compress::{Gzip, Zstd};
use layertrust_testkit::layer::{GZIP, Layer, PLAIN, ZSTD};
use layertrust_testkit::tar::{Entry, Tar};

use crate::ask::{errors, inspect, refused, sound};

fn tar() -> Vec<u8> {
    let noise: Vec<u8> = (0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    Tar::of([
        Entry::directory("app"),
        Entry::file("app/noise", &noise),
        Entry::file("app/zeros", &[0; 100_000]),
        Entry::file("app/.env", b"TOKEN=1"),
        Entry::symlink("app/link", "noise"),
        Entry::file(
            "var/lib/dpkg/status",
            b"Package: x\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n",
        ),
    ])
    .finish()
}

/// Where a tar is cut: within headers, at their edges, within content.
fn cuts(length: usize) -> Vec<usize> {
    vec![1, 512, 700, 1024, 100_000, length - 600]
}

fn forms(tar: &[u8]) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let cuts = cuts(tar.len());
    let with_name = flate2_header(tar);
    vec![
        ("plain", tar.to_vec(), PLAIN),
        ("gzip, stored", Gzip::new(0).member(tar).finish(), GZIP),
        ("gzip", Gzip::new(6).member(tar).finish(), GZIP),
        ("gzip, seven members", Gzip::new(6).members(tar, &cuts).finish(), GZIP),
        ("gzip, an empty member first", Gzip::new(6).member(b"").member(tar).finish(), GZIP),
        ("gzip, empty members last", Gzip::new(6).member(tar).member(b"").member(b"").finish(), GZIP),
        ("gzip, an empty member between", Gzip::new(6).members(tar, &[2000, 2000]).finish(), GZIP),
        ("gzip, an extra field", Gzip::new(6).member_with_extra(b"XX\x04\0abcd", tar).finish(), GZIP),
        ("gzip, a name and a comment", with_name, GZIP),
        ("zstd", Zstd::new(3).frame(tar).finish(), ZSTD),
        ("zstd, densest", Zstd::new(22).frame(tar).finish(), ZSTD),
        ("zstd, seven frames", Zstd::new(3).frames(tar, &cuts).finish(), ZSTD),
        ("zstd, an empty frame", Zstd::new(3).frame(b"").frame(tar).frame(b"").finish(), ZSTD),
        ("zstd, of unknown length", Zstd::new(3).frame_of_unknown_length(tar).finish(), ZSTD),
        ("zstd, the largest window", Zstd::new(3).frame_with_window(27, tar).finish(), ZSTD),
        (
            "zstd, skippable frames",
            Zstd::new(3)
                .skippable(0, b"")
                .skippable(15, &[0xa5; 1000])
                .frames(tar, &[513])
                .skippable(7, b"between")
                .frame(b"")
                .skippable(1, b"last")
                .finish(),
            ZSTD,
        ),
    ]
}

fn flate2_header(tar: &[u8]) -> Vec<u8> {
    // Name and comment end in NUL: flags FNAME and FCOMMENT (RFC 1952, section 2.3.1).
    let plain = Gzip::new(6).member(tar).finish();
    let (header, rest) = plain.split_at(10);
    let mut header = header.to_vec();
    header[3] |= 0x08 | 0x10;
    [header, b"layer.tar\0a comment\0".to_vec(), rest.to_vec()].concat()
}

#[test]
fn every_form_of_one_tar_is_one_layer() {
    let tar = tar();
    let mut first = None;
    for (name, blob, media_type) in forms(&tar) {
        let report = inspect([Layer::from_parts(tar.clone(), blob, media_type)]);
        let platform = sound(&report);
        assert_eq!(platform.layers[0].diff_id_checked, Some(true), "{name}");
        let facts = (platform.added.clone().unwrap(), platform.packages.clone().unwrap());
        assert_eq!(facts.0.files, 5, "{name}");
        assert_eq!(facts.0.suspicious.len(), 2, "{name}: {:?}", facts.0.suspicious);
        assert_eq!(&facts, first.get_or_insert(facts.clone()), "{name}");
    }
}

#[test]
fn what_is_in_no_stream_is_refused() {
    let tar = tar();
    for log in [28, 30, 31, 41] {
        let blob = Zstd::new(3).frame_with_window(log, &tar).finish();
        refused("a window", Layer::from_parts(tar.clone(), blob, ZSTD), "layer-inconsistent");
    }
    for (name, blob, media_type) in forms(&tar).into_iter().skip(1) {
        let layer = Layer::from_parts(tar.clone(), blob.clone(), media_type);
        refused(name, layer.with_trailing(b"\0"), "layer-inconsistent");
        let cut = blob[..blob.len() - 1].to_vec();
        refused(name, Layer::from_parts(tar.clone(), cut, media_type), "layer-inconsistent");
    }
    let skippable = Zstd::new(3).frame(&tar).raw(&[0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff]).finish();
    refused(
        "a skippable frame that is cut",
        Layer::from_parts(tar.clone(), skippable, ZSTD),
        "layer-inconsistent",
    );
    let reserved = {
        let mut blob = Gzip::new(6).member(&tar).finish();
        blob[3] |= 0x20;
        blob
    };
    refused("a reserved flag of gzip", Layer::from_parts(tar.clone(), reserved, GZIP), "layer-inconsistent");
}

/// Frames that are passed over hold what they like.
#[test]
fn a_skippable_frame_hides_nothing() {
    let tar = tar();
    let hidden = Tar::of([Entry::file("hidden", b"")]).finish();
    let inner = Zstd::new(3).frame(&hidden).finish();
    let blob = Zstd::new(3).skippable(3, &inner).frame(&tar).skippable(3, &hidden).finish();
    let report = inspect([Layer::from_parts(tar, blob, ZSTD)]);
    assert!(errors(&report).is_empty());
    assert_eq!(sound(&report).added.as_ref().unwrap().files, 5);
}
