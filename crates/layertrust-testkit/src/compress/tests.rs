use std::io::Read as _;

use flate2::GzBuilder;
use flate2::bufread::{GzDecoder, MultiGzDecoder};

use super::{Gzip, Zstd, gzip_bomb, zstd_bomb};

fn gunzip_all(blob: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    MultiGzDecoder::new(blob).read_to_end(&mut out)?;
    Ok(out)
}

/// What a reader sees that stops after the first member, and what it leaves.
fn gunzip_first(blob: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut decoder = GzDecoder::new(blob);
    let mut out = Vec::new();
    decoder.read_to_end(&mut out).unwrap();
    (out, decoder.into_inner().to_vec())
}

#[test]
fn members_are_cut_where_told() {
    let blob = Gzip::new(6).members(b"alphabet", &[0, 5, 5]).finish();
    assert_eq!(gunzip_all(&blob).unwrap(), b"alphabet");
    let (first, rest) = gunzip_first(&blob);
    assert_eq!(first, b"");
    assert_eq!(gunzip_first(&rest).0, b"alpha");
    assert_eq!(blob.windows(4).filter(|window| window == b"\x1f\x8b\x08\0").count(), 4);
}

#[test]
fn levels_make_a_difference() {
    let content = b"alpha beta ".repeat(200);
    let length = |level| Gzip::new(level).member(&content).finish().len();
    assert!(length(0) > content.len() && length(9) < content.len() / 10);
}

#[test]
fn headers_can_have_every_field() {
    let blob = Gzip::new(6).member_with_extra(b"SG\x02\0ab", b"alpha").finish();
    assert_eq!((blob[3], &blob[10..18]), (4, b"\x06\0SG\x02\0ab".as_slice()));
    assert_eq!(gunzip_all(&blob).unwrap(), b"alpha");
    let header = GzBuilder::new().filename("a.tar").comment("c").mtime(7);
    let blob = Gzip::new(6).member_with(header, b"alpha").finish();
    assert_eq!(blob[3], 0x18);
    assert_eq!(gunzip_all(&blob).unwrap(), b"alpha");
}

#[test]
fn what_follows_a_gzip_stream_stays_as_it_is() {
    let stream = Gzip::new(6).member(b"alpha");
    let zeros = stream.clone().zeros(16).finish();
    assert_eq!(gunzip_first(&zeros), (b"alpha".to_vec(), vec![0; 16]));
    let garbage = stream.raw(b"garbage").finish();
    assert_eq!(gunzip_first(&garbage).1, b"garbage");
    assert!(gunzip_all(&garbage).is_err());
}

#[test]
fn frames_are_cut_where_told() {
    let blob = Zstd::new(3).frames(b"alphabet", &[5]).finish();
    assert_eq!(zstd::decode_all(blob.as_slice()).unwrap(), b"alphabet");
    assert_eq!(blob.windows(4).filter(|window| window == b"\x28\xb5\x2f\xfd").count(), 2);
    let first = Zstd::new(3).frame(b"alpha").finish();
    assert!(blob.starts_with(&first));
}

#[test]
fn frames_say_their_length_or_do_not() {
    let content = b"alpha".repeat(100);
    let frame = Zstd::new(3).frame(&content).finish();
    assert_eq!(zstd::zstd_safe::get_frame_content_size(&frame).unwrap(), Some(500));
    let frame = Zstd::new(3).frame_of_unknown_length(&content).finish();
    assert_eq!(zstd::zstd_safe::get_frame_content_size(&frame).unwrap(), None);
    assert_eq!(zstd::decode_all(frame.as_slice()).unwrap(), content);
}

#[test]
fn a_window_can_be_more_than_a_reader_allows() {
    let sane = Zstd::new(3).frame_with_window(20, b"alpha").finish();
    assert_eq!(zstd::decode_all(sane.as_slice()).unwrap(), b"alpha");
    let huge = Zstd::new(3).frame_with_window(41, b"alpha").finish();
    assert!(zstd::decode_all(huge.as_slice()).is_err());
}

#[test]
fn skippable_frames_of_every_kind_are_passed_over() {
    for kind in 0..16 {
        let blob = Zstd::new(3).skippable(kind, b"hidden").frame(b"alpha").skippable(kind, b"").finish();
        assert_eq!(blob[0], 0x50 + kind);
        assert_eq!(zstd::decode_all(blob.as_slice()).unwrap(), b"alpha");
    }
}

#[test]
fn garbage_follows_a_zstd_stream() {
    let blob = Zstd::new(3).frame(b"alpha").raw(b"garbage").finish();
    assert!(blob.ends_with(b"garbage"));
    assert!(zstd::decode_all(blob.as_slice()).is_err());
}

#[test]
fn bombs_are_small_and_unpack_to_zeros() {
    for zeros in [0, 1, 128 << 10, 3 << 20, (3 << 20) + 77] {
        for bomb in [gzip_bomb(zeros), zstd_bomb(zeros)] {
            assert!(bomb.len() < 4000, "{}", bomb.len());
            let content =
                if bomb[0] == 0x1f { gunzip_all(&bomb) } else { zstd::decode_all(bomb.as_slice()) }.unwrap();
            assert!(content.len() as u64 == zeros && content.iter().all(|byte| *byte == 0));
        }
    }
}
