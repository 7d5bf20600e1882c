//! A tar in pieces of any length is the same tar.

use layertrust_testkit::tar::{Entry, Format, Tar};

use super::*;
use crate::digest::hex;

fn archive() -> Vec<u8> {
    let noise: Vec<u8> = (0..5000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    Tar::new()
        .entry(Entry::global(&[("comment", "x")]))
        .entry(Entry::directory("usr"))
        .entry(Entry::file("usr/empty", b""))
        .entry(Entry::file("usr/one", b"1"))
        .entry(Entry::file("usr/block", &[7; 512]))
        .entry(Entry::file("usr/more", &[8; 513]))
        .entry(Entry::file("usr/noise", &noise).xattr("security.capability", b"\x01\x02"))
        .entry(Entry::file("x".repeat(200), b"long").format(Format::Gnu))
        .entry(Entry::file(format!("{}/y", "x".repeat(200)), b"longer"))
        .entry(Entry::symlink("link", "t".repeat(150)))
        .entry(Entry::hardlink("hard", "usr/one"))
        .entry(Entry::whiteout("usr/gone"))
        .entry(Entry::opaque("usr"))
        .entry(Entry::device("null", 'c', 1, 3))
        .entry(Entry::file("etc/passwd", b"root:x:0:0::/:/bin/sh\n"))
        .entry(Entry::file(
            "key",
            b"-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n",
        ))
        .finish()
}

/// Everything that is kept of a tar, as text.
fn kept(walked: &Walked) -> Vec<String> {
    let index = &walked.index;
    let row = |(at, entry): (usize, &Entry_)| {
        format!(
            "{:?} {:?} {:o} {} {} {:?} {:?} {:?} {:?}",
            entry.kind,
            shown(&index.path(entry)),
            entry.mode,
            entry.size,
            hex(&entry.digest),
            shown(index.text(entry.link)),
            index.text(entry.attributes),
            entry.shape,
            index.content(u32::try_from(at).unwrap())
        )
    };
    index.entries.iter().enumerate().map(row).collect()
}

use crate::files::entry::Entry as Entry_;

fn walked(pieces: impl IntoIterator<Item = Vec<u8>>) -> Result<Walked> {
    let limits = Limits::default();
    let mut walker = Walker::new(&limits, true);
    for piece in pieces {
        walker.feed(&piece)?;
    }
    walker.finish()
}

#[test]
fn pieces_of_any_length_give_the_same_index() {
    let tar = archive();
    let whole = kept(&walked([tar.clone()]).unwrap());
    assert_eq!(whole.len(), 15);
    assert_eq!(whole.iter().filter(|row| row.contains("PrivateKey")).count(), 1, "{whole:#?}");
    assert_eq!(whole.iter().filter(|row| row.contains("Some([114, 111")).count(), 1, "the users' database");
    for size in [1, 2, 3, 7, 255, 511, 512, 513, 1023, 1024, 1025, 4096, 10_000] {
        let pieces = tar.chunks(size).map(<[u8]>::to_vec);
        assert_eq!(kept(&walked(pieces).unwrap()), whole, "pieces of {size}");
    }
    let edges = |at: &usize| matches!(at % BLOCK, 0 | 1 | 511) || at.is_multiple_of(97);
    for cut in (0..tar.len()).filter(edges) {
        let pieces = [tar[..cut].to_vec(), Vec::new(), tar[cut..].to_vec()];
        assert_eq!(kept(&walked(pieces).unwrap()), whole, "cut at {cut}");
    }
}

/// A cut is noticed wherever it is, but for the end mark and the fill of the last block, which may be missing.
#[test]
fn every_cut_is_noticed_or_at_the_end_of_an_entry() {
    let tar =
        Tar::of([Entry::file("a", &[1; 700]), Entry::file("b", b"x").xattr("user.a", b"1")]).unfinished();
    // Headers and content of the first, extended header, header and content of the second.
    let ends: Vec<usize> =
        [0].into_iter().chain(512 + 700..=512 + 1024).chain(tar.len() - 511..=tar.len()).collect();
    for cut in 0..=tar.len() {
        let result = walked([tar[..cut].to_vec()]);
        assert_eq!(result.is_ok(), ends.contains(&cut), "cut at {cut} of {}", tar.len());
        if let Err(error) = result {
            assert_eq!(error.code(), Code::Malformed, "cut at {cut}");
        }
    }
}

#[test]
fn no_flipped_bit_of_a_header_goes_unnoticed() {
    let tar = Tar::of([Entry::file("name", b"content")]).finish();
    let whole = kept(&walked([tar.clone()]).unwrap());
    for at in 0..BLOCK {
        for bit in 0..8 {
            let mut flipped = tar.clone();
            flipped[at] ^= 1 << bit;
            // The checksum has digits, and ends that nobody reads.
            match walked([flipped]) {
                Ok(walked) => assert!((148..156).contains(&at) && kept(&walked) == whole, "byte {at}"),
                Err(error) => assert_eq!(error.code(), Code::Malformed, "byte {at}"),
            }
        }
    }
}

/// Without entries to keep a tar is read as strictly.
#[test]
fn what_is_not_kept_is_read_all_the_same() {
    let limits = Limits::default();
    let mut walker = Walker::new(&limits, false);
    walker.feed(&archive()).unwrap();
    let walked = walker.finish().unwrap();
    assert!(walked.has_entries && walked.index.entries.is_empty());
    let mut walker = Walker::new(&limits, false);
    assert!(walker.feed(&Tar::of([Entry::of(b'V', "x", b"")]).finish()).is_err());
}
