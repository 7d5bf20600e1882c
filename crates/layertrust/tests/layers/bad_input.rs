//! Blobs that are too much, cut, or more than one stream.

use layertrust_testkit::compress::{Gzip, Zstd, gzip_bomb, zstd_bomb};
use layertrust_testkit::layer::{Compression, GZIP, Layer, PLAIN, ZSTD};
use layertrust_testkit::tar::{Entry, Tar};

use crate::ask::{Question, errors, image, inspect, layer, of_tar, refused, refused_by, sound};

const MIB: u64 = 1 << 20;

/// A layer of a blob alone: nobody gets as far as its diff ID.
fn blob(blob: Vec<u8>, media_type: &str) -> Layer {
    Layer::from_parts(b"never reached".to_vec(), blob, media_type)
}

fn limited(layer: Layer, name: &str, value: u64) -> Question {
    Question::about(&image([layer])).limit(name, value)
}

fn some_tar() -> Vec<u8> {
    Tar::of([Entry::directory("app"), Entry::file("app/main", &[7; 2000])]).finish()
}

#[test]
fn bombs_are_left_early() {
    // Deflate cannot pack tighter than the limit's default; zstd can.
    let gzip = blob(gzip_bomb(256 * MIB), GZIP);
    refused_by("gzip, ratio", limited(gzip, "layer-ratio", 500), "limit-exceeded");
    refused("zstd, ratio", blob(zstd_bomb(1024 * MIB), ZSTD), "limit-exceeded");
    for (bomb, media_type) in [(gzip_bomb(16 * MIB), GZIP), (zstd_bomb(16 * MIB), ZSTD)] {
        let question = limited(blob(bomb, media_type), "layer-size", 4 * MIB);
        refused_by(media_type, question, "limit-exceeded");
    }
    // Many members and frames are one layer.
    let member = gzip_bomb(MIB);
    refused_by("members", limited(blob(member.repeat(8), GZIP), "layer-size", 4 * MIB), "limit-exceeded");
    let frame = zstd_bomb(MIB);
    refused_by("frames", limited(blob(frame.repeat(8), ZSTD), "layer-size", 4 * MIB), "limit-exceeded");
}

#[test]
fn zeros_below_the_limits_are_an_empty_layer() {
    let tar = vec![0; MIB as usize];
    let layer = Layer::from_parts(tar, gzip_bomb(MIB), GZIP);
    assert_eq!(sound(&inspect([layer])).added.as_ref().unwrap().files, 0);
}

#[test]
fn counts_and_sizes_have_limits() {
    let files = |count: usize| layer((0..count).map(|at| Entry::file(format!("f{at}"), b"")));
    refused_by("entries", limited(files(101), "layer-entries", 100), "limit-exceeded");
    assert!(errors(&limited(files(100), "layer-entries", 100).inspect()).is_empty());
    let two = Question::about(&image([files(60), files(61)])).limit("image-entries", 120);
    refused_by("entries of the image", two, "limit-exceeded");
    let file = layer([Entry::file("big", &[1; 4096])]);
    refused_by("one file", limited(file, "layer-size", 4095), "limit-exceeded");
    let names = layer((0..100).map(|at| Entry::file(format!("{at:0>100}"), b"")));
    refused_by("names", limited(names, "names-size", 9_999), "limit-exceeded");
    let status = layer([Entry::file("var/lib/dpkg/status", &[b'\n'; 2000])]);
    refused_by("a package database", limited(status, "contents-size", 1999), "limit-exceeded");
    let both = layer([
        Entry::file("var/lib/dpkg/status", &[b'\n'; 1000]),
        Entry::file("lib/apk/db/installed", &[b'\n'; 1000]),
    ]);
    refused_by("two of them", limited(both, "contents-size", 1999), "limit-exceeded");
}

#[test]
fn names_have_limits() {
    let long = |length: usize| "a/".repeat(length / 2);
    let deep = sound(&inspect([layer([Entry::file(long(500), b"deep")])])).added.clone().unwrap();
    assert_eq!(deep.files, 1);
    refused("a deep path", layer([Entry::file(long(600), b"")]), "limit-exceeded");
    let wide = |length: usize| format!("{}/", "w".repeat(249)).repeat(length / 250);
    let long_path = sound(&inspect([layer([Entry::file(wide(4000), b"long")])])).added.clone().unwrap();
    assert_eq!(long_path.files, 1);
    refused("a long path", layer([Entry::file(wide(4250), b"")]), "limit-exceeded");
    refused("a long link", layer([Entry::symlink("l", long(4098))]), "limit-exceeded");
    refused("a long hard link", layer([Entry::hardlink("l", long(4098))]), "limit-exceeded");
    refused("a long component", layer([Entry::file("n".repeat(256), b"")]), "malformed");
    assert!(errors(&inspect([layer([Entry::file("n".repeat(255), b"")])])).is_empty());
    // Removals need the path once for each of its parts.
    let whiteouts = (1..250).map(|depth| Entry::whiteout("a/".repeat(depth) + "x"));
    let report = inspect([layer([Entry::file(long(500), b"")]), layer(whiteouts)]);
    assert!(errors(&report).is_empty(), "{:?}", report.findings);
}

#[test]
fn extended_headers_have_limits() {
    let huge = "p".repeat(2 * MIB as usize);
    refused("a huge path", layer([Entry::file("f", b"").pax("path", &huge)]), "limit-exceeded");
    refused(
        "a path within the header's limit",
        layer([Entry::file("f", b"").pax("path", &huge[..9000])]),
        "limit-exceeded",
    );
    let announced = Entry::pax_header(b"").size_field("77777777777");
    refused("a huge header, announced", layer([announced]), "limit-exceeded");
    for kind in [b'g', b'L', b'K'] {
        let announced = Entry::of(kind, "x", b"").size_field("77777777777");
        refused("the same of another kind", layer([announced]), "limit-exceeded");
    }
    let records = (0..300).fold(Entry::file("f", b""), |file, at| file.pax(format!("user.{at}"), "x"));
    refused("many records", layer([records]), "limit-exceeded");
    let large = |size: usize| Entry::file("f", b"").xattr("security.capability", &vec![1; size]);
    refused("a large attribute", layer([large(65 << 10)]), "limit-exceeded");
    assert!(errors(&inspect([layer([large(1024)])])).is_empty());
    // Nobody compares this one.
    let other = Entry::file("f", b"").xattr("user.note", &vec![1; 65 << 10]);
    assert!(errors(&inspect([layer([other])])).is_empty());
}

/// A limit of the caller's own that is no limit brings no overflow.
#[test]
fn sizes_near_the_end_of_numbers_do_not_overflow() {
    let size = (1_i128 << 64) - 1;
    let file = Entry::file("f", b"").base_256(layertrust_testkit::tar::Field::Size, size);
    refused_by("a file", limited(layer([file]), "layer-size", u64::MAX), "malformed");
    let header = Entry::pax_header(b"").base_256(layertrust_testkit::tar::Field::Size, size);
    refused_by("a header", limited(layer([header]), "header-size", u64::MAX), "malformed");
}

#[test]
fn cut_streams_are_refused() {
    let tar = some_tar();
    for (compression, media_type) in [(Compression::Gzip, GZIP), (Compression::Zstd, ZSTD)] {
        let whole = Layer::from_tar(compression, tar.clone()).blob;
        for length in [0, 1, 5, 12, whole.len() / 2, whole.len() - 8, whole.len() - 4, whole.len() - 1] {
            let layer = Layer::from_parts(tar.clone(), whole[..length].to_vec(), media_type);
            refused(&format!("{media_type}, {length} bytes"), layer, "layer-inconsistent");
        }
    }
    for length in [1, 511, 513, 1024 + 1, 1024 + 2000, tar.len() - 1, tar.len() - 513] {
        let code = if length == 1024 + 2000 { None } else { Some("malformed") };
        let layer = of_tar(&tar[..length]);
        match code {
            Some(code) => drop(refused(&format!("tar, {length} bytes"), layer, code)),
            // All the content is there; only the fill of its block is missing, as Go has it.
            None => assert!(errors(&inspect([layer])).is_empty()),
        }
    }
    let extended = Tar::of([Entry::pax_header(b"10 path=a\n")]).unfinished();
    refused("a header of nothing", of_tar(extended), "malformed");
}

#[test]
fn a_blob_is_one_stream_and_nothing_else() {
    let tar = some_tar();
    let hidden = layer([Entry::file("hidden", b"")]).blob;
    for (compression, media_type) in [(Compression::Gzip, GZIP), (Compression::Zstd, ZSTD)] {
        let whole = Layer::from_tar(compression, tar.clone());
        let zeros_and_more = [vec![0; 16], hidden.clone()].concat();
        for trailing in [b"x".as_slice(), b"trailing garbage", &[0], &[0; 512], &zeros_and_more] {
            let name = format!("{media_type}, {} bytes", trailing.len());
            refused(&name, whole.clone().with_trailing(trailing), "layer-inconsistent");
        }
    }
    refused("gzip that is zstd", blob(Zstd::new(1).frame(&tar).finish(), GZIP), "layer-inconsistent");
    refused("zstd that is gzip", blob(Gzip::new(1).member(&tar).finish(), ZSTD), "layer-inconsistent");
    refused("plain that is gzip", blob(Gzip::new(1).member(&tar).finish(), PLAIN), "malformed");
    let mut flipped = Gzip::new(1).member(&tar).finish();
    let checksum = flipped.len() - 6;
    flipped[checksum] ^= 1;
    refused(
        "gzip with a wrong checksum",
        Layer::from_parts(tar.clone(), flipped, GZIP),
        "layer-inconsistent",
    );
    let mut flipped = Zstd::new(1).frame(&tar).finish();
    let checksum = flipped.len() - 2;
    flipped[checksum] ^= 1;
    refused("zstd with a wrong checksum", Layer::from_parts(tar, flipped, ZSTD), "layer-inconsistent");
}

/// Nothing that a blob says counts before its digest holds.
#[test]
fn a_wrong_digest_goes_before_whatever_is_in_the_blob() {
    let claimed = layer([Entry::file("honest", b"")]);
    let hostile = [
        gzip_bomb(16 * MIB),
        Gzip::new(1).member(&Tar::of([Entry::file("f", b"").bad_checksum()]).finish()).finish(),
        b"no gzip at all".to_vec(),
        Vec::new(),
        claimed.blob[..claimed.blob.len() - 1].to_vec(),
        [claimed.blob.clone(), b"x".to_vec()].concat(),
    ];
    for bytes in hostile {
        let mut question = Question::about(&image([claimed.clone()])).limit("layer-size", MIB);
        question.layout.blobs.insert(claimed.digest(), bytes.clone());
        refused_by(&format!("{} bytes", bytes.len()), question, "digest-mismatch");
        // The same length, so that the size alone does not tell.
        let mut same = Layer::from_parts(claimed.tar.clone(), bytes, GZIP);
        let named = Question::about(&image([same.clone()]));
        let digest = same.digest();
        let Some(first) = same.blob.first_mut() else { continue };
        *first ^= 0x80;
        let mut question = named.limit("layer-size", MIB);
        question.layout.blobs.insert(digest, same.blob);
        refused_by("the same size", question, "digest-mismatch");
    }
}
